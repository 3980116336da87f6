import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { vi } from "vitest"
import { callbackUntil, effectUntil, monotonicMillis } from "../src/internal/timeout.ts"

const late = () => Effect.succeed("late")
/** The timers that are set, once the one that is running has run. */
const timers = Effect.callback<number>((resume) => {
  setImmediate(() => resume(Effect.sync(count)))
})
const count = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length

/** A deadline so many milliseconds from now. */
const inMillis = (millis: number) => Effect.map(Clock.Clock, (clock) => monotonicMillis(clock) + millis)
const minute = inMillis(60_000)
const now = inMillis(0)

/** Each of them on a test's clock, and on the platform's. */
const clocks = [
  ["a test's clock", it.effect, (millis: number) => TestClock.adjust(millis)],
  ["the platform's clock", it.live, (millis: number) => Effect.sleep(millis)],
] as const

for (const [clock, test, pass] of clocks) {
  describe(`effectUntil, on ${clock}`, () => {
    test("answers, fails and dies as the effect does, at once or later, and leaves no timer", () =>
      Effect.gen(function* () {
        const before = yield* timers
        const deadline = yield* minute
        for (const effect of [
          Effect.succeed("done"),
          Effect.fail("no"),
          Effect.die("bug"),
          Effect.interrupt,
        ] satisfies ReadonlyArray<Effect.Effect<string, string>>) {
          for (const each of [effect, Effect.suspend(() => effect), Effect.andThen(Effect.yieldNow, effect)]) {
            const [exit, alone] = [yield* Effect.exit(effectUntil(deadline, each, late)), yield* Effect.exit(each)]
            assert.strictEqual(Exit.hasInterrupts(exit), Exit.hasInterrupts(alone))
            if (!Exit.hasInterrupts(alone)) assert.deepStrictEqual(exit, alone)
          }
        }
        assert.isAtMost(yield* timers, before)
      }))

    test("interrupts what has no time left, and waits until it has ended", () =>
      Effect.gen(function* () {
        for (const deadline of [yield* now, yield* inMillis(-5), yield* inMillis(5)]) {
          const story: Array<string> = []
          const slow = Effect.onInterrupt(Effect.never, () =>
            Effect.andThen(
              Effect.yieldNow,
              Effect.sync(() => void story.push("ended")),
            ),
          )
          const call = effectUntil(deadline, slow, () => {
            story.push("late")
            return Effect.succeed("late")
          })
          const fiber = yield* Effect.forkChild(call, { startImmediately: true })
          yield* pass(5)
          assert.deepStrictEqual([yield* Fiber.join(fiber), ...story], ["late", "ended", "late"])
        }
      }))

    test("hands an interruption on, and leaves no timer", () =>
      Effect.gen(function* () {
        const before = yield* timers
        const deadline = yield* minute
        const interrupted = yield* Deferred.make<void>()
        const slow = Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined))
        // Whoever catches the interruption goes on, but not before the effect has ended.
        let hasEnded = false
        const caught = Effect.uninterruptibleMask((restore) =>
          Effect.exit(restore(effectUntil(deadline, slow, late))).pipe(
            Effect.andThen(Deferred.isDone(interrupted)),
            Effect.andThen((isDone) => Effect.sync(() => (hasEnded = isDone))),
          ),
        )
        const fiber = yield* Effect.forkChild(caught, { startImmediately: true })
        yield* Fiber.interrupt(fiber)
        assert.isTrue(hasEnded)
        assert.isAtMost(yield* timers, before)
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
        const end = () => Effect.sync(() => hasEnded)
        assert.isTrue(yield* effectUntil(yield* now, Effect.andThen(stubborn, Effect.never), end))
      }))

    test("takes an answer that comes in the moment in which the time ends", () =>
      Effect.gen(function* () {
        const before = yield* timers
        let ended = 0
        const slow = Effect.callback<string>((resume) => {
          const timer = setTimeout(() => resume(Effect.succeed("done")), 5)
          return Effect.sync(() => clearTimeout(timer))
        })
        const asleep = clock === "a test's clock" ? Effect.as(Effect.sleep(5), "done") : slow
        const counted = Effect.onExit(asleep, () => Effect.sync(() => void ended++))
        const call = effectUntil(yield* inMillis(5), counted, late)
        const fiber = yield* Effect.forkChild(call, { startImmediately: true })
        yield* pass(5)
        assert.include(["done", "late"], yield* Fiber.join(fiber))
        assert.strictEqual(ended, 1)
        assert.isAtMost(yield* timers, before)
      }))

    test("never begins to measure the time of an effect that ends at once", () =>
      Effect.gen(function* () {
        const never = () => assert.fail("there was no need")
        const past = yield* inMillis(-1)
        assert.strictEqual(
          yield* effectUntil(
            past,
            Effect.suspend(() => Effect.succeed("done")),
            never,
          ),
          "done",
        )
        assert.deepStrictEqual(yield* Effect.exit(effectUntil(past, Effect.fail("no"), never)), Exit.fail("no"))
      }))

    test("leaves nothing running where the effect interrupts its own caller", () =>
      Effect.gen(function* () {
        const deadline = yield* minute
        const interrupted = yield* Deferred.make<void>()
        let hasEnded = false
        const caught = Effect.withFiber((caller) => {
          const interrupting = Effect.andThen(
            Effect.sync(() => caller.interruptUnsafe()),
            Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined)),
          )
          return Effect.uninterruptibleMask((restore) =>
            Effect.exit(restore(effectUntil(deadline, interrupting, late))).pipe(
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
        assert.strictEqual(yield* Effect.uninterruptible(effectUntil(yield* now, Effect.never, late)), "late")
      }))
  })

  describe(`callbackUntil, on ${clock}`, () => {
    /** Begins what a test resumes, and counts how often it is given up. */
    const begun = (deadline: number) => {
      const world: { given: number; resume: (effect: Effect.Effect<string, string>) => void } = {
        given: 0,
        resume: () => undefined,
      }
      const waiting = callbackUntil<string, string>(
        deadline,
        (resume) => {
          world.resume = resume
          return () => Effect.sync(() => void world.given++)
        },
        late,
      )
      return { world, waiting }
    }

    test("answers and fails as it is told, at once or later, and leaves no timer", () =>
      Effect.gen(function* () {
        const before = yield* timers
        for (const answer of [Effect.succeed("done"), Effect.fail("no")]) {
          const { waiting, world } = begun(yield* minute)
          const fiber = yield* Effect.forkChild(Effect.exit(waiting), { startImmediately: true })
          world.resume(answer)
          assert.deepStrictEqual(yield* Fiber.join(fiber), yield* Effect.exit(answer))
          const never = () => assert.fail("there was no need")
          const atOnce = callbackUntil<string, string>(
            yield* inMillis(-1),
            (resume) => {
              resume(answer)
              return never
            },
            never,
          )
          assert.deepStrictEqual(yield* Effect.exit(atOnce), yield* Effect.exit(answer))
          assert.strictEqual(world.given, 0)
        }
        assert.isAtMost(yield* timers, before)
      }))

    test("gives up what has no time left before the other effect begins, and hears nothing more of it", () =>
      Effect.gen(function* () {
        for (const millis of [-1, 0, 5]) {
          const { waiting, world } = begun(yield* inMillis(millis))
          const fiber = yield* Effect.forkChild(waiting, { startImmediately: true })
          yield* pass(5)
          assert.strictEqual(yield* Fiber.join(fiber), "late")
          world.resume(Effect.die("heard"))
          assert.strictEqual(world.given, 1)
        }
        const story: Array<string> = []
        const talking = (resume: (effect: Effect.Effect<void>) => void) => () =>
          Effect.sync(() => {
            story.push("given up")
            resume(Effect.die("heard"))
          })
        yield* callbackUntil(yield* now, talking, () => Effect.sync(() => void story.push("late")))
        assert.deepStrictEqual(story, ["given up", "late"])
      }))

    test("takes an answer that comes before the deadline and nothing after, and gives nothing up", () =>
      Effect.gen(function* () {
        const before = yield* timers
        const { waiting, world } = begun(yield* inMillis(20))
        const fiber = yield* Effect.forkChild(waiting, { startImmediately: true })
        yield* pass(1)
        world.resume(Effect.succeed("done"))
        world.resume(Effect.die("heard"))
        yield* pass(25)
        assert.strictEqual(yield* Fiber.join(fiber), "done")
        assert.strictEqual(world.given, 0)
        assert.isAtMost(yield* timers, before)
      }))

    test("gives up when it is interrupted, once, and leaves no timer", () =>
      Effect.gen(function* () {
        const before = yield* timers
        const { waiting, world } = begun(yield* minute)
        yield* Fiber.interrupt(yield* Effect.forkChild(waiting, { startImmediately: true }))
        world.resume(Effect.die("heard"))
        assert.strictEqual(world.given, 1)
        assert.isAtMost(yield* timers, before)
      }))

    test("is a defect where it cannot even begin, and leaves no timer", () =>
      Effect.gen(function* () {
        const before = yield* timers
        const bug = new Error("bug")
        const broken = callbackUntil<string, never>(
          yield* minute,
          () => {
            throw bug
          },
          late,
        )
        assert.deepStrictEqual(yield* Effect.exit(broken), Exit.die(bug))
        assert.isAtMost(yield* timers, before)
      }))
  })
}

describe("effectUntil", () => {
  it.live("is not late before its deadline, though a timer may fire early", () =>
    Effect.gen(function* () {
      for (let round = 0; round < 20; round++) {
        const deadline = yield* inMillis(1 + round / 20)
        yield* effectUntil(deadline, Effect.never, () => Effect.void)
        assert.isAtLeast(yield* now, deadline)
      }
    }),
  )

  it.live("leaves no timer where one fired early and was set again", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const [answer, woken] = [yield* Deferred.make<string>(), yield* Deferred.make<void>()]
      const call = effectUntil(yield* inMillis(5), Deferred.await(answer), late)
      const fiber = yield* Effect.forkChild(call, { startImmediately: true })
      const aMinuteBefore = clock.monotonicTimeNanosUnsafe() - 60_000_000_000n
      const reading = vi.spyOn(clock, "monotonicTimeNanosUnsafe").mockImplementation(() => {
        Deferred.doneUnsafe(woken, Effect.void)
        return aMinuteBefore
      })
      yield* Effect.ensuring(
        Deferred.await(woken),
        Effect.sync(() => reading.mockRestore()),
      )
      const waiting = yield* timers
      Deferred.doneUnsafe(answer, Effect.succeed("done"))
      assert.strictEqual(yield* Fiber.join(fiber), "done")
      assert.isBelow(yield* timers, waiting)
    }),
  )

  it.live("waits without a limit where there is none, or for longer than a timer can", () =>
    Effect.gen(function* () {
      for (const long of [Number.POSITIVE_INFINITY, 2 ** 31, 1e15]) {
        const done = Effect.delay(Effect.succeed("done"), 20)
        assert.strictEqual(yield* effectUntil(yield* inMillis(long), done, late), "done")
      }
    }),
  )

  it.effect("is late at its deadline, however often a test's clock is set", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(effectUntil(yield* inMillis(1000), Effect.never, late))
      for (const millis of [500, 499]) {
        yield* TestClock.adjust(millis)
        assert.isUndefined(fiber.pollUnsafe())
      }
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* Fiber.join(fiber), "late")
    }),
  )
})
