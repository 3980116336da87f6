/**
 * Plivo: calls and texts by its own XML, with texts in the webhook's own answer, so that no API key is needed.
 */
import type { Violation } from "@proxy-session/domain/InvalidRequest"
import type { Attestation } from "@proxy-session/domain/Routing"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { Answer, CallProgress, Carrier, Event, MessageProgress, Received, Reply, Webhook } from "./Carrier.ts"
import * as Form from "./Form.ts"
import { Members } from "./internal/members.ts"
import { callProgress, messageStatus, unknown } from "./internal/progress.ts"
import { hmac, isEqual } from "./internal/signature.ts"
import { inboundOfUrl } from "./internal/statusUrl.ts"
import { document, element } from "./internal/xml.ts"

/**
 * What verifies Plivo's requests: the account's auth tokens, several while one is being replaced. For a subaccount's number, that
 * of the main account will do.
 *
 * @category models
 */
export interface PlivoOptions {
  readonly authTokens: ReadonlyArray<Redacted.Redacted>
}

type Read = Result.Result<Event, ReadonlyArray<Violation>>

const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const sorted = ({ pairs }: Form.Form, join: string): ReadonlyArray<string> =>
  pairs
    .toSorted(([name, value], [otherName, otherValue]) => order(name, otherName) || order(value, otherValue))
    .map(([name, value]) => `${name}${join}${value}`)

/** What Plivo signs: the URL, its query and the form, both sorted, and a nonce. */
const signedText = (url: string, query: Form.Form, form: Form.Form, nonce: string): string => {
  const [path = ""] = url.split("?", 1)
  const [sortedQuery, sortedForm] = [sorted(query, "=").join("&"), sorted(form, "").join("")]
  const mark = sortedQuery === "" && sortedForm === "" ? "" : "?"
  const dot = sortedQuery === "" || sortedForm === "" ? "" : "."
  return `${path}${mark}${sortedQuery}${dot}${sortedForm}.${nonce}`
}

/** The second version of Plivo's signature does not cover the body, so it is not enough. */
const isSigned = (tokens: ReadonlyArray<Redacted.Redacted>, { form, header, url }: Received): boolean => {
  const nonce = header("x-plivo-signature-v3-nonce")
  const query = Form.ofQuery(url)
  if (nonce === undefined || nonce === "" || query === undefined || form === undefined) return false
  const text = signedText(url, query, form, nonce)
  const signatures = ["x-plivo-signature-v3", "x-plivo-signature-ma-v3"]
    .flatMap((name) => header(name)?.split(",") ?? [])
    .map((signature) => signature.trim())
  return tokens.some((token) => {
    const expected = hmac("sha256", token, "base64", text)
    return signatures.some((signature) => isEqual(expected, signature))
  })
}

const attestation = (members: Members): Attestation | undefined => {
  const level = members.optional("STIRAttestation")
  const isVerified = members.optional("STIRVerification") === "Verified"
  return isVerified && (level === "A" || level === "B" || level === "C") ? level : undefined
}

const inboundCall = (members: Members): Read => {
  const level = attestation(members)
  return members.result({
    _tag: "InboundCall",
    providerId: members.id("CallUUID"),
    caller: members.required("From"),
    dialled: members.required("To"),
    ...(level === undefined ? {} : { attestation: level }),
  })
}

const inboundText = (members: Members): Read =>
  members.result({
    _tag: "InboundText",
    providerId: members.id("MessageUUID"),
    caller: members.required("From"),
    dialled: members.required("To"),
    text: members.optional("Text") ?? "",
    media: [],
    isOptOut: members.optional("MessageIntent") === "optout",
  })

const messages: Readonly<Record<string, MessageProgress>> = {
  queued: "sending",
  sent: "sent",
  delivered: "delivered",
  undelivered: "undelivered",
  failed: "failed",
  rejected: "failed",
}

/** The text that was sent has an id of its own; the one that came in is in the query of the URL that we gave. */
const textStatus = (members: Members, url: string): Read => {
  const own = members.id("MessageUUID")
  return members.result(messageStatus(messages, members.required("Status"), inboundOfUrl(url) ?? own))
}

/** The other phone's leg has answered or hung up. One that hangs up without having talked is told of at the end of the dial. */
const legStatus = (members: Members): Read => {
  const providerId = members.id("DialALegUUID")
  const action = members.required("DialAction")
  const seconds = members.count("DialBLegDuration") ?? 0
  const progress: CallProgress | undefined =
    action === "answer" ? "answered" : action === "hangup" && seconds > 0 ? "completed" : undefined
  return members.result<Event>(
    progress === undefined
      ? unknown
      : {
          _tag: "CallStatus",
          providerId,
          leg: "Dialled",
          progress,
          ...(progress === "completed" ? { seconds } : {}),
          endsDial: false,
        },
  )
}

/** The words that Plivo has for the end of a dial, beyond those of others. */
const ofDial = (status: string): CallProgress | undefined =>
  status === "timeout" ? "no-answer" : status === "cancel" ? "canceled" : callProgress(status)

const callStatus = (members: Members): Read => {
  const providerId = members.id("CallUUID")
  const endsDial = members.has("DialStatus")
  const progress = endsDial ? ofDial(members.required("DialStatus")) : callProgress(members.required("CallStatus"))
  const seconds = endsDial ? undefined : members.count("Duration")
  return members.result<Event>(
    progress === undefined
      ? { _tag: "Unknown", endsDial }
      : { _tag: "CallStatus", providerId, leg: endsDial ? "Dialled" : "Caller", progress, seconds, endsDial },
  )
}

const read = (webhook: Webhook, { form, url }: Received): Read => {
  if (form === undefined) return Result.fail([{ path: "", rule: "must be a form in UTF-8" }])
  const members = new Members(form)
  switch (webhook) {
    case "voice":
      return inboundCall(members)
    case "sms":
      return inboundText(members)
    case "status":
      if (members.has("MessageUUID")) return textStatus(members, url)
      return members.has("DialAction") ? legStatus(members) : callStatus(members)
  }
}

const answer = (reply: Reply): Answer => {
  switch (reply._tag) {
    case "Dial": {
      const { callerId, ringSeconds, statusUrl, to } = reply
      const callbacks = { action: statusUrl, method: "POST", callbackUrl: statusUrl, callbackMethod: "POST" }
      return document(
        element("Dial", { callerId, timeout: String(ringSeconds), ...callbacks }, [element("Number", {}, to)]),
      )
    }
    case "RejectCall":
      return reply.sentence === undefined
        ? document(element("Hangup", { reason: "rejected" }))
        : document(element("Speak", {}, reply.sentence), element("Hangup", {}))
    case "SendText": {
      const { from, statusUrl, text, to } = reply
      const attributes = { src: from, dst: to, type: "sms", callbackUrl: statusUrl, callbackMethod: "POST" }
      return text === "" ? document() : document(element("Message", attributes, text))
    }
    case "DropText":
    case "EndCall":
      return document()
    case "Acknowledge":
      return { contentType: "text/plain; charset=utf-8", body: "" }
  }
}

/**
 * Makes the carrier `plivo`.
 *
 * Signatures are those of `X-Plivo-Signature-V3` or `X-Plivo-Signature-Ma-V3`, over the URL, the form and a nonce. Requests that
 * carry the second version alone are refused, since it does not cover the form. Texts are sent on without media.
 *
 * Source: Plivo's pages on its XML and on webhook signatures, and its package for Node.
 *
 * @category constructors
 */
export const make = ({ authTokens }: PlivoOptions): Carrier => ({
  name: "plivo",
  webhooks: ["voice", "sms", "status"],
  contentTypes: ["application/x-www-form-urlencoded"],
  verify: (received) => isSigned(authTokens, received),
  read,
  answer,
})
