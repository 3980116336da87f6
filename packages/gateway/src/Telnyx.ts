/**
 * Telnyx: calls by TeXML, its name for TwiML, and texts by its API.
 */
import type { Attestation } from "@proxy-session/domain/Routing"
import * as Base64 from "effect/encoding/Base64"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { createPublicKey, type KeyObject, verify } from "node:crypto"
import type { Carrier, Received } from "./Carrier.ts"
import type { Members } from "./internal/members.ts"
import * as Texts from "./internal/telnyxTexts.ts"
import { twilioEvents } from "./internal/twilioEvents.ts"
import { twiml } from "./internal/twiml.ts"
import type { Sender } from "./Sender.ts"

/**
 * What verifies Telnyx's requests, and sends its texts.
 *
 * - `publicKeys`: Telnyx's public keys (see `publicKey`), several while one is being replaced
 * - `texts`: the key of its API, and the way to it; without them there are calls alone
 *
 * @category models
 */
export interface TelnyxOptions {
  readonly publicKeys: ReadonlyArray<KeyObject>
  readonly texts?: { readonly apiKey: Redacted.Redacted; readonly sender: Sender["Service"] } | undefined
}

/** How many seconds a request may be old, or ahead: as in Telnyx's own packages. */
const tolerance = 300

/**
 * Reads a public key as Telnyx's portal shows it: 32 bytes in Base64. `undefined` for anything else.
 *
 * @category constructors
 */
export const publicKey = (text: string): KeyObject | undefined => {
  if (!/^[A-Za-z0-9+/]{43}=$/u.test(text)) return undefined
  const x = text.slice(0, -1).replaceAll("+", "-").replaceAll("/", "_")
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" })
}

const utf8 = new TextEncoder()

const signedBytes = (timestamp: string, body: Uint8Array): Uint8Array => {
  const head = utf8.encode(`${timestamp}|`)
  const bytes = new Uint8Array(head.byteLength + body.byteLength)
  bytes.set(head)
  bytes.set(body, head.byteLength)
  return bytes
}

const isSigned = (keys: ReadonlyArray<KeyObject>, { body, header, now }: Received): boolean => {
  const timestamp = header("telnyx-timestamp") ?? ""
  const text = header("telnyx-signature-ed25519") ?? ""
  const signature = Base64.decode(text)
  if (!/^\d{1,12}$/u.test(timestamp) || Math.abs(now - Number(timestamp)) > tolerance) return false
  // Base64 leaves room for several texts of the same bytes; only one of them is the signature.
  if (Result.isFailure(signature) || Base64.encode(signature.success) !== text) return false
  const bytes = signedBytes(timestamp, body)
  return keys.some((key) => verify(null, bytes, key, signature.success))
}

/** A level that Telnyx could not validate is none. */
const attestation = (members: Members): Attestation | undefined => {
  const level = members.optional("ShakenStirAttestation")
  const isValid = members.optional("ShakenStirValidated") === "true"
  return isValid && (level === "A" || level === "B" || level === "C") ? level : undefined
}

const formType = "application/x-www-form-urlencoded"
const readForm = twilioEvents({ attestation })

/**
 * Makes the carrier `telnyx`, for calls, and for texts where its API can be used.
 *
 * Signatures are those of `telnyx-signature-ed25519`, over `telnyx-timestamp` and the body as it was sent. They do not cover the
 * URL, and they are good for five minutes.
 *
 * Source: Telnyx's pages on TeXML, on receiving webhooks and on sending messages.
 *
 * @category constructors
 */
export const make = ({ publicKeys, texts }: TelnyxOptions): Carrier => ({
  name: "telnyx",
  webhooks: texts === undefined ? ["voice", "status"] : ["voice", "sms", "status"],
  contentTypes: texts === undefined ? [formType] : [formType, "application/json"],
  verify: (received) => isSigned(publicKeys, received),
  // What is told of texts is JSON, and of calls a form.
  read: (webhook, received) =>
    webhook === "sms" ||
    (webhook === "status" && received.header("content-type")?.toLowerCase().startsWith(formType) !== true)
      ? Texts.read(received.body)
      : readForm(webhook, received),
  answer: twiml({ media: true }),
  ...(texts === undefined ? {} : { send: (text) => texts.sender.send("telnyx", Texts.request(texts.apiKey, text)) }),
})
