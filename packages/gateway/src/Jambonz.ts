/**
 * jambonz: open-source telephony in front of one's own SIP trunks. Calls by JSON verbs; it has no webhook for texts.
 */
import type { Violation } from "@proxy-session/domain/InvalidRequest"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Answer, Carrier, Event, Received, Reply, Webhook } from "./Carrier.ts"
import * as Json from "./internal/json.ts"
import { callProgress } from "./internal/progress.ts"
import { hmac, isEqual } from "./internal/signature.ts"

/**
 * What verifies jambonz' requests: the account's webhook secrets, several while one is being replaced.
 *
 * @category models
 */
export interface JambonzOptions {
  readonly webhookSecrets: ReadonlyArray<Redacted.Redacted>
}

/** How many seconds a request may be old, or ahead. jambonz names no limit; this one is ours. */
const tolerance = 300

const isSigned = (secrets: ReadonlyArray<Redacted.Redacted>, { body, header, now }: Received): boolean => {
  const [, time, signature] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/u.exec(header("jambonz-signature") ?? "") ?? []
  if (time === undefined || signature === undefined || Math.abs(now - Number(time)) > tolerance) return false
  return secrets.some((secret) => isEqual(hmac("sha256", secret, "hex", `${time}.`, body), signature))
}

const { Id } = Json

const InboundCall = Schema.Struct({ call_sid: Id, from: Schema.String, to: Schema.String })

const CallStatus = Schema.Struct({
  call_sid: Id,
  parent_call_sid: Schema.optional(Schema.NullOr(Id)),
  call_status: Schema.String,
  dial_call_status: Schema.optional(Schema.String),
  duration: Schema.optional(Schema.NullOr(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))),
})

const readCall = Json.reader(InboundCall, "ignore")
const readStatus = Json.reader(CallStatus, "ignore")

/** At the end of a dial, the status of the other phone is in a member of its own. */
const statusEvent = (status: typeof CallStatus.Type): Event => {
  const { call_sid, call_status, dial_call_status, duration, parent_call_sid } = status
  const endsDial = dial_call_status !== undefined
  const progress = callProgress(dial_call_status ?? call_status)
  if (progress === undefined) return { _tag: "Unknown", endsDial }
  return {
    _tag: "CallStatus",
    providerId: parent_call_sid ?? call_sid,
    leg: endsDial || typeof parent_call_sid === "string" ? "Dialled" : "Caller",
    progress,
    ...(endsDial || typeof duration !== "number" ? {} : { seconds: duration }),
    endsDial,
  }
}

const read = (webhook: Webhook, { body }: Received): Result.Result<Event, ReadonlyArray<Violation>> =>
  webhook === "status"
    ? Result.map(readStatus(body), statusEvent)
    : Result.map(readCall(body), ({ call_sid, from, to }) => ({
        _tag: "InboundCall" as const,
        providerId: call_sid,
        caller: from,
        dialled: to,
      }))

const verbs = (reply: Reply): ReadonlyArray<object> => {
  switch (reply._tag) {
    case "Dial":
      return [
        {
          verb: "dial",
          callerId: reply.callerId,
          answerOnBridge: true,
          timeout: reply.ringSeconds,
          actionHook: reply.statusUrl,
          target: [{ type: "phone", number: reply.to }],
        },
      ]
    case "RejectCall":
      return reply.sentence === undefined
        ? [{ verb: "sip:decline", status: 603, reason: "Decline" }]
        : [{ verb: "say", text: reply.sentence }, { verb: "hangup" }]
    default:
      // An empty list is an error to jambonz.
      return [{ verb: "hangup" }]
  }
}

const answer = (reply: Reply): Answer =>
  reply._tag === "Acknowledge"
    ? { contentType: "text/plain; charset=utf-8", body: "" }
    : { contentType: "application/json", body: JSON.stringify(verbs(reply)) }

/**
 * Makes the carrier `jambonz`, for calls.
 *
 * Signatures are those of `Jambonz-Signature`: HMAC-SHA256 over a time and the body as it was sent. They do not cover the URL, and
 * they are good for five minutes. The caller id is always written out: without it, jambonz shows the caller's own number. It
 * tells no attestation, so a minimum refuses all its calls.
 *
 * Source: jambonz' own source code.
 *
 * @category constructors
 */
export const make = ({ webhookSecrets }: JambonzOptions): Carrier => ({
  name: "jambonz",
  webhooks: ["voice", "status"],
  contentTypes: ["application/json"],
  verify: (received) => isSigned(webhookSecrets, received),
  read,
  answer,
})
