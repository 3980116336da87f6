/**
 * The carriers' raw requests through real sockets: each gets the answer that its carrier's documents ask for.
 */
import { assert, describe, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as TestClock from "effect/testing/TestClock"
import { verify } from "node:crypto"
import type { Answer } from "../../server/test/support.ts"
import {
  apiKey,
  apiKeys,
  type Case,
  type Expected,
  type Fixture,
  fixtures,
  headerOf,
  isOurs,
  outbox,
  type RawRequest,
  resign,
} from "./support/fixtures.ts"
import { leaks } from "./support/leaks.ts"
import { layerGateway, Scene, send } from "./support/scene.ts"
import { type Element, parseXml } from "./support/xml.ts"

/** The paths of the fixtures are not ours. */
const webhooks: Readonly<Record<Case["expect"]["kind"], string>> = {
  inbound: "voice",
  text: "sms",
  status: "status",
  delivery: "status",
}

const urlOf = ({ about }: Fixture, { expect, request }: Case, connector: string) => {
  const { origin, search } = new URL(request.url)
  return `${origin}/${about.carrier}/${webhooks[expect.kind]}${connector}${search}`
}

const elements = (element: Element): ReadonlyArray<Element> => [element, ...element.children.flatMap(elements)]

/** A verb of jambonz or an action of Vonage, and what it dials, as an element of TwiML. */
const ofVerb = (each: Verb): Element => {
  const isVonage = each.action !== undefined
  const {
    callerId,
    target = [],
    verb = "",
  } = isVonage
    ? { verb: each.action, callerId: each.from && `+${each.from}`, target: each.endpoint?.map(withPlus) }
    : each
  return {
    name: verb === "dial" || verb === "connect" ? "Dial" : verb,
    attributes: callerId === undefined ? {} : { callerId },
    text: "",
    children: target.map(({ number }) => ({ name: "Number", attributes: {}, children: [], text: number })),
  }
}

const withPlus = ({ number }: { readonly number: string }) => ({ number: `+${number}` })

/** Bandwidth has other names for what TwiML has. */
const ofBxml = (each: Element): Element => {
  const names: Readonly<Record<string, string>> = { Transfer: "Dial", PhoneNumber: "Number" }
  const { transferCallerId, ...attributes } = each.attributes
  return {
    ...each,
    name: names[each.name] ?? each.name,
    attributes: transferCallerId === undefined ? attributes : { ...attributes, callerId: transferCallerId },
    children: each.children.map(ofBxml),
  }
}

interface Verb {
  readonly verb?: string
  readonly action?: string
  readonly from?: string
  readonly endpoint?: ReadonlyArray<{ readonly number: string }>
  readonly callerId?: string
  readonly target?: ReadonlyArray<{ readonly number: string }>
}

const document = ({ headers, text }: Answer): ReadonlyArray<Element> => {
  // A text that goes out by an API is acknowledged without a document.
  if (text === "") return []
  if (headers["content-type"] === "application/json") {
    const verbs: ReadonlyArray<Verb> = JSON.parse(text)
    return verbs.map(ofVerb).flatMap(elements)
  }
  assert.strictEqual(headers["content-type"], "text/xml; charset=utf-8")
  return elements(ofBxml(parseXml(text)))
}

const named = (all: ReadonlyArray<Element>, name: string) => all.filter((each) => each.name === name)

/** The verbs and nouns of TwiML that reach somebody. */
const reaching = [
  "Dial",
  "Number",
  "Sip",
  "Client",
  "Redirect",
  "Message",
  "Sms",
  "Enqueue",
  "Conference",
  "Refer",
  "Forward",
  "Bridge",
]

/** What the API of a carrier was asked to send, in the words of the fixtures. */
const sentBy = (carrier: string, { body, headers, method, url }: HttpClientRequest) => {
  assert.strictEqual(body._tag, "Uint8Array")
  const content = JSON.parse(body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : "")
  assert.strictEqual(headers["content-type"], "application/json")
  switch (carrier) {
    case "vonage": {
      const [, token = ""] = /^Bearer (.+)$/u.exec(headers["authorization"] ?? "") ?? []
      const [header = "", payload = "", signature = ""] = token.split(".")
      const isRight = verify(
        "sha256",
        Buffer.from(`${header}.${payload}`),
        apiKeys.publicKey,
        Buffer.from(signature, "base64url"),
      )
      const claims = JSON.parse(Buffer.from(payload, "base64url").toString())
      const now = fixtures[0]?.about.clock ?? 0
      assert.isTrue(isRight)
      assert.deepInclude(claims, { application_id: "example-application", iat: now, exp: now + 300 })
      assert.deepStrictEqual([method, url], ["POST", "https://api.nexmo.com/v1/messages"])
      assert.deepInclude(content, { channel: "sms", message_type: "text" })
      return { from: `+${content.from}`, to: `+${content.to}`, text: content.text, media: [] }
    }
    case "bandwidth":
      assert.deepStrictEqual([method, url], ["POST", "https://messaging.bandwidth.com/api/v2/users/9900000/messages"])
      assert.strictEqual(headers["authorization"], `Basic ${Buffer.from(`api-user:${apiKey}`).toString("base64")}`)
      assert.strictEqual(content.applicationId, "053fb58c-9e1a-4db4-87b4-c287b2c4c8f9")
      assert.strictEqual(content.to.length, 1)
      return { from: content.from, to: content.to[0], text: content.text, media: content.media ?? [] }
    default:
      assert.deepStrictEqual([method, url], ["POST", "https://api.telnyx.com/v2/messages"])
      assert.strictEqual(headers["authorization"], `Bearer ${apiKey}`)
      return { from: content.from, to: content.to, text: content.text, media: content.media_urls ?? [] }
  }
}

const judgeSent = (
  carrier: string,
  { does, from, media = [], mustNotContainInAnyEncoding, text, times, to, via }: Expected,
) => {
  const sent = outbox.splice(0)
  const isSent = does === "forward" && via === "rest" && times !== 0
  assert.deepStrictEqual(
    sent.map((request) => sentBy(carrier, request)),
    isSent ? [{ from, to, text, media }] : [],
  )
  for (const number of mustNotContainInAnyEncoding ?? []) {
    assert.isFalse(leaks(JSON.stringify(sent), number), "a number leaks to the API")
  }
}

const judge = (
  answer: Answer,
  { answer: expected, mayBe }: { readonly answer: Case["expect"]["answer"]; mayBe?: string },
) => {
  const { does, from, media = [], showing, status, text = "", to } = expected
  assert.include(status, answer.status)
  for (const number of expected.mustNotContainInAnyEncoding ?? []) {
    assert.isFalse(leaks(answer.text, number), "a number leaks")
  }
  switch (mayBe ?? does) {
    case "connect": {
      const all = document(answer)
      assert.deepStrictEqual(
        named(all, "Dial").map(({ attributes }) => attributes["callerId"]),
        [showing],
      )
      assert.deepStrictEqual(
        named(all, "Number").map(({ text }) => text),
        [to],
      )
      return
    }
    case "refuse":
    case "drop":
      assert.deepStrictEqual(
        document(answer).filter(({ name }) => reaching.includes(name)),
        [],
      )
      return
    case "acknowledge":
      if (expected.mayAlsoBe === undefined) assert.strictEqual(answer.text, "")
      else assert.deepStrictEqual(JSON.parse(answer.text), [{ verb: "hangup" }])
      return
    case "forward": {
      if (expected.via === "rest") return assert.strictEqual(answer.text, "")
      const all = document(answer)
      assert.deepStrictEqual(
        named(all, "Message").map(({ attributes }) => [
          attributes["to"] ?? attributes["dst"],
          attributes["from"] ?? attributes["src"],
        ]),
        [[to, from]],
      )
      const said = all.filter(({ name }) => name === "Body" || name === "Message").map((each) => each.text)
      assert.strictEqual(said.join(""), text)
      assert.deepStrictEqual(
        named(all, "Media").map(({ text }) => text),
        [...media],
      )
    }
  }
}

const refused = (answer: Answer, what: string) => {
  assert.strictEqual(answer.status, 403, what)
  assert.strictEqual(answer.text, "", what)
}

/** A changed copy of a request for another URL: its change is made to the request that was signed again. */
const mutated = (fixture: Fixture, example: Case, id: string, set: Partial<RawRequest>, url: string): RawRequest => {
  const signed = resign(fixture, example, url)
  if (set.url !== undefined) return { ...signed, url: url.replace(/.(?=\?|$)/u, (last) => (last === "x" ? "y" : "x")) }
  const isInAuthorization = headerOf(signed, "authorization") !== undefined
  if (id !== "signature-byte" || isInAuthorization) return { ...signed, ...set }
  return {
    ...signed,
    headers: signed.headers.map(([name, value]) => [
      name,
      /signature/iu.test(name) ? value.replace(/^./u, (first) => (first === "A" ? "B" : "A")) : value,
    ]),
  }
}

const ours = fixtures.map((fixture) => ({
  ...fixture,
  cases: fixture.cases.filter(({ request }) => isOurs(fixture, request)),
}))

for (const fixture of ours) {
  for (const [how, connectorOf] of [
    ["with the connector in the path", (id: string) => `/${id}`],
    ["with the connector found by the number", () => ""],
  ] as const) {
    layer(layerGateway())(`${fixture.about.carrier}, ${how}`, (it) => {
      for (const example of fixture.cases) {
        it.effect(`answers ${example.id}`, () =>
          Effect.gen(function* () {
            const { voiceConnectorId } = yield* Scene
            const url = urlOf(fixture, example, connectorOf(voiceConnectorId))
            const answer = yield* send(resign(fixture, example, url))
            if (example.expect.verify === "refuse") return refused(answer, example.id)
            judge(answer, example.expect)
            judgeSent(fixture.about.carrier, example.expect.answer)
            // The same id gets the same bytes, and sends nothing.
            const again = yield* send(resign(fixture, example, url))
            assert.deepStrictEqual(outbox, [])
            assert.deepStrictEqual([again.status, again.text], [answer.status, answer.text])
            for (const { bySignature, id, set } of example.mutations) {
              if (bySignature === false || set.at !== undefined) continue
              refused(yield* send(mutated(fixture, example, id, set, url)), id)
            }
          }),
        )
      }
    })
  }
}

describe("a minimum of attestation", () => {
  for (const minimumAttestation of ["A", "B", "C"] as const) {
    layer(layerGateway({ rules: { minimumAttestation } }))(`of ${minimumAttestation}`, (it) => {
      const judged = ours.flatMap((fixture) =>
        fixture.cases
          .filter(({ expect }) => expect.ifMinimumAttestation !== undefined || expect.attestation?.level === "A")
          .filter(({ expect }) => expect.attestationOptional !== true)
          .map((example) => [fixture, example] as const),
      )
      for (const [fixture, example] of judged) {
        it.effect(`holds for ${example.id} of ${fixture.about.carrier}`, () =>
          Effect.gen(function* () {
            const answer = yield* send(resign(fixture, example, urlOf(fixture, example, "")))
            judge(answer, {
              answer: example.expect.answer,
              mayBe: example.expect.ifMinimumAttestation?.[minimumAttestation] ?? "connect",
            })
          }),
        )
      }
      it("has something to judge", () => assert.strictEqual(judged.length, 6))
    })
  }
})

describe("a replay an hour later, when the session is over", () => {
  for (const fixture of ours) {
    layer(layerGateway())(`of ${fixture.about.carrier}`, (it) => {
      const isTimed = ["telnyx", "jambonz", "vonage"].includes(fixture.about.carrier)
      it.effect(
        isTimed ? "is refused, since its signature has a time" : "gets what the call got, and a new call nobody",
        () =>
          Effect.gen(function* () {
            const [example] = fixture.cases
            if (example === undefined) return assert.fail("there is a case")
            const request = resign(fixture, example, urlOf(fixture, example, ""))
            const before = yield* send(request)
            assert.lengthOf(named(document(before), "Number"), 1)
            yield* TestClock.adjust("61 minutes")
            const { status, text } = yield* send(request)
            assert.deepStrictEqual([status, text], isTimed ? [403, ""] : [200, before.text])
            const body = request.body.replace(/(?<=\bCall(?:Sid|UUID)=|"callId":")[^&"]+/u, "another")
            const other = resign(fixture, { ...example, request: { ...example.request, body } }, request.url)
            if (!isTimed) assert.deepStrictEqual(named(document(yield* send(other)), "Number"), [])
          }),
      )
    })
  }
})

describe("a webhook that Vonage sends by GET", () => {
  layer(layerGateway())("since what signs its query is not known", (it) => {
    it.effect("is 405, and dials nobody", () =>
      Effect.gen(function* () {
        const found = fixtures.flatMap((fixture) =>
          fixture.cases.filter(({ request }) => !isOurs(fixture, request)).map((each) => [fixture, each] as const),
        )
        assert.lengthOf(found, 1)
        for (const [fixture, example] of found) {
          const { status, text } = yield* send({ ...example.request, url: urlOf(fixture, example, "") })
          assert.deepStrictEqual([status, text], [405, ""])
        }
      }),
    )
  })
})
