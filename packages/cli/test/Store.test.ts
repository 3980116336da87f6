import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connector, keys } from "./harness.ts"
import { execute, serve } from "./process.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "proxy-session-store-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true })),
)

const at = "2026-01-02T03:04:05.678Z"
const people = ["+14155550101", "+12065550100"] as const
const proxyPhoneNumber = "+12065550190"
const session = {
  voiceConnectorId: connector[1],
  proxySessionId: "trip",
  name: "Trip 1",
  status: "Open",
  createdTimestamp: at,
  updatedTimestamp: at,
  participants: people.map((phoneNumber) => ({ phoneNumber, proxyPhoneNumber })),
}
const configuration = { defaultSessionExpiryMinutes: 60, phoneNumberCountries: ["US"], fallBackPhoneNumber: people[0] }
const snapshot = (sessions: ReadonlyArray<object>) =>
  JSON.stringify({
    format: "proxy-session-memory/1",
    stores: [{ connectors: [{ voiceConnectorId: connector[1], configuration, sessions }] }],
  })

/** A SQLite database with one session, and where it is. */
const provisioned = Effect.gen(function* () {
  const path = yield* folder
  const file = (name: string) => join(path, name)
  writeFileSync(file("seed.json"), snapshot([session]))
  const url = `sqlite:${file("store.db")}`
  const ended = yield* execute(["import", "--database", url, file("seed.json")])
  assert.deepStrictEqual(ended, {
    code: 0,
    stdout: "imported 1 tenants, 1 Voice Connectors, 1 sessions\n",
    stderr: "",
  })
  return { file, url }
})

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe("a store's commands", () => {
  it.live(
    "export and import move everything, through a file that nobody else may read, and into a server's seed",
    () =>
      Effect.gen(function* () {
        const { file, url } = yield* provisioned
        const exported = yield* execute(["export", "--database", url, file("all.jsonl")])
        assert.deepStrictEqual(exported, {
          code: 0,
          stdout: "",
          stderr: "exported 1 tenants, 1 Voice Connectors, 1 sessions\n",
        })
        assert.strictEqual(mode(file("all.jsonl")), "600")
        const other = { PROXY_SESSION_DATABASE_URL: `sqlite:${file("other.db")}` }
        assert.strictEqual((yield* execute(["import", file("all.jsonl")], other)).code, 0)
        const again = yield* execute(["export", "-"], other)
        assert.strictEqual(again.stdout, readFileSync(file("all.jsonl"), "utf8"))
        const server = yield* serve(["--seed", file("all.jsonl")], keys)
        const read = yield* execute(
          ["get-proxy-session", ...connector, "--proxy-session-id", "trip", "--query", "ProxySession.Name"].concat([
            "--endpoint-url",
            server.url,
          ]),
          keys,
        )
        assert.deepStrictEqual(read, { code: 0, stdout: '"Trip 1"\n', stderr: "" })
      }),
    60_000,
  )

  it.live(
    "refuse what is wrong, by its place, and change nothing",
    () =>
      Effect.gen(function* () {
        const { file, url } = yield* provisioned
        const before = yield* execute(["export", "--database", url, "-"])
        writeFileSync(file("alone.json"), snapshot([{ ...session, participants: session.participants.slice(1) }]))
        writeFileSync(file("cut.jsonl"), before.stdout.split("\n").slice(0, 3).join("\n"))
        writeFileSync(file("numbers.txt"), `${people[0]}\n\nnot-${people[1]}\n`)
        const cases = [
          [["import", "--replace", "--database", url, file("alone.json")], 252, "sessions[0].participants"],
          [
            ["import", "--replace", "--database", url, file("cut.jsonl")],
            252,
            "line 3 is the last, and the end is missing",
          ],
          [["import", "--database", url, file("seed.json")], 255, "1 sessions already; --replace removes them"],
          [["import", "--database", url, file("absent")], 252, "unable to read the file"],
          [["import", "--database", "memory:", file("seed.json")], 252, "name a database"],
          [["export", "--database", url, file("seed.json")], 252, "exists already"],
          [["export", "--database", `sqlite:${file("absent.db")}`, "-"], 255, "there is no file"],
          [["export", "-"], 252, "name a database"],
          [["backup", "--database", url, file("seed.json")], 252, "exists already"],
          [["backup", "--database", "postgres://a:secret@127.0.0.1:1/b", file("copy.db")], 252, "use pg_dump"],
          [["erase", "--database", url, file("numbers.txt")], 252, "line 3 is no telephone number"],
        ] as const
        for (const [argv, code, reason] of cases) {
          const ended = yield* execute(argv)
          assert.strictEqual(ended.code, code, ended.stderr)
          assert.include(ended.stderr, reason)
          assert.notMatch(ended.stderr, /secret|555|Trip/u)
          assert.strictEqual(ended.stdout, "")
        }
        assert.deepStrictEqual(yield* execute(["export", "--database", url, "-"]), before)
        assert.strictEqual((yield* execute(["import", "--replace", "--database", url, file("seed.json")])).code, 0)
      }),
    60_000,
  )

  it.live(
    "copy a database while it is served, and erase a person from it",
    () =>
      Effect.gen(function* () {
        const { file, url } = yield* provisioned
        const server = yield* serve(["--database", url], keys)
        const copied = yield* execute(["backup", "--database", url, file("copy.db")])
        assert.deepStrictEqual(copied, { code: 0, stdout: `copied to ${file("copy.db")}\n`, stderr: "" })
        assert.strictEqual(mode(file("copy.db")), "600")
        writeFileSync(file("numbers.txt"), `${people[0]}\n`)
        const erased = yield* execute(["erase", "--database", url, file("numbers.txt")])
        assert.deepStrictEqual(erased, {
          code: 0,
          stdout: "removed 1 sessions (1 live) and 1 remembered pairs\n",
          stderr: "1 Voice Connectors have such a number as their own or as their fallback; it stays there\n",
        })
        const get = ["get-proxy-session", ...connector, "--proxy-session-id", "trip"]
        assert.strictEqual((yield* execute([...get, "--endpoint-url", server.url], keys)).code, 254)
        const copy = yield* serve(["--database", `sqlite:${file("copy.db")}`], keys)
        assert.strictEqual((yield* execute([...get, "--endpoint-url", copy.url], keys)).code, 0)
      }),
    60_000,
  )
})
