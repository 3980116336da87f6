/**
 * The carriers' webhooks: verified, read, routed, and answered in the carrier's own format.
 */
import type { Violation } from "@proxy-session/domain/InvalidRequest"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Carrier, type Event, Received, type Reply, type Webhook } from "../Carrier.ts"
import type { SendError } from "../Sender.ts"
import { countSend, type Seen } from "./observation.ts"
import { ofCall, ofMessage } from "./outcome.ts"
import * as Request from "./request.ts"
import type { Inbound, Router, RouterError } from "./router.ts"
import { statusUrl } from "./statusUrl.ts"

/** What webhooks are answered by. */
export interface WebhookOptions {
  readonly carriers: ReadonlyArray<Carrier>
  readonly publicUrl: string
  readonly ringSeconds?: number | undefined
  readonly refusalText?: string | undefined
}

/** Where a request goes, once its carrier is known. */
interface Target {
  readonly carrier: Carrier
  readonly webhook: Webhook
  readonly voiceConnectorId: VoiceConnectorId | undefined
}

const isConnectorId = Schema.is(VoiceConnectorId)

/** The second and third step of a path, if they are those of a webhook that the carrier has. */
const targetOf = (carrier: Carrier, [webhook, connector, ...more]: ReadonlyArray<string>): Target | undefined => {
  const known = carrier.webhooks.find((each) => each === webhook)
  if (known === undefined || more.length > 0) return undefined
  if (connector === undefined) return { carrier, webhook: known, voiceConnectorId: undefined }
  return isConnectorId(connector) ? { carrier, webhook: known, voiceConnectorId: connector } : undefined
}

const broken = (violations: ReadonlyArray<Violation>) => HttpServerResponse.jsonUnsafe({ violations }, { status: 400 })

/** Status 503 has a carrier try again, and then ask its fallback URL. */
const ofError = (error: RouterError) => {
  switch (error._tag) {
    case "InvalidRequest":
      return broken(error.violations)
    case "NotFoundException":
      return Request.empty(404)
    case "StoreUnavailable":
      return Request.empty(503)
  }
}

/** Handles the requests below `/{carrier}`; `undefined` where the first step is no carrier's. */
export const make = (options: WebhookOptions, router: Router) => {
  const { publicUrl, refusalText, ringSeconds = 30 } = options
  const carriers = new Map(options.carriers.map((carrier) => [carrier.name, carrier]))

  /** The URL that the carrier reports to, for the same connector. */
  const reportsTo = ({ carrier, voiceConnectorId }: Target, inbound?: string) => {
    const connector = voiceConnectorId === undefined ? "" : `/${encodeURIComponent(voiceConnectorId)}`
    return statusUrl(`${publicUrl}/${carrier.name}/status${connector}`, inbound)
  }

  const inboundOf = (target: Target, event: Extract<Event, { caller: string }>): Inbound => ({
    channel: event._tag === "InboundCall" ? "Voice" : "SMS",
    provider: target.carrier.name,
    providerId: event.providerId,
    caller: event.caller,
    dialled: event.dialled,
    voiceConnectorId: target.voiceConnectorId,
    ...(event._tag === "InboundCall"
      ? { attestation: event.attestation }
      : // The carrier knows opt-out words of more languages.
        { text: event.isOptOut ? "STOP" : event.text }),
  })

  const called = Effect.fnUntraced(function* (
    target: Target,
    event: Extract<Event, { _tag: "InboundCall" }>,
    seen: Seen,
  ): Effect.fn.Return<Reply, RouterError> {
    const decision = yield* router.route(inboundOf(target, event))
    seen.decision = nameOf(decision)
    return decision._tag === "Connect"
      ? {
          _tag: "Dial",
          to: decision.to,
          callerId: decision.callerId,
          ringSeconds,
          statusUrl: reportsTo(target),
        }
      : { _tag: "RejectCall", sentence: refusalText }
  })

  const texted = Effect.fnUntraced(function* (
    target: Target,
    event: Extract<Event, { _tag: "InboundText" }>,
    seen: Seen,
  ): Effect.fn.Return<Reply, RouterError> {
    const decision = yield* router.route(inboundOf(target, event))
    seen.decision = nameOf(decision)
    if (decision._tag !== "Connect") return { _tag: "DropText" }
    const text = {
      to: decision.to,
      from: decision.callerId,
      text: event.text,
      media: event.media,
      statusUrl: reportsTo(target, event.providerId),
    }
    const { send } = target.carrier
    if (send === undefined) return { _tag: "SendText", ...text }
    yield* sendOnce(target, send({ ...text, inbound: event.providerId, application: event.application }), event)
    return { _tag: "Acknowledge" }
  })

  /**
   * Sends a text, unless another delivery of the webhook does or has done so. A carrier that hangs up does not stop it: it
   * would deliver the text again, and nobody would send it.
   */
  const sendOnce = (
    { carrier }: Target,
    send: Effect.Effect<void, SendError>,
    { media, providerId, text }: Extract<Event, { _tag: "InboundText" }>,
  ): Effect.Effect<void, RouterError> => {
    const report = { channel: "SMS", provider: carrier.name, providerId } as const
    const sent = Effect.gen(function* () {
      if (text === "" && media.length === 0) return
      // What is not recorded as being sent is not sent: the store is asked first, and tells one delivery alone that it may.
      if (!(yield* recorded({ ...report, outcome: "Sending" }))) return
      const cause = yield* Effect.match(Effect.sandbox(send), {
        onFailure: (cause) => cause,
        onSuccess: () => undefined,
      })
      yield* countSend(carrier.name, cause)
      if (cause !== undefined) yield* recorded({ ...report, outcome: "Failed" })
    })
    return Effect.flatMap(Effect.forkDetach(sent), Fiber.join)
  }

  /** A call or text that is not ours to report on, or no longer, is acknowledged like any other. */
  const recorded = (report: Parameters<Router["record"]>[0]) =>
    Effect.catchTag(router.record(report), "NotFoundException", () => Effect.succeed(false))

  const replyTo = (target: Target, event: Event, seen: Seen): Effect.Effect<Reply, RouterError> => {
    const provider = target.carrier.name
    switch (event._tag) {
      case "InboundCall":
        return called(target, event, seen)
      case "InboundText":
        return texted(target, event, seen)
      case "CallStatus": {
        const reply: Reply = { _tag: event.endsDial ? "EndCall" : "Acknowledge" }
        // How long the caller's own phone was connected says nothing of the other one.
        const outcome = event.leg === "Caller" ? undefined : ofCall(event.progress)
        if (outcome === undefined) return Effect.succeed(reply)
        const { progress, providerId, seconds } = event
        const ended = progress === "completed" && seconds !== undefined ? { seconds } : {}
        return Effect.as(recorded({ channel: "Voice", provider, providerId, outcome, ...ended }), reply)
      }
      case "MessageStatus": {
        const outcome = ofMessage(event.progress)
        const reply: Reply = { _tag: "Acknowledge" }
        return outcome === undefined
          ? Effect.succeed(reply)
          : Effect.as(recorded({ channel: "SMS", provider, providerId: event.providerId, outcome }), reply)
      }
      case "Several":
        return Effect.as(
          Effect.forEach(event.events, (each) => replyTo(target, each, seen), { discard: true }),
          { _tag: "Acknowledge" },
        )
      case "Unknown":
        return Effect.succeed({ _tag: event.endsDial ? "EndCall" : "Acknowledge" })
    }
  }

  const answer = Effect.fnUntraced(function* (
    carrier: Carrier,
    steps: ReadonlyArray<string>,
    url: string,
    request: HttpServerRequest,
    seen: Seen,
  ) {
    if (request.method !== "POST") return Request.empty(405, { allow: "POST" })
    const now = yield* Clock.currentTimeMillis
    const body = yield* Request.body(request, carrier.contentTypes)
    const { headers } = request
    const received = new Received({
      url: `${publicUrl}${url}`,
      header: (name) => headers[name],
      body,
      now: Math.floor(now / 1000),
    })
    // Before this nothing of a request is looked at but its size and its type, and nothing is told.
    if (!carrier.verify(received)) return Request.empty(403)
    const target = targetOf(carrier, steps)
    if (target === undefined) return Request.empty(404)
    seen.webhook = target.webhook
    const event = carrier.read(target.webhook, received)
    if (Result.isFailure(event)) return broken(event.failure)
    const reply = yield* replyTo(target, event.success, seen)
    const { body: content, contentType } = carrier.answer(reply)
    return HttpServerResponse.text(content, { contentType })
  })

  return (
    [first = "", ...rest]: ReadonlyArray<string>,
    url: string,
    request: HttpServerRequest,
    seen: Seen,
  ): Effect.Effect<HttpServerResponse.HttpServerResponse> | undefined => {
    const carrier = carriers.get(first)
    if (carrier === undefined) return undefined
    seen.source = carrier.name
    return Effect.catch(answer(carrier, rest, url, request, seen), (error) =>
      Effect.succeed(error instanceof Request.Unread ? Request.empty(error.status) : ofError(error)),
    )
  }
}

/** How a call or text was connected, or why it was not, in one word. */
export const nameOf = (decision: Effect.Success<ReturnType<Router["route"]>>): string => {
  switch (decision._tag) {
    case "Connect":
      return decision.via
    case "Refuse":
      return decision.reason
    case "RateLimited":
      return "RateLimited"
  }
}
