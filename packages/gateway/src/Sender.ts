/**
 * Sends texts by the REST APIs of carriers that take none in a webhook's answer, each at most once.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

/**
 * A carrier did not accept a text, or nobody knows whether it did. It holds no number and no text.
 *
 * - `reason`: `RateLimited` is status 429, `Refused` any other status below 500, `Unavailable` a status from 500 on,
 *   `Unreachable` a connection that failed, `Timeout` an answer that did not come in time
 * - `outcome`: `NotSent`, or `Unknown` where the text may have been sent all the same
 *
 * @category errors
 */
export class SendError extends Schema.TaggedError<SendError>()("SendError", {
  carrier: Schema.String,
  reason: Schema.Literals(["RateLimited", "Refused", "Unavailable", "Unreachable", "Timeout"]),
  status: Schema.optionalKey(Schema.Int),
}) {
  /** Whether the text may have been sent. */
  get outcome(): "NotSent" | "Unknown" {
    return this.reason === "RateLimited" || this.reason === "Refused" ? "NotSent" : "Unknown"
  }
  override get message(): string {
    const status = this.status === undefined ? "" : ` with status ${this.status}`
    const sent = this.outcome === "NotSent" ? "it was not sent" : "it may have been sent"
    return `${this.carrier} did not accept a text (${this.reason}${status}); ${sent}`
  }
}

/**
 * How texts are sent. `timeout` is how long a carrier's API may take to answer, 10 seconds by default.
 *
 * @category models
 */
export interface SenderOptions {
  readonly timeout?: Duration.Input | undefined
}

/**
 * The way to the APIs of carriers.
 *
 * **Details**
 *
 * A request is sent once, whatever becomes of it: a text that arrives twice is worse than one that is known to be lost. It is
 * no part of a trace, since a carrier has no business with a trace's ids.
 *
 * **Example** (A carrier that is asked too often)
 *
 * ```ts
 * import * as Sender from "@proxy-session/gateway/Sender"
 * import * as Effect from "effect/Effect"
 * import * as HttpClient from "effect/http/HttpClient"
 * import * as HttpClientRequest from "effect/http/HttpClientRequest"
 * import * as HttpClientResponse from "effect/http/HttpClientResponse"
 *
 * const busy = HttpClient.make((request) =>
 *   Effect.succeed(HttpClientResponse.fromWeb(request, new Response("", { status: 429 })))
 * )
 * const request = HttpClientRequest.post("https://api.example.com/messages")
 *
 * const error = await Effect.runPromise(Effect.flip(Sender.make(busy).send("example", request)))
 *
 * error.message // => "example did not accept a text (RateLimited with status 429); it was not sent"
 * ```
 *
 * @category services
 */
export class Sender extends Context.Service<
  Sender,
  {
    /** Sends a carrier's request once, and waits until the carrier has accepted it. */
    readonly send: (carrier: string, request: HttpClientRequest) => Effect.Effect<void, SendError>
  }
>()("@proxy-session/gateway/Sender") {}

const reasonOf = (status: number): SendError["reason"] =>
  status === 429 ? "RateLimited" : status < 500 ? "Refused" : "Unavailable"

/**
 * Makes the service over a client.
 *
 * @category constructors
 */
export const make = (
  client: HttpClient.HttpClient,
  { timeout = "10 seconds" }: SenderOptions = {},
): Sender["Service"] => ({
  send: (carrier, request) =>
    client.execute(request).pipe(
      // A body that is not read would keep its connection.
      Effect.tap((response) => response.arrayBuffer),
      Effect.provideService(HttpClient.TracerPropagationEnabled, false),
      Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
      Effect.timeout(timeout),
      Effect.mapError(
        ({ _tag }) => new SendError({ carrier, reason: _tag === "TimeoutError" ? "Timeout" : "Unreachable" }),
      ),
      Effect.flatMap(({ status }) =>
        status >= 200 && status < 300
          ? Effect.void
          : Effect.fail(new SendError({ carrier, reason: reasonOf(status), status })),
      ),
    ),
})

/**
 * Provides the service over the client in the context.
 *
 * @category layers
 */
export const layer = (options: SenderOptions = {}): Layer.Layer<Sender, never, HttpClient.HttpClient> =>
  Layer.effect(
    Sender,
    Effect.map(HttpClient.HttpClient, (client) => make(client, options)),
  )
