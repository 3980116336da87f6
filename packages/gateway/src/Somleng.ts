/**
 * Somleng: open-source telephony with a part of TwiML.
 */
import type * as Redacted from "effect/Redacted"
import type { Carrier } from "./Carrier.ts"
import { isTwilioSignature } from "./internal/signature.ts"
import { twilioEvents } from "./internal/twilioEvents.ts"
import { twiml } from "./internal/twiml.ts"

/**
 * What verifies Somleng's requests: the account's auth tokens, several while one is being replaced.
 *
 * @category models
 */
export interface SomlengOptions {
  readonly authTokens: ReadonlyArray<Redacted.Redacted>
}

/**
 * Makes the carrier `somleng`.
 *
 * Signatures are Twilio's, in `X-Twilio-Signature`. Messages have no media, and calls no attestation, so a minimum refuses all
 * its calls. Somleng itself refuses a call whose caller withholds the number.
 *
 * Source: Somleng's own source code.
 *
 * @category constructors
 */
export const make = ({ authTokens }: SomlengOptions): Carrier => ({
  name: "somleng",
  webhooks: ["voice", "sms", "status"],
  contentTypes: ["application/x-www-form-urlencoded"],
  verify: ({ form, header, url }) => isTwilioSignature("sha1", authTokens, header("x-twilio-signature"), url, form),
  read: twilioEvents({ attestation: () => undefined }),
  answer: twiml({ media: false }),
})
