/**
 * Twilio: calls by TwiML, and texts in the webhook's own answer, so that no API key is needed.
 */
import type { Attestation } from "@proxy-session/domain/Routing"
import type * as Redacted from "effect/Redacted"
import type { Carrier } from "./Carrier.ts"
import type { Members } from "./internal/members.ts"
import { isTwilioSignature } from "./internal/signature.ts"
import { twilioEvents } from "./internal/twilioEvents.ts"
import { twiml } from "./internal/twiml.ts"

/**
 * What verifies Twilio's requests. Each list holds several while a secret is being replaced.
 *
 * - `authTokens`: the account's auth tokens
 * - `sharedKeys`: keys for signatures with SHA-256, which Twilio announces in a header of its own; none by default
 *
 * @category models
 */
export interface TwilioOptions {
  readonly authTokens: ReadonlyArray<Redacted.Redacted>
  readonly sharedKeys?: ReadonlyArray<Redacted.Redacted> | undefined
}

/** STIR/SHAKEN counts if it passed. A diverted call keeps its level: `TN-Validation-Passed-A-Diverted`. */
const attestation = (members: Members): Attestation | undefined => {
  const level = /^TN-Validation-Passed-([ABC])(?:-|$)/u.exec(members.optional("StirVerstat") ?? "")?.[1]
  return level === "A" || level === "B" || level === "C" ? level : undefined
}

/**
 * Makes the carrier `twilio`.
 *
 * Signatures are those of `X-Twilio-Signature`: HMAC-SHA1 with the auth token over the URL and all members of the form, or
 * HMAC-SHA256 with a shared key where `X-Twilio-Webhooks-Signature-Settings` asks for it.
 *
 * Source: Twilio's pages on webhook security, voice and messaging webhooks, and TwiML.
 *
 * **Example** (Two tokens, while one replaces the other)
 *
 * ```ts
 * import * as Twilio from "@proxy-session/gateway/Twilio"
 * import * as Redacted from "effect/Redacted"
 *
 * const carrier = Twilio.make({ authTokens: [Redacted.make("new"), Redacted.make("old")] })
 *
 * carrier.name // => "twilio"
 * ```
 *
 * @category constructors
 */
export const make = ({ authTokens, sharedKeys = [] }: TwilioOptions): Carrier => ({
  name: "twilio",
  webhooks: ["voice", "sms", "status"],
  contentTypes: ["application/x-www-form-urlencoded"],
  verify: ({ form, header, url }) => {
    const signature = header("x-twilio-signature")
    const settings = header("x-twilio-webhooks-signature-settings")
    if (settings === undefined) return isTwilioSignature("sha1", authTokens, signature, url, form)
    const isKnown = /(?:^|,)\s*algorithm=HMAC_SHA256\s*(?:,|$)/u.test(settings)
    return isKnown && isTwilioSignature("sha256", sharedKeys, signature, url, form)
  },
  read: twilioEvents({ attestation }),
  answer: twiml({ media: true }),
})
