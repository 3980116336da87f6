/**
 * Bandwidth: calls by BXML, and texts by its Messaging API.
 */
import type { Violation } from "@proxy-session/domain/InvalidRequest"
import type { Attestation } from "@proxy-session/domain/Routing"
import * as Base64 from "effect/encoding/Base64"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type {
  Answer,
  CallProgress,
  Carrier,
  Event,
  MessageProgress,
  OutgoingText,
  Received,
  Reply,
  Webhook,
} from "./Carrier.ts"
import * as Json from "./internal/json.ts"
import { isEqual } from "./internal/signature.ts"
import { messageStatus, unknown } from "./internal/progress.ts"
import { inboundOfTag, tag } from "./internal/statusUrl.ts"
import { document, element } from "./internal/xml.ts"
import type { Sender } from "./Sender.ts"

/**
 * A user name and its password.
 *
 * @category models
 */
export interface BandwidthCredentials {
  readonly username: string
  readonly password: Redacted.Redacted
}

/**
 * What verifies Bandwidth's requests, and sends its texts.
 *
 * - `credentials`: what Bandwidth is to send, as you have set it there, several while one is being replaced; the first one is
 *   named in answers
 * - `texts`: the account, a user of its API, and the way to the API; without them there are calls alone
 *
 * @category models
 */
export interface BandwidthOptions {
  readonly credentials: readonly [BandwidthCredentials, ...ReadonlyArray<BandwidthCredentials>]
  readonly texts?:
    | (BandwidthCredentials & { readonly accountId: string; readonly sender: Sender["Service"] })
    | undefined
}

/** Bandwidth signs nothing: a password, and TLS, are all that says who sends. */
const isSent = (credentials: BandwidthOptions["credentials"], { header }: Received): boolean => {
  const [, sent] = /^Basic +(\S+)$/iu.exec(header("authorization") ?? "") ?? []
  return sent !== undefined && credentials.some((each) => isEqual(basic(each), sent))
}

const basic = ({ password, username }: BandwidthCredentials): string =>
  Base64.encode(`${username}:${Redacted.value(password)}`)

const CallEvent = Schema.Struct({
  eventType: Schema.String,
  eventTime: Schema.optional(Schema.String),
  answerTime: Schema.optional(Schema.NullOr(Schema.String)),
  callId: Json.Id,
  from: Schema.optional(Schema.NullOr(Schema.String)),
  to: Schema.String,
  cause: Schema.optional(Schema.NullOr(Schema.String)),
  stirShaken: Schema.optional(
    Schema.NullOr(
      Schema.Struct({
        verstat: Schema.optional(Schema.NullOr(Schema.String)),
        attestationIndicator: Schema.optional(Schema.NullOr(Schema.String)),
      }),
    ),
  ),
})

const MessageEvents = Schema.NonEmptyArray(
  Schema.Struct({
    type: Schema.String,
    to: Schema.optional(Schema.String),
    message: Schema.Struct({
      id: Json.Id,
      from: Schema.String,
      to: Schema.NonEmptyArray(Schema.String),
      text: Schema.optional(Schema.NullOr(Schema.String)),
      media: Schema.optional(Schema.NullOr(Schema.Array(Json.MediaUrl))),
      applicationId: Schema.optional(Schema.String),
      tag: Schema.optional(Schema.NullOr(Schema.String)),
    }),
  }),
)

const readCall = Json.reader(CallEvent, "ignore")
const readMessages = Json.reader(MessageEvents, "ignore")

const causes: Readonly<Record<string, CallProgress>> = {
  hangup: "completed",
  busy: "busy",
  timeout: "no-answer",
  cancel: "canceled",
}

const messages: Readonly<Record<string, MessageProgress>> = {
  "message-sending": "sending",
  "message-sent": "sent",
  "message-delivered": "delivered",
  "message-failed": "failed",
}

const attestation = ({ stirShaken }: typeof CallEvent.Type): Attestation | undefined => {
  const level = stirShaken?.attestationIndicator
  const isValid = stirShaken?.verstat === "TN-Validation-Passed"
  return isValid && (level === "A" || level === "B" || level === "C") ? level : undefined
}

/** From the answer to the end: a call that comes in is answered when the other phone is. */
const seconds = ({ answerTime, eventTime }: typeof CallEvent.Type): number | undefined => {
  const length = Math.round((Date.parse(eventTime ?? "") - Date.parse(answerTime ?? "")) / 1000)
  return length >= 0 ? length : undefined
}

const ofCall = (call: typeof CallEvent.Type): Event => {
  const { callId, cause, eventType, from, to } = call
  const common = { _tag: "CallStatus", providerId: callId } as const
  switch (eventType) {
    case "initiate": {
      const level = attestation(call)
      const attested = level === undefined ? {} : { attestation: level }
      return { _tag: "InboundCall", providerId: callId, caller: from ?? "", dialled: to, ...attested }
    }
    case "transferAnswer":
      return { ...common, leg: "Dialled", progress: "answered", endsDial: false }
    case "transferComplete": {
      const progress = causes[cause ?? ""] ?? "failed"
      const length = progress === "completed" ? seconds(call) : undefined
      return { ...common, leg: "Dialled", progress, seconds: length, endsDial: true }
    }
    case "disconnect":
      return { ...common, leg: "Caller", progress: causes[cause ?? ""] ?? "failed", endsDial: false }
    default:
      return unknown
  }
}

const ofMessage = ({ message, type }: (typeof MessageEvents.Type)[number]): Event => {
  const { applicationId, from, id, media, tag: mark, text, to } = message
  if (type !== "message-received") {
    return messageStatus(messages, type, inboundOfTag(mark ?? "") ?? id)
  }
  // A group is more people than a session has.
  if (to.length > 1) return unknown
  return {
    _tag: "InboundText",
    providerId: id,
    caller: from,
    dialled: to[0],
    text: text ?? "",
    media: media ?? [],
    isOptOut: false,
    application: applicationId,
  }
}

/** Events of calls are objects, and those of texts are lists. */
const read = (webhook: Webhook, { body }: Received): Result.Result<Event, ReadonlyArray<Violation>> => {
  const isList = body.find((byte) => byte > 0x20) === "[".charCodeAt(0)
  if (webhook === "sms" || (webhook === "status" && isList)) {
    return Result.map(readMessages(body), ([first, ...more]) => {
      const event = ofMessage(first)
      return more.length === 0 ? event : { _tag: "Several", events: [event, ...more.map(ofMessage)] }
    })
  }
  return Result.map(readCall(body), ofCall)
}

/** The longest that Bandwidth lets a phone ring. */
const longestRing = 300

const bxml =
  ({ password, username }: BandwidthCredentials) =>
  (reply: Reply): Answer => {
    switch (reply._tag) {
      case "Dial": {
        const { callerId, ringSeconds, statusUrl, to } = reply
        // Bandwidth sends what it reports on a call with the credentials that are named here.
        const credentials = { username, password: Redacted.value(password) }
        const transfer = {
          transferCallerId: callerId,
          transferCallerDisplayName: callerId,
          diversionTreatment: "none",
          callTimeout: String(Math.min(ringSeconds, longestRing)),
          transferCompleteUrl: statusUrl,
          transferCompleteMethod: "POST",
          ...credentials,
        }
        const number = { transferAnswerUrl: statusUrl, transferAnswerMethod: "POST", ...credentials }
        return document(element("Transfer", transfer, [element("PhoneNumber", number, to)]))
      }
      case "RejectCall":
        return reply.sentence === undefined
          ? document(element("Hangup", {}))
          : document(element("SpeakSentence", {}, reply.sentence), element("Hangup", {}))
      case "EndCall":
        return document()
      default:
        return { contentType: "text/plain; charset=utf-8", body: "" }
    }
  }

type Texts = NonNullable<BandwidthOptions["texts"]>

/** A text goes out by the application that the other one came in by. */
const request = ({ accountId, password, username }: Texts, text: OutgoingText) =>
  HttpClientRequest.post(`https://messaging.bandwidth.com/api/v2/users/${encodeURIComponent(accountId)}/messages`).pipe(
    HttpClientRequest.basicAuth(username, password),
    HttpClientRequest.bodyJsonUnsafe({
      from: text.from,
      to: [text.to],
      text: text.text.toWellFormed(),
      ...(text.media.length === 0 ? {} : { media: text.media }),
      applicationId: text.application,
      tag: tag(text.inbound),
    }),
  )

/**
 * Makes the carrier `bandwidth`, for calls, and for texts where its API can be used.
 *
 * Requests are told by a user name and a password that you set at Bandwidth; it signs neither the URL nor the body, so that TLS
 * is what keeps them from being read and changed. The caller id is always written out: without it, Bandwidth shows the caller's
 * own number.
 *
 * Source: Bandwidth's pages on its webhooks, on BXML and on its Messaging API.
 *
 * @category constructors
 */
export const make = ({ credentials, texts }: BandwidthOptions): Carrier => ({
  name: "bandwidth",
  webhooks: texts === undefined ? ["voice", "status"] : ["voice", "sms", "status"],
  contentTypes: ["application/json"],
  verify: (received) => isSent(credentials, received),
  read,
  answer: bxml(credentials[0]),
  ...(texts === undefined ? {} : { send: (text) => texts.sender.send("bandwidth", request(texts, text)) }),
})
