import { assert, describe, it } from "@effect/vitest"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import * as SessionEvent from "@proxy-session/domain/SessionEvent"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { SessionEvents } from "@proxy-session/repo/SessionEvents"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const event = (n: number, account = Tenant.defaultValue().account) =>
  SessionEvent.created(
    {
      tenant: { ...Tenant.defaultValue(), account },
      voiceConnectorId: VoiceConnectorId.make("abcdef1ghij2klmno3pqr4"),
      proxySessionId: ProxySessionId.make(`session-${n}`),
    },
    DateTime.makeUnsafe(n),
  )

/** The events that are told while an effect runs, by the sessions' ids and the accounts. */
const told = (run: (events: SessionEvents["Service"]) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const events = yield* SessionEvents
    const names: Array<string> = []
    const reading = Stream.runForEach(events.events, ({ proxySessionId, tenant }) =>
      Effect.sync(() => names.push(`${proxySessionId} ${tenant.account}`)),
    )
    yield* Effect.forkChild(reading, { startImmediately: true })
    yield* run(events)
    yield* Effect.yieldNow
    return names
  }).pipe(Effect.provide(SessionEvents.layer({ capacity: 100_000 })))

const many = (publish: SessionEvents["Service"]["publish"], from: number, to: number) =>
  Effect.forEach(
    Array.from({ length: to - from }, (_, n) => from + n),
    (n) => publish(event(n)),
    { discard: true },
  )

describe("an event", () => {
  it.effect("is not told again after 9,999 others, and is known no more after 20,000", () =>
    Effect.gen(function* () {
      const few = yield* told(({ publish }) => Effect.andThen(many(publish, 0, 10_000), publish(event(0))))
      assert.strictEqual(few.length, 10_000)
      const more = yield* told(({ publish }) => Effect.andThen(many(publish, 0, 20_001), publish(event(0))))
      assert.strictEqual(more.length, 20_002)
    }),
  )

  it.effect("is told again once its account is forgotten, however long ago it was told", () =>
    Effect.gen(function* () {
      const names = yield* told(({ forget, publish }) =>
        Effect.gen(function* () {
          yield* publish(event(1, "111122223333"))
          yield* publish(event(1, "444455556666"))
          yield* many(publish, 2, 10_100)
          yield* forget("111122223333")
          yield* publish(event(1, "111122223333"))
          yield* publish(event(1, "444455556666"))
        }),
      )
      assert.deepStrictEqual(
        names.filter((name) => name.startsWith("session-1 ")),
        ["session-1 111122223333", "session-1 444455556666", "session-1 111122223333"],
      )
    }),
  )
})
