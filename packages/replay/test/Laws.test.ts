import { assert, describe, it } from "@effect/vitest"
import { CreateProxySession, ListProxySessions, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"

const Step = Schema.Struct({
  operation: Schema.Literals(["create", "delete", "get", "list", "proxy", "put", "unput", "update"]),
  which: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 })),
})
const Program = Schema.Array(Step)

/** Does one step; ids are those of the sessions that were made, so that answers lead to requests. */
const perform = (ids: Array<string>) =>
  Effect.fnUntraced(function* ({ operation, which }: typeof Step.Type) {
    const repo = yield* ProxySessionRepo
    const proxies = yield* VoiceConnectorProxyRepo
    const key = { voiceConnectorId, proxySessionId: ids[which] ?? "no-such-session" }
    switch (operation) {
      case "create": {
        const request = yield* CreateProxySession.decode({
          voiceConnectorId,
          participantPhoneNumbers: ["+12065550100", `+1401555010${which + 1}`],
          capabilities: ["Voice"],
          ...(which === 0 ? {} : { name: `Trip ${which}` }),
        })
        const session = yield* repo.create(request)
        ids.push(session.proxySessionId)
        return session
      }
      case "get":
        return yield* repo.get(yield* ProxySessionKey.decode(key))
      case "update":
        return yield* repo.update({ ...(yield* ProxySessionKey.decode(key)), capabilities: ["SMS"] })
      case "delete":
        return yield* repo.delete(yield* ProxySessionKey.decode(key))
      case "list": {
        const first = yield* repo.list(yield* ListProxySessions.decode({ voiceConnectorId, maxResults: which + 1 }))
        return first.nextToken === undefined
          ? [first]
          : [first, yield* repo.list(yield* ListProxySessions.decode({ voiceConnectorId, nextToken: first.nextToken }))]
      }
      case "put":
        return yield* proxies.put(
          yield* PutVoiceConnectorProxy.decode({
            voiceConnectorId,
            defaultSessionExpiryMinutes: 60 + which,
            phoneNumberPoolCountries: ["US"],
          }),
        )
      case "proxy":
        return yield* proxies.get(yield* VoiceConnectorProxyKey.decode({ voiceConnectorId }))
      case "unput":
        return yield* proxies.delete(yield* VoiceConnectorProxyKey.decode({ voiceConnectorId }))
    }
  })

const sequential = (steps: typeof Program.Type) =>
  Effect.suspend(() => {
    const step = perform([])
    return Effect.forEach([{ operation: "put", which: 0 } as const, ...steps], (each) => Effect.exit(step(each)))
  })

/** The same after the configuration, four steps at a time. */
const concurrent = (steps: typeof Program.Type) =>
  Effect.suspend(() => {
    const step = perform([])
    return Effect.andThen(
      Effect.exit(step({ operation: "put", which: 0 })),
      Effect.forEach(steps, (each) => Effect.exit(step(each)), { concurrency: 4 }),
    )
  })

type Exits = ReadonlyArray<Exit.Exit<unknown, unknown>>

const bench = () => {
  const cassettes = new Map<string, string>()
  const store = CassetteStore.layerMemory(cassettes)
  const over =
    <E>(repos: Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo, E, CassetteStore.CassetteStore>) =>
    (program: Effect.Effect<Exits, never, ProxySessionRepo | VoiceConnectorProxyRepo>) =>
      Effect.provide(program, repos.pipe(Layer.provide(store)), { local: true })
  const replay = ReplayRepo.layer({ cassette: "law" })
  return {
    cassettes,
    record: over(ReplayRepo.record({ cassette: "law", mode: "record" }, MemoryRepo.layer())),
    replay: over(replay),
    copy: over(ReplayRepo.record({ cassette: "copy", mode: "record", leftovers: "keep" }, replay)),
  }
}

const programs = Arbitrary.schema(Program)

describe("laws", () => {
  it.effect("a replay of any program ends as its recording did, and recording the replay gives the same bytes", () =>
    Effect.gen(function* () {
      const seen = { calls: 0 }
      const result = yield* Arbitrary.checkEffect(
        programs,
        (steps) =>
          Effect.gen(function* () {
            const { cassettes, copy, record, replay } = bench()
            const recorded = yield* record(sequential(steps))
            assert.deepStrictEqual(yield* replay(sequential(steps)), recorded)
            assert.deepStrictEqual(yield* copy(sequential(steps)), recorded)
            assert.strictEqual(cassettes.get("copy"), cassettes.get("law"))
            seen.calls += recorded.length
            return true
          }),
        { runs: 60, seed: 6 },
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
      assert.isAbove(seen.calls, 100)
    }),
  )

  it.effect("a later recording of any program ends as its replay will, whatever the clock says by then", () =>
    Effect.gen(function* () {
      const result = yield* Arbitrary.checkEffect(
        programs,
        (steps) =>
          Effect.gen(function* () {
            const { record, replay } = bench()
            yield* record(sequential(steps.slice(1)))
            yield* TestClock.adjust("1 day")
            const recorded = yield* record(sequential(steps))
            assert.deepStrictEqual(yield* replay(sequential(steps)), recorded)
            return true
          }),
        { runs: 60, seed: 8 },
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
    }),
  )

  it.effect("a replay of any concurrent program ends as its recording did", () =>
    Effect.gen(function* () {
      const result = yield* Arbitrary.checkEffect(
        programs,
        (steps) =>
          Effect.gen(function* () {
            const { record, replay } = bench()
            const recorded = yield* record(concurrent(steps))
            assert.deepStrictEqual(yield* replay(concurrent(steps)), recorded)
            return true
          }),
        { runs: 60, seed: 7 },
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
    }),
  )
})
