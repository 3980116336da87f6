/**
 * Nothing that is a secret comes out of a gateway: no number, text, token or signature in a log line, a span or a metric.
 */
import { assert, describe, it } from "@effect/vitest"
import type { GatewayOptions } from "@proxy-session/gateway/Gateway"
import { ServiceFailureException } from "@proxy-session/domain/ServiceError"
import { CallRouter } from "@proxy-session/repo/CallRouter"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Sender from "@proxy-session/gateway/Sender"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import {
  apiKey,
  carriersBy,
  fixtures,
  headerOf,
  isOurs,
  outbox,
  resign,
} from "../../packages/gateway/test/support/fixtures.ts"
import {
  alice,
  api,
  bob,
  layerGateway,
  layerServed,
  proxy,
  publicUrl,
  routeToken,
  send,
  stranger,
  twilio,
} from "../../packages/gateway/test/support/scene.ts"
import { leaks } from "../../packages/gateway/test/support/leaks.ts"
import { listen } from "./listening.ts"

const words = "meet me at the old mill"
const callId = "CA20f1565a6fbad6e0130716f9f98e48cd"
const numbers = [alice, bob, proxy, stranger, "+447700900143", "+447700900172"]
const tokens = [
  routeToken,
  "wrong-token",
  apiKey,
  "PRIVATE KEY",
  ...fixtures.flatMap(({ secrets }) => Object.values(secrets).map(String)),
]
  // A tolerance in seconds, and the name of a header, are no secrets.
  .filter((secret) => secret.length > 8 && !secret.startsWith("I-Twilio"))

const headers = [["Content-Type", "application/x-www-form-urlencoded"]] as const

/** Everything that may be sent to a gateway, right and wrong. */
const traffic = Effect.gen(function* () {
  const members = { CallSid: callId, From: alice, To: proxy }
  yield* twilio("/twilio/voice", members)
  yield* twilio("/twilio/voice", { ...members, From: stranger })
  yield* twilio("/twilio/voice", members, "wrong-token")
  yield* twilio("/twilio/voice", { From: alice, To: proxy })
  yield* twilio(`/twilio/voice?From=${encodeURIComponent(alice)}`, members)
  yield* twilio("/twilio/sms", { MessageSid: "SM1", From: alice, To: proxy, Body: words })
  yield* twilio("/twilio/sms?text=old%20mill", {
    MessageSid: "SM1",
    From: alice,
    To: proxy,
    Body: words,
    NumMedia: "x",
  })
  yield* twilio("/twilio/status", { CallSid: "CA2", ParentCallSid: callId, CallStatus: "in-progress", To: bob })
  const query = `?From=${encodeURIComponent(alice)}&Body=${encodeURIComponent(words)}`
  yield* send({ method: "GET", url: `${publicUrl}/twilio/sms${query}`, headers, body: "" })
  yield* send({ method: "POST", url: `${publicUrl}/nobody${query}`, headers, body: `From=${alice}` })
  const call = { Channel: "SMS", Caller: `sip:${alice}@host`, Dialled: proxy, CallId: "c1", Text: words }
  yield* api("POST", "/route", call)
  yield* api("POST", "/route?dry-run", call)
  yield* api("POST", "/route", { ...call, Caller: 1, [alice]: words, CallId: `${alice.slice(1)}@host` })
  yield* api("POST", "/route", call, "wrong-token")
  yield* api("GET", `/interactions?session=${encodeURIComponent(alice)}&connector=a`)
  for (const fixture of fixtures) {
    for (const example of fixture.cases.filter(({ request }) => isOurs(fixture, request))) {
      const { carrier } = fixture.about
      const webhook = { delivery: "status", inbound: "voice", status: "status", text: "sms" }[example.expect.kind]
      yield* send(resign(fixture, example, `${publicUrl}/${carrier}/${webhook}`))
    }
  }
})

const signatures = fixtures.flatMap(({ cases }) =>
  cases.flatMap(({ request, signing }) =>
    [signing.header ?? "telnyx-signature-ed25519", "authorization"].flatMap((name) => headerOf(request, name) ?? []),
  ),
)

const judge = (output: ReadonlyArray<string>) => {
  assert.isAbove(output.length, 100)
  const found = output.filter(
    (line) =>
      numbers.some((number) => leaks(line, number)) ||
      [words, "old mill", "old%20mill", ...tokens, ...signatures].some((secret) => line.includes(secret)),
  )
  assert.deepStrictEqual(
    found.map((line) => line.slice(0, 2000)),
    [],
  )
}

const options: Partial<GatewayOptions> = { accessLog: true, routeTokens: [Redacted.make(routeToken)] }

describe("no secret comes out of a gateway", () => {
  it.effect("that routes, refuses and records", () =>
    Effect.gen(function* () {
      const { output, spans } = yield* listen(Effect.scoped(Effect.provide(traffic, layerGateway(options))))
      assert.isAbove(spans.length, 50)
      assert.isTrue(output.some((line) => line.includes("proxy_session_gateway_decisions_total")))
      assert.isTrue(output.some((line) => line.includes('"source":"twilio"')))
      assert.isAbove(outbox.splice(0).length, 6)
      judge(output)
    }),
  )

  it.effect("whose store fails and dies with numbers in its messages", () =>
    Effect.gen(function* () {
      let calls = 0
      const route = () => {
        calls += 1
        return calls % 2 === 0
          ? Effect.die(new Error(`${alice} said ${words}`))
          : Effect.fail(new ServiceFailureException({ message: `${alice} said ${words}`, code: "ServiceFailure" }))
      }
      const store = Layer.mock(CallRouter, { tenants: Effect.succeed([]), route, interactions: route, record: route })
      const { output } = yield* listen(
        Effect.scoped(Effect.provide(traffic, Layer.provideMerge(layerServed(options), store))),
      )
      assert.isAbove(calls, 20)
      assert.isTrue(output.some((line) => line.includes("A call could not be routed")))
      judge(output)
    }),
  )

  it.effect("whose carriers' APIs refuse, fail and die with numbers in what they say", () =>
    Effect.gen(function* () {
      let sends = 0
      const said = `${alice} said ${words} to ${bob} with ${apiKey}`
      const client = HttpClient.make((request) => {
        sends += 1
        if (sends % 3 === 0) return Effect.die(new Error(said))
        return sends % 3 === 1
          ? Effect.succeed(HttpClientResponse.fromWeb(request, new Response(said, { status: 422 })))
          : Effect.fail(
              new HttpClientError.HttpClientError({
                reason: new HttpClientError.TransportError({ request, description: said, cause: new Error(said) }),
              }),
            )
      })
      const failing = { ...options, carriers: carriersBy(Sender.make(client)) }
      const { output } = yield* listen(Effect.scoped(Effect.provide(traffic, layerGateway(failing))))
      assert.isAbove(sends, 6)
      assert.isTrue(output.some((line) => line.includes("A text could not be sent")))
      assert.isTrue(output.some((line) => line.includes("proxy_session_gateway_sends_total")))
      judge(output)
    }),
  )

  it("by a search that would find one", () => {
    for (const line of [`from ${alice}`, encodeURIComponent(alice), "2025550143", words, tokens[0] ?? ""]) {
      assert.throws(() => judge([...Array.from({ length: 101 }, () => "nothing"), line]))
    }
  })
})
