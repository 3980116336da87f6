import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import {
  BadRequest,
  connector,
  connectorId,
  driver,
  play,
  proxyOf,
  refusal,
  rider,
  seattle,
  seattle2,
  sharing,
  stranger,
} from "./support/scene.ts"

describe("expiry", () => {
  it.effect("a session is open to its last millisecond and closed from the next on", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(1_000_000_000_123)
        const { proxySessionId } = yield* on.create({ expiryMinutes: 3 })
        yield* TestClock.adjust(3 * 60_000 - 1)
        assert.strictEqual((yield* on.get(proxySessionId)).status, "Open")
        yield* TestClock.adjust(1)
        const ended = yield* on.get(proxySessionId)
        assert.strictEqual(ended.status, "Closed")
        assert.deepStrictEqual(ended.endedTimestamp, DateTime.makeUnsafe(1_000_000_000_123 + 3 * 60_000))
        assert.deepStrictEqual(ended.updatedTimestamp, ended.endedTimestamp)
      }),
    ),
  )

  it.effect("however late one looks, a session ended when it expired, and can still be read", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create()
        yield* TestClock.adjust("400 days")
        assert.deepStrictEqual((yield* on.get(proxySessionId)).endedTimestamp, DateTime.makeUnsafe(60 * 60_000))
        assert.strictEqual((yield* on.list({ status: "Closed" })).proxySessions.length, 1)
      }),
    ),
  )

  it.effect("a session in progress expires like any other", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create()
        yield* on.interact(proxySessionId)
        yield* TestClock.adjust("60 minutes")
        assert.strictEqual((yield* on.get(proxySessionId)).status, "Closed")
      }),
    ),
  )

  it.effect("a number is held to the last millisecond and free from the next on", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.create({ expiryMinutes: 3 })
        yield* TestClock.adjust(3 * 60_000 - 1)
        assert.strictEqual(proxyOf(yield* on.create({ participantPhoneNumbers: [rider, stranger] })), seattle2)
        yield* TestClock.adjust(1)
        assert.strictEqual(proxyOf(yield* on.create()), seattle)
      }),
    ),
  )

  it.effect("a session without a life, from a configuration without one, never expires", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const session = yield* on.create()
          assert.isFalse("expiryMinutes" in session)
          yield* TestClock.adjust("36500 days")
          assert.strictEqual((yield* on.get(session.proxySessionId)).status, "Open")
        }),
      { connectors: [connector({ configuration: { phoneNumberCountries: ["US"] } })] },
    ),
  )

  it.effect("a clock that is set back revives neither a session nor its hold on a number", () =>
    play((on) =>
      Effect.gen(function* () {
        const first = yield* on.create({ expiryMinutes: 1 })
        yield* TestClock.setTime(60_000)
        const second = yield* on.create({ participantPhoneNumbers: [rider, stranger] })
        assert.strictEqual(proxyOf(second), proxyOf(first), "the number was free")
        yield* TestClock.setTime(30_000)
        const ended = yield* on.get(first.proxySessionId)
        assert.strictEqual(ended.status, "Closed")
        assert.strictEqual(yield* refusal(on.update(first.proxySessionId)), BadRequest)
        const third = yield* on.create()
        assert.notStrictEqual(proxyOf(third), proxyOf(second))
        assert.isTrue(DateTime.isGreaterThanOrEqualTo(third.createdTimestamp, second.createdTimestamp))
      }),
    ),
  )

  it.effect("a session from a later clock is never dated before its creation", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const later = DateTime.makeUnsafe("2020-04-15T16:10:10.288Z")
          assert.deepStrictEqual((yield* on.update("seeded")).updatedTimestamp, later)
          assert.deepStrictEqual((yield* on.interact("seeded")).updatedTimestamp, later)
          yield* on.remove("seeded")
          assert.deepStrictEqual((yield* on.get("seeded")).endedTimestamp, later)
        }),
      {
        deleteMode: "close",
        connectors: [
          connector({
            sessions: [
              {
                voiceConnectorId: connectorId,
                proxySessionId: "seeded",
                status: "Open",
                expiryMinutes: 60,
                createdTimestamp: "2020-04-15T16:10:10.288Z",
                updatedTimestamp: "2020-04-15T16:10:10.288Z",
                participants: sharing(rider, driver),
              },
            ],
          }),
        ],
      },
    ),
  )

  it.effect("nobody is ever woken: no operation sleeps, so no timer is left when the scope closes", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      let asleep = 0
      const watched: Clock.Clock = {
        ...clock,
        currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe(),
        sleep: (duration) =>
          Effect.acquireUseRelease(
            Effect.sync(() => void asleep++),
            () => clock.sleep(duration),
            () => Effect.sync(() => void asleep--),
          ),
      }
      yield* play((on) =>
        Effect.gen(function* () {
          const { proxySessionId } = yield* on.create({ expiryMinutes: 1 })
          yield* on.update(proxySessionId, { expiryMinutes: 2 })
          assert.strictEqual(asleep, 0)
          const slow = Effect.delay(on.get(proxySessionId), "1 hour")
          const fiber = yield* Effect.forkChild(slow, { startImmediately: true })
          assert.strictEqual(asleep, 1, "the watch itself works")
          yield* Fiber.interrupt(fiber)
          assert.strictEqual(asleep, 0)
        }),
      ).pipe(Effect.provideService(Clock.Clock, watched))
      assert.strictEqual(asleep, 0)
    }),
  )
})
