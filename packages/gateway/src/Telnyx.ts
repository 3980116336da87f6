/**
 * Telnyx: calls by TeXML, its name for TwiML. Its texts are sent by a REST API, which this package does not use.
 */
import type { Attestation } from "@proxy-session/domain/Routing"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import { createPublicKey, type KeyObject, verify } from "node:crypto"
import type { Carrier, Received } from "./Carrier.ts"
import type { Members } from "./internal/members.ts"
import { twilioEvents } from "./internal/twilioEvents.ts"
import { twiml } from "./internal/twiml.ts"

/**
 * What verifies Telnyx's requests: its public keys (see `publicKey`), several while one is being replaced.
 *
 * @category models
 */
export interface TelnyxOptions {
  readonly publicKeys: ReadonlyArray<KeyObject>
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

/**
 * Makes the carrier `telnyx`, for calls.
 *
 * Signatures are those of `telnyx-signature-ed25519`, over `telnyx-timestamp` and the body as it was sent. They do not cover the
 * URL, and they are good for five minutes.
 *
 * Source: Telnyx's pages on TeXML and on receiving webhooks.
 *
 * @category constructors
 */
export const make = ({ publicKeys }: TelnyxOptions): Carrier => ({
  name: "telnyx",
  webhooks: ["voice", "status"],
  contentType: "application/x-www-form-urlencoded",
  verify: (received) => isSigned(publicKeys, received),
  read: twilioEvents({ attestation }),
  answer: twiml({ media: true }),
})
