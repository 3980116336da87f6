/**
 * The JSON endpoint, for SIP proxies and programs: what they send, and what they get.
 *
 * Every path asks for `Authorization: Bearer` and one of the gateway's tokens.
 *
 * | request | answer |
 * | --- | --- |
 * | `POST /route` with a {@link RouteCall} | a {@link RouteAnswer} |
 * | `POST /route?dry-run` | the same, and nothing is changed or remembered |
 * | `POST /outcome` with a {@link RouteOutcome} | 204, or 404 where no session and no fallback connected it |
 * | `GET /interactions?session=ID` | {@link Interactions}; `&connector=ID` where the id of a session is not enough |
 */
import { Capability } from "@proxy-session/domain/Capability"
import { type Interaction, Outcome } from "@proxy-session/domain/Interaction"
import { Attestation, type Decision, RefusalReason } from "@proxy-session/domain/Routing"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { Id } from "./internal/json.ts"

const Provider = Schema.String.check(
  Schema.isPattern(/^[a-z0-9][a-z0-9-]{0,31}$/u, { expected: "1 to 32 lower-case letters, digits and hyphens" }),
)
const Text = Schema.String.check(
  Schema.makeFilter((text: string) => text.isWellFormed(), { expected: "text without half a surrogate pair" }),
)

/**
 * A call or text that comes in.
 *
 * - `Channel`: `Voice` or `SMS`
 * - `Caller`, `Dialled`: as the network has them: numbers, SIP URIs, or words such as `anonymous`
 * - `CallId`: what is the same in a repetition, such as SIP's `Call-ID`. It must not hold the caller's number
 * - `Provider`: who asks, `sip` by default: ids of different providers do not meet
 * - `VoiceConnectorId`: the connector that has the number; by default the only one of the tenant that has it
 * - `Attestation`: how far the network vouches for the caller's number; absent where the check failed
 * - `Text`: the body of a text, for its opt-out words
 *
 * @category models
 */
export const RouteCall = Schema.Struct({
  Channel: Capability,
  Caller: Text,
  Dialled: Text,
  CallId: Id,
  Provider: Schema.optionalKey(Provider),
  VoiceConnectorId: Schema.optionalKey(VoiceConnectorId),
  Attestation: Schema.optionalKey(Attestation),
  Text: Schema.optionalKey(Text),
})

/**
 * The type of a call.
 *
 * @category models
 */
export type RouteCall = typeof RouteCall.Type

/**
 * What became of a call or text that was connected.
 *
 * - `Channel`, `CallId`, `Provider`: as they were asked with
 * - `Outcome`: `Answered` or `Failed` of a call; `Delivered`, `Failed` or `Sending` of a text
 * - `Seconds`: how long a call lasted, once it is over
 *
 * Reports may come twice and in any order.
 *
 * @category models
 */
export const RouteOutcome = Schema.Struct({
  Channel: Capability,
  CallId: Id,
  Provider: Schema.optionalKey(Provider),
  Outcome,
  Seconds: Schema.optionalKey(Schema.Int),
})

/**
 * The type of an outcome.
 *
 * @category models
 */
export type RouteOutcome = typeof RouteOutcome.Type

/**
 * Whom to connect, or why nobody.
 *
 * Of `Connect`, `To` is whom to dial, `CallerId` the only number that this person may see, and `RingSeconds` how long to ring.
 * Of `Reject`, `SipStatus` is the status for SIP and `Reason` why; besides the reasons of `Routing` there are `RateLimited` and,
 * with HTTP status 503, `StoreUnavailable`.
 *
 * @category models
 */
export const RouteAnswer = Schema.Union([
  Schema.Struct({
    Action: Schema.Literal("Connect"),
    To: Schema.String,
    CallerId: Schema.String,
    Via: Schema.Literals(["Session", "Fallback"]),
    RingSeconds: Schema.Int,
    VoiceConnectorId: Schema.optionalKey(Schema.String),
    ProxySessionId: Schema.optionalKey(Schema.String),
  }),
  Schema.Struct({
    Action: Schema.Literal("Reject"),
    SipStatus: Schema.Int,
    Reason: Schema.Literals([...RefusalReason.literals, "RateLimited", "StoreUnavailable"]),
    VoiceConnectorId: Schema.optionalKey(Schema.String),
    ProxySessionId: Schema.optionalKey(Schema.String),
  }),
])

/**
 * The type of an answer.
 *
 * @category models
 */
export type RouteAnswer = typeof RouteAnswer.Type

/**
 * The calls and texts of a session, oldest first, with the members of `Interaction`: never a number, never a text.
 *
 * @category models
 */
export const Interactions = Schema.Struct({
  Interactions: Schema.Array(
    Schema.Struct({
      Provider: Schema.String,
      ProviderId: Schema.String,
      Channel: Capability,
      At: Schema.String,
      Caller: Schema.Literals([0, 1]),
      Via: Schema.optionalKey(Schema.Literals(["Session", "Fallback"])),
      Reason: Schema.optionalKey(RefusalReason),
      Outcome: Schema.optionalKey(Outcome),
      Seconds: Schema.optionalKey(Schema.Int),
      RecordedAt: Schema.optionalKey(Schema.String),
    }),
  ),
})

/**
 * The type of a list of calls and texts.
 *
 * @category models
 */
export type Interactions = typeof Interactions.Type

/**
 * Why a call is rejected: a reason of the rules, or one of the gateway's own.
 *
 * @category models
 */
export type Reason = RefusalReason | "RateLimited" | "StoreUnavailable"

const statuses: Readonly<Record<Reason, number>> = {
  UnknownNumber: 404,
  AmbiguousNumber: 485,
  CallerWithheld: 433,
  CallerMalformed: 403,
  AttestationTooLow: 403,
  UnknownCaller: 403,
  Loop: 482,
  SessionEnded: 403,
  CapabilityMissing: 488,
  OptOutKeyword: 403,
  RateLimited: 403,
  StoreUnavailable: 503,
}

/**
 * The SIP status for a reason.
 *
 * Source: RFC 3261 section 21, RFC 5079 (433). Which one stands for what is ours.
 *
 * @category getters
 */
export const sipStatus = (reason: Reason): number => statuses[reason]

const keyOf = ({ proxySessionId, voiceConnectorId }: Decision) => ({
  ...(voiceConnectorId === undefined ? {} : { VoiceConnectorId: voiceConnectorId }),
  ...(proxySessionId === undefined ? {} : { ProxySessionId: proxySessionId }),
})

/**
 * The answer that a decision is.
 *
 * @category constructors
 */
export const answer = (
  decision: Decision | { readonly _tag: "RateLimited" | "StoreUnavailable" },
  ringSeconds: number,
): RouteAnswer => {
  switch (decision._tag) {
    case "Connect":
      return {
        Action: "Connect",
        To: decision.to,
        CallerId: decision.callerId,
        Via: decision.via,
        RingSeconds: ringSeconds,
        ...keyOf(decision),
      }
    case "Refuse":
      return { Action: "Reject", SipStatus: sipStatus(decision.reason), Reason: decision.reason, ...keyOf(decision) }
    default:
      return { Action: "Reject", SipStatus: sipStatus(decision._tag), Reason: decision._tag }
  }
}

/**
 * The list that a store's interactions are.
 *
 * @category constructors
 */
export const interactions = (found: ReadonlyArray<Interaction>): Interactions => ({
  Interactions: found.map(
    ({ at, caller, channel, outcome, provider, providerId, reason, recordedAt, seconds, via }) => ({
      Provider: provider,
      ProviderId: providerId,
      Channel: channel,
      At: DateTime.formatIso(at),
      Caller: caller,
      ...(via === undefined ? {} : { Via: via }),
      ...(reason === undefined ? {} : { Reason: reason }),
      ...(outcome === undefined ? {} : { Outcome: outcome }),
      ...(seconds === undefined ? {} : { Seconds: seconds }),
      ...(recordedAt === undefined ? {} : { RecordedAt: DateTime.formatIso(recordedAt) }),
    }),
  ),
})
