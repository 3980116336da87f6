import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connector, keys, layerAnswer, run } from "./harness.ts"
import { execute, serve } from "./process.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "proxy-session-database-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true })),
)
const put = ["put-voice-connector-proxy", ...connector, "--default-session-expiry-minutes", "60"]
const countries = ["--phone-number-pool-countries", "US"]
const create = ["create-proxy-session", ...connector, "--participant-phone-numbers", "+14155550101", "+12065550100"]

const refused = (argv: ReadonlyArray<string>, env: Readonly<Record<string, string>> = keys) =>
  Effect.provide(run(["serve", ...argv], { env }), layerAnswer(404, ""))

describe("serve --database", () => {
  it.live(
    "keeps a session in a SQLite file, whatever ends the server",
    () =>
      Effect.gen(function* () {
        const database = `sqlite:${join(yield* folder, "test.db")}`
        const first = yield* serve(["--database", database], keys)
        assert.strictEqual((yield* execute([...put, ...countries, "--endpoint-url", first.url], keys)).code, 0)
        const capabilities = ["--capabilities", "Voice", "--query", "ProxySession.ProxySessionId", "--output", "text"]
        const created = yield* execute([...create, ...capabilities, "--endpoint-url", first.url], keys)
        const stopped = yield* first.stop("SIGKILL")
        assert.strictEqual(stopped.stderr, "")
        const second = yield* serve([], { ...keys, PROXY_SESSION_DATABASE_URL: database })
        const id = ["--proxy-session-id", created.stdout.trim(), "--query", "ProxySession.Status", "--output", "text"]
        const read = yield* execute(["get-proxy-session", ...connector, ...id, "--endpoint-url", second.url], keys)
        assert.deepStrictEqual(read, { code: 0, stdout: "Open\n", stderr: "" })
      }),
    60_000,
  )

  it.live(
    "seeds a database that is empty, and says so where it is not",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const seed = join(path, "seed.json")
        const configuration = { defaultSessionExpiryMinutes: 30, disabled: false, phoneNumberCountries: ["US"] }
        const connectors = [{ voiceConnectorId: connector[1], configuration }]
        writeFileSync(seed, JSON.stringify({ format: "proxy-session-memory/1", stores: [{ connectors }] }))
        const argv = ["--database", `sqlite:${join(path, "test.db")}`, "--seed", seed]
        const first = yield* serve(argv, keys)
        const query = ["--query", "Proxy.DefaultSessionExpiryMinutes"]
        const read = yield* execute(
          ["get-voice-connector-proxy", ...connector, ...query, "--endpoint-url", first.url],
          keys,
        )
        assert.deepStrictEqual(read, { code: 0, stdout: "30\n", stderr: "" })
        assert.strictEqual((yield* first.stop("SIGTERM")).stderr, "")
        const second = yield* serve(argv, keys)
        assert.include((yield* second.stop("SIGTERM")).stderr, "--seed is not applied")
      }),
    60_000,
  )

  it.live(
    "keeps connectors and numbers that clients provision over the wire",
    () =>
      Effect.gen(function* () {
        const argv = ["--database", `sqlite:${join(yield* folder, "test.db")}`]
        const first = yield* serve(argv, keys)
        const to = (url: string) => ["--output", "text", "--endpoint-url", url]
        const made = yield* execute(
          ["create-voice-connector", "--name", "Rides", "--no-require-encryption"].concat([
            "--query",
            "VoiceConnector.VoiceConnectorId",
            ...to(first.url),
          ]),
          keys,
        )
        const id = ["--voice-connector-id", made.stdout.trim()]
        const numbers = ["--e164-phone-numbers", "+12065550190"]
        const type = ["--product-type", "VoiceConnector", "--query", "PhoneNumberOrder.Status"]
        const ordered = yield* execute(["create-phone-number-order", ...type, ...numbers, ...to(first.url)], keys)
        assert.deepStrictEqual(ordered, { code: 0, stdout: "Successful\n", stderr: "" })
        const associate = ["associate-phone-numbers-with-voice-connector", ...id, ...numbers]
        assert.strictEqual((yield* execute([...associate, ...to(first.url)], keys)).code, 0)
        yield* first.stop("SIGKILL")
        const second = yield* serve(argv, keys)
        const listed = yield* execute(
          ["list-phone-numbers", "--query", "PhoneNumbers[].[Status, Associations[0].Value]", ...to(second.url)],
          keys,
        )
        assert.deepStrictEqual(listed, { code: 0, stdout: `Assigned\t${made.stdout.trim()}\n`, stderr: "" })
      }),
    60_000,
  )

  it.effect.each([
    [["--database", "sqlite:"], 252, "needs a path"],
    [["--database", "sqlite:/nonexistent/folder/test.db"], 255, "unable to open database file (14)"],
    [["--database", "mysql://secret@localhost/x"], 252, "memory:, sqlite:PATH or postgres://"],
    [["--database", "postgres://user:secret@127.0.0.1:1/x?sslmode=disable"], 255, "ConnectionError"],
    [["--database", "postgres://user:secret@127.0.0.1:1/x?sslcert=a"], 255, "the parameter sslcert"],
    [["--database", "sqlite::memory:", "--id-seed", "a"], 252, "--id-seed is for a store in memory"],
    [["--database", "sqlite::memory:", "--migrate", "check"], 255, "migrate first"],
  ] as const)("%j is refused with exit code %i", ([argv, code, reason]) =>
    Effect.gen(function* () {
      const ended = yield* refused(["--port", "0", ...argv])
      assert.strictEqual(ended.code, code, ended.stderr)
      assert.include(ended.stderr, reason)
      assert.notInclude(ended.stderr, "secret")
    }),
  )

  it.effect("a misspelt variable is refused, and what Kubernetes injects is not", () =>
    Effect.gen(function* () {
      const injected = { PROXY_SESSION_SERVICE_HOST: "10.0.0.1", PROXY_SESSION_PORT_4010_TCP: "tcp://10.0.0.1:4010" }
      const fails = { ...keys, ...injected, PROXY_SESSION_DATABASE_URL: "sqlite:" }
      assert.include((yield* refused([], fails)).stderr, "needs a path")
      const ended = yield* refused([], { ...fails, PROXY_SESSION_DATABSE_URL: "sqlite:x" })
      assert.strictEqual(ended.code, 253)
      assert.include(ended.stderr, "PROXY_SESSION_DATABSE_URL is no setting")
    }),
  )
})
