import { assert, describe, it } from "@effect/vitest"
import { ProxySession, type ProxySessionStatus } from "@proxy-session/domain/ProxySession"
import * as Waiter from "@proxy-session/repo/Waiter"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Stub from "@proxy-session/testing/Stub"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"

/** A session that has each status from a second on, and when it was read. */
const course = (...statuses: ReadonlyArray<readonly [second: number, status: ProxySessionStatus]>) => {
  const reads: Array<number> = []
  const layer = Stub.layer({
    get: () =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        reads.push(now / 1000)
        const status = statuses.findLast(([second]) => second * 1000 <= now)?.[1] ?? "Open"
        return new ProxySession({ ...Fixtures.proxySession, status })
      }),
  })
  return { layer, reads }
}

const { key } = Fixtures

describe("Waiter.untilStatus", () => {
  it.effect("is done at once where the status is the right one", () =>
    Effect.gen(function* () {
      const { layer, reads } = course()
      const session = yield* Effect.provide(Waiter.untilStatus(key, "Open", { timeout: "1 second" }), layer)
      assert.strictEqual(session.status, "Open")
      assert.deepStrictEqual(reads, [0])
    }),
  )

  it.effect("looks every two seconds until the status is there", () =>
    Effect.gen(function* () {
      const { layer, reads } = course([5, "InProgress"])
      const wait = Waiter.untilStatus(key, "InProgress", { timeout: "1 minute" })
      const fiber = yield* Effect.forkChild(Effect.provide(wait, layer))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(fiber)).status, "InProgress")
      assert.deepStrictEqual(reads, [0, 2, 4, 6])
    }),
  )

  it.effect("takes a predicate and a schedule of one's own", () =>
    Effect.gen(function* () {
      const { layer, reads } = course([25, "Closed"])
      const wait = Waiter.untilStatus(key, ({ status }) => status !== "Open", {
        timeout: "1 minute",
        schedule: Schedule.spaced("10 seconds"),
      })
      const fiber = yield* Effect.forkChild(Effect.provide(wait, layer))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(fiber)).status, "Closed")
      assert.deepStrictEqual(reads, [0, 10, 20, 30])
    }),
  )

  it.effect("a status that does not come in time is a WaiterError with the last one seen", () =>
    Effect.gen(function* () {
      const { layer, reads } = course()
      const wait = Waiter.untilStatus(key, "Closed", { timeout: "5 seconds" })
      const fiber = yield* Effect.forkChild(Effect.flip(Effect.provide(wait, layer)))
      yield* TestClock.adjust("4999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag, "WaiterError")
      assert.deepInclude(error, { reason: "Timeout", status: "Open", proxySessionId: key.proxySessionId })
      assert.deepStrictEqual(reads, [0, 2, 4])
    }),
  )

  it.effect("the time runs out amid a read too, with no status seen", () =>
    Effect.gen(function* () {
      const wait = Waiter.untilStatus(key, "Open", { timeout: "5 seconds" })
      const fiber = yield* Effect.forkChild(Effect.flip(Effect.provide(wait, Stub.layer({ get: () => Effect.never }))))
      yield* TestClock.adjust("5 seconds")
      const error = yield* Fiber.join(fiber)
      assert.deepInclude(error, { _tag: "WaiterError", reason: "Timeout" })
      assert.notProperty(error, "status")
    }),
  )

  it.effect("a schedule that ends ends the wait", () =>
    Effect.gen(function* () {
      const { layer, reads } = course()
      const wait = Waiter.untilStatus(key, "Closed", { timeout: "1 hour", schedule: Schedule.recurs(2) })
      const error = yield* Effect.flip(Effect.provide(wait, layer))
      assert.deepInclude(error, { _tag: "WaiterError", reason: "Timeout" })
      assert.strictEqual(reads.length, 3)
    }),
  )

  it.effect("a session that closes will not be InProgress any more, so the wait ends there", () =>
    Effect.gen(function* () {
      const { layer, reads } = course([3, "Closed"])
      const wait = Waiter.untilStatus(key, "InProgress", { timeout: "1 hour" })
      const fiber = yield* Effect.forkChild(Effect.flip(Effect.provide(wait, layer)))
      yield* TestClock.adjust("4 seconds")
      assert.deepInclude(yield* Fiber.join(fiber), { _tag: "WaiterError", reason: "Closed", status: "Closed" })
      assert.deepStrictEqual(reads, [0, 2, 4])
    }),
  )

  it.effect("a read that fails ends the wait with its own error", () =>
    Effect.gen(function* () {
      const wait = Waiter.untilStatus(key, "Open", { timeout: "1 hour" })
      const layer = Stub.layer({ get: Stub.answer(key, Effect.fail(Fixtures.notFound)) })
      assert.strictEqual((yield* Effect.flip(Effect.provide(wait, layer)))._tag, "NotFoundException")
    }),
  )
})
