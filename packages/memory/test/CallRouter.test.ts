import { VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { Tenant } from "@proxy-session/repo/Tenant"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import {
  connector,
  connectorId,
  london,
  newYork,
  NotFound,
  number,
  otherConnectorId,
  pair,
  play,
  refusal,
  type Scene,
  seattle,
  seattle2,
  stranger,
  toronto,
} from "./support/scene.ts"

const home = Tenant.defaultValue()
const away = { ...home, region: "eu-west-1" }

describe("a first call or message", () => {
  it.effect("puts an open session in progress, once, and dates it", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create()
        yield* TestClock.adjust("1 minute")
        const first = yield* on.interact(proxySessionId)
        assert.strictEqual(first.status, "InProgress")
        assert.deepStrictEqual(first.updatedTimestamp, DateTime.makeUnsafe(60_000))
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* on.interact(proxySessionId), first)
        assert.deepStrictEqual(yield* on.get(proxySessionId), first)
      }),
    ),
  )

  it.effect("leaves a session that has ended as it is", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create({ expiryMinutes: 1 })
        yield* TestClock.adjust("2 minutes")
        const ended = yield* on.interact(proxySessionId)
        assert.strictEqual(ended.status, "Closed")
        assert.deepStrictEqual(ended.endedTimestamp, DateTime.makeUnsafe(60_000))
      }),
    ),
  )

  it.effect("of a missing session is a NotFoundException", () =>
    play((on) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* refusal(on.interact("missing")), NotFound)
      }),
    ),
  )
})

describe("routing a call", () => {
  const callTo = (
    on: Scene,
    dialled: string,
    parts: { readonly caller?: string; readonly providerId?: string; readonly named?: string } = {},
  ) =>
    on.router.route({
      channel: "Voice",
      caller: parts.caller ?? stranger,
      dialled,
      voiceConnectorId: parts.named,
      provider: "test",
      providerId: parts.providerId ?? "call-1",
    })

  it.effect("a number of the default pool is routed where the connector is named, and unknown without a name", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          const { participants } = yield* on.create()
          const dialled = participants[0]?.proxyPhoneNumber ?? ""
          assert.include(yield* callTo(on, dialled), { reason: "UnknownNumber" })
          const named = yield* callTo(on, dialled, { named: connectorId, caller: pair(9)[0] })
          assert.include(named, { reason: "UnknownCaller" })
        }),
      {},
    ),
  )

  it.effect("remembers what concerns no session for an hour, and no more than 10,000 such answers", () =>
    play((on) =>
      Effect.gen(function* () {
        const reason = (providerId: string) =>
          Effect.map(callTo(on, seattle, { providerId }), (decision) =>
            decision._tag === "Refuse" ? decision.reason : decision.via,
          )
        yield* reason("first")
        yield* on.create({ participantPhoneNumbers: [stranger, pair(0)[0]] })
        assert.strictEqual(yield* reason("first"), "UnknownCaller")
        assert.strictEqual(yield* reason("second"), "Session")
        yield* TestClock.adjust("59 minutes")
        assert.strictEqual(yield* reason("first"), "UnknownCaller")
        for (let count = 0; count < 9_999; count++) {
          yield* on.router.route({
            channel: "Voice",
            caller: "",
            dialled: seattle,
            provider: "test",
            providerId: `flood-${count}`,
          })
        }
        assert.strictEqual(yield* reason("first"), "UnknownCaller")
        yield* reason("unknown").pipe(Effect.andThen(callTo(on, "nobody", { providerId: "one-more" })))
        assert.strictEqual(yield* reason("first"), "Session")
      }),
    ),
  )
})

describe("the owners of a number", () => {
  const seeds = {
    snapshot: {
      format: "proxy-session-memory/1",
      stores: [
        { connectors: [connector(), connector({ voiceConnectorId: otherConnectorId, pool: [] })] },
        { region: "eu-west-1", connectors: [connector()] },
      ],
    },
  } as const

  it.effect("are the connectors that have it, over all tenants, however it is spelled", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const owners = [home, away].map((tenant) => ({ tenant, voiceConnectorId: connectorId }))
          for (const spelled of [seattle, seattle.slice(1)]) {
            assert.deepStrictEqual<unknown>(yield* on.router.ofNumber(number(spelled)), owners)
          }
          assert.deepStrictEqual(yield* on.router.ofNumber(number(stranger)), [])
        }),
      seeds,
    ),
  )

  it.effect("of the default pool are nobody", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          const { participants } = yield* on.create()
          assert.deepStrictEqual(yield* on.router.ofNumber(participants[0]?.proxyPhoneNumber ?? number(seattle)), [])
        }),
      {},
    ),
  )

  it.effect("belong to the tenants that have a connector", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* play((on) => on.router.tenants, seeds), [home, away])
      const asked = play((on) => Effect.andThen(Effect.exit(on.getProxy()), on.router.tenants), {})
      assert.deepStrictEqual(yield* asked, [])
    }),
  )
})

describe("the numbers of a connector", () => {
  const key = new VoiceConnectorProxyKey({ voiceConnectorId: connector().voiceConnectorId })

  it.effect("come in their order, each with its live sessions", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.create({ participantPhoneNumbers: pair(0), expiryMinutes: 1 })
        yield* on.create({ participantPhoneNumbers: pair(1) })
        yield* on.create({ participantPhoneNumbers: [pair(1)[0], pair(2)[0]] })
        const deleted = yield* on.create({ participantPhoneNumbers: pair(3) })
        const uses = Effect.map(on.router.numbers(key), (numbers) =>
          numbers.map(({ country, liveSessions, phoneNumber }) => [phoneNumber as string, country, liveSessions]),
        )
        const others = [
          [newYork, "US", 0],
          [toronto, "CA", 0],
          [london, "GB", 0],
        ]
        assert.deepStrictEqual(yield* uses, [[seattle, "US", 3], [seattle2, "US", 1], ...others])
        yield* on.remove(deleted.proxySessionId)
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* uses, [[seattle, "US", 1], [seattle2, "US", 1], ...others])
      }),
    ),
  )

  it.effect("are those of the default pool where it has none of its own, and of no other connector", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          assert.strictEqual(yield* refusal(on.router.numbers(key)), NotFound)
          yield* on.putProxy()
          assert.strictEqual((yield* on.router.numbers(key)).length, 1000)
        }),
      {},
    ),
  )
})
