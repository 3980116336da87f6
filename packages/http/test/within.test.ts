import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { within } from "../src/internal/within.ts"

const minute = () => 60_000
const none = () => 0
const late = Effect.succeed("late")
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length

/** Each of them on a test's clock, and on the platform's. */
for (const [clock, test] of [
  ["a test's clock", it.effect],
  ["the platform's clock", it.live],
] as const) {
  describe(`within, on ${clock}`, () => {
    test("answers, fails and dies as the effect does, at once or later, and leaves no timer", () =>
      Effect.gen(function* () {
        const before = timers()
        for (const effect of [
          Effect.succeed("done"),
          Effect.fail("no"),
          Effect.die("bug"),
          Effect.interrupt,
        ] satisfies ReadonlyArray<Effect.Effect<string, string>>) {
          for (const each of [effect, Effect.andThen(Effect.yieldNow, effect)]) {
            const [exit, alone] = [yield* Effect.exit(within(minute, each, late)), yield* Effect.exit(each)]
            assert.strictEqual(Exit.hasInterrupts(exit), Exit.hasInterrupts(alone))
            if (!Exit.hasInterrupts(alone)) assert.deepStrictEqual(exit, alone)
          }
        }
        assert.strictEqual(timers(), before)
      }))

    test("interrupts what has no time left, and waits until it has ended", () =>
      Effect.gen(function* () {
        const story: Array<string> = []
        const slow = Effect.onInterrupt(Effect.never, () =>
          Effect.andThen(
            Effect.yieldNow,
            Effect.sync(() => void story.push("ended")),
          ),
        )
        const answer = yield* within(
          none,
          slow,
          Effect.sync(() => {
            story.push("late")
            return "late"
          }),
        )
        assert.deepStrictEqual([answer, ...story], ["late", "ended", "late"])
      }))

    test("hands an interruption on, and leaves no timer", () =>
      Effect.gen(function* () {
        const before = timers()
        const interrupted = yield* Deferred.make<void>()
        const slow = Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined))
        // Whoever catches the interruption goes on, but not before the effect has ended.
        let hasEnded = false
        const caught = Effect.uninterruptibleMask((restore) =>
          Effect.exit(restore(within(minute, slow, late))).pipe(
            Effect.andThen(Deferred.isDone(interrupted)),
            Effect.andThen((isDone) => Effect.sync(() => (hasEnded = isDone))),
          ),
        )
        const fiber = yield* Effect.forkChild(caught, { startImmediately: true })
        yield* Fiber.interrupt(fiber)
        assert.isTrue(hasEnded)
        assert.strictEqual(timers(), before)
      }))

    test("interrupts the effect even where the call itself cannot be", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* Effect.uninterruptible(within(none, Effect.never, late)), "late")
      }))
  })
}

describe("within", () => {
  it.live("asks again how much is left when it has passed", () =>
    Effect.gen(function* () {
      const asked = [5, 5, 0]
      assert.strictEqual(yield* within(() => asked.shift() ?? 0, Effect.never, late), "late")
      assert.deepStrictEqual(asked, [])
    }),
  )

  it.live("waits for ever where it has for ever, or longer than a timer can", () =>
    Effect.gen(function* () {
      for (const long of [Number.POSITIVE_INFINITY, 2 ** 31, 1e15]) {
        let asked = 0
        const left = () => {
          asked++
          return long
        }
        assert.strictEqual(yield* within(left, Effect.delay(Effect.succeed("done"), 20), late), "done")
        assert.strictEqual(asked, 1)
      }
    }),
  )
})
