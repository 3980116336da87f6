import { assert, describe, it } from "@effect/vitest"
import type { Interaction } from "@proxy-session/replay/Cassette"
import * as Order from "../src/internal/order.ts"

const call = (...ticks: readonly [number, number]): Interaction => ({
  operation: "GetProxySession",
  ticks,
  request: {},
  outcome: { _tag: "Interrupted" },
})

describe("the causal order", () => {
  it("lets calls that ran at once come either way round, and what began after them last", () => {
    const [first, second, later] = [call(0, 2), call(1, 3), call(4, 5)]
    const left = new Set([first, second, later])
    const order = Order.make("causal", [first, second, later], left)
    assert.deepStrictEqual([first, second, later].map(order.isDue), [true, true, false])
    left.delete(second)
    order.come(second)
    assert.isFalse(order.isOvertaken(first))
    assert.deepStrictEqual([first, later].map(order.isDue), [true, false])
    left.delete(first)
    order.come(first)
    assert.isTrue(order.isDue(later))
  })

  it("takes a call for overtaken by whatever began after it had ended, though another of before comes late", () => {
    const [long, short, next] = [call(0, 5), call(1, 2), call(3, 4)]
    const order = Order.make("causal", [long, short, next], new Set([long, short, next]))
    order.come(next)
    assert.deepStrictEqual([long, short].map(order.isOvertaken), [false, true])
    order.come(long)
    assert.isTrue(order.isOvertaken(short))
  })
})
