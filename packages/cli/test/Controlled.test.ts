import { assert, describe, it } from "@effect/vitest"
import { newest } from "@proxy-session/sql/Migrations"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connector, keys } from "./harness.ts"
import { execute, serve } from "./process.ts"

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

const control = (
  url: string,
  call: `${string} /${string}`,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
): Effect.Effect<Answer> =>
  Effect.promise(async () => {
    const [method = "", path = ""] = call.split(" ")
    const answer = await fetch(`${url}/_proxy-session${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === "" ? {} : JSON.parse(text) }
  })

const authorization = "Bearer a-token"

const file = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "proxy-session-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true })),
  ),
  (folder) => `sqlite:${join(folder, "store.db")}`,
)

const put = [
  "put-voice-connector-proxy",
  ...connector,
  "--default-session-expiry-minutes",
  "60",
  "--phone-number-pool-countries",
  "US",
]

describe("the control API of serve", () => {
  it.live("is there in memory on a loopback address, at the root, and controls what the command sees", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(["--base-path", "/console"], keys)
      const env = { ...keys, AWS_ENDPOINT_URL_CHIME_SDK_VOICE: `${url}/console` }
      assert.deepStrictEqual(yield* control(url, "GET /health"), {
        status: 200,
        body: { status: "ok", version: "0.0.0", store: "memory", schema: null },
      })
      yield* control(url, "POST /faults", {}, { error: "ForbiddenException" })
      const refused = yield* execute(put, env)
      assert.include(refused.stderr, "(ForbiddenException)")
      assert.strictEqual((yield* execute(put, env)).code, 0)
      assert.strictEqual((yield* control(url, "POST /reset")).status, 204)
      const get = yield* execute(["get-voice-connector-proxy", ...connector], env)
      assert.include(get.stderr, "(NotFoundException)")
    }),
  )

  it.live("is not there over a database, nor on an address that others can reach, unless it has a token", () =>
    Effect.gen(function* () {
      const database = yield* file
      for (const argv of [
        ["--database", database],
        ["--host", "0.0.0.0", "--no-auth", "--allowed-host", "a.test"],
      ]) {
        const { stop, url } = yield* serve(argv, keys)
        const { body, status } = yield* control(url.replace("0.0.0.0", "127.0.0.1"), "GET /health")
        assert.deepStrictEqual([status, body["Code"]], [404, "UnknownOperation"])
        yield* stop("SIGTERM")
      }
    }),
  )

  it.live("with a token does over a database what it can, and says what it cannot", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(["--database", yield* file], { ...keys, PROXY_SESSION_CONTROL_TOKEN: "a-token" })
      const env = { ...keys, AWS_ENDPOINT_URL_CHIME_SDK_VOICE: url }
      assert.strictEqual((yield* execute(put, env)).code, 0)
      assert.strictEqual((yield* control(url, "GET /state")).status, 401)
      const { body, status } = yield* control(url, "GET /state", { authorization })
      assert.strictEqual(status, 200)
      assert.notProperty(body, "secret")
      assert.deepInclude((yield* control(url, "GET /health")).body, { store: "sqlite", schema: newest })
      for (const [call, change] of [
        ["POST /clock", { advance: "1 hour" }],
        ["GET /clock", undefined],
        ["POST /reset", undefined],
        ["PUT /state?account=000000000000", body],
      ] as const) {
        const answer = yield* control(url, call, { authorization }, change)
        assert.strictEqual(answer.status, 409, call)
        assert.include(String(answer.body["message"]), "A store in sqlite", call)
      }
      yield* control(url, "POST /faults", { authorization }, { error: "ForbiddenException" })
      assert.include((yield* execute(put, env)).stderr, "(ForbiddenException)")
      const none = { format: "proxy-session-memory/1", stores: [] }
      assert.strictEqual((yield* control(url, "PUT /state", { authorization }, none)).status, 204)
      assert.include((yield* execute(["get-voice-connector-proxy", ...connector], env)).stderr, "(NotFoundException)")
    }),
  )

  it.live("tells over a database, too, what happens, and keeps bodies if it is told to", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(["--database", yield* file, "--control-token", "a-token", "--journal-bodies"], keys)
      const env = { ...keys, AWS_ENDPOINT_URL_CHIME_SDK_VOICE: url }
      const stop = new AbortController()
      yield* Effect.addFinalizer(() => Effect.sync(() => stop.abort()))
      const refused = yield* Effect.promise(() => fetch(`${url}/_proxy-session/events`))
      assert.strictEqual(refused.status, 401)
      const answer = yield* Effect.promise(() =>
        fetch(`${url}/_proxy-session/events`, { headers: { authorization }, signal: stop.signal }),
      )
      assert.strictEqual((yield* execute(put, env)).code, 0)
      const people = ["--participant-phone-numbers", "+12065550100", "+14015550101", "--capabilities", "Voice"]
      assert.strictEqual((yield* execute(["create-proxy-session", ...connector, ...people], env)).code, 0)
      const told = yield* Effect.promise(async () => {
        let text = ""
        for await (const chunk of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
          text += chunk
          if (text.includes("SessionCreated") && text.includes('"operation":"CreateProxySession"')) break
        }
        return text
      })
      assert.notInclude(told, "5550100")
      const { body } = yield* control(url, "GET /journal", { authorization })
      assert.include(JSON.stringify(body), "+12065550100")
    }),
  )

  it.live("keeps no bodies where there is no journal", () =>
    Effect.gen(function* () {
      const argv = ["serve", "--port", "0", "--database", yield* file, "--journal-bodies"]
      const { code, stderr } = yield* execute(argv, keys)
      assert.strictEqual(code, 252)
      assert.include(stderr, "--journal-bodies needs the control API")
    }),
  )

  it.live("takes no empty token", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* execute(["serve", "--port", "0", "--control-token", " "], keys)
      assert.strictEqual(code, 252)
      assert.include(stderr, "--control-token must not be empty")
    }),
  )
})
