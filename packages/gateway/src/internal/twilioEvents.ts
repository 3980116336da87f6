import type { Violation } from "@proxy-session/domain/InvalidRequest"
import type { Attestation } from "@proxy-session/domain/Routing"
import * as Result from "effect/Result"
import type { Event, MessageProgress, Received, Webhook } from "../Carrier.ts"
import { Members } from "./members.ts"
import { callProgress, messageStatus } from "./progress.ts"
import { inboundOfUrl } from "./statusUrl.ts"

/** How a carrier's requests differ from Twilio's: where it tells how far it vouches for the caller's number. */
interface Differences {
  readonly attestation: (members: Members) => Attestation | undefined
}

type Read = Result.Result<Event, ReadonlyArray<Violation>>

const messages: Readonly<Record<string, MessageProgress>> = {
  queued: "sending",
  accepted: "sending",
  sending: "sending",
  sent: "sent",
  delivered: "delivered",
  read: "delivered",
  undelivered: "undelivered",
  failed: "failed",
  canceled: "failed",
}

/** The most media that one message has at these carriers. */
const maximumMedia = 10

/** Reads the requests of Twilio and those compatible with it: forms with the same names. */
export const twilioEvents =
  (differences: Differences) =>
  (webhook: Webhook, received: Received): Read => {
    if (received.form === undefined) return Result.fail([{ path: "", rule: "must be a form in UTF-8" }])
    const members = new Members(received.form)
    switch (webhook) {
      case "voice":
        return inboundCall(members, differences)
      case "sms":
        return inboundText(members)
      case "status":
        return members.has("MessageStatus") || members.has("SmsStatus")
          ? textStatus(members, received.url)
          : callStatus(members)
    }
  }

const inboundCall = (members: Members, { attestation }: Differences): Read => {
  const level = attestation(members)
  return members.result({
    _tag: "InboundCall",
    providerId: members.id("CallSid"),
    caller: members.required("From"),
    dialled: members.required("To"),
    ...(level === undefined ? {} : { attestation: level }),
  })
}

const inboundText = (members: Members): Read =>
  members.result({
    _tag: "InboundText",
    providerId: members.id("MessageSid"),
    caller: members.required("From"),
    dialled: members.required("To"),
    text: members.optional("Body") ?? "",
    media: media(members),
    isOptOut: members.optional("OptOutType")?.toUpperCase() === "STOP",
  })

const media = (members: Members): ReadonlyArray<string> => {
  const count = members.count("NumMedia") ?? 0
  if (count > maximumMedia) {
    members.violation("NumMedia", `must be at most ${maximumMedia}`)
    return []
  }
  return Array.from({ length: count }, (_, index) => {
    const name = `MediaUrl${index}`
    const url = members.required(name)
    if (members.has(name) && !(/^https?:\/\//iu.test(url) && URL.canParse(url)))
      members.violation(name, "must be a URL")
    return url
  })
}

/** At the end of a dial its status is in members of its own: those of the call itself are about the caller's phone. */
const callStatus = (members: Members): Read => {
  const providerId = members.id("CallSid")
  if (members.has("DialCallStatus")) {
    return progressOfCall(members, {
      providerId,
      leg: "Dialled",
      status: members.required("DialCallStatus"),
      seconds: members.count("DialCallDuration"),
      endsDial: true,
    })
  }
  const parent = members.has("ParentCallSid") ? members.id("ParentCallSid") : undefined
  return progressOfCall(members, {
    providerId: parent ?? providerId,
    leg: parent === undefined ? "Caller" : "Dialled",
    status: members.required("CallStatus"),
    seconds: members.count("CallDuration"),
    endsDial: false,
  })
}

const progressOfCall = (
  members: Members,
  { status, ...call }: Omit<Extract<Event, { _tag: "CallStatus" }>, "_tag" | "progress"> & { readonly status: string },
): Read => {
  const progress = callProgress(status)
  return members.result<Event>(
    progress === undefined ? { _tag: "Unknown", endsDial: call.endsDial } : { _tag: "CallStatus", ...call, progress },
  )
}

/** The text that was sent has an id of its own; the one that came in is in the query of the URL that we gave. */
const textStatus = (members: Members, url: string): Read => {
  const own = members.id("MessageSid")
  const status = members.optional("MessageStatus") ?? members.required("SmsStatus")
  return members.result(messageStatus(messages, status, inboundOfUrl(url) ?? own))
}
