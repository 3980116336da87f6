/**
 * SignalWire: calls and texts by cXML, its name for TwiML.
 */
import type * as Redacted from "effect/Redacted"
import type { Carrier, Received } from "./Carrier.ts"
import { hmac, isEqual, isTwilioSignature } from "./internal/signature.ts"
import { twilioEvents } from "./internal/twilioEvents.ts"
import { twiml } from "./internal/twiml.ts"

/**
 * What verifies SignalWire's requests: the space's signing keys, several while one is being replaced.
 *
 * @category models
 */
export interface SignalWireOptions {
  readonly signingKeys: ReadonlyArray<Redacted.Redacted>
}

/** A signature over the URL and the body as it was sent, in hexadecimal: the form that SignalWire's newer resources have. */
const isRawSignature = (
  algorithm: "sha1" | "sha256",
  keys: ReadonlyArray<Redacted.Redacted>,
  signature: string | undefined,
  { body, url }: Received,
): boolean => signature !== undefined && keys.some((key) => isEqual(hmac(algorithm, key, "hex", url, body), signature))

/**
 * Makes the carrier `signalwire`.
 *
 * Signatures are those of `X-SignalWire-Signature` or `X-Twilio-Signature`, of Twilio's kind, or in hexadecimal over the URL and
 * the body as it was sent, with SHA-256 in `X-SignalWire-Sha256-Signature`. Each needs the signing key. SignalWire tells no
 * attestation, so a minimum refuses all its calls.
 *
 * Source: SignalWire's pages on the compatibility API and on webhook security.
 *
 * @category constructors
 */
export const make = ({ signingKeys }: SignalWireOptions): Carrier => ({
  name: "signalwire",
  webhooks: ["voice", "sms", "status"],
  contentTypes: ["application/x-www-form-urlencoded"],
  verify: (received) => {
    const { form, header, url } = received
    const signature = header("x-signalwire-signature") ?? header("x-twilio-signature")
    return (
      isTwilioSignature("sha1", signingKeys, signature, url, form) ||
      isRawSignature("sha1", signingKeys, signature, received) ||
      isRawSignature("sha256", signingKeys, header("x-signalwire-sha256-signature"), received)
    )
  },
  read: twilioEvents({ attestation: () => undefined }),
  answer: twiml({ media: true }),
})
