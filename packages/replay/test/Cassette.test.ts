import { assert, it } from "@effect/vitest"
import * as Cassette from "@proxy-session/replay/Cassette"
import * as Effect from "effect/Effect"
import { vi } from "vitest"

const text = Cassette.print({
  epoch: "2026-11-24T00:00:00.000Z",
  interactions: [{ operation: "GetProxySession", ticks: [0, 1], request: { a: 1 }, outcome: { _tag: "Interrupted" } }],
})

it.effect("a request is walked for the checksum and then left to its operation, since a cassette may be long", () =>
  Effect.gen(function* () {
    let walks = 0
    const request = new Proxy({ a: 1 }, { ownKeys: (target) => (walks++, Reflect.ownKeys(target)) })
    const json = { ...JSON.parse(text), interactions: [{ ...JSON.parse(text).interactions[0], request }] }
    const parsing = vi.spyOn(JSON, "parse").mockReturnValue(json)
    yield* Effect.ensuring(
      Cassette.parse("one", text),
      Effect.sync(() => parsing.mockRestore()),
    )
    assert.strictEqual(walks, 1)
  }),
)

it.effect("what is no cassette of a known format says what to do about it", () =>
  Effect.gen(function* () {
    for (const [text, hint] of [
      ["{", "it is not JSON; restore it, or record it again"],
      [`{"format":"proxy-session-cassette/3"}`, "if that is newer, update @proxy-session/replay, else restore it"],
    ] as const) {
      assert.include(String(yield* Effect.flip(Cassette.parse("one", text))), hint)
    }
  }),
)

it.effect("a member that no cassette has is told by its place", () =>
  Effect.gen(function* () {
    const edited = JSON.parse(text)
    edited.interactions[0].outcome.since = 1
    const resealed = Cassette.print(edited)
    assert.include(yield* Effect.flip(Cassette.parse("one", resealed)), { reason: "Stale" })
    assert.include(String(yield* Effect.flip(Cassette.parse("one", resealed))), "since")
  }),
)
