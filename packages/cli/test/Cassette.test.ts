import { assert, describe, it } from "@effect/vitest"
import * as Cassette from "@proxy-session/replay/Cassette"
import * as Effect from "effect/Effect"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { layerAnswer, run } from "./harness.ts"
import { execute } from "./process.ts"

const interaction = (voiceConnectorId: string): Cassette.Interaction => ({
  operation: "GetProxySession",
  ticks: [0, 1],
  request: { voiceConnectorId, proxySessionId: "one" },
  outcome: { _tag: "Failure", error: { _tag: "NotFoundException", message: "no" } },
})

const print = (...connectors: ReadonlyArray<string>) =>
  Cassette.print({ epoch: "2026-11-23T00:00:00.000Z", interactions: connectors.map(interaction) })

const cassette = (argv: ReadonlyArray<string>, files: Readonly<Record<string, string>>) =>
  run(["cassette", ...argv], { files, columns: 200 }).pipe(Effect.provide(layerAnswer(404, "")))

describe("cassette show", () => {
  it.effect("lists the calls of each cassette and what became of them", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* cassette(["show", "/a/one.json"], {
        "/a/one.json": print("vc-1", "vc-2"),
      })
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.include(stdout, "/a/one.json, recorded from 2026-11-23T00:00:00.000Z")
      assert.match(
        stdout,
        /0 +\| +GetProxySession +\| +NotFoundException +\| +\{"proxySessionId":"one","voiceConnectorId":"vc-1"\}/u,
      )
      assert.include(stdout, "vc-2")
    }),
  )

  it.effect("says of a file that is no cassette, was edited or is not there what it is, and exits with 255", () =>
    Effect.gen(function* () {
      const files = { "/a/text.json": "text", "/a/edited.json": print("vc-1").replace("vc-1", "vc-2") }
      for (const [file, detail] of [
        ["text", "it is not JSON"],
        ["edited", "it is not as it was written"],
        ["none", "there is none"],
      ] as const) {
        const { code, stderr } = yield* cassette(["show", `/a/${file}.json`], files)
        assert.strictEqual(code, 255)
        assert.include(stderr, detail)
      }
      assert.strictEqual((yield* cassette(["show"], files)).code, 252)
    }),
  )
})

describe("cassette scan", () => {
  it.effect("names the files that hold what must not be kept, and its kind, but never its value", () =>
    Effect.gen(function* () {
      const files = { "/a/good.json": print("vc-1"), "/a/bad.json": print("+12065559999") }
      assert.deepInclude(yield* cassette(["scan", "/a/good.json"], files), { code: 0, stdout: "", stderr: "" })
      const { code, stderr, stdout } = yield* cassette(["scan", "/a/good.json", "/a/bad.json"], files)
      assert.deepStrictEqual([code, stdout], [255, "/a/bad.json: a telephone number\n"])
      assert.notInclude(stderr, "5559999")
    }),
  )
})

describe("cassette migrate", () => {
  it.live("brings an older format up to date, and leaves what is there untouched", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "proxy-session-"))),
        (folder) => Effect.sync(() => rmSync(folder, { recursive: true })),
      )
      const [old, current] = [join(folder, "old.json"), join(folder, "current.json")]
      const { ticks: _, ...call } = interaction("vc-1")
      writeFileSync(old, JSON.stringify({ format: "proxy-session-cassette/1", interactions: [call] }))
      writeFileSync(current, print("vc-1"))
      assert.deepStrictEqual(yield* execute(["cassette", "migrate", old, current]), {
        code: 0,
        stdout: `${old}: brought to ${Cassette.format}\n`,
        stderr: "",
      })
      const migrated = yield* Cassette.parse("old", readFileSync(old, "utf8"))
      assert.deepInclude(migrated.interactions[0], call)
      assert.strictEqual(readFileSync(current, "utf8"), print("vc-1"))
    }),
  )
})
