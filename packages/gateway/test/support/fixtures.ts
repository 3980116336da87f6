/**
 * The carriers' raw requests, and what reads and signs them without the code under test.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Redacted from "effect/Redacted"
import { createHash, createHmac, createPrivateKey, generateKeyPairSync, sign } from "node:crypto"
import { readFileSync } from "node:fs"
import type { Carrier } from "../../src/Carrier.ts"
import * as Bandwidth from "../../src/Bandwidth.ts"
import * as Jambonz from "../../src/Jambonz.ts"
import * as Plivo from "../../src/Plivo.ts"
import * as Sender from "../../src/Sender.ts"
import * as SignalWire from "../../src/SignalWire.ts"
import * as Somleng from "../../src/Somleng.ts"
import * as Telnyx from "../../src/Telnyx.ts"
import * as Twilio from "../../src/Twilio.ts"
import * as Vonage from "../../src/Vonage.ts"

export interface RawRequest {
  readonly method: string
  readonly url: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
}

export interface Expected {
  readonly does?: "acknowledge" | "connect" | "drop" | "forward" | "refuse"
  readonly via?: "answer" | "rest"
  readonly to?: string
  readonly showing?: string
  readonly from?: string
  readonly text?: string
  readonly media?: ReadonlyArray<string>
  readonly status: ReadonlyArray<number>
  readonly mayAlsoBe?: string
  readonly times?: number
  readonly mustNotContainInAnyEncoding?: ReadonlyArray<string>
}

export interface Case {
  readonly id: string
  readonly request: RawRequest
  readonly signing: {
    readonly header?: string
    readonly algorithm?: "sha1" | "sha256"
    readonly key?: string
    readonly timestamp?: number
    readonly nonce?: string
    readonly claims?: Readonly<Record<string, number | string>>
  }
  readonly expect: {
    readonly verify: "accept" | "refuse" | "undetermined"
    readonly kind: "delivery" | "inbound" | "status" | "text"
    readonly caller?: string
    readonly dialled?: string | ReadonlyArray<string>
    readonly providerId: string | ReadonlyArray<string>
    readonly parentProviderId?: string
    readonly outcome?: string | ReadonlyArray<string>
    readonly durationSeconds?: number
    readonly text?: string
    readonly media?: ReadonlyArray<string>
    readonly keyword?: string
    readonly attestation?: { readonly level: string | null; readonly passed: boolean }
    readonly attestationOptional?: true
    readonly ifMinimumAttestation?: Readonly<Record<"A" | "B" | "C", "connect" | "refuse">>
    readonly duplicateOf?: string
    readonly answer: Expected
  }
  readonly mutations: ReadonlyArray<{
    readonly id: string
    readonly bySignature?: false
    readonly set: Partial<RawRequest> & { readonly at?: number }
  }>
}

interface File {
  readonly about: { readonly carrier: string; readonly clock: number }
  readonly secrets: Readonly<Record<string, string>>
  readonly cases: ReadonlyArray<Case>
}

export interface Fixture extends File {
  readonly carrier: Carrier
}

/** What was sent by the APIs of carriers, which accept everything. */
export const outbox: Array<HttpClientRequest> = []

/** The way to those APIs. */
export const sender = Sender.make(
  HttpClient.make((request) => {
    outbox.push(request)
    return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}", { status: 202 })))
  }),
)

/** The key of every API but Vonage's, which has a pair. */
export const apiKey = "example-api-key"
export const apiKeys = generateKeyPairSync("rsa", { modulusLength: 2048 })

const carrierOf = ({ about, secrets }: File, sender: Sender.Sender["Service"]): Carrier => {
  const secret = (name: string) => [Redacted.make(secrets[name] ?? "")]
  switch (about.carrier) {
    case "twilio":
      return Twilio.make({ authTokens: secret("authToken"), sharedKeys: secret("sharedKey") })
    case "signalwire":
      return SignalWire.make({ signingKeys: secret("signingKey") })
    case "somleng":
      return Somleng.make({ authTokens: secret("authToken") })
    case "plivo":
      return Plivo.make({ authTokens: [...secret("authToken"), ...secret("oldAuthToken")] })
    case "jambonz":
      return Jambonz.make({ webhookSecrets: secret("webhookSecret") })
    case "vonage":
      return Vonage.make({
        signatureSecrets: secret("signatureSecret"),
        texts: { applicationId: "example-application", privateKey: apiKeys.privateKey, sender },
      })
    case "bandwidth": {
      const [username = "", password = ""] = [secrets["username"], secrets["password"]]
      return Bandwidth.make({
        credentials: [{ username, password: Redacted.make(password) }],
        texts: { accountId: "9900000", username: "api-user", password: Redacted.make(apiKey), sender },
      })
    }
    default: {
      const key = Telnyx.publicKey(secrets["publicKey"] ?? "")
      const texts = { apiKey: Redacted.make(apiKey), sender }
      return Telnyx.make({ publicKeys: key === undefined ? [] : [key], texts })
    }
  }
}

export const fixtures: ReadonlyArray<Fixture> = [
  "twilio",
  "signalwire",
  "telnyx",
  "somleng",
  "jambonz",
  "plivo",
  "vonage",
  "bandwidth",
].map((name) => {
  const file: File = JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8"))
  return { ...file, carrier: carrierOf(file, sender) }
})

/** The same carriers, with another way to their APIs. */
export const carriersBy = (other: Sender.Sender["Service"]): ReadonlyArray<Carrier> =>
  fixtures.map((file) => carrierOf(file, other))

export const headerOf = ({ headers }: Pick<RawRequest, "headers">, name: string): string | undefined =>
  headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1]

/** Whether a carrier's webhooks are for a request: one example is a GET, and what signs its query is not known. */
export const isOurs = (_: Fixture, request: RawRequest): boolean => request.method === "POST"

/** The pairs of a form, by the platform's own reader. */
const pairsOf = (body: string) => [...new URLSearchParams(body)]

/** Signs as Twilio does. */
export const twilioSignature = (
  key: string,
  url: string,
  pairs: ReadonlyArray<readonly [string, string]>,
  algorithm: "sha1" | "sha256" = "sha1",
): string => {
  const distinct = new Map(pairs.map(([...pair]) => [JSON.stringify(pair), pair] as const))
  const order = (one = "", other = "") => (one < other ? -1 : one > other ? 1 : 0)
  const sorted = [...distinct.values()].toSorted((one, other) => order(one[0], other[0]) || order(one[1], other[1]))
  return createHmac(algorithm, key)
    .update(url + sorted.map((pair) => pair.join("")).join(""))
    .digest("base64")
}

/** Signs as Plivo does, in its third version. */
export const plivoSignature = (
  key: string,
  url: string,
  pairs: ReadonlyArray<readonly [string, string]>,
  nonce: string,
): string => {
  const { origin, pathname, searchParams } = new URL(url)
  const query = [...searchParams].map(([name, value]) => `${name}=${value}`).toSorted()
  const form = pairs.map(([name, value]) => `${name}\0${value}`).toSorted()
  const parts = [query.join("&"), form.map((member) => member.replace("\0", "")).join("")].filter((part) => part !== "")
  const signed = `${origin}${pathname}${parts.length > 0 ? "?" : ""}${parts.join(".")}.${nonce}`
  return createHmac("sha256", key).update(signed).digest("base64")
}

const telnyxSignature = (seed: string, timestamp: number, body: string): string =>
  sign(
    null,
    Buffer.from(`${timestamp}|${body}`),
    createPrivateKey({
      key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(seed, "hex")]),
      format: "der",
      type: "pkcs8",
    }),
  ).toString("base64")

/** Signs as Vonage does. */
export const vonageToken = (secret: string, claims: object, body: string | Uint8Array): string => {
  const payload_hash = createHash("sha256").update(body).digest("hex")
  const parts = [
    { alg: "HS256", typ: "JWT" },
    { ...claims, payload_hash },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  return [...parts, createHmac("sha256", secret).update(parts.join(".")).digest("base64url")].join(".")
}

/** The headers that sign a request anew. */
const signatureOf = (
  { about, secrets }: File,
  { request, signing }: Case,
  url: string,
): Readonly<Record<string, string>> => {
  const timestamp = signing.timestamp ?? about.clock
  switch (about.carrier) {
    case "telnyx":
      return {
        "telnyx-signature-ed25519": telnyxSignature(secrets["privateSeedForResigning"] ?? "", timestamp, request.body),
      }
    case "plivo": {
      const signature = plivoSignature(secrets["authToken"] ?? "", url, pairsOf(request.body), signing.nonce ?? "")
      return { "x-plivo-signature-v3": signature, "x-plivo-signature-ma-v3": signature }
    }
    case "vonage": {
      const token = vonageToken(secrets["signatureSecret"] ?? "", signing.claims ?? {}, request.body)
      return { authorization: `Bearer ${token}` }
    }
    case "bandwidth":
      return {}
    case "jambonz": {
      const signature = createHmac("sha256", secrets["webhookSecret"] ?? "").update(`${timestamp}.${request.body}`)
      return { "jambonz-signature": `t=${timestamp},v1=${signature.digest("hex")}` }
    }
    default: {
      const key = signing.key === "sharedKey" ? secrets["sharedKey"] : (secrets["authToken"] ?? secrets["signingKey"])
      return {
        [signing.header?.toLowerCase() ?? ""]: twilioSignature(
          key ?? "",
          url,
          pairsOf(request.body),
          signing.algorithm,
        ),
      }
    }
  }
}

/** The same request for another URL, signed again. */
export const resign = (file: File, example: Case, url: string): RawRequest => {
  const { request } = example
  const signed = signatureOf(file, example, url)
  return {
    ...request,
    url,
    headers: request.headers.map(([name, value]) => [name, signed[name.toLowerCase()] ?? value] as const),
  }
}
