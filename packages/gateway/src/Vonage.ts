/**
 * Vonage: calls by its JSON actions (NCCO), and texts by its Messages API.
 */
import type { Violation } from "@proxy-session/domain/InvalidRequest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { createHash, createPrivateKey, type KeyObject } from "node:crypto"
import type { Answer, CallProgress, Carrier, Event, MessageProgress, Received, Reply, Webhook } from "./Carrier.ts"
import * as Json from "./internal/json.ts"
import { callProgress, messageStatus, unknown } from "./internal/progress.ts"
import { hmac, isEqual } from "./internal/signature.ts"
import { inboundOfTag, inboundOfUrl } from "./internal/statusUrl.ts"
import * as Texts from "./internal/vonageTexts.ts"
import type { Sender } from "./Sender.ts"

/**
 * What verifies Vonage's requests, and sends its texts.
 *
 * - `signatureSecrets`: the account's signature secrets, several while one is being replaced
 * - `texts`: the application that sends texts, its private key (see `privateKey`), and the way to the API; without them there
 *   are calls alone
 *
 * @category models
 */
export interface VonageOptions {
  readonly signatureSecrets: ReadonlyArray<Redacted.Redacted>
  readonly texts?:
    | { readonly applicationId: string; readonly privateKey: KeyObject; readonly sender: Sender["Service"] }
    | undefined
}

/**
 * Reads an application's private key as Vonage's dashboard gives it: an RSA key in PEM. Its line breaks may be written `\n`, as
 * variables of an environment have them. `undefined` for anything else.
 *
 * @category constructors
 */
export const privateKey = (text: string): KeyObject | undefined => {
  try {
    const key = createPrivateKey(text.replaceAll("\\n", "\n"))
    return key.asymmetricKeyType === "rsa" ? key : undefined
  } catch {
    return undefined
  }
}

/** How many seconds a request may be old, or ahead. Vonage names no limit; this one is ours. */
const tolerance = 300

const readAlgorithm = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Struct({ alg: Schema.Literal("HS256") })))
const readClaims = Schema.decodeUnknownResult(
  Schema.fromJsonString(Schema.Struct({ iat: Schema.Finite, payload_hash: Schema.String })),
)

const decoded = (part: string): string => Result.getOrElse(Base64Url.decodeString(part), () => "")

/** A token covers the body by its hash; an algorithm other than this one would let the sender choose how it is checked. */
const isSigned = (secrets: ReadonlyArray<Redacted.Redacted>, { body, header: headerOf, now }: Received): boolean => {
  const token = /^Bearer +([\w-]+)\.([\w-]+)\.([\w-]+)$/iu.exec(headerOf("authorization") ?? "")
  const [, header = "", payload = "", signature = ""] = token ?? []
  const isRight = secrets.some((secret) =>
    isEqual(hmac("sha256", secret, "base64url", `${header}.${payload}`), signature),
  )
  if (!isRight || Result.isFailure(readAlgorithm(decoded(header)))) return false
  const claims = readClaims(decoded(payload))
  return (
    Result.isSuccess(claims) &&
    Math.abs(now - claims.success.iat) <= tolerance &&
    isEqual(createHash("sha256").update(body).digest("hex"), claims.success.payload_hash.toLowerCase())
  )
}

const InboundCall = Schema.Struct({
  uuid: Json.Id,
  from: Schema.optional(Schema.NullOr(Schema.String)),
  to: Schema.String,
})

const InboundText = Schema.Struct({
  message_uuid: Json.Id,
  from: Schema.String,
  to: Schema.String,
  text: Schema.optional(Schema.NullOr(Schema.String)),
})

const CallStatus = Schema.Struct({
  uuid: Json.Id,
  status: Schema.String,
  direction: Schema.optional(Schema.String),
  duration: Schema.optional(Schema.NullOr(Schema.String.check(Schema.isPattern(/^\d{1,9}$/u)))),
})

const MessageStatus = Schema.Struct({
  message_uuid: Json.Id,
  status: Schema.String,
  client_ref: Schema.optional(Schema.NullOr(Schema.String)),
})

const Kind = Schema.Struct({ message_uuid: Schema.optional(Schema.Unknown) })

const readKind = Json.reader(Kind, "ignore")
const readCall = Json.reader(InboundCall, "ignore")
const readText = Json.reader(InboundText, "ignore")
const readCallStatus = Json.reader(CallStatus, "ignore")
const readMessageStatus = Json.reader(MessageStatus, "ignore")

/** Vonage writes numbers without their plus sign. */
const plus = (number: string): string => (/^[1-9]\d{6,14}$/u.test(number) ? `+${number}` : number)

/** The words that Vonage has for a call's progress, beyond those of others. */
const calls: Readonly<Record<string, CallProgress>> = {
  started: "initiated",
  unanswered: "no-answer",
  timeout: "no-answer",
  rejected: "failed",
  cancelled: "canceled",
}

const messages: Readonly<Record<string, MessageProgress>> = {
  submitted: "sent",
  delivered: "delivered",
  read: "delivered",
  undeliverable: "undelivered",
  rejected: "failed",
}

/** The other phone's leg has an id of its own; that of the call that came in is in the query of the URL that we gave. */
const ofCall = ({ direction, duration, status, uuid }: typeof CallStatus.Type, url: string): Event => {
  const progress = Object.hasOwn(calls, status) ? calls[status] : callProgress(status)
  if (progress === undefined) return unknown
  return {
    _tag: "CallStatus",
    providerId: inboundOfUrl(url) ?? uuid,
    leg: direction === "inbound" ? "Caller" : "Dialled",
    progress,
    ...(typeof duration === "string" ? { seconds: Number(duration) } : {}),
    endsDial: false,
  }
}

const ofMessage = ({ client_ref, message_uuid, status }: typeof MessageStatus.Type): Event =>
  messageStatus(messages, status, inboundOfTag(client_ref ?? "") ?? message_uuid)

const read = (webhook: Webhook, { body, url }: Received): Result.Result<Event, ReadonlyArray<Violation>> => {
  switch (webhook) {
    case "voice":
      return Result.map(readCall(body), ({ from, to, uuid }) => ({
        _tag: "InboundCall" as const,
        providerId: uuid,
        caller: plus(from ?? ""),
        dialled: plus(to),
      }))
    case "sms":
      return Result.map(readText(body), ({ from, message_uuid, text, to }) => ({
        _tag: "InboundText" as const,
        providerId: message_uuid,
        caller: plus(from),
        dialled: plus(to),
        text: text ?? "",
        media: [],
        isOptOut: false,
      }))
    case "status":
      return Result.flatMap(readKind(body), ({ message_uuid }) =>
        message_uuid === undefined
          ? Result.map(readCallStatus(body), (status) => ofCall(status, url))
          : Result.map(readMessageStatus(body), ofMessage),
      )
  }
}

/** The caller id is always written out. */
const actions = (reply: Reply): ReadonlyArray<object> => {
  switch (reply._tag) {
    case "Dial":
      return [
        {
          action: "connect",
          from: reply.callerId.slice(1),
          timeout: reply.ringSeconds,
          eventUrl: [reply.statusUrl],
          eventMethod: "POST",
          endpoint: [{ type: "phone", number: reply.to.slice(1) }],
        },
      ]
    case "RejectCall":
      return reply.sentence === undefined ? [] : [{ action: "talk", text: reply.sentence }]
    default:
      return []
  }
}

const answer = (reply: Reply): Answer =>
  reply._tag === "Dial" || reply._tag === "RejectCall"
    ? { contentType: "application/json", body: JSON.stringify(actions(reply)) }
    : { contentType: "text/plain; charset=utf-8", body: "" }

/**
 * Makes the carrier `vonage`, for calls, and for texts where its API can be used.
 *
 * Signatures are JSON Web Tokens in `Authorization`, by HS256 and with the hash of the body as it was sent. They do not cover
 * the URL, and they are good for five minutes. A webhook that Vonage sends by GET is refused, since what its token covers is
 * not known. Vonage tells no attestation, so a minimum refuses all its calls. Texts are sent on without media.
 *
 * Source: Vonage's pages on signed webhooks, its Voice API's webhooks and NCCO, and its Messages API.
 *
 * @category constructors
 */
export const make = ({ signatureSecrets, texts }: VonageOptions): Carrier => ({
  name: "vonage",
  webhooks: texts === undefined ? ["voice", "status"] : ["voice", "sms", "status"],
  contentTypes: ["application/json"],
  verify: (received) => isSigned(signatureSecrets, received),
  read,
  answer,
  ...(texts === undefined
    ? {}
    : {
        send: (text) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            texts.sender.send("vonage", Texts.request(texts, text, Math.floor(now / 1000))),
          ),
      }),
})
