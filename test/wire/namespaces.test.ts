import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Effect from "effect/Effect"
import { HttpServer } from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import { creation, proxyPath, raw, sessionsPath } from "../../packages/server/test/support.ts"

const put = JSON.stringify({ DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] })

const onPort = Layer.unwrap(
  Effect.sync(() => NodeHttpServer.layer(() => createServer(), { host: "127.0.0.1", port: 0 })),
)

const send = (host: string, method: string, target: string, body = "") =>
  raw(
    `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )

describe("the namespace of a host", () => {
  for (const [host, namespace] of [
    ["chime.us-east-1.amazonaws.com", "chime"],
    ["CHIME.localhost:4010", "chime"],
    ["chime-fips.us-gov-east-1.amazonaws.com", "chime"],
    ["voice-chime.us-east-1.amazonaws.com", "chime-sdk-voice"],
    ["voice-chime-fips.us-east-1.amazonaws.com", "chime-sdk-voice"],
    ["127.0.0.1:4010", "chime-sdk-voice"],
    ["chime", "chime-sdk-voice"],
    ["chimera.example.com", "chime-sdk-voice"],
    ["", "chime-sdk-voice"],
  ] as const) {
    it(`${host || "(none)"} is ${namespace}`, () => {
      assert.strictEqual(ProxySessionServer.byHost(host), namespace)
    })
  }
})

describe("a server of both namespaces", () => {
  const both = ProxySessionServer.layer({ authentication: "none", namespace: ProxySessionServer.byHost }).pipe(
    Layer.provideMerge(onPort),
    Layer.provide(MemoryRepo.layer({ seed: "namespaces" })),
  )

  it.effect("keeps what was made through one host from the other", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* send("chime.localhost", "PUT", proxyPath, put)).status, 200)
      const { json } = yield* send("chime.localhost", "POST", sessionsPath, JSON.stringify(creation))
      const path = `${sessionsPath}/${String(json.ProxySession?.["ProxySessionId"])}`
      assert.strictEqual((yield* send("chime.localhost", "GET", path)).status, 200)
      assert.strictEqual((yield* send("voice-chime.localhost", "GET", path)).status, 404)
      assert.strictEqual((yield* send("voice-chime.localhost", "GET", proxyPath)).status, 404)
      assert.strictEqual((yield* send("voice-chime.localhost", "DELETE", path)).status, 404)
    }).pipe(Effect.provide(both)),
  )

  it.effect("has pages of 99 in chime and of 100 in chime-sdk-voice", () =>
    Effect.gen(function* () {
      for (const [host, cap] of [
        ["chime.localhost", 99],
        ["voice-chime.localhost", 100],
      ] as const) {
        yield* send(host, "PUT", proxyPath, put)
        assert.strictEqual((yield* send(host, "GET", `${sessionsPath}?max-results=${cap}`)).status, 200)
        const over = yield* send(host, "GET", `${sessionsPath}?max-results=${cap + 1}`)
        assert.strictEqual(over.status, 400)
        assert.include(over.json.Message, "MaxResults")
      }
    }).pipe(Effect.provide(both)),
  )

  it.effect("tells of a number's order, and of an order's type, where the namespace's model has them", () =>
    Effect.gen(function* () {
      const order = JSON.stringify({ ProductType: "VoiceConnector", E164PhoneNumbers: ["+12065550100"] })
      for (const [host, has] of [
        ["chime.localhost", false],
        ["voice-chime.localhost", true],
      ] as const) {
        const ordered = yield* send(host, "POST", "/phone-number-orders", order)
        assert.strictEqual(ordered.status, 201)
        assert.strictEqual(ordered.text.includes('"OrderType":"New"'), has)
        assert.include(ordered.text, '"Status":"Successful"')
        const number = yield* send(host, "GET", "/phone-numbers/%2B12065550100")
        assert.strictEqual(number.status, 200)
        assert.strictEqual(number.text.includes('"OrderId"'), has)
        assert.include(number.text, '"CallingName":null')
      }
    }).pipe(Effect.provide(both)),
  )
})

it.effect("two ports over one repository are two namespaces", () => {
  const repos = MemoryRepo.layer({ seed: "namespaces" })
  const serve = (namespace: "chime" | "chime-sdk-voice") =>
    Layer.build(
      ProxySessionServer.layer({ authentication: "none", namespace }).pipe(Layer.provideMerge(Layer.fresh(onPort))),
    )
  return Effect.gen(function* () {
    const chime = yield* serve("chime")
    const voice = yield* serve("chime-sdk-voice")
    const at = (context: typeof chime) =>
      Effect.provideServiceEffect(HttpServer, HttpServer.pipe(Effect.provide(context)))
    assert.strictEqual((yield* at(chime)(send("localhost", "PUT", proxyPath, put))).status, 200)
    assert.strictEqual((yield* at(chime)(send("localhost", "GET", proxyPath))).status, 200)
    assert.strictEqual((yield* at(voice)(send("localhost", "GET", proxyPath))).status, 404)
  }).pipe(Effect.provide(repos))
})
