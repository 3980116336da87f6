import type { Violation } from "@proxy-session/domain/InvalidRequest"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Event, MessageProgress, OutgoingText } from "../Carrier.ts"
import * as Json from "./json.ts"
import { messageStatus, unknown } from "./progress.ts"
import { inboundOfUrl } from "./statusUrl.ts"

const Kind = Schema.Struct({ data: Schema.Struct({ event_type: Schema.String }) })

const Received = Schema.Struct({
  data: Schema.Struct({
    payload: Schema.Struct({
      id: Json.Id,
      from: Schema.Struct({ phone_number: Schema.String }),
      to: Schema.NonEmptyArray(Schema.Struct({ phone_number: Schema.String })),
      cc: Schema.optional(Schema.NullOr(Schema.Array(Schema.Unknown))),
      text: Schema.optional(Schema.NullOr(Schema.String)),
      media: Schema.optional(Schema.NullOr(Schema.Array(Schema.Struct({ url: Json.MediaUrl })))),
    }),
  }),
})

const Delivery = Schema.Struct({
  data: Schema.Struct({
    payload: Schema.Struct({
      id: Json.Id,
      to: Schema.NonEmptyArray(Schema.Struct({ status: Schema.String })),
      webhook_url: Schema.optional(Schema.NullOr(Schema.String)),
    }),
  }),
})

const readKind = Json.reader(Kind, "ignore")
const readReceived = Json.reader(Received, "ignore")
const readDelivery = Json.reader(Delivery, "ignore")

const messages: Readonly<Record<string, MessageProgress>> = {
  queued: "sending",
  sending: "sending",
  sent: "sent",
  delivered: "delivered",
  delivery_failed: "undelivered",
  sending_failed: "failed",
}

const received = ({ data: { payload } }: typeof Received.Type): Event => {
  const { cc, from, id, media, text, to } = payload
  // A group is more people than a session has.
  if (to.length > 1 || (cc ?? []).length > 0) return unknown
  return {
    _tag: "InboundText",
    providerId: id,
    caller: from.phone_number,
    dialled: to[0].phone_number,
    text: text ?? "",
    media: (media ?? []).map(({ url }) => url),
    isOptOut: false,
  }
}

/** The text that was sent has an id of its own; the one that came in is in the URL that it was sent with, which is signed. */
const delivered = ({ data: { payload } }: typeof Delivery.Type): Event => {
  const [{ status }] = payload.to
  return messageStatus(messages, status, inboundOfUrl(payload.webhook_url ?? "") ?? payload.id)
}

/** Reads what Telnyx tells of texts: JSON, whose kind is in it. */
export const read = (body: Uint8Array): Result.Result<Event, ReadonlyArray<Violation>> =>
  Result.flatMap(readKind(body), ({ data: { event_type } }) => {
    switch (event_type) {
      case "message.received":
        return Result.map(readReceived(body), received)
      case "message.sent":
      case "message.finalized":
        return Result.map(readDelivery(body), delivered)
      default:
        return Result.succeed(unknown)
    }
  })

/** The request that sends a text. */
export const request = (apiKey: Redacted.Redacted, { from, media, statusUrl, text, to }: OutgoingText) =>
  HttpClientRequest.post("https://api.telnyx.com/v2/messages").pipe(
    HttpClientRequest.bearerToken(Redacted.value(apiKey)),
    HttpClientRequest.bodyJsonUnsafe({
      from,
      to,
      ...(text === "" ? {} : { text: text.toWellFormed() }),
      ...(media.length === 0 ? {} : { media_urls: media }),
      webhook_url: statusUrl,
      use_profile_webhooks: false,
    }),
  )
