/**
 * What is kept of a call or text: when it came, what was decided, and what became of it. Never a number, never a text.
 */
import type * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { instance } from "./internal/instance.ts"
import { Capability } from "./Capability.ts"
import { explained, explainedClass } from "./internal/explained.ts"
import { type Decision, RefusalReason } from "./Routing.ts"
import { Timestamp } from "./Timestamp.ts"

/**
 * The name of a carrier or other source of calls: 1 to 32 lower-case letters, digits and hyphens, such as `twilio`.
 *
 * @category models
 */
export const Provider = Schema.String.check(
  Schema.isPattern(/^[a-z0-9][a-z0-9-]{0,31}$/u, {
    expected: "1 to 32 lower-case letters, digits and hyphens that do not begin with a hyphen",
  }),
).pipe(Schema.brand("Provider"), explained)

/**
 * The type of a provider's name.
 *
 * @category models
 */
export type Provider = typeof Provider.Type

/**
 * The id that a provider gives a call or text, such as a `CallSid` or a SIP `Call-ID`: 1 to 256 printable ASCII characters
 * without a space.
 *
 * @category models
 */
export const ProviderId = Schema.String.check(
  Schema.isPattern(/^[!-~]{1,256}$/u, { expected: "1 to 256 printable ASCII characters without a space" }),
).pipe(Schema.brand("ProviderId"), explained)

/**
 * The type of a provider's id.
 *
 * @category models
 */
export type ProviderId = typeof ProviderId.Type

/**
 * What became of a call or text: somebody answered the call, the text was delivered, or neither. A text that goes out by a
 * carrier's API is `Sending` from before it is sent until more is known.
 *
 * @category models
 */
export const Outcome = Schema.Literals(["Answered", "Delivered", "Failed", "Sending"])

/**
 * The type of an outcome.
 *
 * @category models
 */
export type Outcome = typeof Outcome.Type

/**
 * The rule that an interaction was either connected or refused.
 *
 * @category rules
 */
export const eitherViaOrReason = Schema.makeFilter<{
  readonly reason?: RefusalReason
  readonly via?: "Session" | "Fallback"
}>(({ reason, via }) => (reason === undefined) !== (via === undefined), {
  expected: "an interaction that has either via or reason",
})

/**
 * One call or text of a session.
 *
 * - `at`: when it was decided
 * - `caller`: the place of the caller among the session's participants
 * - `via`, `reason`: how it was connected, or why it was refused; exactly one of them is there
 * - `outcome`, `seconds`, `recordedAt`: what the provider reported last, and when; `seconds` is there once a call is over
 *
 * It holds no telephone number and no text, so it is safe to log.
 *
 * @category models
 */
export class Interaction extends explainedClass(
  Schema.Class<Interaction>("Interaction")(
    Schema.Struct({
      provider: Provider,
      providerId: ProviderId,
      channel: Capability,
      at: Timestamp,
      caller: Schema.Literals([0, 1]),
      via: Schema.optionalKey(Schema.Literals(["Session", "Fallback"])),
      reason: Schema.optionalKey(RefusalReason),
      outcome: Schema.optionalKey(Outcome),
      seconds: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
      recordedAt: Schema.optionalKey(Timestamp),
    }).check(eitherViaOrReason),
  ),
) {}

/**
 * The interaction that a decision begins.
 *
 * @category constructors
 */
export const begin = (
  { channel, provider, providerId }: Pick<Interaction, "channel" | "provider" | "providerId">,
  decision: Decision,
  { at, caller }: Pick<Interaction, "at" | "caller">,
): Interaction =>
  instance(Interaction, {
    provider,
    providerId,
    channel,
    at,
    caller,
    ...(decision._tag === "Connect" ? { via: decision.via } : { reason: decision.reason }),
  })

/** A report counts if it says more than the one before. */
const ranks: Readonly<Record<Outcome, number>> = { Sending: 0, Failed: 1, Answered: 2, Delivered: 2 }

/**
 * An interaction after a report of its provider, or `undefined` where the report says nothing new.
 *
 * Reports may come twice and in any order, and the result is the same: a success outranks a failure, a failure outranks
 * `Sending`, and seconds only grow.
 *
 * **Example** (A late failure changes nothing)
 *
 * ```ts
 * import * as Interaction from "@proxy-session/domain/Interaction"
 * import * as DateTime from "effect/DateTime"
 *
 * const at = DateTime.makeUnsafe(0)
 * const answered = new Interaction.Interaction({
 *   provider: Interaction.Provider.make("twilio"),
 *   providerId: Interaction.ProviderId.make("CA1"),
 *   channel: "Voice",
 *   at,
 *   caller: 0,
 *   via: "Session",
 *   outcome: "Answered",
 *   recordedAt: at
 * })
 *
 * Interaction.report(answered, { outcome: "Failed" }, at) // => undefined
 * Interaction.report(answered, { outcome: "Answered", seconds: 42 }, at)?.seconds // => 42
 * ```
 *
 * @category combinators
 */
export const report = (
  interaction: Interaction,
  { outcome, seconds }: { readonly outcome: Outcome; readonly seconds?: number | undefined },
  at: DateTime.Utc,
): Interaction | undefined => {
  const { outcome: before } = interaction
  const best = before === undefined || ranks[outcome] > ranks[before] ? outcome : before
  const longest = seconds === undefined ? interaction.seconds : Math.max(seconds, interaction.seconds ?? 0)
  if (best === interaction.outcome && longest === interaction.seconds) return undefined
  return instance(Interaction, {
    ...interaction,
    outcome: best,
    ...(longest === undefined ? {} : { seconds: longest }),
    recordedAt: at,
  })
}
