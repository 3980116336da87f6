/**
 * The recommended transport on Node: an `HttpClient` straight over undici's dispatcher, for answers that fit into memory.
 *
 * Effect's own layers serve every use: they parse a URL, open a span and wire an abort signal for each request, and hand
 * bodies out as streams. Requests of this package need none of that, and what it costs is most of a call. This client
 * sends a body of bytes or none, reads the answer whole and aborts when its fiber is interrupted. It has what the other
 * layers leave out: a limit on the time to connect, and on the number of sockets.
 */
import * as Undici from "@effect/platform-node/Undici"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Fiber } from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import { MaxBodySize } from "effect/http/HttpIncomingMessage"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { BufferedResponse } from "./internal/bufferedResponse.ts"
import { Bytes } from "./internal/bytes.ts"
import { atLeastOne, check, millisOf, time } from "./internal/limits.ts"
import * as Slots from "./internal/slots.ts"
import type { OptionsError } from "./OptionsError.ts"
import { type Exchange, type Progress, type Received, tooLarge, withExchange } from "./internal/exchange.ts"

/**
 * How connections are kept.
 *
 * - `connections`: sockets to one origin at most, 64 unless told otherwise; calls beyond them wait, not even signed, and one
 *   that gets none in its time certainly was not sent
 * - `connectTimeout`: 3 seconds for the connection, TLS included; then the request certainly was not sent
 * - `keepAliveTimeout`: how long a socket may idle before it is given up, 4 seconds, or less if the server says so
 *
 * @category models
 */
export interface UndiciClientOptions {
  readonly connections?: number | undefined
  readonly connectTimeout?: Duration.Input | undefined
  readonly keepAliveTimeout?: Duration.Input | undefined
}

/**
 * Provides the client, whose sockets are closed with the Layer's scope.
 *
 * **Example** (The live Layer at its fastest)
 *
 * ```ts
 * import { Credentials } from "@proxy-session/http/Credentials"
 * import * as HttpRepo from "@proxy-session/http/HttpRepo"
 * import * as NodeSigner from "@proxy-session/http/NodeSigner"
 * import * as UndiciClient from "@proxy-session/http/UndiciClient"
 * import * as Layer from "effect/Layer"
 *
 * export const live = HttpRepo.layerConfig.pipe(
 *   Layer.provide([Credentials.layerConfig, UndiciClient.layer(), NodeSigner.layer])
 * )
 * ```
 *
 * @category layers
 */
export const layer = (options: UndiciClientOptions = {}): Layer.Layer<HttpClient.HttpClient, OptionsError> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const { connections, connectTimeout, keepAliveTimeout } = yield* check("UndiciClient", Limits, {
        connections: options.connections ?? 64,
        connectTimeout: millisOf(options.connectTimeout ?? "3 seconds"),
        keepAliveTimeout: millisOf(options.keepAliveTimeout ?? "4 seconds"),
      })
      const agent = yield* Effect.acquireRelease(
        Effect.sync(
          () =>
            new Undici.Agent({
              connections,
              connect: { timeout: connectTimeout },
              // Over HTTP/2 undici repeats what a server refuses by itself, a create among it, and takes a broken body for whole.
              allowH2: false,
              keepAliveTimeout,
              // What a server allows may be less, not more.
              keepAliveMaxTimeout: keepAliveTimeout,
              // Attempts and operations have deadlines of their own, on Effect's clock.
              headersTimeout: 0,
              bodyTimeout: 0,
            }),
        ),
        (agent) => Effect.promise(() => agent.destroy()),
      )
      return clientOf({ start: over(agent), connections: slotsOf(connections) })
    }),
  )

/** Times are in milliseconds, and no longer than a timer of the platform. */
const finite = time.check(Schema.isLessThan(2 ** 31, { expected: "shorter than 25 days" }))
const Limits = Schema.Struct({
  connections: atLeastOne,
  connectTimeout: finite,
  keepAliveTimeout: finite,
})

/**
 * The client over a dispatcher of one's own, such as an agent with a custom CA or a proxy.
 *
 * It opens no span and adds no tracing headers. A body that is a stream or a form is an `EncodeError`.
 *
 * @category constructors
 */
export const make = (dispatcher: Undici.Dispatcher): HttpClient.HttpClient => {
  const start = over(dispatcher)
  return clientOf({
    start: (sent, limit, progress, done) => {
      // A dispatcher may send what it was given without telling that it begins.
      progress.isBegun = true
      return start(sent, limit, progress, done)
    },
    connections: () => Slots.unlimited,
  })
}

const clientOf = (exchange: Exchange): HttpClient.HttpClient => {
  const client = HttpClient.makeWith<never, never, HttpClientError.HttpClientError, never>(
    (effect) => Effect.flatMap(effect, (request) => Effect.withFiber((fiber) => execute(exchange, request, fiber))),
    Effect.succeed,
  )
  return withExchange(client, exchange)
}

const execute = (
  exchange: Exchange,
  request: HttpClientRequest.HttpClientRequest,
  fiber: Fiber<unknown, unknown>,
): Effect.Effect<HttpClientResponse, HttpClientError.HttpClientError> => {
  const target = targetOf(request)
  const body = bodyOf(request)
  if (target === undefined || body === undefined) {
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason:
          target === undefined
            ? new HttpClientError.InvalidUrlError({ request })
            : new HttpClientError.EncodeError({ request, description: "only bytes can be sent" }),
      }),
    )
  }
  const limit = Number(fiber.getRef(MaxBodySize) ?? Number.POSITIVE_INFINITY)
  const sent = { ...target, method: request.method, headers: request.headers, body }
  return Effect.callback((resume) => {
    const giveUp = exchange.start(sent, limit, { isBegun: false }, (received) =>
      resume(
        received.status === 0
          ? Effect.fail(
              new HttpClientError.HttpClientError({
                reason: new HttpClientError.TransportError({ request, cause: received.failure }),
              }),
            )
          : Effect.succeed(new BufferedResponse(request, received)),
      ),
    )
    return Effect.sync(giveUp)
  })
}

/** Each origin has connections of its own. */
const slotsOf = (connections: number): Exchange["connections"] => {
  const origins = new Map<string, Slots.Slots>()
  return (origin) => {
    const slots = origins.get(origin) ?? Slots.make(connections)
    origins.set(origin, slots)
    return slots
  }
}

const over =
  (dispatcher: Undici.Dispatcher): Exchange["start"] =>
  (sent, limit, progress, done) => {
    const reception = new Reception(done, limit, progress)
    dispatcher.dispatch(sent, reception)
    return () => reception.giveUp()
  }

/** Takes an answer from undici, and is what has come of it. */
class Reception implements Undici.Dispatcher.DispatchHandler, Received {
  readonly done: (received: Received) => void
  readonly limit: number
  readonly progress: Progress
  readonly bytes = new Bytes()
  status = 0
  headers: Received["headers"] = {}
  failure: unknown = undefined
  controller: Undici.Dispatcher.DispatchController | undefined
  isDone = false
  isGivenUp = false

  constructor(done: (received: Received) => void, limit: number, progress: Progress) {
    this.done = done
    this.limit = limit
    this.progress = progress
  }

  get body(): Uint8Array {
    return this.bytes.whole()
  }

  onRequestStart(controller: Undici.Dispatcher.DispatchController): void {
    // To abort what was given up before it began would end the connection that has just been made for it, and with as
    // many of them as a slow handshake leaves time for, no later call would ever get one.
    if (this.isGivenUp) throw givenUp
    this.controller = controller
    this.progress.isBegun = true
  }

  onResponseStart(_: Undici.Dispatcher.DispatchController, status: number, headers: Received["headers"]): void {
    // An informational answer is followed by the real one.
    if (status < 200) return
    this.status = status
    this.headers = headers
  }

  onResponseData(controller: Undici.Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.bytes.add(chunk)
    if (this.bytes.size <= this.limit) return
    this.end(tooLarge)
    controller.abort(givenUp)
  }

  onResponseEnd(): void {
    this.end(undefined)
  }

  onResponseError(_: Undici.Dispatcher.DispatchController, cause: unknown): void {
    this.end(cause ?? new Error("the answer broke off"))
  }

  end(failure: unknown): void {
    // What is given up for its size ends in an error of undici, too.
    if (this.isDone) return
    this.isDone = true
    this.failure = failure
    this.done(this)
  }

  giveUp(): void {
    this.isGivenUp = true
    this.controller?.abort(givenUp)
  }
}

const givenUp = new Error("the request was given up")

/** A URL that is text already is taken as it is; only one with parameters of its own needs to be put together. */
const targetOf = (
  request: HttpClientRequest.HttpClientRequest,
): { readonly origin: string; readonly path: string } | undefined => {
  const match = request.urlParams.params.length === 0 ? /^(https?:\/\/[^/?#]+)(\/[^#]*)$/u.exec(request.url) : null
  if (match !== null) return { origin: match[1] ?? "", path: match[2] ?? "/" }
  const url = Option.getOrUndefined(HttpClientRequest.toUrl(request))
  return url === undefined || !url.protocol.startsWith("http")
    ? undefined
    : { origin: url.origin, path: url.pathname + url.search }
}

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest): Uint8Array | string | null | undefined => {
  if (body._tag === "Empty") return null
  if (body._tag === "Uint8Array") return body.body
  return body._tag === "Raw" && typeof body.body === "string" ? body.body : undefined
}
