/**
 * Calls of several fibers, recorded one after the other, and replayed in the order in which they were recorded.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { changed, defectOf, get, shelf } from "./support.ts"

const ask = (id: string) => Effect.flip(get(id))

const turns = (count: number) => Effect.forEach(Array.from({ length: count }), () => Effect.yieldNow, { discard: true })

describe("a call that is early", () => {
  it.effect("waits while other fibers have their turns", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(Effect.andThen(ask("one"), ask("other")))
      const late = Effect.andThen(turns(20), ask("one"))
      const exit = yield* replay(Effect.all([ask("other"), late], { concurrency: 2 }), { order: "strict" })
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
