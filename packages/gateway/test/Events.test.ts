/**
 * What carriers say beyond the raw requests of `fixtures`: words that nobody knows, and requests that are broken.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { type Carrier, type Event, Received, type Webhook } from "../src/Carrier.ts"
import * as Jambonz from "../src/Jambonz.ts"
import * as Plivo from "../src/Plivo.ts"
import * as Twilio from "../src/Twilio.ts"

const read = (carrier: Carrier, webhook: Webhook, body: string | Uint8Array, url = "https://x.example/") =>
  carrier.read(webhook, new Received({ url, header: () => undefined, body: Buffer.from(body), now: 0 }))

const event = (...of: Parameters<typeof read>) => Result.getOrThrow(read(...of))

const broken = (...of: Parameters<typeof read>) => {
  const result = read(...of)
  return Result.isFailure(result) ? result.failure.map(({ path, rule }) => `${path} ${rule}`.trim()) : []
}

const form = (members: Readonly<Record<string, string>>) => new URLSearchParams(members).toString()

const twilio = Twilio.make({ authTokens: [] })
const plivo = Plivo.make({ authTokens: [] })
const jambonz = Jambonz.make({ webhookSecrets: [] })

describe("a status that nobody knows", () => {
  it.each(["teleported", "constructor", "__proto__", "toString", ""])("is unknown, and no error: %s", (word) => {
    const unknown: Event = { _tag: "Unknown", endsDial: false }
    assert.deepStrictEqual(event(twilio, "status", form({ CallSid: "a", CallStatus: word })), unknown)
    assert.deepStrictEqual(event(twilio, "status", form({ MessageSid: "a", MessageStatus: word })), unknown)
    assert.deepStrictEqual(event(plivo, "status", form({ CallUUID: "a", CallStatus: word })), unknown)
    assert.deepStrictEqual(event(plivo, "status", form({ MessageUUID: "a", Status: word })), unknown)
    assert.deepStrictEqual(event(plivo, "status", form({ DialALegUUID: "a", DialAction: word })), unknown)
    assert.deepStrictEqual(event(jambonz, "status", JSON.stringify({ call_sid: "a", call_status: word })), unknown)
  })

  it("ends a dial all the same", () => {
    const unknown: Event = { _tag: "Unknown", endsDial: true }
    assert.deepStrictEqual(event(twilio, "status", form({ CallSid: "a", DialCallStatus: "x" })), unknown)
    assert.deepStrictEqual(event(plivo, "status", form({ CallUUID: "a", DialStatus: "x" })), unknown)
    const status = JSON.stringify({ call_sid: "a", call_status: "x", dial_call_status: "x" })
    assert.deepStrictEqual(event(jambonz, "status", status), unknown)
  })
})

describe("Plivo", () => {
  it("has words of its own for the end of a dial, and a leg that never talked has not answered", () => {
    for (const [word, progress] of [
      ["timeout", "no-answer"],
      ["cancel", "canceled"],
    ] as const) {
      assert.deepInclude(event(plivo, "status", form({ CallUUID: "a", DialStatus: word })), { progress })
    }
    const leg = { DialALegUUID: "a", DialAction: "hangup", DialBLegDuration: "0" }
    assert.strictEqual(event(plivo, "status", form(leg))._tag, "Unknown")
  })

  it("reports a text under the id of the one that came in", () => {
    const delivered = form({ MessageUUID: "sent", Status: "delivered" })
    const found = event(plivo, "status", delivered, "https://x.example/plivo/status?inbound=came%2Bin")
    assert.deepStrictEqual(found, { _tag: "MessageStatus", providerId: "came+in", progress: "delivered" })
  })
})

describe("a broken request", () => {
  it("of jambonz is refused with every rule that it breaks", () => {
    assert.deepStrictEqual(broken(jambonz, "voice", "{"), ["must be JSON in UTF-8"])
    assert.deepStrictEqual(broken(jambonz, "voice", Uint8Array.of(0x7b, 0xff, 0x7d)), ["must be JSON in UTF-8"])
    assert.deepStrictEqual(broken(jambonz, "voice", '{"call_sid":"a b","from":1}'), [
      "call_sid must be 1 to 256 characters of ASCII",
      "from must be string",
      "to is required",
    ])
    const twice = '{"call_sid":"a","from":"x","to":"y","sip":{"a":[{"b":1},{"b":2}],"b":"{\\":"},"\\u0066rom":"z"}'
    assert.deepStrictEqual(broken(jambonz, "voice", twice), ["from must not be repeated"])
    assert.deepStrictEqual(broken(jambonz, "voice", twice.replace(/,"[^"]*rom":"z"/u, "")), [])
  })

  it("of Plivo is refused with every rule that it breaks", () => {
    assert.deepStrictEqual(broken(plivo, "voice", "From=1&From=2&CallUUID=a%20b"), [
      "CallUUID must be 1 to 256 characters of ASCII",
      "From must not be repeated",
      "To is required",
    ])
    assert.deepStrictEqual(broken(plivo, "sms", "%ff=1"), ["must be a form in UTF-8"])
  })
})
