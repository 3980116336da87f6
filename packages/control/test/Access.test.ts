import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Http from "node:http"
import { accounts, layerStandIn, StandIn } from "./support.ts"

const run = (title: string, test: Effect.Effect<void, never, StandIn>, options?: Parameters<typeof layerStandIn>[0]) =>
  it.live(title, () => test.pipe(Effect.provide(layerStandIn(options))))

/** A request whose headers fetch would not let through. */
const send = (path: string, headers: Readonly<Record<string, string>>, method = "GET", body?: string) =>
  Effect.flatMap(StandIn, ({ url }) =>
    Effect.callback<{ readonly status: number; readonly message: string | undefined }>((resume) => {
      const request = Http.request(`${url}/_proxy-session${path}`, { method, headers }, (answer) => {
        let text = ""
        answer.on("data", (chunk: Buffer) => (text += chunk.toString()))
        answer.on("end", () => {
          const message = text.startsWith("{") ? JSON.parse(text).message : undefined
          resume(Effect.succeed({ status: answer.statusCode ?? 0, message }))
        })
      })
      request.end(body)
    }),
  )

describe("without a token", () => {
  run(
    "a call is refused that is for another host, from another page, or that a proxy has passed on",
    Effect.gen(function* () {
      for (const headers of [
        { host: "evil.example" },
        { origin: "http://evil.example" },
        { origin: "null" },
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { forwarded: "for=192.0.2.1" },
        { "x-forwarded-for": "192.0.2.1" },
        { "x-forwarded-proto": "https" },
        { "x-real-ip": "192.0.2.1" },
        { via: "1.1 proxy" },
      ]) {
        for (const [method, path] of [
          ["GET", "/state"],
          ["GET", "/events"],
          ["GET", "/journal"],
          ["GET", "/openapi.json"],
          ["POST", "/reset"],
          ["DELETE", "/faults"],
        ] as const) {
          const { status } = yield* send(path, headers, method)
          assert.strictEqual(status, 403, `${method} ${path} ${JSON.stringify(headers)}`)
        }
      }
      assert.strictEqual((yield* send("/state", {})).status, 200)
      assert.strictEqual((yield* send("/state", { host: "localhost:1" })).status, 200)
    }),
  )

  run(
    "a host that the server was told may be asked for",
    Effect.gen(function* () {
      assert.strictEqual((yield* send("/clock", { host: "stand-in:4010" })).status, 200)
    }),
    { server: { allowedHosts: ["stand-in"] } },
  )
})

describe("with a token", () => {
  run(
    "each call needs it, but for health and readiness",
    Effect.gen(function* () {
      for (const authorization of [undefined, "Bearer", "Bearer wrong", "Bearer secret-tokeN", "Basic secret-token"]) {
        const { message, status } = yield* send("/state", authorization === undefined ? {} : { authorization })
        assert.strictEqual(status, 401, authorization)
        assert.notInclude(message ?? "", "secret")
      }
      const authorization = "Bearer secret-token"
      assert.strictEqual((yield* send("/state", { authorization })).status, 200)
      assert.strictEqual((yield* send("/state", { authorization, "x-forwarded-for": "192.0.2.1" })).status, 200)
      assert.strictEqual((yield* send("/state", { authorization, host: "evil.example" })).status, 403)
      assert.strictEqual((yield* send("/reset", { authorization, origin: "http://evil.example" }, "POST")).status, 403)
      for (const path of ["/health", "/ready"]) assert.strictEqual((yield* send(path, {})).status, 200)
    }),
    { server: { token: Redacted.make("secret-token") } },
  )
})

describe("a malformed call", () => {
  const json = { "content-type": "application/json" }
  run(
    "is 400 with every violation by path, and changes nothing",
    Effect.gen(function* () {
      const { control } = yield* StandIn
      const before = [(yield* control("GET /state")).body, (yield* control("GET /faults")).body]
      const table: ReadonlyArray<readonly [`${string} /${string}`, unknown, ReadonlyArray<string>]> = [
        ["POST /clock", {}, [""]],
        ["POST /clock", { advance: "1 hour", set: "2026-01-01T00:00:00Z" }, [""]],
        ["POST /clock", { advance: "an hour", set: 5 }, ["advance", "set"]],
        ["POST /clock", { advance: "-1 hour" }, ["advance"]],
        ["POST /clock", { advance: "Infinity" }, ["advance"]],
        ["POST /clock", { set: "9999-12-31T23:59:60Z" }, ["set"]],
        ["POST /clock", { set: "1969-12-31T23:59:59Z" }, ["set"]],
        ["POST /clock", { forward: "1 hour", account: "a b" }, ["forward", "account"]],
        ["POST /clock", "{", [""]],
        ["POST /clock", "[]", [""]],
        ["POST /clock?account=x", { account: "y", advance: "1 hour" }, ["account"]],
        ["POST /faults", {}, [""]],
        [
          "POST /faults",
          { error: "Throttled", times: 0, after: -1, status: 99 },
          ["error", "times", "after", "status"],
        ],
        ["POST /faults", { error: "ForbiddenException", hang: true, reset: true }, ["hang", "reset"]],
        ["POST /faults", { error: "AccessDeniedException" }, ["error"]],
        ["POST /faults", { error: "AccessDeniedException", operation: "GetProxySession" }, ["error"]],
        ["POST /faults", { delay: "2 days", when: "during" }, ["delay", "when"]],
        ["POST /faults", { truncate: true, when: "before" }, ["when"]],
        ["POST /faults", { truncate: true, hang: true }, ["truncate"]],
        ["POST /faults", { error: "ForbiddenException", operation: "GetSession", tines: 2 }, ["operation", "tines"]],
        ["GET /journal?limit=0&status=7&operation=Get", undefined, ["limit", "status", "operation"]],
        ["GET /journal?limit=many", undefined, ["limit"]],
        ["GET /journal?limt=1", undefined, ["limt"]],
        ["GET /state?account=a&account=b", undefined, ["account"]],
        ["GET /state?reveal=yes", undefined, ["reveal"]],
        ["POST /reset?account=", undefined, ["account"]],
        ["POST /reset", { acount: "x", more: 1 }, ["acount", "more"]],
        ["POST /reset", { account: "a b" }, ["account"]],
        ["POST /reset?account=x", { account: "y" }, ["account"]],
        ["POST /reset", "{", [""]],
        ["DELETE /faults", { account: "x" }, [""]],
        ["DELETE /journal", { account: "x" }, [""]],
        ["GET /events?acount=x", undefined, ["acount"]],
        ["GET /events?account=a%20b", undefined, ["account"]],
        ["PUT /state", { format: "proxy-session/9", stores: {} }, ["format", "stores"]],
      ]
      for (const [call, body, paths] of table) {
        const answer = yield* control(call, body, json)
        assert.strictEqual(answer.status, 400, `${call} ${JSON.stringify(body)}`)
        assert.sameMembers(
          answer.body.violations.map(({ path }) => path),
          [...paths],
          `${call} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`,
        )
      }
      assert.deepStrictEqual([(yield* control("GET /state")).body, (yield* control("GET /faults")).body], before)
    }),
  )

  run(
    "of another kind is refused for what it is: its type, its length, its path, its method",
    Effect.gen(function* () {
      const advance = JSON.stringify({ advance: "1 hour" })
      assert.strictEqual((yield* send("/clock", { "content-type": "text/plain" }, "POST", advance)).status, 415)
      assert.strictEqual((yield* send("/clock", {}, "POST", advance)).status, 415)
      const long = { ...json, "content-length": String(16 * 1024 * 1024 + 1) }
      assert.strictEqual((yield* send("/state", long, "PUT", "{")).status, 413)
      for (const [method, path] of [
        ["GET", "/nothing"],
        ["PATCH", "/state"],
        ["GET", "/clock/1"],
        ["GET", "/../voice-connector"],
      ] as const) {
        assert.strictEqual((yield* send(path, {}, method)).status, 404, `${method} ${path}`)
      }
      assert.strictEqual((yield* send("/health", {})).status, 200)
    }),
  )

  run(
    "for a time beyond the last year is refused",
    Effect.gen(function* () {
      const { control } = yield* StandIn
      yield* control("POST /clock", { set: "9999-12-31T23:00:00Z", account: accounts[0] })
      const { body, status } = yield* control("POST /clock", { advance: "2 hours" })
      assert.strictEqual(status, 409)
      assert.include(body.message, "9999")
      assert.strictEqual((yield* control("POST /clock", { advance: "2 hours", account: accounts[1] })).status, 200)
    }),
  )
})
