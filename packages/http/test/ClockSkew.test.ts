import { assert, describe, it } from "@effect/vitest"
import * as ClockSkew from "../src/internal/clockSkew.ts"

const minutes = (count: number) => count * 60_000
const now = Date.UTC(2026, 10, 23, 3, 14, 0)
const date = (ahead: number) => new Date(now + minutes(ahead)).toUTCString()

/** The offset after an answer whose clock is some minutes ahead. */
const after = (ahead: number, headers: Record<string, string> = {}, sent = now) => {
  const skew = ClockSkew.make()
  skew.observe({ date: date(ahead), ...headers }, sent, now)
  return skew.offset()
}

describe("the clock skew", () => {
  it("is corrected from four minutes on, in both directions", () => {
    assert.strictEqual(after(4), minutes(4))
    assert.strictEqual(after(-4), -minutes(4))
    assert.strictEqual(after(3.95), 0)
    assert.strictEqual(after(-3.95), 0)
  })

  it("is not taken from an answer that a cache kept, or that took over a quarter of an hour", () => {
    assert.strictEqual(after(10, { age: "0" }), 0)
    assert.strictEqual(after(10, {}, now - minutes(15)), minutes(10))
    assert.strictEqual(after(10, {}, now - minutes(15) - 1), 0)
  })

  it("is believed up to a day", () => {
    assert.strictEqual(after(24 * 60), minutes(24 * 60))
    assert.strictEqual(after(24 * 60 + 1), 0)
  })

  it("is not taken from what is no date", () => {
    assert.strictEqual(after(0, { date: "tomorrow" }), 0)
    assert.strictEqual(after(0, { date: "" }), 0)
  })

  it("ends when the clock has been set right", () => {
    const skew = ClockSkew.make()
    skew.observe({ date: date(10) }, now, now)
    skew.observe({ date: date(11) }, now, now)
    assert.strictEqual(skew.offset(), minutes(10))
    skew.observe({ date: date(0) }, now, now)
    assert.strictEqual(skew.offset(), 0)
  })

  it("stays nothing where it is switched off", () => {
    ClockSkew.none.observe({ date: date(10) }, now, now)
    assert.strictEqual(ClockSkew.none.offset(), 0)
  })
})
