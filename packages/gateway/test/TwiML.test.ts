/**
 * What carriers are told: well-formed XML, whatever somebody writes in a text, an address or an option.
 */
import { assert, describe, it } from "@effect/vitest"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import * as Schema from "effect/Schema"
import type { Reply } from "../src/Carrier.ts"
import * as Jambonz from "../src/Jambonz.ts"
import * as Plivo from "../src/Plivo.ts"
import * as Somleng from "../src/Somleng.ts"
import * as Twilio from "../src/Twilio.ts"
import { type Element, parseXml } from "./support/xml.ts"

const twilio = Twilio.make({ authTokens: [] })
const plivo = Plivo.make({ authTokens: [] })
const jambonz = Jambonz.make({ webhookSecrets: [] })
const somleng = Somleng.make({ authTokens: [] })

const to = PhoneNumber.make("+13125550199")
const proxy = PhoneNumber.make("+12065550100")
const statusUrl = "https://calls.example/twilio/status"
const text = (content: string, media: ReadonlyArray<string> = []): Reply => ({
  _tag: "SendText",
  to,
  from: proxy,
  text: content,
  media,
  statusUrl,
})

/** What XML cannot hold is lost on the way; nothing else is. */
const survivors = (content: string) =>
  // oxlint-disable-next-line no-control-regex
  content.toWellFormed().replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu, "")

const child = (parent: Element, name: string): Element => {
  const [found, ...more] = parent.children.filter((each) => each.name === name)
  if (found === undefined || more.length > 0) throw new Error(`not one ${name}`)
  return found
}

/** Texts that try to end an element or an attribute, beside any texts at all. */
const hostile = Schema.Array(
  Schema.Union([
    Schema.String,
    Schema.Literals([
      "</Body>",
      "<Dial>+19005550100</Dial>",
      "]]>",
      "<!--",
      "<!DOCTYPE x [<!ENTITY a 'b'>]>",
      "&amp;",
      "&#60;",
      '"',
      "'",
      "\r\n",
      "\t",
      "\u0000",
      "\u001B",
      "\uFFFF",
      "\uD83D",
      "\uDE00",
      "😀",
      "</Response>",
    ]),
  ]),
)

describe("a document in TwiML", () => {
  it.prop(
    "has one message with exactly the text and the media that it is made of",
    { parts: hostile, addresses: Schema.Array(hostile) },
    ({ addresses, parts }) => {
      const content = parts.join("")
      const media = addresses.map((each) => `https://media.example/${each.join("")}`)
      const { body } = twilio.answer(text(content, media))
      const response = parseXml(body)
      if (content === "" && media.length === 0) return assert.deepStrictEqual(response.children, [])
      assert.strictEqual(response.children.length, 1)
      const message = child(response, "Message")
      assert.deepStrictEqual(message.attributes, { to, from: proxy, statusCallback: statusUrl })
      assert.strictEqual(message.text, "")
      const [first, ...rest] = message.children
      const bodies = content === "" ? [] : [first]
      assert.deepStrictEqual(
        bodies.map((each) => [each?.name, each?.text]),
        content === "" ? [] : [["Body", survivors(content)]],
      )
      assert.deepStrictEqual(
        (content === "" ? message.children : rest).map(({ name, text }) => [name, text]),
        media.map((url) => ["Media", survivors(url)]),
      )
    },
    { arbitrary: { runs: 500 } },
  )

  it.prop(
    "dials one number and shows one, whatever the URL of the status is",
    { parts: hostile },
    ({ parts }) => {
      const url = `https://calls.example/${parts.join("")}`
      const { body } = twilio.answer({ _tag: "Dial", to, callerId: proxy, ringSeconds: 30, statusUrl: url })
      const dial = child(parseXml(body), "Dial")
      assert.deepStrictEqual(dial.attributes, {
        callerId: proxy,
        answerOnBridge: "true",
        timeout: "30",
        action: survivors(url),
      })
      const number = child(dial, "Number")
      assert.strictEqual(number.text, to)
      assert.strictEqual(number.attributes["statusCallback"], survivors(url))
    },
    { arbitrary: { runs: 300 } },
  )

  it.prop("says a sentence and does nothing else", { parts: hostile }, ({ parts }) => {
    const sentence = `No. ${parts.join("")}`
    const response = parseXml(twilio.answer({ _tag: "RejectCall", sentence }).body)
    assert.deepStrictEqual(
      response.children.map(({ children, name, text }) => [name, text, children.length]),
      [["Say", survivors(sentence), 0]],
    )
  })

  it.prop("is one message of Plivo with exactly the text, too", { parts: hostile }, ({ parts }) => {
    const content = `.${parts.join("")}`
    const response = parseXml(plivo.answer(text(content)).body)
    assert.deepStrictEqual(
      response.children.map(({ attributes, children, text }) => [attributes["dst"], attributes["src"], children, text]),
      [[to, proxy, [], survivors(content)]],
    )
  })

  it.prop("is JSON for jambonz, with exactly the sentence", { parts: hostile }, ({ parts }) => {
    const sentence = parts.join("")
    const { body } = jambonz.answer({ _tag: "RejectCall", sentence })
    assert.deepStrictEqual(JSON.parse(body), [{ verb: "say", text: sentence }, { verb: "hangup" }])
  })

  it("is the same for the same reply, byte for byte", () => {
    const reply = text("See you <soon> & bring \"it\"\n'now'", ["https://media.example/1?a=b&c=d"])
    assert.strictEqual(
      twilio.answer(reply).body,
      '<?xml version="1.0" encoding="UTF-8"?><Response>' +
        `<Message to="${to}" from="${proxy}" statusCallback="${statusUrl}">` +
        "<Body>See you &lt;soon&gt; &amp; bring &quot;it&quot;\n&apos;now&apos;</Body>" +
        "<Media>https://media.example/1?a=b&amp;c=d</Media></Message></Response>",
    )
    assert.deepStrictEqual(twilio.answer(reply), twilio.answer(reply))
  })

  it("rejects a call, or ends it, without a word", () => {
    const document = (inner: string) => `<?xml version="1.0" encoding="UTF-8"?>${inner}`
    assert.strictEqual(
      twilio.answer({ _tag: "RejectCall", sentence: undefined }).body,
      document("<Response><Reject/></Response>"),
    )
    for (const _tag of ["EndCall", "DropText"] as const) {
      assert.strictEqual(twilio.answer({ _tag }).body, document("<Response/>"))
    }
    assert.strictEqual(twilio.answer({ _tag: "Acknowledge" }).body, "")
  })

  it("has no media for Somleng, which sends the first child of a message alone", () => {
    const message = child(parseXml(somleng.answer(text("hello", ["https://media.example/1"])).body), "Message")
    assert.deepStrictEqual(
      message.children.map(({ name }) => name),
      ["Body"],
    )
    assert.deepStrictEqual(parseXml(somleng.answer(text("", ["https://media.example/1"])).body).children, [])
  })
})
