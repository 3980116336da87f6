/**
 * Tells an application of the events of a store by HTTP: one signed POST for each event.
 *
 * This module stands on `effect/http` and `effect/crypto`, which may change in a minor version of Effect; it is therefore
 * not part of the barrel.
 */
import { describe, Violation } from "@proxy-session/domain/InvalidRequest"
import { SessionEvent } from "@proxy-session/domain/SessionEvent"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Mac from "effect/crypto/Mac"
import * as SecureRandom from "effect/crypto/SecureRandom"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SessionEvents } from "./SessionEvents.ts"

/**
 * Where events go, and how hard delivery is tried.
 *
 * - `url`: the application's endpoint
 * - `secrets`: what requests are signed with, at least one; each `whsec_` and 24 to 64 bytes in base64. To change a secret,
 *   name both until the application knows the new one
 * - `capacity`: how many events wait at most; while so many do, new ones are dropped, counted and logged. Default 1,024
 * - `concurrency`: how many events are on their way at the same time. Default 8; with 1 they arrive in their order
 * - `timeout`: how long an attempt may take. Default 10 seconds
 * - `giveUpAfter`: how long an event is tried again, with delays from 1 second up to 1 minute. Default 1 hour
 *
 * @category models
 */
export interface EventWebhookOptions {
  readonly url: string | URL
  readonly secrets: ReadonlyArray<Redacted.Redacted>
  readonly capacity?: number
  readonly concurrency?: number
  readonly timeout?: Duration.Input
  readonly giveUpAfter?: Duration.Input
}

/**
 * An option is not sound, so nothing is sent. It never holds a secret.
 *
 * @category errors
 */
export class EventWebhookError extends Schema.TaggedError<EventWebhookError>()("EventWebhookError", {
  violations: Schema.NonEmptyArray(Violation),
}) {
  override get message(): string {
    return `EventWebhook: ${describe(this.violations, "options")}`
  }
}

/**
 * Events that did not reach the application, by the reason: `dropped` because too many waited, or `undelivered` after
 * `giveUpAfter`.
 *
 * @category metrics
 */
export const lost = Metric.counter("proxy_session_events_lost_total", {
  description: "Events that did not reach the application",
  incremental: true,
})

/**
 * The headers that sign a request, by the specification of Standard Webhooks: `webhook-id`, `webhook-timestamp` and
 * `webhook-signature`, with one signature for each key.
 *
 * `timestamp` is in seconds since the epoch.
 *
 * @category signing
 */
export const signatureHeaders = Effect.fnUntraced(function* (
  keys: ReadonlyArray<Mac.Key>,
  message: { readonly id: string; readonly timestamp: number; readonly body: string },
) {
  const mac = yield* Mac.Mac
  const content = new TextEncoder().encode(`${message.id}.${message.timestamp}.${message.body}`)
  const signatures = yield* Effect.forEach(keys, (key) => mac.sign(key, content))
  return {
    "webhook-id": message.id,
    "webhook-timestamp": String(message.timestamp),
    "webhook-signature": signatures.map((signature) => `v1,${Base64.encode(signature)}`).join(" "),
  }
})

/**
 * Sends every event of the store to an application, for as long as the Layer lives.
 *
 * **Details**
 *
 * The body is JSON: `type` (`SessionCreated` and so on), `timestamp`, and `data` with the event's other members. It holds
 * no numbers, names or texts. Requests are signed as Standard Webhooks has it, so its libraries verify them.
 *
 * Any answer of 200 to 299 accepts an event. Anything else is tried again, so an application can get an event more than
 * once, and not in order: the header `webhook-id` is the same each time. Events live in the process, and those that wait
 * when it ends are lost; `lost` counts those that are dropped or given up. Redirects are followed as far as the `HttpClient`
 * follows them.
 *
 * **Example** (Every event of a store goes to an application)
 *
 * ```ts
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import * as EventWebhook from "@proxy-session/repo/EventWebhook"
 * import { SessionEvents } from "@proxy-session/repo/SessionEvents"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const Webhook = EventWebhook.layer({
 *   url: "https://app.example/proxy-session-events",
 *   secrets: [Redacted.make("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
 * }).pipe(Layer.provide(FetchHttpClient.layer))
 *
 * export const Store = Layer.mergeAll(MemoryRepo.layer(), Webhook).pipe(Layer.provideMerge(SessionEvents.layer()))
 * ```
 *
 * @category layers
 */
export const layer = (
  options: EventWebhookOptions,
): Layer.Layer<never, EventWebhookError, HttpClient.HttpClient | SessionEvents> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const { capacity = 1024, concurrency = 8, giveUpAfter = "1 hour", timeout = "10 seconds" } = options
      const keys = yield* keysOf(options)
      const { events } = yield* SessionEvents
      const client = yield* HttpClient.HttpClient
      const waiting = yield* Queue.dropping<SessionEvent>(capacity)
      yield* Effect.forkScoped(
        Stream.runForEach(events, (event) =>
          Effect.flatMap(Queue.offer(waiting, event), (accepted) => (accepted ? Effect.void : lose("dropped"))),
        ),
        { startImmediately: true },
      )
      const attempt = Effect.fnUntraced(function* (event: SessionEvent) {
        const body = yield* bodyOf(event)
        const timestamp = Math.floor((yield* Clock.currentTimeMillis) / 1000)
        const headers = yield* signatureHeaders(keys, { id: event.id, timestamp, body })
        const request = HttpClientRequest.post(options.url).pipe(
          HttpClientRequest.setHeaders(headers),
          HttpClientRequest.bodyText(body, "application/json"),
        )
        const response = yield* client.execute(request)
        // A connection is free again once its answer has been read.
        yield* response.text
        if (response.status < 200 || response.status > 299) return yield* new Refused({ status: response.status })
      })
      const retries = Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("1 minute")]).pipe(
        Schedule.jittered,
        Schedule.upTo({ duration: giveUpAfter }),
      )
      const deliver = (event: SessionEvent) =>
        attempt(event).pipe(
          Effect.timeout(timeout),
          Effect.retry(retries),
          // A client that breaks must not stop the events after this one.
          Effect.catchCause((cause) =>
            Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause) : lose("undelivered"),
          ),
          // Neither the URL nor the headers are anybody else's business.
          Effect.withTracerEnabled(false),
        )
      const worker = Effect.forever(Effect.flatMap(Queue.take(waiting), deliver))
      yield* Effect.forEach(Array.from({ length: concurrency }), () => Effect.forkScoped(worker), { discard: true })
    }),
  ).pipe(Layer.provide(Mac.layerWebCrypto.pipe(Layer.provide(SecureRandom.layerWebCrypto))))

/** The application did not accept an event. */
class Refused extends Schema.TaggedError<Refused>()("Refused", { status: Schema.Int }) {}

const lose = (reason: "dropped" | "undelivered") =>
  Effect.andThen(
    Metric.update(Metric.withAttributes(lost, { reason }), 1),
    Effect.logWarning("An event did not reach the application").pipe(Effect.annotateLogs({ reason })),
  )

const encode = Schema.encodeEffect(SessionEvent)

const bodyOf = (event: SessionEvent) =>
  Effect.map(Effect.orDie(encode(event)), ({ _tag, at, ...data }) =>
    JSON.stringify({ type: _tag, timestamp: at, data }),
  )

const keysOf = Effect.fnUntraced(function* ({
  capacity = 1,
  concurrency = 1,
  secrets,
  url,
}: EventWebhookOptions): Effect.fn.Return<ReadonlyArray<Mac.Key>, EventWebhookError> {
  const violations: Array<Violation> = []
  if (!/^https?:$/u.test(URL.parse(url)?.protocol ?? "")) {
    violations.push({ path: "url", rule: "must be an http or https URL" })
  }
  for (const [path, value] of Object.entries({ capacity, concurrency })) {
    if (!Number.isSafeInteger(value) || value < 1) violations.push({ path, rule: "must be a positive whole number" })
  }
  if (secrets.length === 0) violations.push({ path: "secrets", rule: "must have at least one secret" })
  const keys: Array<Mac.Key> = []
  for (const [place, secret] of secrets.entries()) {
    const [, encoded = ""] = /^whsec_(.+)$/u.exec(Redacted.value(secret)) ?? []
    const bytes = Result.getOrElse(Base64.decode(encoded), () => new Uint8Array())
    if (bytes.length >= 24 && bytes.length <= 64) keys.push(yield* Effect.orDie(Mac.key(Mac.hmacSha256, bytes)))
    else violations.push({ path: `secrets[${place}]`, rule: "must be whsec_ and 24 to 64 bytes in base64" })
  }
  const [first, ...rest] = violations
  return first === undefined ? keys : yield* new EventWebhookError({ violations: [first, ...rest] })
})
