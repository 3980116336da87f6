import { assert, it } from "@effect/vitest"
import * as Epoch from "@proxy-session/replay/Epoch"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { cassette, nobody, shelf } from "./support.ts"

const begun = Date.parse("2026-03-04T05:06:07.008Z")

const recorded = Effect.gen(function* () {
  const { record, store } = shelf()
  yield* TestClock.setTime(begun)
  yield* record(nobody)
  yield* TestClock.setTime(0)
  return store
})

it.effect("the test clock shows when the cassette was recorded", () =>
  Effect.gen(function* () {
    yield* Effect.provide(Epoch.adopt(cassette), yield* recorded)
    assert.strictEqual(yield* Clock.currentTimeMillis, begun)
  }),
)

it.live("the machine's clock stays as it is, since a test that is recorded may run by it", () =>
  Effect.gen(function* () {
    const store = yield* Effect.provide(recorded, TestClock.layer())
    yield* Effect.provide(Epoch.adopt(cassette), store)
    assert.isAbove(yield* Clock.currentTimeMillis, begun)
  }),
)
