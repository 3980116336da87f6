/**
 * Whatever is sent to a gateway: without a right signature nothing is told, and with one nothing breaks.
 */
import { assert, describe, layer } from "@effect/vitest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Gateway from "../src/Gateway.ts"
import { fixtures, headerOf, outbox, resign, twilioSignature } from "./support/fixtures.ts"
import { carriers, publicUrl, routeToken } from "./support/scene.ts"

const handler = Gateway.make({ carriers, publicUrl, routeTokens: [Redacted.make(routeToken)] })

const ask = Effect.fnUntraced(function* (request: Request) {
  const gateway = yield* handler
  const answer = yield* Effect.provideService(
    gateway,
    HttpServerRequest.HttpServerRequest,
    HttpServerRequest.fromWeb(request),
  )
  const text = yield* Effect.promise(() => HttpServerResponse.toWeb(answer).text())
  return { status: answer.status, text }
})

const carrier = Schema.Literals([
  "twilio",
  "signalwire",
  "telnyx",
  "somleng",
  "plivo",
  "jambonz",
  "vonage",
  "bandwidth",
  "route",
  "nobody",
  "",
])
const webhook = Schema.Literals(["voice", "sms", "status", "fax", ""])
const type = Schema.Literals(["application/x-www-form-urlencoded", "application/json", "text/plain", ""])
const word = Schema.String.check(Schema.isMaxLength(40))

/** Bodies that look like a carrier's, and any others. */
const body = Schema.Union([
  Schema.String,
  Schema.Literals([
    "CallSid=CA1&From=%2B12025550143&To=%2B13125550117",
    "CallSid=CA1&CallSid=CA1&From=%00&To=",
    "MessageSid=SM1&From=1&To=2&Body=%F0%9F%98%80&NumMedia=10",
    '{"call_sid":"a","from":"+12025550143","to":"+13125550117"}',
    '{"uuid":"a","from":"12025550143","to":"13125550117"}',
    '{"eventType":"initiate","callId":"a","from":"+12025550143","to":"+13125550117"}',
    '[{"type":"message-received","message":{"id":"a","from":"+1","to":["+2"],"text":"x"}}]',
    '{"data":{"event_type":"message.received","payload":{"id":"a","from":{"phone_number":"+1"},"to":[]}}}',
    '{"Channel":"Voice","Caller":"a","Dialled":"b","CallId":"c"}',
    "[".repeat(20_000),
    "%".repeat(1000),
  ]),
])

const property = { arbitrary: { runs: 400 } }

describe("any request", () => {
  layer(MemoryRepo.layer())("without a signature", (it) => {
    it.effect.prop(
      "is refused, and hears no more than a status",
      { body, carrier, connector: word, signature: word, type, webhook },
      ({ body, carrier, connector, signature, type, webhook }) =>
        Effect.gen(function* () {
          const path = [carrier, webhook, connector].map((step) => encodeURIComponent(step.toWellFormed())).join("/")
          const headers = new Headers({
            "content-type": type,
            "x-twilio-signature": encodeURIComponent(signature.toWellFormed()),
            "x-plivo-signature-v3": encodeURIComponent(signature.toWellFormed()),
            "x-plivo-signature-v3-nonce": "1",
            "telnyx-signature-ed25519": encodeURIComponent(signature.toWellFormed()),
            "telnyx-timestamp": "0",
            "jambonz-signature": `t=0,v1=${"0".repeat(64)}`,
            authorization: `Bearer ${encodeURIComponent(signature.toWellFormed())}`,
          })
          const request = new Request(`${publicUrl}/${path}`, { method: "POST", headers, body })
          const { status, text } = yield* ask(request)
          assert.include([401, 403, 404, 413, 415], status)
          assert.strictEqual(text, "")
        }),
      property,
    )
  })

  layer(MemoryRepo.layer())("with a right signature", (it) => {
    it.effect.prop(
      "is answered or refused by its rules, and never breaks anything",
      {
        members: Schema.Array(
          Schema.Tuple([
            Schema.Union([
              Schema.Literals(["CallSid", "MessageSid", "From", "To", "Body", "NumMedia", "MediaUrl0", "CallStatus"]),
              Schema.Literals(["DialCallStatus", "ParentCallSid", "CallDuration", "MessageStatus", "StirVerstat"]),
              word,
            ]),
            Schema.Union([Schema.String, Schema.Literals(["+12025550143", "1", "CA1", "completed", "anonymous"])]),
          ]),
        ),
        webhook: Schema.Literals(["voice", "sms", "status"]),
      },
      ({ members, webhook }) =>
        Effect.gen(function* () {
          const content = new URLSearchParams(members.map(([...pair]) => pair))
          const url = `${publicUrl}/twilio/${webhook}`
          const signature = twilioSignature(fixtures[0]?.secrets["authToken"] ?? "", url, [...content])
          const headers = { "x-twilio-signature": signature }
          const request = new Request(url, { method: "POST", headers, body: content })
          const { status, text } = yield* ask(request)
          assert.include([200, 400], status)
          // The store knows nobody.
          assert.notMatch(text, /<(?:Dial|Message)\b/u)
        }),
      property,
    )
  })

  layer(MemoryRepo.layer())("in JSON, with a right signature", (it) => {
    const names = [
      "uuid message_uuid from to text status direction duration client_ref eventType callId cause answerTime eventTime",
      "stirShaken type message id media applicationId tag data event_type payload phone_number cc webhook_url call_sid",
      "call_status dial_call_status parent_call_sid",
    ].flatMap((line) => line.split(" "))
    const words = [
      "initiate",
      "transferComplete",
      "message-received",
      "message.received",
      "message.finalized",
      "inbound=a",
    ]
    const leaf = Schema.Union([
      Schema.Null,
      Schema.Literals([true, 0, -1, 1e21, "", "+12025550143", "12025550143", "\uD800", ...words]),
      Schema.String,
    ])
    const objectOf = <S extends Schema.Constraint>(value: S) =>
      Schema.Array(Schema.Tuple([Schema.Literals(names), value])).check(Schema.isMaxLength(8))
    const listOf = <S extends Schema.Constraint>(value: S) => Schema.Array(value).check(Schema.isMaxLength(2))
    const value = Schema.Union([leaf, objectOf(leaf), listOf(objectOf(leaf))])
    const written = (found: unknown): string =>
      Array.isArray(found) && found.every((each) => Array.isArray(each) && each.length === 2 && names.includes(each[0]))
        ? `{${found.map(([name, inner]) => `${JSON.stringify(name)}:${written(inner)}`).join(",")}}`
        : Array.isArray(found)
          ? `[${found.map(written).join(",")}]`
          : JSON.stringify(found)

    it.effect.prop(
      "is answered or refused by its rules, and never breaks or sends anything",
      {
        carrier: Schema.Literals(["vonage", "bandwidth", "telnyx", "jambonz"]),
        content: Schema.Union([objectOf(value), listOf(objectOf(value))]),
        webhook: Schema.Literals(["voice", "sms", "status"]),
      },
      ({ carrier, content, webhook }) =>
        Effect.gen(function* () {
          const fixture = fixtures.find(({ about }) => about.carrier === carrier)
          const example = fixture?.cases.find(({ request }) => headerOf(request, "content-type")?.includes("json"))
          if (fixture === undefined || example === undefined) return assert.fail("there is a case in JSON")
          const body = written(content)
          // The time of a test is 0.
          const signing = { ...example.signing, timestamp: 0, claims: { iat: 0 } }
          const changed = { ...example, signing, request: { ...example.request, body } }
          const { headers, url } = resign(fixture, changed, `${publicUrl}/${carrier}/${webhook}`)
          const stamped = headers.map(([name, text]): [string, string] => [
            name,
            name === "telnyx-timestamp" ? "0" : text,
          ])
          const request = new Request(url, { method: "POST", headers: new Headers(stamped), body })
          const { status, text } = yield* ask(request)
          const expected = carrier === "jambonz" && webhook === "sms" ? [404] : [200, 400]
          assert.include(expected, status, `${body} ${text}`)
          // The store knows nobody.
          assert.notMatch(text, /<Transfer|"connect"|"dial"/u)
          assert.deepStrictEqual(outbox, [])
        }),
      property,
    )
  })
})
