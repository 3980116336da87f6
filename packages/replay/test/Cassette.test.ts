import { assert, it } from "@effect/vitest"
import * as Cassette from "@proxy-session/replay/Cassette"
import * as Effect from "effect/Effect"
import { vi } from "vitest"

const text = Cassette.print([
  { operation: "GetProxySession", ticks: [0, 1], request: { b: 2, a: 1 }, outcome: { _tag: "Interrupted" } },
])

it("is printed for review: indented, with sorted keys and a newline at the end", () => {
  assert.strictEqual(
    text,
    `{
  "format": "proxy-session-cassette/3",
  "interactions": [
    {
      "operation": "GetProxySession",
      "ticks": [
        0,
        1
      ],
      "request": {
        "a": 1,
        "b": 2
      },
      "outcome": {
        "_tag": "Interrupted"
      }
    }
  ]
}
`,
  )
})

it.effect("leaves a request to its operation, since a cassette may be long", () =>
  Effect.gen(function* () {
    let walks = 0
    const request = new Proxy({ a: 1 }, { ownKeys: (target) => (walks++, Reflect.ownKeys(target)) })
    const json = { ...JSON.parse(text), interactions: [{ ...JSON.parse(text).interactions[0], request }] }
    const parsing = vi.spyOn(JSON, "parse").mockReturnValue(json)
    const [read] = yield* Effect.ensuring(
      Cassette.parse("one", text),
      Effect.sync(() => parsing.mockRestore()),
    )
    assert.strictEqual(read?.request, request)
    assert.strictEqual(walks, 0)
  }),
)

it.effect("that is not of its format says what to do", () =>
  Effect.gen(function* () {
    for (const [text, reason, hint] of [
      ["{", "NotJson", "it is not JSON; restore it, or record it anew"],
      ["[]", "UnknownFormat", "its format is not proxy-session-cassette/3; record it anew"],
      [`{"format":"proxy-session-cassette/2"}`, "UnknownFormat", "its format is not proxy-session-cassette/3"],
    ] as const) {
      const error = yield* Effect.flip(Cassette.parse("one", text))
      assert.strictEqual(error.reason, reason)
      assert.include(String(error), hint)
    }
  }),
)

it.effect("that breaks a rule or has an unknown member is stale, and the path says where", () =>
  Effect.gen(function* () {
    for (const [before, after, path] of [
      [`"_tag": "Interrupted"`, `"_tag": "Interrupted", "since": 1`, "since"],
      [`"operation": "GetProxySession",`, `"operation": "GetProxySession", "took": 5,`, "took"],
      [`"interactions": [`, `"checksum": "0", "interactions": [`, "checksum"],
      [`"operation": "GetProxySession",`, ``, "operation"],
      [`        0,\n        1\n`, `        5,\n        3\n`, "a beginning before an end"],
      [`        0,\n        1\n`, `        -1,\n        0\n`, "ticks"],
      [`"Interrupted"`, `"Lost"`, "outcome"],
    ] as const) {
      assert.include(text, before)
      const error = yield* Effect.flip(Cassette.parse("one", text.replace(before, after)))
      assert.strictEqual(error.reason, "Stale")
      assert.include(String(error), path)
    }
  }),
)
