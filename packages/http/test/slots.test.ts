import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Slots from "../src/internal/slots.ts"

const ever = () => Number.POSITIVE_INFINITY

/** One place, and somebody in it until told to leave. */
const taken = Effect.gen(function* () {
  const slots = Slots.make(1)
  const leave = yield* Deferred.make<void>()
  const holder = yield* Effect.forkChild(slots(Deferred.await(leave), ever, Effect.void), { startImmediately: true })
  return { holder, leave: Deferred.succeed(leave, undefined), slots }
})

describe("slots", () => {
  it.effect("let as many in as there are, and the others in the order in which they asked", () =>
    Effect.gen(function* () {
      const slots = Slots.make(2)
      const entered: Array<number> = []
      const visit = (id: number) =>
        slots(
          Effect.andThen(
            Effect.sync(() => void entered.push(id)),
            Effect.sleep(1000),
          ),
          ever,
          Effect.void,
        )
      yield* Effect.forEach([1, 2, 3, 4, 5], (id) => Effect.forkChild(visit(id), { startImmediately: true }))
      assert.deepStrictEqual(entered, [1, 2])
      yield* TestClock.adjust(1000)
      assert.deepStrictEqual(entered, [1, 2, 3, 4])
      yield* TestClock.adjust(1000)
      assert.deepStrictEqual(entered, [1, 2, 3, 4, 5])
    }),
  )

  it.effect("turn away who has no time left, asking once more when it has passed", () =>
    Effect.gen(function* () {
      const { leave, slots } = yield* taken
      const times = [1000, 500, 0]
      const late = yield* Effect.forkChild(
        slots(
          Effect.succeed("in"),
          () => times.shift() ?? 0,
          Effect.sync(() => "late"),
        ),
        { startImmediately: true },
      )
      yield* TestClock.adjust(1499)
      assert.isUndefined(late.pollUnsafe())
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* Fiber.join(late), "late")
      yield* leave
      assert.strictEqual(yield* slots(Effect.succeed("in"), ever, Effect.succeed("late")), "in")
    }),
  )

  it.effect("are no more for those who were turned away or gave up", () =>
    Effect.gen(function* () {
      const { leave, slots } = yield* taken
      assert.strictEqual(yield* slots(Effect.succeed("in"), () => 0, Effect.succeed("late")), "late")
      const waiting = yield* Effect.forkChild(slots(Effect.never, ever, Effect.void), { startImmediately: true })
      yield* Fiber.interrupt(waiting)
      const next = yield* Effect.forkChild(slots(Effect.void, ever, Effect.void), { startImmediately: true })
      yield* TestClock.adjust("1 minute")
      assert.isUndefined(next.pollUnsafe())
      yield* leave
      yield* Fiber.join(next)
    }),
  )

  it.effect("are not taken by who comes back before others have had their turn", () =>
    Effect.gen(function* () {
      const { leave, slots } = yield* taken
      const story: Array<string> = []
      const visit = (name: string) =>
        slots(
          Effect.sync(() => void story.push(name)),
          ever,
          Effect.void,
        )
      const twice = yield* Effect.forkChild(Effect.andThen(visit("first"), visit("again")), { startImmediately: true })
      const second = yield* Effect.forkChild(visit("second"), { startImmediately: true })
      yield* leave
      yield* Fiber.joinAll([twice, second])
      assert.deepStrictEqual(story, ["first", "second", "again"])
    }),
  )

  it.effect("are free again after a failure, a defect and an interruption, inside and while waiting", () =>
    Effect.gen(function* () {
      const { holder, slots } = yield* taken
      const waiting = yield* Effect.forkChild(slots(Effect.never, ever, Effect.void), { startImmediately: true })
      const next = yield* Effect.forkChild(slots(Effect.fail("no"), ever, Effect.void), { startImmediately: true })
      const last = yield* Effect.forkChild(slots(Effect.die("bug"), ever, Effect.void), { startImmediately: true })
      yield* Fiber.interrupt(waiting)
      yield* Fiber.interrupt(holder)
      assert.deepStrictEqual(yield* Fiber.await(next), Exit.fail("no"))
      assert.deepStrictEqual(yield* Fiber.await(last), Exit.die("bug"))
      assert.isTrue(yield* slots(Effect.succeed(true), ever, Effect.succeed(false)))
    }),
  )

  it.effect("pass from one to the next however many leave as soon as they come", () =>
    Effect.gen(function* () {
      const { leave, slots } = yield* taken
      let visits = 0
      const visit = slots(
        Effect.sync(() => void visits++),
        ever,
        Effect.void,
      )
      const fibers = yield* Effect.forEach(Array.from({ length: 20_000 }), () =>
        Effect.forkChild(visit, { startImmediately: true }),
      )
      assert.strictEqual(visits, 0)
      yield* leave
      yield* Fiber.awaitAll(fibers)
      assert.strictEqual(visits, 20_000)
    }),
  )

  it.live("keep no timer of those who got a place, nor of those who gave up", () =>
    Effect.gen(function* () {
      const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length
      const before = timers()
      const { leave, slots } = yield* taken
      const visits = yield* Effect.forEach([1, 2, 3], () =>
        Effect.forkChild(
          slots(Effect.void, () => 60_000, Effect.void),
          { startImmediately: true },
        ),
      )
      assert.strictEqual(timers(), before + 3)
      for (const visit of visits.slice(2)) yield* Fiber.interrupt(visit)
      yield* leave
      yield* Fiber.awaitAll(visits)
      assert.strictEqual(timers(), before)
    }),
  )

  it.live("turn away on the platform's own clock, too", () =>
    Effect.gen(function* () {
      const { slots } = yield* taken
      const end = performance.now() + 30
      const late = slots(Effect.succeed("in"), () => end - performance.now(), Effect.succeed("late"))
      assert.strictEqual(yield* late, "late")
      assert.isAtLeast(performance.now(), end)
    }),
  )
})
