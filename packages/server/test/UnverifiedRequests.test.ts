import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Monitoring from "../src/Monitoring.ts"
import * as NodeServer from "../src/NodeServer.ts"
import * as UnverifiedRequests from "../src/UnverifiedRequests.ts"
import { creation, layerServer, port, proxyPath, raw, sessionsPath, Stub } from "./support.ts"

const allowedHosts = ["Stand-In.test", "192.0.2.7", "2001:DB8:0::7"]

/** A request whose headers are these and no others. */
const send = (method: string, target: string, headers: ReadonlyArray<string>, version = "1.1") => {
  const body = method === "POST" ? JSON.stringify(creation) : "{}"
  return raw(
    [
      `${method} ${target} HTTP/${version}`,
      ...headers,
      `Content-Length: ${body.length}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  )
}

layer(layerServer({ authentication: "none", allowedHosts }))("an unverified request is served", (it) => {
  const served = (name: string, headers: ReadonlyArray<string>, target = sessionsPath) =>
    it.effect(name, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* send("POST", target, headers)).status, 201)
      }),
    )

  for (const host of [
    "localhost",
    "localhost:4010",
    "LocalHost:4010",
    "localhost.",
    "chime.localhost:4010",
    "127.0.0.1",
    "127.0.0.1:1",
    "127.255.0.9:4010",
    "[::1]",
    "[::1]:4010",
    "[0:0:0:0:0:0:0:1]:4010",
  ]) {
    served(`for ${host}, which is this machine itself`, [`Host: ${host}`])
  }
  for (const host of [
    "stand-in.test",
    "stand-in.test:80",
    "STAND-IN.test.:4010",
    "192.0.2.7:4010",
    "[2001:db8::7]:4010",
  ]) {
    served(`for ${host}, which was allowed`, [`Host: ${host}`])
  }
  served("for a page of the same origin", [
    "Host: stand-in.test:4010",
    "Origin: http://stand-in.test:4010",
    "Sec-Fetch-Site: same-origin",
  ])
  served("for a page of the same origin, behind TLS", ["Host: stand-in.test", "Origin: https://stand-in.test"])
  served("for a page of the same origin that leaves out its scheme's port", [
    "Host: localhost:80",
    "Origin: http://localhost",
  ])
  served("if somebody typed its address", ["Host: localhost", "Sec-Fetch-Site: none"])
  served("in absolute form", ["Host: localhost:4010"], `http://localhost:4010${sessionsPath}`)
})

layer(layerServer({ authentication: "none", allowedHosts }))("an unverified request is refused", (it) => {
  const refused = (name: string, headers: ReadonlyArray<string>, says: string, target?: string, version?: string) =>
    it.effect(name, () =>
      Effect.gen(function* () {
        for (const [method, path] of [
          ["GET", sessionsPath],
          ["POST", sessionsPath],
          ["PUT", proxyPath],
          ["DELETE", proxyPath],
          ["OPTIONS", proxyPath],
          ["GET", "/nowhere"],
        ] as const) {
          const answer = yield* send(method, `${target ?? ""}${path}`, headers, version)
          assert.deepStrictEqual([answer.status, answer.json.Code], [403, "Forbidden"], `${method} ${path}`)
          assert.strictEqual(answer.headers["x-amzn-errortype"], "ForbiddenException:")
          assert.match(answer.headers["x-amzn-requestid"] ?? "", /^[0-9a-f-]{36}$/u)
          assert.include(answer.json.Message, says)
          assert.notInclude(answer.text, "evil")
        }
        assert.deepStrictEqual((yield* Stub).calls, [])
      }),
    )
  const host = "--allowed-host"
  const page = "Sec-Fetch-Site"

  for (const name of [
    "evil.example:4010",
    "evil.example",
    "localhost.evil.example",
    "evil-localhost",
    "127.0.0.1.evil.example:4010",
    "127.0.0.1@evil.example",
    "evil.example#.localhost",
    "evil.example/.localhost",
    "stand-in.test.evil.example",
    "evil.stand-in.test",
    "localhost:4010:80",
    "localhost:evil",
    "[127.0.0.1]",
    "[::1",
    "::1",
    "0.0.0.0:4010",
    "192.0.2.8:4010",
    "2130706433",
    "127.1",
    "[2001:db8::8]:4010",
    "localhost, evil.example",
    "",
  ]) {
    refused(`for ${name === "" ? "an empty host" : name}`, [`Host: ${name}`], host)
  }
  refused("for no host at all", [], host, undefined, "1.0")
  refused("in absolute form for another host", ["Host: localhost"], host, "http://evil.example")
  refused("in absolute form with another host beside it", ["Host: evil.example"], host, "http://localhost")
  refused("with two origins", ["Host: localhost", "Origin: http://localhost", "Origin: http://evil.example"], page)
  refused("with two sites", ["Host: localhost", "Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site"], page)
  refused("for a page that rebound its name", ["Host: evil.example:4010", "Origin: http://evil.example:4010"], host)
  for (const origin of [
    "http://evil.example",
    "https://localhost.evil.example",
    "http://localhost:81",
    "http://localhost@evil.example",
    "http://stand-in.test",
    "file://localhost",
    "localhost",
    "null",
    "",
  ]) {
    refused(`for a page of ${origin || "an empty origin"}`, ["Host: localhost", `Origin: ${origin}`], page)
  }
  for (const site of ["cross-site", "same-site", "Same-Origin", "evil", ""]) {
    refused(`with the site ${site || "left empty"}`, ["Host: localhost", `Sec-Fetch-Site: ${site}`], page)
  }
})

describe("whatever else is not verified", () => {
  const listen = NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })
  const get = (path: string, ...headers: ReadonlyArray<string>) =>
    Effect.map(send("GET", path, headers), ({ status }) => status)

  it.effect("is guarded alike: the metrics, while the health is for everybody", () =>
    Effect.gen(function* () {
      assert.isAbove(yield* port, 0)
      for (const [host, status] of [
        ["localhost", 200],
        ["prometheus.test:9464", 200],
        ["evil.example:9464", 403],
      ] as const) {
        assert.strictEqual(yield* get("/metrics", `Host: ${host}`), status)
        assert.strictEqual(yield* get("/health", `Host: ${host}`), 200)
      }
      assert.strictEqual(yield* get("/metrics", "Host: localhost", "Origin: http://evil.example"), 403)
      assert.strictEqual(yield* get("/metrics", "Host: localhost", "Sec-Fetch-Site: cross-site"), 403)
    }).pipe(Effect.provide(Monitoring.layer({ allowedHosts: ["prometheus.test"] }).pipe(Layer.provideMerge(listen)))),
  )

  it.effect("can be a handler of one's own, which a refused request does not reach", () => {
    let calls = 0
    const handler = Effect.sync(() => HttpServerResponse.text(String(++calls))).pipe(UnverifiedRequests.guard())
    return Effect.gen(function* () {
      assert.strictEqual(yield* get("/", "Host: localhost"), 200)
      assert.strictEqual(yield* get("/", "Host: evil.example"), 403)
      assert.strictEqual(yield* get("/", "Host: localhost", "Origin: null"), 403)
      assert.strictEqual(calls, 1)
    }).pipe(Effect.provide(HttpServer.serve(handler).pipe(Layer.provideMerge(listen))))
  })

  it("can be a web request, which has its host in its URL", () => {
    const check = UnverifiedRequests.check({ allowedHosts })
    const status = (url: string, headers: Readonly<Record<string, string>> = {}) =>
      check(HttpServerRequest.fromWeb(new Request(url, { headers })))?.status
    assert.isUndefined(status("http://localhost:4010/"))
    assert.isUndefined(status("https://stand-in.test/"))
    assert.strictEqual(status("http://evil.example/"), 403)
    assert.strictEqual(status("http://localhost/", { host: "evil.example" }), 403)
  })
})

describe("a host name", () => {
  const is = Schema.is(UnverifiedRequests.HostName)

  for (const name of ["stand-in.test", "proxy_session", "LOCALHOST", "192.0.2.7", "2001:db8::7", "[2001:db8::7]"]) {
    it(`is ${name}`, () => assert.isTrue(is(name)))
  }
  for (const name of [
    "",
    "stand-in.test:4010",
    "http://stand-in.test",
    "stand-in.test/a",
    "*.test",
    "*",
    "a b",
    "[::1]:1",
  ]) {
    it(`is not ${name || "empty"}`, () => assert.isFalse(is(name)))
  }
})

it.effect("with signatures, any host will do, since it is signed", () =>
  Effect.gen(function* () {
    const answer = yield* send("POST", sessionsPath, ["Host: evil.example", "Origin: http://evil.example"])
    assert.strictEqual(answer.headers["x-amzn-errortype"], "MissingAuthenticationTokenException:")
  }).pipe(Effect.provide(layerServer({ authentication: { keys: () => Effect.succeedNone } }))),
)
