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
