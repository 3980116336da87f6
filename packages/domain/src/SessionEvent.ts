/**
 * What happens to sessions and their calls, as events for an application. None of them holds a number, a name or a text.
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { Interaction } from "./Interaction.ts"
import { explainedClass } from "./internal/explained.ts"
import { instance } from "./internal/instance.ts"
import { Namespace } from "./Namespace.ts"
import { ProxySessionId } from "./ProxySessionId.ts"
import { Timestamp } from "./Timestamp.ts"
import { VoiceConnectorId } from "./VoiceConnectorId.ts"

const { caller, channel, provider, providerId, seconds } = Interaction.fields

/** Whose session it is, and which. `id` is the same for the same event, however often and by whichever process it is told. */
const subject = {
  id: Schema.String,
  at: Timestamp,
  tenant: Schema.Struct({ namespace: Namespace, region: Schema.String, account: Schema.String }),
  voiceConnectorId: VoiceConnectorId,
  proxySessionId: ProxySessionId,
}

const call = { ...subject, provider, providerId, channel, caller }

/**
 * Somebody created a session.
 *
 * @category models
 */
export class SessionCreated extends explainedClass(Schema.TaggedClass<SessionCreated>()("SessionCreated", subject)) {}

/**
 * A first call or text went through a session.
 *
 * @category models
 */
export class SessionInProgress extends explainedClass(
  Schema.TaggedClass<SessionInProgress>()("SessionInProgress", subject),
) {}

/**
 * A session ended: its time is over, or somebody deleted it.
 *
 * @category models
 */
export class SessionClosed extends explainedClass(Schema.TaggedClass<SessionClosed>()("SessionClosed", subject)) {}

/**
 * A call or text was connected: with the other participant, or with the fallback number after the end of the session.
 *
 * @category models
 */
export class CallConnected extends explainedClass(
  Schema.TaggedClass<CallConnected>()("CallConnected", {
    ...call,
    via: Schema.Literals(["Session", "Fallback"]),
  }),
) {}

/**
 * A connected call is over, or a text has arrived or failed. A later report of the provider that says more is another event.
 *
 * @category models
 */
export class CallEnded extends explainedClass(
  Schema.TaggedClass<CallEnded>()("CallEnded", {
    ...call,
    outcome: Schema.Literals(["Answered", "Delivered", "Failed"]),
    seconds,
  }),
) {}

/**
 * What an application can be told.
 *
 * @category models
 */
export const SessionEvent = Schema.Union([SessionCreated, SessionInProgress, SessionClosed, CallConnected, CallEnded])

/**
 * The type of an event.
 *
 * @category models
 */
export type SessionEvent = typeof SessionEvent.Type

/**
 * The tenant and the session of an event.
 *
 * @category models
 */
export type EventSubject = Pick<SessionCreated, "proxySessionId" | "tenant" | "voiceConnectorId">

const members = <Tag extends SessionEvent["_tag"]>(
  _tag: Tag,
  of: EventSubject,
  at: DateTime.Utc,
  ...more: ReadonlyArray<string>
) => {
  const { proxySessionId, tenant, voiceConnectorId } = of
  return {
    _tag,
    id: [_tag, voiceConnectorId, proxySessionId, ...more].map(encodeURIComponent).join("/"),
    at,
    tenant,
    voiceConnectorId,
    proxySessionId,
  }
}

/**
 * The event of a new session.
 *
 * @category constructors
 */
export const created = (of: EventSubject, at: DateTime.Utc): SessionCreated =>
  instance(SessionCreated, members("SessionCreated", of, at))

/**
 * The event of a session's first call or text.
 *
 * @category constructors
 */
export const inProgress = (of: EventSubject, at: DateTime.Utc): SessionInProgress =>
  instance(SessionInProgress, members("SessionInProgress", of, at))

/**
 * The event of a session's end.
 *
 * @category constructors
 */
export const closed = (of: EventSubject, at: DateTime.Utc): SessionClosed =>
  instance(SessionClosed, members("SessionClosed", of, at))

/**
 * What an interaction is to an application as it stands: connected, ended, or nothing where it was refused or
 * is answered and goes on, or is being sent.
 *
 * @category constructors
 */
export const ofInteraction = (of: EventSubject, interaction: Interaction): CallConnected | CallEnded | undefined => {
  const {
    at,
    caller: place,
    channel: by,
    outcome: result,
    provider: from,
    providerId: id,
    seconds: length,
    via,
  } = interaction
  if (via === undefined) return undefined
  const common = { provider: from, providerId: id, channel: by, caller: place }
  const name = [by, from, id, String(DateTime.toEpochMillis(at))]
  if (result === undefined) {
    return instance(CallConnected, { ...members("CallConnected", of, at, ...name), ...common, via })
  }
  if (result === "Sending") return undefined
  // An answered call goes on until its length is known.
  if (result === "Answered" && length === undefined) return undefined
  return instance(CallEnded, {
    ...members("CallEnded", of, interaction.recordedAt ?? at, ...name, result, String(length ?? "")),
    ...common,
    outcome: result,
    ...(length === undefined ? undefined : { seconds: length }),
  })
}
