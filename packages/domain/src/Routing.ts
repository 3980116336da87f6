/**
 * Who is connected when somebody calls or texts a proxy number.
 *
 * One pure rule decides for every carrier, for SIP and for tests. The other side only ever sees the number that was
 * dialled.
 */
import * as Schema from "effect/Schema"
import type { Capability } from "./Capability.ts"
import type { CallerNumber } from "./CallerNumber.ts"
import { explainedClass } from "./internal/explained.ts"
import { hiding } from "./internal/hiding.ts"
import { instance } from "./internal/instance.ts"
import { PhoneNumber } from "./PhoneNumber.ts"
import { ProxySessionId } from "./ProxySessionId.ts"
import { VoiceConnectorId } from "./VoiceConnectorId.ts"

/**
 * How far a carrier vouches for the caller's number: `A` in full, `B` for the customer, `C` for the gateway alone.
 *
 * Source: STIR/SHAKEN, ATIS-1000074.
 *
 * @category models
 */
export const Attestation = Schema.Literals(["A", "B", "C"])

/**
 * The type of an attestation.
 *
 * @category models
 */
export type Attestation = typeof Attestation.Type

/**
 * The choices of an operator.
 *
 * - `unknownCallers`: a stranger, and a caller who hides the number, is refused (`"refuse"`, the default) or connected to
 *   the connector's fallback number (`"fallback"`, calls only).
 * - `minimumAttestation`: calls that the carrier vouches for less are refused; by default none are. A failed or absent
 *   attestation is less than `C`.
 *
 * @category models
 */
export const RoutingRules = Schema.Struct({
  unknownCallers: Schema.optionalKey(Schema.Literals(["fallback", "refuse"])),
  minimumAttestation: Schema.optionalKey(Attestation),
})

/**
 * The type of an operator's choices.
 *
 * @category models
 */
export type RoutingRules = typeof RoutingRules.Type

/**
 * Strangers are refused, and no attestation is asked for.
 *
 * @category constants
 */
export const defaultRoutingRules: RoutingRules = { unknownCallers: "refuse" }

/**
 * What a caller holds on a proxy number: the session that connects, or last connected, the two.
 *
 * @category models
 */
export interface Held {
  readonly voiceConnectorId: VoiceConnectorId
  readonly proxySessionId: ProxySessionId
  /** The other participant's own number. */
  readonly other: PhoneNumber
  readonly capabilities: ReadonlyArray<Capability>
  /** Whether the session has not ended at the instant of the call. */
  readonly live: boolean
}

/**
 * A call or text that arrives, and what the store knows about it.
 *
 * - `connectors`: how many Voice Connectors have the dialled number; 1 where the connector is named and has it.
 * - `held`: what the caller holds on that number, by one key.
 * - `isProxyNumber`: whether the connector has a number in its pool; asked of the caller's and the fallback number.
 * - `fallback`: the connector's `FallBackPhoneNumber`.
 * - `attestation`: what the carrier vouches for; absent where it says nothing or the check failed.
 * - `text`: the body of a message.
 *
 * @category models
 */
export interface Inbound {
  readonly channel: Capability
  readonly caller: CallerNumber
  readonly dialled: PhoneNumber
  readonly connectors: number
  readonly held: Held | undefined
  readonly isProxyNumber: (number: PhoneNumber) => boolean
  readonly fallback: PhoneNumber | undefined
  readonly attestation?: Attestation | undefined
  readonly text?: string | undefined
  readonly rules: RoutingRules
}

/**
 * Why a call or text goes nowhere. Safe to log and to count.
 *
 * - `UnknownNumber`: no connector has the dialled number.
 * - `AmbiguousNumber`: several connectors have it, and the request names none.
 * - `CallerWithheld`, `CallerMalformed`: the caller has no number that could be known.
 * - `AttestationTooLow`: the carrier does not vouch enough for the caller's number.
 * - `UnknownCaller`: the caller holds no session on that number.
 * - `Loop`: the call comes from a proxy number, or would return to the caller.
 * - `SessionEnded`: the session is over, and there is no fallback number.
 * - `CapabilityMissing`: the session does not have the channel.
 * - `OptOutKeyword`: the text is a word such as STOP, on which the carrier has acted already.
 *
 * @category models
 */
export const RefusalReason = Schema.Literals([
  "UnknownNumber",
  "AmbiguousNumber",
  "CallerWithheld",
  "CallerMalformed",
  "AttestationTooLow",
  "UnknownCaller",
  "Loop",
  "SessionEnded",
  "CapabilityMissing",
  "OptOutKeyword",
])

/**
 * The type of a reason.
 *
 * @category models
 */
export type RefusalReason = typeof RefusalReason.Type

/**
 * Connect the caller to a number, showing another.
 *
 * `to` is whom to dial, `callerId` what that person sees: always the number that was dialled. `via` says whether a session
 * or the connector's fallback number decided. `voiceConnectorId` and `proxySessionId` are the key of the session, and absent
 * where a stranger reaches the fallback. Numbers are hidden when the value is printed.
 *
 * @category models
 */
export class Connect extends hiding(
  Schema.TaggedClass<Connect>()("Connect", {
    to: PhoneNumber,
    callerId: PhoneNumber,
    via: Schema.Literals(["Session", "Fallback"]),
    voiceConnectorId: Schema.optionalKey(VoiceConnectorId),
    proxySessionId: Schema.optionalKey(ProxySessionId),
  }),
  "to",
  "callerId",
) {}

/**
 * Connect nobody, for a reason. `voiceConnectorId` and `proxySessionId` are the key of the session that the caller holds on the
 * number, and absent where there is none.
 *
 * @category models
 */
export class Refuse extends explainedClass(
  Schema.TaggedClass<Refuse>()("Refuse", {
    reason: RefusalReason,
    voiceConnectorId: Schema.optionalKey(VoiceConnectorId),
    proxySessionId: Schema.optionalKey(ProxySessionId),
  }),
) {}

/**
 * What becomes of a call or text.
 *
 * @category models
 */
export const Decision = Schema.Union([Connect, Refuse])

/**
 * The type of a decision.
 *
 * @category models
 */
export type Decision = typeof Decision.Type

/** The carriers' default words, and their French one, which Canadian numbers have besides. */
const optOut = /^\s*(?:stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|opt-out|arret|arrêt)\s*[.!]*\s*$/iu

/**
 * Whether a text is an opt-out word, alone: STOP and its synonyms, in any case.
 *
 * Carriers act on these words themselves, so they are never forwarded. START and HELP are no opt-out words.
 *
 * Source: CTIA Messaging Principles and Best Practices, section 5.1.3.
 *
 * @category rules
 */
export const isOptOut = (text: string): boolean => text.length <= 64 && optOut.test(text)

const keyOf = (held: Held | undefined) =>
  held === undefined ? {} : { voiceConnectorId: held.voiceConnectorId, proxySessionId: held.proxySessionId }

const refuse = (reason: RefusalReason, held?: Held): Refuse =>
  new Refuse({ reason, ...keyOf(held) }, { disableChecks: true })

/** An attestation is good enough if it comes before the minimum in the alphabet, or is the same. */
const isAttested = ({ attestation, channel, rules: { minimumAttestation } }: Inbound): boolean =>
  channel !== "Voice" ||
  minimumAttestation === undefined ||
  (attestation !== undefined && attestation <= minimumAttestation)

const orFallback = (inbound: Inbound, reason: RefusalReason, held?: Held): Decision => {
  const { caller, channel, dialled, fallback, isProxyNumber } = inbound
  const reachesItself = fallback === dialled || (caller._tag === "Number" && caller.number === fallback)
  return channel !== "Voice" || fallback === undefined || reachesItself || isProxyNumber(fallback)
    ? refuse(reason, held)
    : new Connect(
        {
          to: fallback,
          callerId: dialled,
          via: "Fallback",
          ...keyOf(held),
        },
        { disableChecks: true },
      )
}

const stranger = (inbound: Inbound, reason: "CallerWithheld" | "UnknownCaller"): Decision =>
  inbound.rules.unknownCallers === "fallback" ? orFallback(inbound, reason) : refuse(reason)

/**
 * Decides a call or text: connect the other participant, connect the fallback number, or refuse.
 *
 * The checks come in this order: the dialled number, the caller's number, its attestation, then what the caller holds on
 * the dialled number: nothing, an ended session, one without the channel, or a live one. After the end of a session a
 * call goes to the connector's fallback number, as AWS documents; a text is refused. All other rules are ours, since AWS
 * documents none.
 *
 * **Example** (The other participant is dialled, and sees the proxy number)
 *
 * ```ts
 * import * as CallerNumber from "@proxy-session/domain/CallerNumber"
 * import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
 * import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
 * import * as Routing from "@proxy-session/domain/Routing"
 * import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
 *
 * const decision = Routing.decide({
 *   channel: "Voice",
 *   caller: CallerNumber.parse("+12065550100"),
 *   dialled: PhoneNumber.make("+19135550199"),
 *   connectors: 1,
 *   held: {
 *     voiceConnectorId: VoiceConnectorId.make("abcdef1ghij2klmno3pqr4"),
 *     proxySessionId: ProxySessionId.make("123a4bc5-67d8-901e-2f3g-h4ghjk56789l"),
 *     other: PhoneNumber.make("+14015550101"),
 *     capabilities: ["Voice"],
 *     live: true
 *   },
 *   isProxyNumber: (number) => number === "+19135550199",
 *   fallback: undefined,
 *   rules: Routing.defaultRoutingRules
 * })
 *
 * decision._tag === "Connect" && [decision.to, decision.callerId] // => ["+14015550101", "+19135550199"]
 * ```
 *
 * @category rules
 */
export const decide = (inbound: Inbound): Decision => {
  const { caller, channel, connectors, dialled, held, isProxyNumber, text } = inbound
  if (connectors === 0) return refuse("UnknownNumber")
  if (connectors > 1) return refuse("AmbiguousNumber")
  if (caller._tag === "Malformed") return refuse("CallerMalformed")
  if (!isAttested(inbound)) return refuse("AttestationTooLow")
  if (caller._tag === "Withheld") return stranger(inbound, "CallerWithheld")
  // Calls that are placed here show a proxy number. One that comes from such a number was forwarded back to it.
  if (held === undefined && isProxyNumber(caller.number)) return refuse("Loop")
  if (held === undefined) return stranger(inbound, "UnknownCaller")
  if (!held.live) return orFallback(inbound, "SessionEnded", held)
  if (!held.capabilities.includes(channel)) return refuse("CapabilityMissing", held)
  if (channel === "SMS" && text !== undefined && isOptOut(text)) return refuse("OptOutKeyword", held)
  if (held.other === caller.number || held.other === dialled) return refuse("Loop", held)
  const { other: to, proxySessionId, voiceConnectorId } = held
  return instance(Connect, { _tag: "Connect", to, callerId: dialled, via: "Session", voiceConnectorId, proxySessionId })
}
