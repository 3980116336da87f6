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

describe("a file that no cassette can be", () => {
  const files = { "/a/trip.txt": print("vc-1"), "/a/my trip.json": print("vc-1") }
  const said = {
    "/a/trip.txt": "the name of its file has to end in .json",
    "/a/my trip.json": "a name is made of letters",
  }

  it.effect("is named as it was asked for, and why", () =>
    Effect.gen(function* () {
      for (const [file, detail] of Object.entries(said)) {
        for (const argv of [["show"], ["verify"], ["migrate"]]) {
          const { code, stderr } = yield* cassette([...argv, file], files)
          assert.strictEqual(code, 255)
          assert.include(stderr, `The cassette ${file}: ${detail}`)
        }
        const { code, stdout } = yield* cassette(["scan", file], files)
        assert.strictEqual(code, 255)
        assert.include(stdout, `${file}: not looked through: ${detail}`)
      }
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

  it.effect("takes the ticks of a long recording for no number", () =>
    Effect.gen(function* () {
      const late = { ...interaction("vc-1"), ticks: [2_065_550, 12_065_559_999] as const }
      const text = Cassette.print({ epoch: "2026-11-23T00:00:00.000Z", interactions: [late] })
      assert.deepInclude(yield* cassette(["scan", "/a/one.json"], { "/a/one.json": text }), { code: 0, stdout: "" })
    }),
  )

  it.effect("goes on after a file that cannot be read, and tells that one, too", () =>
    Effect.gen(function* () {
      const files = { "/a/good.json": print("vc-1"), "/a/bad.json": print("+12065559999") }
      const both = yield* cassette(["scan", "/a/none.json", "/a/bad.json"], files)
      assert.deepStrictEqual(
        [both.code, both.stdout],
        [255, "/a/none.json: not looked through: there is none: /a/none.json\n/a/bad.json: a telephone number\n"],
      )
      const one = yield* cassette(["scan", "/a/none.json", "/a/good.json"], files)
      assert.deepStrictEqual(
        [one.code, one.stdout],
        [255, "/a/none.json: not looked through: there is none: /a/none.json\n"],
      )
      assert.include(one.stderr, "1 files could not be looked through")
    }),
  )
})

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "proxy-session-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true })),
)

describe("cassette prune", () => {
  it.live("takes calls out by the numbers that show tells", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "one.json")
      writeFileSync(file, print("vc-0", "vc-1", "vc-2"))
      const { code, stdout } = yield* execute(["cassette", "prune", file, "--call", "0", "--call", "2"])
      assert.deepStrictEqual([code, stdout], [0, `${file}: 1 of 3 calls are left\n`])
      assert.strictEqual(readFileSync(file, "utf8"), print("vc-1"))
      const refused = yield* execute(["cassette", "prune", file, "--call", "1"])
      assert.strictEqual(refused.code, 255)
      assert.include(refused.stderr, "has no call 1")
      assert.strictEqual(readFileSync(file, "utf8"), print("vc-1"))
      assert.strictEqual((yield* execute(["cassette", "prune", file])).code, 252)
    }),
  )
})

describe("what would write a cassette", () => {
  it.live("writes nothing that the gate refuses, nothing while it is recorded, and nothing in CI", () =>
    Effect.gen(function* () {
      const there = yield* folder
      const [held, old] = [join(there, "held.json"), join(there, "old.json")]
      const first = JSON.stringify({ format: "proxy-session-cassette/1", interactions: [interaction("+12065559999")] })
      const refused = Effect.fnUntraced(function* (detail: string, env?: Readonly<Record<string, string>>) {
        for (const argv of [
          ["prune", held, "--call", "1"],
          ["migrate", old],
        ]) {
          const { code, stderr, stdout } = yield* execute(["cassette", ...argv], env)
          assert.deepStrictEqual([code, stdout], [255, ""])
          assert.include(stderr, detail)
          assert.deepStrictEqual(
            [readFileSync(held, "utf8"), readFileSync(old, "utf8")],
            [print("+12065559999", "vc-1"), first],
          )
        }
      })
      writeFileSync(held, print("+12065559999", "vc-1"))
      writeFileSync(old, first)
      yield* refused("it holds a telephone number")
      yield* refused("nothing is recorded in CI", { CI: "true" })
      for (const file of [held, old]) writeFileSync(`${file}.lock`, "")
      yield* refused("it is being recorded")
    }),
  )
})

describe("cassette verify", () => {
  const files = (tag: string) => {
    const [call] = [interaction("abcdef1ghij2klmno3pqr4")]
    const outcome = { _tag: "Failure", error: { _tag: tag, message: "no", code: "NotFound" } } as const
    return {
      "/a/one.json": Cassette.print({ epoch: "2026-11-23T00:00:00.000Z", interactions: [{ ...call, outcome }] }),
    }
  }

  it.effect("finds nothing where a repository in memory answers as recorded", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* cassette(["verify", "/a/one.json"], files("NotFoundException")), {
        code: 0,
        stdout: "",
        stderr: "",
      })
    }),
  )

  it.effect("lists each difference and exits with 255, of memory as of a service", () =>
    Effect.gen(function* () {
      const line = (path: string, recorded: string, answered: string) =>
        `/a/one.json: call 0, GetProxySession, ${path}: "${recorded}", now "${answered}"\n`
      const memory = yield* cassette(["verify", "/a/one.json"], files("ForbiddenException"))
      assert.deepStrictEqual(
        [memory.code, memory.stdout],
        [255, line("error._tag", "ForbiddenException", "NotFoundException")],
      )
      assert.include(memory.stderr, "1 members are no longer as they were recorded")
      const flags = ["--live", "--endpoint-url", "http://service.test", "--region", "us-east-1", "--no-sign-request"]
      const live = yield* cassette(["verify", "/a/one.json", ...flags], files("ForbiddenException"))
      assert.strictEqual(live.code, 255)
      assert.include(live.stdout, "error._tag")
    }),
  )
})

describe("cassette migrate", () => {
  it.live("brings an older format up to date, and leaves what is of today's untouched, however laid out", () =>
    Effect.gen(function* () {
      const there = yield* folder
      const [old, current, dense] = [join(there, "old.json"), join(there, "current.json"), join(there, "dense.json")]
      const minified = JSON.stringify(JSON.parse(print("vc-1")))
      const { ticks: _, ...call } = interaction("vc-1")
      writeFileSync(old, JSON.stringify({ format: "proxy-session-cassette/1", interactions: [call] }))
      writeFileSync(current, print("vc-1"))
      writeFileSync(dense, minified)
      assert.deepStrictEqual(yield* execute(["cassette", "migrate", old, current, dense]), {
        code: 0,
        stdout: `${old}: brought to ${Cassette.format}\n`,
        stderr: "",
      })
      const migrated = yield* Cassette.parse("old", readFileSync(old, "utf8"))
      assert.deepInclude(migrated.interactions[0], call)
      assert.strictEqual(readFileSync(current, "utf8"), print("vc-1"))
      assert.strictEqual(readFileSync(dense, "utf8"), minified)
    }),
  )
})
