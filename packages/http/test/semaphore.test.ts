import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Semaphore from "../src/internal/semaphore.ts"
import { monotonicMillis } from "../src/internal/timeout.ts"

const never = Number.POSITIVE_INFINITY
const late = () => Effect.succeed("late")
const inMillis = (millis: number) => Effect.map(Clock.Clock, (clock) => monotonicMillis(clock) + millis)

/** One permit, and somebody who holds it until told to leave. */
const taken = Effect.gen(function* () {
  const semaphore = Semaphore.make(1)
  const leave = yield* Deferred.make<void>()
  const held = semaphore(never, Deferred.await(leave), () => Effect.void)
  const holder = yield* Effect.forkChild(held, { startImmediately: true })
  return { holder, leave: Deferred.succeed(leave, undefined), semaphore }
})

const start = <A, E>(effect: Effect.Effect<A, E>) => Effect.forkChild(effect, { startImmediately: true })

describe("a semaphore", () => {
  it.effect("lets as many in as it has permits, and the others in the order in which they asked", () =>
    Effect.gen(function* () {
      const semaphore = Semaphore.make(2)
      const entered: Array<number> = []
      const visit = (id: number) =>
        semaphore(
          never,
          Effect.andThen(
            Effect.sync(() => void entered.push(id)),
            Effect.sleep(1000),
          ),
          () => Effect.void,
        )
      yield* Effect.forEach([1, 2, 3, 4, 5], (id) => start(visit(id)))
      assert.deepStrictEqual(entered, [1, 2])
      yield* TestClock.adjust(1000)
      assert.deepStrictEqual(entered, [1, 2, 3, 4])
      yield* TestClock.adjust(1000)
      assert.deepStrictEqual(entered, [1, 2, 3, 4, 5])
    }),
  )

  it.effect("turns away who gets none by the deadline", () =>
    Effect.gen(function* () {
      const { leave, semaphore } = yield* taken
      const waiting = yield* start(semaphore(yield* inMillis(1500), Effect.succeed("in"), late))
      yield* TestClock.adjust(1499)
      assert.isUndefined(waiting.pollUnsafe())
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* Fiber.join(waiting), "late")
      yield* leave
      assert.strictEqual(yield* semaphore(never, Effect.succeed("in"), late), "in")
    }),
  )

  it.effect("has no more permits for those who were turned away or gave up", () =>
    Effect.gen(function* () {
      const { leave, semaphore } = yield* taken
      assert.strictEqual(yield* semaphore(yield* inMillis(0), Effect.succeed("in"), late), "late")
      const waiting = yield* start(semaphore(never, Effect.never, late))
      yield* Fiber.interrupt(waiting)
      const next = yield* start(semaphore(never, Effect.succeed("in"), late))
      yield* TestClock.adjust("1 minute")
      assert.isUndefined(next.pollUnsafe())
      yield* leave
      assert.strictEqual(yield* Fiber.join(next), "in")
    }),
  )

  it.effect("lets nobody come back before others have had their turn", () =>
    Effect.gen(function* () {
      const { leave, semaphore } = yield* taken
      const story: Array<string> = []
      const visit = (name: string) =>
        semaphore(
          never,
          Effect.sync(() => void story.push(name)),
          () => Effect.void,
        )
      const twice = yield* start(Effect.andThen(visit("first"), visit("again")))
      const second = yield* start(visit("second"))
      yield* leave
      yield* Fiber.joinAll([twice, second])
      assert.deepStrictEqual(story, ["first", "second", "again"])
    }),
  )

  it.effect("has its permit back after a failure, a defect and an interruption, inside and while waiting", () =>
    Effect.gen(function* () {
      const { holder, semaphore } = yield* taken
      const waiting = yield* start(semaphore(never, Effect.never, late))
      const next = yield* start(semaphore(never, Effect.fail("no"), () => Effect.void))
      const last = yield* start(semaphore(never, Effect.die("bug"), () => Effect.void))
      yield* Fiber.interrupt(waiting)
      yield* Fiber.interrupt(holder)
      assert.deepStrictEqual(yield* Fiber.await(next), Exit.fail("no"))
      assert.deepStrictEqual(yield* Fiber.await(last), Exit.die("bug"))
      assert.strictEqual(yield* semaphore(never, Effect.succeed("in"), late), "in")
    }),
  )

  it.effect("passes its permit on however many leave as soon as they come", () =>
    Effect.gen(function* () {
      const { leave, semaphore } = yield* taken
      let visits = 0
      const visit = semaphore(
        never,
        Effect.sync(() => void visits++),
        () => Effect.void,
      )
      const fibers = yield* Effect.forEach(Array.from({ length: 20_000 }), () => start(visit))
      assert.strictEqual(visits, 0)
      yield* leave
      yield* Fiber.awaitAll(fibers)
      assert.strictEqual(visits, 20_000)
    }),
  )

  it.live("keeps no timer of those who got a permit, nor of those who gave up", () =>
    Effect.gen(function* () {
      const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length
      const before = timers()
      const { leave, semaphore } = yield* taken
      const deadline = yield* inMillis(60_000)
      const visits = yield* Effect.forEach([1, 2, 3], () => start(semaphore(deadline, Effect.succeed("in"), late)))
      assert.strictEqual(timers(), before + 3)
      for (const visit of visits.slice(2)) yield* Fiber.interrupt(visit)
      yield* leave
      yield* Fiber.awaitAll(visits)
      assert.strictEqual(timers(), before)
    }),
  )

  it.live("turns away on the platform's own clock, too", () =>
    Effect.gen(function* () {
      const { semaphore } = yield* taken
      const deadline = yield* inMillis(30)
      assert.strictEqual(yield* semaphore(deadline, Effect.succeed("in"), late), "late")
      assert.isAtLeast(yield* inMillis(0), deadline)
    }),
  )
})
