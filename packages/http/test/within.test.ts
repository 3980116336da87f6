import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { callbackWithin, within } from "../src/internal/within.ts"

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
        assert.isAtMost(timers(), before)
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
        assert.isAtMost(timers(), before)
      }))

    test("waits for what cannot be interrupted, and is late all the same", () =>
      Effect.gen(function* () {
        let hasEnded = false
        const steps = Effect.forEach(Array.from({ length: 10 }), () => Effect.yieldNow, { discard: true })
        const stubborn = Effect.uninterruptible(
          Effect.andThen(
            steps,
            Effect.sync(() => (hasEnded = true)),
          ),
        )
        const end = Effect.sync(() => hasEnded)
        assert.isTrue(yield* within(none, Effect.andThen(stubborn, Effect.never), end))
      }))

    test("takes an answer that comes in the moment in which the time ends", () =>
      Effect.gen(function* () {
        let answer: (exit: Exit.Exit<string>) => void = () => undefined
        const slow = Effect.callback<string>((resume) => void (answer = resume))
        const left = () => {
          answer(Exit.succeed("done"))
          return 0
        }
        const before = timers()
        assert.strictEqual(yield* within(left, slow, late), "done")
        assert.isAtMost(timers(), before)
      }))

    test("never asks what time is left for what ends at once", () =>
      Effect.gen(function* () {
        const never = () => assert.fail("there was no need")
        assert.strictEqual(yield* within(never, Effect.succeed("done"), late), "done")
        assert.deepStrictEqual(yield* Effect.exit(within(never, Effect.fail("no"), Effect.never)), Exit.fail("no"))
      }))

    test("leaves nothing running where the effect interrupts its own caller", () =>
      Effect.gen(function* () {
        const interrupted = yield* Deferred.make<void>()
        let hasEnded = false
        const caught = Effect.withFiber((caller) => {
          const interrupting = Effect.andThen(
            Effect.sync(() => caller.interruptUnsafe()),
            Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined)),
          )
          return Effect.uninterruptibleMask((restore) =>
            Effect.exit(restore(within(minute, interrupting, late))).pipe(
              Effect.andThen(Deferred.isDone(interrupted)),
              Effect.andThen((isDone) => Effect.sync(() => (hasEnded = isDone))),
            ),
          )
        })
        yield* Fiber.await(yield* Effect.forkChild(caught))
        assert.isTrue(hasEnded)
      }))

    test("interrupts the effect even where the call itself cannot be", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* Effect.uninterruptible(within(none, Effect.never, late)), "late")
      }))
  })
}

/** Each of them on a test's clock, and on the platform's. */
for (const [clock, test] of [
  ["a test's clock", it.effect],
  ["the platform's clock", it.live],
] as const) {
  describe(`callbackWithin, on ${clock}`, () => {
    /** Begins what a test resumes, and counts how often it is given up. */
    const begun = (left: () => number) => {
      const world: { given: number; resume: (effect: Effect.Effect<string, string>) => void } = {
        given: 0,
        resume: () => undefined,
      }
      const waiting = Effect.withFiber((fiber) =>
        callbackWithin<string, string>(
          fiber,
          left,
          (resume) => {
            world.resume = resume
            return () => void world.given++
          },
          late,
        ),
      )
      return { world, waiting }
    }

    test("answers and fails as it is told, at once or later, and leaves no timer", () =>
      Effect.gen(function* () {
        const before = timers()
        for (const answer of [Effect.succeed("done"), Effect.fail("no")]) {
          const { waiting, world } = begun(minute)
          const fiber = yield* Effect.forkChild(Effect.exit(waiting), { startImmediately: true })
          world.resume(answer)
          assert.deepStrictEqual(yield* Fiber.join(fiber), yield* Effect.exit(answer))
          const never = () => assert.fail("there was no need")
          const atOnce = Effect.withFiber((fiber) =>
            callbackWithin<string, string>(
              fiber,
              never,
              (resume) => {
                resume(answer)
                return never
              },
              late,
            ),
          )
          assert.deepStrictEqual(yield* Effect.exit(atOnce), yield* Effect.exit(answer))
          assert.strictEqual(world.given, 0)
        }
        assert.isAtMost(timers(), before)
      }))

    test("gives up what has no time left before the other effect begins, and hears nothing more of it", () =>
      Effect.gen(function* () {
        const { waiting, world } = begun(none)
        assert.strictEqual(yield* waiting, "late")
        world.resume(Effect.die("heard"))
        assert.strictEqual(world.given, 1)
        const story: Array<string> = []
        const told = Effect.sync(() => void story.push("late"))
        const talking = (resume: (effect: Effect.Effect<void>) => void) => () => {
          story.push("given up")
          resume(Effect.die("heard"))
        }
        yield* Effect.withFiber((fiber) => callbackWithin(fiber, none, talking, told))
        assert.deepStrictEqual(story, ["given up", "late"])
      }))

    test("takes an answer that comes in the moment in which the time ends, and gives nothing up", () =>
      Effect.gen(function* () {
        const before = timers()
        const asked = [1, 0]
        const { waiting, world } = begun(() => {
          const millis = asked.shift() ?? 0
          if (millis === 0) world.resume(Effect.succeed("done"))
          return millis
        })
        const fiber = yield* Effect.forkChild(waiting, { startImmediately: true })
        if (clock === "a test's clock") yield* TestClock.adjust(1)
        assert.strictEqual(yield* Fiber.join(fiber), "done")
        assert.strictEqual(world.given, 0)
        assert.isAtMost(timers(), before)
      }))

    test("gives up when it is interrupted, once, and leaves no timer", () =>
      Effect.gen(function* () {
        const before = timers()
        const { waiting, world } = begun(minute)
        yield* Fiber.interrupt(yield* Effect.forkChild(waiting, { startImmediately: true }))
        world.resume(Effect.die("heard"))
        assert.strictEqual(world.given, 1)
        assert.isAtMost(timers(), before)
      }))

    test("is a defect where it cannot even begin, and leaves no timer", () =>
      Effect.gen(function* () {
        const before = timers()
        const bug = new Error("bug")
        const broken = Effect.withFiber((fiber) =>
          callbackWithin<string, never>(
            fiber,
            minute,
            () => {
              throw bug
            },
            late,
          ),
        )
        assert.deepStrictEqual(yield* Effect.exit(broken), Exit.die(bug))
        assert.isAtMost(timers(), before)
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

  it.live("leaves no timer where the answer comes as the time ends, or after there was more of it", () =>
    Effect.gen(function* () {
      for (const last of [0, 60_000]) {
        const before = timers()
        const answer = yield* Deferred.make<string>()
        let asked = 0
        const left = () => {
          if (++asked === 1) return 1
          Deferred.doneUnsafe(answer, Effect.succeed("done"))
          return last
        }
        const slow = last === 0 ? Deferred.await(answer) : Effect.tap(Deferred.await(answer), Effect.yieldNow)
        assert.strictEqual(yield* within(left, slow, late), "done")
        yield* Effect.yieldNow
        assert.strictEqual(asked, 2)
        assert.isAtMost(timers(), before)
      }
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
