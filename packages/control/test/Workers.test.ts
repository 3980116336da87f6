import { assert, it } from "@effect/vitest"
import * as SDK from "@aws-sdk/client-chime-sdk-voice"
import * as Effect from "effect/Effect"
import { accounts, create, layerStandIn, list, StandIn, statusOf, VoiceConnectorId } from "./support.ts"

/** A test suite of one worker, in which each step gives way to the other worker. */
const worker = (account: (typeof accounts)[number], rounds: number, minutes: number) =>
  Effect.gen(function* () {
    const { client, control } = yield* StandIn
    const mine = client(account)
    for (let round = 0; round < rounds; round++) {
      yield* round % 2 === 0 ? control(`POST /reset?account=${account}`) : control("POST /reset", { account })
      assert.strictEqual(yield* list(mine), 0)
      const ids = yield* Effect.forEach([1, 2, 3], () => create(mine))
      const page = yield* Effect.promise(() =>
        mine.send(new SDK.ListProxySessionsCommand({ VoiceConnectorId, MaxResults: 2 })),
      )
      yield* control("POST /faults", { account, operation: "GetProxySession", error: "ThrottledClientException" })
      assert.strictEqual(yield* statusOf(mine, ids[0] ?? ""), "ThrottledClientException")
      assert.strictEqual(yield* statusOf(mine, ids[0] ?? ""), "Open")
      const rest = yield* Effect.promise(() =>
        mine.send(new SDK.ListProxySessionsCommand({ VoiceConnectorId, MaxResults: 2, NextToken: page.NextToken })),
      )
      assert.strictEqual(rest.ProxySessions?.length, 1)
      yield* control("POST /clock", { account, advance: `${minutes} minutes` })
      assert.strictEqual(yield* statusOf(mine, ids[1] ?? ""), minutes < 60 ? "Open" : "Closed")
      const { body } = yield* control(`GET /journal?account=${account}`)
      assert.deepStrictEqual(
        body.requests.map(({ operation }) => operation?.replace("ProxySession", "")),
        ["Lists", "Create", "Create", "Create", "Lists", "Get", "Get", "Lists", "Get"],
      )
      const state = yield* control(`GET /state?account=${account}`)
      const sessions = state.body.stores[0]?.connectors[0]?.sessions ?? []
      assert.sameMembers(
        sessions.map(({ proxySessionId }) => proxySessionId),
        ids,
      )
      if (round % 3 === 0) yield* control(`PUT /state?account=${account}`, state.body)
      assert.strictEqual(yield* list(mine), 3)
    }
  })

it.live("two workers that reset, move time, inject faults and read the journal at once see nothing of each other", () =>
  Effect.all([worker(accounts[0], 8, 61), worker(accounts[1], 8, 59)], { concurrency: 2, discard: true }).pipe(
    Effect.provide(layerStandIn()),
  ),
)
