/**
 * The carriers' raw requests, and what reads and signs them without the code under test.
 */
import * as Redacted from "effect/Redacted"
import { createHmac, createPrivateKey, sign } from "node:crypto"
import { readFileSync } from "node:fs"
import type { Carrier } from "../../src/Carrier.ts"
import * as SignalWire from "../../src/SignalWire.ts"
import * as Somleng from "../../src/Somleng.ts"
import * as Telnyx from "../../src/Telnyx.ts"
import * as Twilio from "../../src/Twilio.ts"

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
  }
  readonly expect: {
    readonly verify: "accept" | "refuse"
    readonly kind: "delivery" | "inbound" | "status" | "text"
    readonly caller?: string
    readonly dialled?: string | ReadonlyArray<string>
    readonly providerId: string | ReadonlyArray<string>
    readonly parentProviderId?: string
    readonly outcome?: string
    readonly durationSeconds?: number
    readonly text?: string
    readonly media?: ReadonlyArray<string>
    readonly keyword?: string
    readonly attestation?: { readonly level: string | null; readonly passed: boolean }
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

const carrierOf = ({ about, secrets }: File): Carrier => {
  const secret = (name: string) => [Redacted.make(secrets[name] ?? "")]
  switch (about.carrier) {
    case "twilio":
      return Twilio.make({ authTokens: secret("authToken"), sharedKeys: secret("sharedKey") })
    case "signalwire":
      return SignalWire.make({ signingKeys: secret("signingKey") })
    case "somleng":
      return Somleng.make({ authTokens: secret("authToken") })
    default: {
      const key = Telnyx.publicKey(secrets["publicKey"] ?? "")
      return Telnyx.make({ publicKeys: key === undefined ? [] : [key] })
    }
  }
}

export const fixtures: ReadonlyArray<Fixture> = ["twilio", "signalwire", "telnyx", "somleng"].map((name) => {
  const file: File = JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8"))
  return { ...file, carrier: carrierOf(file) }
})

export const headerOf = ({ headers }: Pick<RawRequest, "headers">, name: string): string | undefined =>
  headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1]

/** Whether a request is a form: the others are texts of Telnyx. */
export const isForm = (request: RawRequest): boolean =>
  headerOf(request, "content-type")?.startsWith("application/x-www-form-urlencoded") === true

/** The pairs of a form, by the platform's own reader. */
const pairsOf = (body: string) => [...new URLSearchParams(body)]

/** Signs as Twilio does. */
export const twilioSignature = (
  key: string,
  url: string,
  pairs: ReadonlyArray<readonly [string, string]>,
  algorithm: "sha1" | "sha256" = "sha1",
): string => {
  const texts = [...new Set(pairs.map(([name, value]) => `${name}\0${value}`))].toSorted()
  return createHmac(algorithm, key)
    .update(url + texts.map((text) => text.replace("\0", "")).join(""))
    .digest("base64")
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

/** The same request for another URL, signed again. */
export const resign = ({ about, secrets }: File, { request, signing }: Case, url: string): RawRequest => {
  const signed: Readonly<Record<string, string>> =
    about.carrier === "telnyx"
      ? {
          "telnyx-signature-ed25519": telnyxSignature(
            secrets["privateSeedForResigning"] ?? "",
            signing.timestamp ?? about.clock,
            request.body,
          ),
        }
      : {
          [signing.header?.toLowerCase() ?? ""]: twilioSignature(
            (signing.key === "sharedKey" ? secrets["sharedKey"] : (secrets["authToken"] ?? secrets["signingKey"])) ??
              "",
            url,
            pairsOf(request.body),
            signing.algorithm,
          ),
        }
  return {
    ...request,
    url,
    headers: request.headers.map(([name, value]) => [name, signed[name.toLowerCase()] ?? value] as const),
  }
}
