/**
 * Calls of several fibers, recorded one after the other, and replayed in the order in which they were recorded.
 */
import { assert, describe, it } from "@effect/vitest"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import * as Pace from "../src/internal/pace.ts"
import { changed, defectOf, get, shelf } from "./support.ts"

const ask = (id: string) => Effect.flip(get(id))

describe("a call that is early", () => {
  it.effect("waits while other fibers have a turn", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(Effect.andThen(ask("one"), ask("other")))
      const late = Effect.andThen(Effect.yieldNow, ask("one"))
      const exit = yield* replay(Effect.all([late, ask("other")], { concurrency: 2 }), { order: "strict" })
      assert.isTrue(Exit.isSuccess(exit))
    }),
  )

  it.effect("waits as long as something comes about, however much has to", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      const calls = Array.from({ length: 200 }, (_, index) => ask(`call-${index}`))
      yield* record(Effect.all(calls))
      const exit = yield* replay(Effect.all(calls.toReversed(), { concurrency: "unbounded" }), { order: "strict" })
      assert.isTrue(Exit.isSuccess(exit))
    }),
  )

  it.effect("waits anew where an equal one has taken its place meanwhile", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(Effect.all([ask("first"), ask("same"), ask("last"), ask("same")]))
      const fibers = [ask("same"), ask("same"), Effect.andThen(ask("first"), ask("last"))]
      const exit = yield* replay(Effect.all(fibers, { concurrency: "unbounded" }), { order: "strict" })
      assert.isTrue(Exit.isSuccess(exit))
    }),
  )

  it.effect("does not wait for ever for what is not called", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(Effect.andThen(ask("never"), ask("one")))
      assert.include(String(defectOf(yield* replay(ask("one")))), "calls that were not made: GetProxySession;")
      const strict = yield* replay(ask("one"), { order: "strict" })
      assert.include(defectOf(strict), { _tag: "CassetteMismatch", problem: "OutOfOrder" })
    }),
  )

  it.effect("has been made where it is given up before its turn", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(Effect.andThen(ask("one"), ask("other")))
      const program = Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(ask("other"), { startImmediately: true })
        yield* Fiber.interrupt(fiber)
        return yield* ask("one")
      })
      assert.isTrue(Exit.isSuccess(yield* replay(program)))
    }),
  )
})

it.effect("what is made as it was recorded is answered at once, also behind a call that was given up", () =>
  Effect.gen(function* () {
    const { record, replay } = shelf()
    const program = Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.timeoutOption(get("slow"), "5 seconds"))
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(fiber)
      const next = yield* Effect.forkChild(ask("other"), { startImmediately: true })
      return next.pollUnsafe() !== undefined
    })
    const live = changed((repo) => ({ get: (key) => (key.proxySessionId === "slow" ? Effect.never : repo.get(key)) }))
    for (const exit of [yield* record(program, {}, live), yield* replay(program)]) {
      assert.deepStrictEqual(exit, Exit.succeed(true))
    }
  }),
)

describe("who waits under the test clock", () => {
  const patient = (id: string, within: "5 seconds" | "800 millis") => Effect.timeoutOption(ask(id), within)
  const live = changed((repo) => ({
    get: (key) => {
      const took = key.proxySessionId === "hung" ? "1 hour" : "500 millis"
      return Effect.andThen(Effect.sleep(took), repo.get(key))
    },
  }))
  const inTime = Effect.fnUntraced(function* <A, E>(program: Effect.Effect<A, E, ProxySessionRepo>) {
    const fiber = yield* Effect.forkChild(program)
    yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

  for (const order of ["any", "causal", "strict"] as const) {
    it.effect(`is answered before the clock moves, in the order ${order}, though others were given up before`, () =>
      Effect.gen(function* () {
        const { record, replay } = shelf()
        const fibers = [patient("hung", "800 millis"), Effect.all([ask("one"), patient("other", "800 millis")])]
        const program = inTime(Effect.all(fibers, { concurrency: "unbounded" }))
        const recorded = yield* record(program, {}, live)
        assert.isTrue(Exit.isSuccess(recorded))
        assert.deepStrictEqual(yield* replay(program, { order }), recorded)
      }),
    )
  }

  it.effect(
    "is answered before the clock moves though what was recorded before is not called, or needs the clock",
    () =>
      Effect.gen(function* () {
        const { record, replay } = shelf()
        const later = Effect.andThen(Effect.sleep("600 millis"), ask("later"))
        const fibers = [later, Effect.all([ask("one"), patient("other", "800 millis")])]
        const program = inTime(Effect.all(fibers, { concurrency: "unbounded" }))
        const recorded = yield* record(program, {}, live)
        assert.deepStrictEqual(yield* replay(program), recorded)
        const early = inTime(patient("other", "800 millis"))
        const again = yield* replay(Effect.all([early, ask("one"), ask("later")]))
        assert.isTrue(Exit.isSuccess(again) && Option.isSome(again.value[0]))
      }),
  )
})

it.effect("nobody waits for ever, whoever is given up meanwhile", () =>
  Effect.gen(function* () {
    let state = 1
    const random = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31
      return Math.floor(state / 2 ** 16) % below
    }
    const turns = (count: number) =>
      Effect.forEach(Array.from({ length: count }), () => Effect.yieldNow, { discard: true })
    for (let round = 0; round < 300; round++) {
      const calls = Array.from({ length: 2 + random(20) }, (_, index) => ({
        operation: "GetProxySession",
        request: {},
        ticks: [2 * index, 2 * index + 1] as const,
        outcome: { _tag: "Success" as const, value: null },
      }))
      const pace = Pace.make(calls)
      const reach = (tick: number) =>
        turns(random(4)).pipe(Effect.andThen(pace.reach(tick)), Effect.andThen(Effect.sync(() => pace.pass(tick))))
      const ticks = calls
        .flatMap((call) => call.ticks)
        .filter(() => random(5) > 0)
        .toSorted(() => random(3) - 1)
      yield* Effect.forEach(
        ticks,
        (tick) => (random(3) === 0 ? Effect.raceFirst(reach(tick), turns(random(6))) : reach(tick)),
        { concurrency: "unbounded", discard: true },
      )
    }
  }),
)
