/**
 * What a carrier's webhook says, and how it is answered: one module for each carrier implements this.
 */
import type { Violation } from "@proxy-session/domain/InvalidRequest"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { Attestation } from "@proxy-session/domain/Routing"
import type * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import * as Form from "./Form.ts"
import type { SendError } from "./Sender.ts"

/**
 * Which webhook of a carrier a request is for: the second step of its path.
 *
 * @category models
 */
export type Webhook = "sms" | "status" | "voice"

/**
 * A request as the carrier sent it.
 *
 * - `url`: the URL that the carrier was given: the public URL of the gateway, and the target as it was sent
 * - `header`: a header by its name in lower case
 * - `now`: the second at which it arrived
 *
 * @category models
 */
export class Received {
  readonly url: string
  readonly header: (name: string) => string | undefined
  readonly body: Uint8Array
  readonly now: number
  #form: Form.Form | undefined
  #isRead = false

  constructor(request: Pick<Received, "body" | "header" | "now" | "url">) {
    this.url = request.url
    this.header = request.header
    this.body = request.body
    this.now = request.now
  }

  /** The body as a form; `undefined` if it is none. It is read once. */
  get form(): Form.Form | undefined {
    if (!this.#isRead) {
      this.#form = Form.parse(this.body)
      this.#isRead = true
    }
    return this.#form
  }
}

/**
 * How far a call has come, in the words of Twilio and those compatible with it; `answered` is their `in-progress`.
 *
 * @category models
 */
export type CallProgress =
  | "answered"
  | "busy"
  | "canceled"
  | "completed"
  | "failed"
  | "initiated"
  | "no-answer"
  | "ringing"

/**
 * How far a message has come.
 *
 * @category models
 */
export type MessageProgress = "delivered" | "failed" | "sending" | "sent" | "undelivered"

/**
 * What a carrier tells. It holds telephone numbers and texts as they were sent: do not print it.
 *
 * - `InboundCall`, `InboundText`: somebody calls or texts a number. `isOptOut` says that the carrier took the text for an
 *   opt-out word. `application` is the carrier's id of what the number belongs to, where a text has to name it.
 * - `CallStatus`: what became of a call. `providerId` is that of the inbound call. `leg` says whose phone it is about: the one
 *   that was dialled, or the caller's. `endsDial` asks what the carrier is to do next with the caller.
 * - `MessageStatus`: what became of a text.
 * - `Several`: events that come together, in their order; none of them is answered by itself.
 * - `Unknown`: a status that is none of ours, or a text to a group.
 *
 * @category models
 */
export type Event =
  | {
      readonly _tag: "InboundCall"
      readonly providerId: string
      readonly caller: string
      readonly dialled: string
      readonly attestation?: Attestation | undefined
    }
  | {
      readonly _tag: "InboundText"
      readonly providerId: string
      readonly caller: string
      readonly dialled: string
      readonly text: string
      readonly media: ReadonlyArray<string>
      readonly isOptOut: boolean
      readonly application?: string | undefined
    }
  | {
      readonly _tag: "CallStatus"
      readonly providerId: string
      readonly leg: "Caller" | "Dialled"
      readonly progress: CallProgress
      readonly seconds?: number | undefined
      readonly endsDial: boolean
    }
  | { readonly _tag: "MessageStatus"; readonly providerId: string; readonly progress: MessageProgress }
  | { readonly _tag: "Several"; readonly events: ReadonlyArray<Event> }
  | { readonly _tag: "Unknown"; readonly endsDial: boolean }

/**
 * A text that is sent on by a carrier's API.
 *
 * - `inbound`: the carrier's id of the text that came in, by which reports on this one are known
 * - `statusUrl`: where the carrier reports to; it names `inbound` as well
 * - `application`: as in the event of the text that came in
 *
 * @category models
 */
export interface OutgoingText {
  readonly to: PhoneNumber
  readonly from: PhoneNumber
  readonly text: string
  readonly media: ReadonlyArray<string>
  readonly inbound: string
  readonly statusUrl: string
  readonly application?: string | undefined
}

/**
 * What a carrier is told.
 *
 * - `Dial`: ring `to` for some seconds and show it `callerId`; report to `statusUrl`
 * - `RejectCall`: end the call, after a sentence if there is one
 * - `SendText`: send a text to `to` from `from`; report to `statusUrl`
 * - `DropText`: send nothing
 * - `EndCall`: nothing more is to be done with the caller
 * - `Acknowledge`: a status was heard
 *
 * @category models
 */
export type Reply =
  | {
      readonly _tag: "Dial"
      readonly to: PhoneNumber
      readonly callerId: PhoneNumber
      readonly ringSeconds: number
      readonly statusUrl: string
    }
  | { readonly _tag: "RejectCall"; readonly sentence: string | undefined }
  | {
      readonly _tag: "SendText"
      readonly to: PhoneNumber
      readonly from: PhoneNumber
      readonly text: string
      readonly media: ReadonlyArray<string>
      readonly statusUrl: string
    }
  | { readonly _tag: "Acknowledge" | "DropText" | "EndCall" }

/**
 * The body of an answer, which has status 200.
 *
 * @category models
 */
export interface Answer {
  readonly contentType: string
  readonly body: string
}

/**
 * One carrier.
 *
 * - `name`: the first step of its webhooks' paths, and the provider of its calls in a store
 * - `webhooks`: those that it has here
 * - `contentTypes`: the media types of its requests
 * - `verify`: whether the carrier sent a request: nothing of it is looked at before
 * - `read`: what a request says, or each rule that it breaks. `received` has been verified
 * - `answer`: a reply in the carrier's own format: the same reply is always the same bytes
 * - `send`: sends a text by the carrier's API, where it takes none in an answer; it is asked once for each text
 *
 * @category models
 */
export interface Carrier {
  readonly name: string
  readonly webhooks: ReadonlyArray<Webhook>
  readonly contentTypes: ReadonlyArray<string>
  readonly verify: (received: Received) => boolean
  readonly read: (webhook: Webhook, received: Received) => Result.Result<Event, ReadonlyArray<Violation>>
  readonly answer: (reply: Reply) => Answer
  readonly send?: ((text: OutgoingText) => Effect.Effect<void, SendError>) | undefined
}
