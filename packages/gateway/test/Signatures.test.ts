/**
 * Signatures by published vectors, and with a changed bit in every part that is signed.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { createHash, createHmac, generateKeyPairSync, sign, verify } from "node:crypto"
import type { Carrier } from "../src/Carrier.ts"
import { Received } from "../src/Carrier.ts"
import * as Jambonz from "../src/Jambonz.ts"
import * as Plivo from "../src/Plivo.ts"
import * as SignalWire from "../src/SignalWire.ts"
import * as Somleng from "../src/Somleng.ts"
import * as Telnyx from "../src/Telnyx.ts"
import * as Twilio from "../src/Twilio.ts"
import * as Bandwidth from "../src/Bandwidth.ts"
import * as Vonage from "../src/Vonage.ts"
import { plivoSignature, sender, twilioSignature, vonageToken } from "./support/fixtures.ts"

interface Sent {
  readonly url: string
  readonly body: string | Uint8Array
  readonly headers: Readonly<Record<string, string>>
  readonly now?: number
}

const isVerified = (carrier: Carrier, { body, headers, now = 0, url }: Sent) =>
  carrier.verify(new Received({ url, header: (name) => headers[name], body: Buffer.from(body), now }))

const token = (text: string) => [Redacted.make(text)]

type Pairs = ReadonlyArray<readonly [name: string, value: string]>

/** The example of Twilio's page on webhook security. */
const twilio = {
  token: "12345",
  url: "https://mycompany.com/myapp.php?foo=1&bar=2",
  pairs: [
    ["CallSid", "CA1234567890ABCDE"],
    ["Caller", "+12349013030"],
    ["Digits", "1234"],
    ["From", "+12349013030"],
    ["To", "+18005551212"],
  ] satisfies Pairs as Pairs,
  signature: "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
}

const form = (pairs: ReadonlyArray<readonly [string, string]>) =>
  pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&")

const sentBy = (header: string): Sent => ({
  url: twilio.url,
  body: form(twilio.pairs),
  headers: { [header]: twilio.signature },
})

/** Every text that differs from one in a single bit of a character, within ASCII. */
const flipped = (text: string): ReadonlyArray<string> =>
  Array.from(text).flatMap((character, index) =>
    Array.from({ length: 7 }, (_, bit) => {
      const changed = String.fromCharCode(character.charCodeAt(0) ^ (1 << bit))
      return text.slice(0, index) + changed + text.slice(index + 1)
    }),
  )

describe("a signature of Twilio's kind", () => {
  const carriers = [
    [Twilio.make({ authTokens: token(twilio.token) }), "x-twilio-signature"],
    [SignalWire.make({ signingKeys: token(twilio.token) }), "x-signalwire-signature"],
    [SignalWire.make({ signingKeys: token(twilio.token) }), "x-twilio-signature"],
    [Somleng.make({ authTokens: token(twilio.token) }), "x-twilio-signature"],
  ] as const

  it.each(carriers)("is that of Twilio's example", (carrier, header) => {
    assert.isTrue(isVerified(carrier, sentBy(header)))
    assert.isFalse(isVerified(carrier, { ...sentBy(header), headers: {} }))
    assert.isFalse(isVerified(carrier, { ...sentBy(header), headers: { [header]: "" } }))
  })

  it.each(carriers)("is wrong by any bit of the URL, of a name, of a value and of itself", (carrier, header) => {
    const sent = sentBy(header)
    const changed: ReadonlyArray<Sent> = [
      ...flipped(twilio.url).map((url) => ({ ...sent, url })),
      ...flipped(twilio.signature).map((signature) => ({ ...sent, headers: { [header]: signature } })),
      ...twilio.pairs.flatMap(([name, value], index) =>
        [
          ...flipped(name).map((other) => [other, value] as const),
          ...flipped(value).map((other) => [name, other] as const),
        ].map((pair) => ({ ...sent, body: form(twilio.pairs.with(index, pair)) })),
      ),
    ]
    assert.isAbove(changed.length, 1000)
    assert.deepStrictEqual(
      changed.filter((each) => isVerified(carrier, each)),
      [],
    )
  })

  it("is wrong with a member more or less, and whatever the order right", () => {
    const carrier = Twilio.make({ authTokens: token(twilio.token) })
    const sent = sentBy("x-twilio-signature")
    assert.isTrue(isVerified(carrier, { ...sent, body: form(twilio.pairs.toReversed()) }))
    assert.isFalse(isVerified(carrier, { ...sent, body: form(twilio.pairs.slice(1)) }))
    assert.isFalse(isVerified(carrier, { ...sent, body: form([...twilio.pairs, ["From", "+12065550100"]]) }))
  })

  it("takes the distinct values of a repeated member in their order", () => {
    const carrier = Twilio.make({ authTokens: token("k") })
    const url = "https://x.example/a?b=c"
    const headers = { "x-twilio-signature": createHmac("sha1", "k").update(`${url}B3a0a1b2`).digest("base64") }
    assert.isTrue(isVerified(carrier, { url, headers, body: "b=2&a=1&a=0&a=1&B=3" }))
  })

  it("covers the URL with the port of its scheme, and without its port", () => {
    const carrier = Twilio.make({ authTokens: token("k") })
    const headers = (url: string) => ({ "x-twilio-signature": twilioSignature("k", url, [["A", "b"]]) })
    const url = "https://x.example/a"
    const isGood = (signed: string, configured: string) =>
      isVerified(carrier, { url: configured, headers: headers(signed), body: "A=b" })
    assert.isTrue(isGood("https://x.example:443/a", url))
    assert.isTrue(isGood(url, "https://x.example:8443/a"))
    assert.isFalse(isGood("https://x.example:8443/a", url))
    assert.isFalse(isGood("https://y.example/a", url))
  })

  it("is right by any of several secrets, and wrong by none", () => {
    const sent = sentBy("x-twilio-signature")
    const both = [Redacted.make("new"), Redacted.make(twilio.token)]
    assert.isTrue(isVerified(Twilio.make({ authTokens: both }), sent))
    assert.isFalse(isVerified(Twilio.make({ authTokens: token("new") }), sent))
    assert.isFalse(isVerified(Twilio.make({ authTokens: [] }), sent))
  })

  it("is never right for a body that is no form in UTF-8", () => {
    const carrier = Twilio.make({ authTokens: token("k") })
    for (const body of [Uint8Array.of(0x41, 0x3d, 0xff), "A=%ff", "A=%E2%82", "A=%zz", "A=%"]) {
      const read = new URLSearchParams(typeof body === "string" ? body : "A=\uFFFD")
      const headers = { "x-twilio-signature": twilioSignature("k", "https://x.example/a", [...read]) }
      assert.isFalse(isVerified(carrier, { url: "https://x.example/a", headers, body }))
    }
  })

  it("uses SHA-256 and a shared key where Twilio says so", () => {
    const carrier = Twilio.make({ authTokens: token("token"), sharedKeys: token("shared") })
    const signed = (key: string, settings: string, algorithm: "sha1" | "sha256") =>
      isVerified(carrier, {
        url: twilio.url,
        body: form(twilio.pairs),
        headers: {
          "x-twilio-signature": twilioSignature(key, twilio.url, twilio.pairs, algorithm),
          "x-twilio-webhooks-signature-settings": settings,
        },
      })
    assert.isTrue(signed("shared", "key=one,algorithm=HMAC_SHA256", "sha256"))
    assert.isFalse(signed("token", "key=one,algorithm=HMAC_SHA256", "sha256"))
    assert.isFalse(signed("shared", "key=one,algorithm=HMAC_SHA1", "sha1"))
    assert.isFalse(signed("token", "key=one,algorithm=HMAC_SHA1", "sha1"))
    assert.isFalse(signed("shared", "algorithm=HMAC_SHA2560", "sha256"))
  })
})

describe("SignalWire's signature over a body as it was sent", () => {
  const key = "PSKtest1234567890abcdef"
  const carrier = SignalWire.make({ signingKeys: token(key) })
  const url = "https://example.ngrok.io/webhook"
  const body = '{"event":"call.state","params":{"call_id":"abc-123","state":"answered"}}'
  const vectors = [
    ["x-signalwire-signature", "c3c08c1fefaf9ee198a100d5906765a6f394bf0f"],
    ["x-signalwire-sha256-signature", "2a29f8a92b11df39da80c3b185fd62173d49c294184da585ff951eae4433571c"],
  ] as const

  it.each(vectors)("is right in %s, and wrong by any bit", (header, signature) => {
    const sent = { url, body, headers: { [header]: signature } }
    assert.isTrue(isVerified(carrier, sent))
    const changed = [
      ...flipped(url).map((other) => ({ ...sent, url: other })),
      ...flipped(body).map((other) => ({ ...sent, body: other })),
      ...flipped(signature).map((other) => ({ ...sent, headers: { [header]: other } })),
    ]
    assert.isFalse(changed.some((each) => isVerified(carrier, each)))
  })
})

describe("Telnyx' signature", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519")
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(12).toString("base64")
  const key = Telnyx.publicKey(raw)
  const carrier = Telnyx.make({ publicKeys: key === undefined ? [] : [key] })
  const now = 1_796_117_400
  const body = "CallSid=v3%3Aabc&From=%2B12025550143"
  const sent = (timestamp = String(now)): Sent => ({
    url: "https://x.example/telnyx/voice",
    body,
    now,
    headers: {
      "telnyx-timestamp": timestamp,
      "telnyx-signature-ed25519": sign(null, Buffer.from(`${timestamp}|${body}`), privateKey).toString("base64"),
    },
  })

  it("is checked with a key as the portal shows it (RFC 8032, test 2)", () => {
    const hex = (text: string) => Buffer.from(text, "hex")
    const rfc = Telnyx.publicKey(
      hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c").toString("base64"),
    )
    const signature = hex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    )
    assert.isDefined(rfc)
    assert.isTrue(rfc !== undefined && verify(null, hex("72"), rfc, signature))
    for (const text of ["", "AAAA", raw.slice(1), `${raw}=`, raw.replace("=", "A")]) {
      assert.isUndefined(Telnyx.publicKey(text))
    }
  })

  it("is right, and wrong by any bit of the time, of the body and of itself", () => {
    assert.isTrue(isVerified(carrier, sent()))
    const { headers } = sent()
    const changed = [
      ...flipped(body).map((other) => ({ ...sent(), body: other })),
      ...Object.entries(headers).flatMap(([name, value]) =>
        flipped(value).map((other) => ({ ...sent(), headers: { ...headers, [name]: other } })),
      ),
    ]
    assert.isAbove(changed.length, 800)
    assert.isFalse(changed.some((each) => isVerified(carrier, each)))
  })

  it("is good for five minutes before and after its time", () => {
    for (const [distance, isGood] of [
      [300, true],
      [-300, true],
      [301, false],
      [-301, false],
      [3600, false],
    ] as const) {
      assert.strictEqual(isVerified(carrier, sent(String(now + distance))), isGood)
    }
  })

  it("is missing without its time", () => {
    const { headers } = sent()
    for (const name of Object.keys(headers)) {
      assert.isFalse(isVerified(carrier, { ...sent(), headers: { ...headers, [name]: "" } }))
    }
  })
})

describe("Plivo's signature", () => {
  const carrier = Plivo.make({ authTokens: [Redacted.make("new"), Redacted.make("old")] })
  const nonce = "16017501697662796221"
  const pairs: Pairs = [
    ["CallUUID", "c5705a7d"],
    ["From", "12025550143"],
    ["To", "13125550117"],
  ]
  const url = "https://x.example/plivo/voice/vc?b=2&a=1"
  const sent = (signature: string, more: Partial<Sent> = {}): Sent => ({
    url,
    body: form(pairs),
    headers: { "x-plivo-signature-v3": signature, "x-plivo-signature-v3-nonce": nonce },
    ...more,
  })

  it("covers the sorted query, the sorted form and the nonce", () => {
    const text =
      "https://x.example/plivo/voice/vc?a=1&b=2.CallUUIDc5705a7dFrom12025550143To13125550117.16017501697662796221"
    const signature = createHmac("sha256", "old").update(text).digest("base64")
    assert.strictEqual(plivoSignature("old", url, pairs, nonce), signature)
    assert.isTrue(isVerified(carrier, sent(signature)))
    assert.isTrue(isVerified(carrier, sent(`AAAA, ${signature}`)))
    const headers = { "x-plivo-signature-ma-v3": signature, "x-plivo-signature-v3-nonce": nonce }
    assert.isTrue(isVerified(carrier, sent("", { headers })))
  })

  it("is wrong by any bit of what it covers, and in its second version", () => {
    const signature = plivoSignature("new", url, pairs, nonce)
    const { headers } = sent(signature)
    const changed = [
      ...flipped(url).map((other) => sent(signature, { url: other })),
      ...flipped(signature).map((other) => sent(other)),
      ...flipped(nonce).map((other) =>
        sent(signature, { headers: { ...headers, "x-plivo-signature-v3-nonce": other } }),
      ),
      ...pairs.flatMap(([name, value], index) =>
        flipped(value).map((other) => sent(signature, { body: form(pairs.with(index, [name, other])) })),
      ),
    ]
    assert.isTrue(isVerified(carrier, sent(signature)))
    assert.isAbove(changed.length, 700)
    assert.isFalse(changed.some((each) => isVerified(carrier, each)))
    // The example of Plivo's page on its second version, which does not cover the body.
    const second = { "x-plivo-signature-v2": "ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc=" }
    const old = Plivo.make({ authTokens: token("my_auth_token") })
    const v2 = { ...second, "x-plivo-signature-v2-nonce": "12345", "x-plivo-signature-v3-nonce": "12345" }
    assert.isFalse(isVerified(old, { url: "https://answer.url", body: "", headers: v2 }))
  })
})

describe("jambonz' signature", () => {
  const carrier = Jambonz.make({ webhookSecrets: [Redacted.make("new"), Redacted.make("old")] })
  const now = 1_796_117_400
  const body = '{"call_sid":"a","from":"+12025550143","to":"+13125550117"}'
  const hex = (time: number) => createHmac("sha256", "old").update(`${time}.${body}`).digest("hex")
  const sent = (header: string, more: Partial<Sent> = {}): Sent => ({
    url: "https://x.example/jambonz/voice",
    body,
    now,
    headers: { "jambonz-signature": header },
    ...more,
  })

  it("is right for five minutes, and wrong by any bit of the time, of the body and of itself", () => {
    const header = `t=${now},v1=${hex(now)}`
    assert.isTrue(isVerified(carrier, sent(header)))
    assert.isTrue(isVerified(carrier, sent(header, { now: now + 300 })))
    assert.isFalse(isVerified(carrier, sent(header, { now: now + 301 })))
    assert.isFalse(isVerified(carrier, sent(header, { now: now - 301 })))
    const changed = [
      ...flipped(header).map((other) => sent(other)),
      ...flipped(body).map((other) => sent(header, { body: other })),
    ]
    assert.isAbove(changed.length, 800)
    assert.isFalse(changed.some((each) => isVerified(carrier, each)))
    assert.isFalse(isVerified(carrier, sent(`t=${now},v1=${hex(now)},v1=${hex(now)}`)))
  })
})

describe("Vonage's token", () => {
  const carrier = Vonage.make({ signatureSecrets: [Redacted.make("new"), Redacted.make("old")] })
  const now = 1_796_117_400
  const body = '{"uuid":"a","from":"12025550143","to":"13125550117"}'
  const sent = (token: string, more: Partial<Sent> = {}): Sent => ({
    url: "https://x.example/vonage/voice",
    body,
    now,
    headers: { authorization: `Bearer ${token}` },
    ...more,
  })
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const signed = (secret: string, header: object, claims: object, algorithm = "sha256") => {
    const text = `${encoded(header)}.${encoded(claims)}`
    return `${text}.${createHmac(algorithm, secret).update(text).digest("base64url")}`
  }

  it("is HS256 as in the example of RFC 7515, appendix A.1", () => {
    const key = Buffer.from(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
      "base64url",
    )
    const text =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." +
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    assert.strictEqual(
      createHmac("sha256", key).update(text).digest("base64url"),
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    )
    const claims = { iat: now, payload_hash: createHash("sha256").update(body).digest("hex") }
    assert.strictEqual(vonageToken("old", { iat: now }, body), signed("old", { alg: "HS256", typ: "JWT" }, claims))
  })

  it("is right by any of several secrets for five minutes, and wrong by any bit of it or of the body", () => {
    const token = vonageToken("old", { iat: now }, body)
    assert.isTrue(isVerified(carrier, sent(token)))
    for (const distance of [300, -300]) assert.isTrue(isVerified(carrier, sent(token, { now: now + distance })))
    for (const distance of [301, -301, 3600]) assert.isFalse(isVerified(carrier, sent(token, { now: now + distance })))
    const changed = [
      ...flipped(token).map((other) => sent(other)),
      ...flipped(body).map((other) => sent(token, { body: other })),
    ]
    assert.isAbove(changed.length, 1500)
    assert.isFalse(changed.some((each) => isVerified(carrier, each)))
    assert.isFalse(isVerified(carrier, sent("", { headers: {} })))
    assert.isFalse(isVerified(carrier, sent(vonageToken("another", { iat: now }, body))))
  })

  it("is wrong by another algorithm, without a time, and for another body", () => {
    const payload_hash = createHash("sha256").update(body).digest("hex")
    const claims = { iat: now, payload_hash }
    const good = { alg: "HS256", typ: "JWT" }
    assert.isTrue(isVerified(carrier, sent(signed("new", good, claims))))
    for (const [what, token] of [
      ["none", `${encoded({ alg: "none" })}.${encoded(claims)}.`],
      ["none, signed", signed("new", { alg: "none" }, claims)],
      ["HS512", signed("new", { alg: "HS512" }, claims, "sha512")],
      ["HS512 in name", signed("new", { alg: "HS512" }, claims)],
      ["no time", signed("new", good, { payload_hash })],
      ["a time that is a text", signed("new", good, { iat: String(now), payload_hash })],
      ["no hash", signed("new", good, { iat: now })],
      ["another hash", signed("new", good, { iat: now, payload_hash: payload_hash.replace(/^./u, "g") })],
      ["two parts", signed("new", good, claims).split(".").slice(0, 2).join(".")],
    ] as const) {
      assert.isFalse(isVerified(carrier, sent(token)), what)
    }
  })

  it("is made for texts with an RSA key in PEM, also with its line breaks written out", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const pem = String(privateKey.export({ format: "pem", type: "pkcs8" }))
    assert.isTrue(Vonage.privateKey(pem)?.equals(privateKey))
    assert.isTrue(Vonage.privateKey(pem.replaceAll("\n", "\\n"))?.equals(privateKey))
    const ed = String(generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }))
    for (const text of ["", "abc", ed, String(publicKey.export({ format: "pem", type: "spki" }))]) {
      assert.isUndefined(Vonage.privateKey(text))
    }
  })
})

describe("Bandwidth's password", () => {
  const password = Redacted.make("pass:word é")
  const carrier = Bandwidth.make({
    credentials: [
      { username: "new", password },
      { username: "old", password },
    ],
    texts: { accountId: "1", username: "api", password: Redacted.make("api"), sender },
  })
  const sent = (authorization: string): Sent => ({
    url: "https://x.example/bandwidth/voice",
    body: "{}",
    headers: { authorization },
  })
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`

  it("is right by any of several, as the example of RFC 7617, and wrong by any bit", () => {
    // RFC 7617, section 2.1: user "test" and password "123£".
    const rfc = Bandwidth.make({ credentials: [{ username: "test", password: Redacted.make("123\u00A3") }] })
    assert.isTrue(isVerified(rfc, sent("Basic dGVzdDoxMjPCow==")))
    for (const user of ["new", "old"]) assert.isTrue(isVerified(carrier, sent(basic(`${user}:pass:word é`))))
    const right = basic("new:pass:word é")
    const wrong = flipped(right).filter((each) => !/^basic /iu.test(each) || each.slice(6) !== right.slice(6))
    assert.isAbove(wrong.length, 150)
    assert.isFalse(wrong.some((each) => isVerified(carrier, sent(each))))
    for (const text of ["new:", "api:api", ":pass:word é", "new:pass", "another:pass:word é"]) {
      assert.isFalse(isVerified(carrier, sent(basic(text))))
    }
  })
})
