import { assert, describe, it } from "@effect/vitest"
import * as Cassette from "@proxy-session/replay/Cassette"
import * as Effect from "effect/Effect"
import { layerAnswer, run } from "./harness.ts"

const interaction = (voiceConnectorId: string): Cassette.Interaction => ({
  operation: "GetProxySession",
  ticks: [0, 1],
  request: { voiceConnectorId, proxySessionId: "one" },
  outcome: { _tag: "Failure", error: { _tag: "NotFoundException", message: "Not Found", code: "NotFound" } },
})

const print = (...connectors: ReadonlyArray<string>) => Cassette.print(connectors.map(interaction))

const cassette = (argv: ReadonlyArray<string>, files: Readonly<Record<string, string>>) =>
  run(["cassette", ...argv], { files, columns: 200 }).pipe(Effect.provide(layerAnswer(404, "")))

describe("cassette show", () => {
  it.effect("lists the calls of each cassette and what became of them", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* cassette(["show", "/a/one.json"], {
        "/a/one.json": print("vc-1", "vc-2"),
      })
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.include(stdout, "/a/one.json")
      assert.match(
        stdout,
        /0 +\| +GetProxySession +\| +NotFoundException +\| +\{"proxySessionId":"one","voiceConnectorId":"vc-1"\}/u,
      )
      assert.include(stdout, "vc-2")
    }),
  )

  it.effect("says of a file that is no cassette or is not there what it is, and exits with 255", () =>
    Effect.gen(function* () {
      const files = {
        "/a/text.json": "text",
        "/a/old.json": print().replace("cassette/3", "cassette/2"),
        "/a/trip.txt": "",
      }
      for (const [file, detail] of [
        ["text.json", "it is not JSON"],
        ["old.json", "its format is not proxy-session-cassette/3; record it anew"],
        ["none.json", "there is none"],
        ["trip.txt", "the name of its file has to end in .json"],
      ] as const) {
        const { code, stderr } = yield* cassette(["show", `/a/${file}`], files)
        assert.strictEqual(code, 255)
        assert.include(stderr, `The cassette /a/${file}: ${detail}`)
      }
      assert.strictEqual((yield* cassette(["show"], files)).code, 252)
    }),
  )
})

describe("cassette check", () => {
  it.effect("says nothing about cassettes that are sound", () =>
    Effect.gen(function* () {
      const files = { "/a/good.json": print("vc-1", "vc-2"), "/a/none.json": print() }
      assert.deepInclude(yield* cassette(["check", "/a/good.json", "/a/none.json"], files), {
        code: 0,
        stdout: "",
        stderr: "",
      })
      assert.strictEqual((yield* cassette(["check"], files)).code, 252)
    }),
  )

  it.effect("says of each file that is not sound what it is and where, but no value, and exits with 255", () =>
    Effect.gen(function* () {
      const real = ["206", "555", "9999"].join("-")
      const files = {
        "/a/good.json": print("vc-1"),
        "/a/bad.json": print("vc-1").replace('"Not Found"', `"call ${real}"`),
        "/a/stale.json": print("vc-1").replace('"proxySessionId"', '"sessionId"'),
        "/a/text.json": "text",
        "/a/my trip.json": print("vc-1"),
        "/a/trip.txt": print("vc-1"),
      }
      const asked = ["/a/bad.json", "/a/good.json", "/a/gone.json", "/a/my trip.json", "/a/stale.json", "/a/text.json"]
      const { code, stderr, stdout } = yield* cassette(["check", ...asked, "/a/trip.txt"], files)
      assert.strictEqual(code, 255)
      assert.include(stderr, "6 of 7 files are not sound cassettes")
      assert.deepStrictEqual(
        stdout
          .trimEnd()
          .split("\n")
          .map((line) => line.replace(/(?<=made of letters|interactions\[0\] \(GetProxySession\): request).*/u, "…")),
        [
          "/a/bad.json: interactions[0] (GetProxySession): outcome.message holds a number",
          "/a/gone.json: there is none: /a/gone.json",
          "/a/my trip.json: a name is made of letters…",
          "/a/stale.json: interactions[0] (GetProxySession): request…",
          "/a/text.json: it is not JSON; restore it, or record it anew",
          "/a/trip.txt: the name of its file has to end in .json",
        ],
      )
      assert.notInclude(stdout + stderr, "9999")
    }),
  )
})
