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
import { fixtures, twilioSignature } from "./support/fixtures.ts"
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
})
