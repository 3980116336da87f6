/**
 * The recommended transport on Node: an `HttpClient` straight over undici's dispatcher, for answers that fit into memory.
 *
 * Effect's own layers serve every use: they parse a URL, open a span and wire an abort signal for each request, and hand
 * bodies out as streams. Requests of this package need none of that, and what it costs is most of a call. This client
 * sends a body of bytes or none, reads the answer whole and aborts when its fiber is interrupted. It has what the other
 * layers leave out: a limit on the time to connect, and on the number of sockets.
 */
import * as Undici from "@effect/platform-node/Undici"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { ConnectionOptions } from "./ConnectionOptions.ts"
import { limitsOf, slotsOf } from "./internal/connections.ts"
import type { Exchange, Received } from "./internal/exchange.ts"
import { clientOf } from "./internal/exchangeClient.ts"
import { givenUp, Reception } from "./internal/reception.ts"
import * as Slots from "./internal/slots.ts"
import type { OptionsError } from "./OptionsError.ts"

/**
 * Provides the client, whose sockets are closed with the Layer's scope.
 *
 * **Example** (The live Layer at its fastest)
 *
 * ```ts
 * import { Credentials } from "@proxy-session/http/Credentials"
 * import * as HttpRepo from "@proxy-session/http/HttpRepo"
 * import * as FastSigner from "@proxy-session/http/FastSigner"
 * import * as UndiciClient from "@proxy-session/http/UndiciClient"
 * import * as Layer from "effect/Layer"
 *
 * export const live = HttpRepo.layerConfig().pipe(
 *   Layer.provide([Credentials.layerConfig(), UndiciClient.layer(), FastSigner.layer()])
 * )
 * ```
 *
 * @category layers
 */
export const layer = (options: ConnectionOptions = {}): Layer.Layer<HttpClient.HttpClient, OptionsError> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const { connections, connectTimeout, keepAliveTimeout } = yield* limitsOf("UndiciClient", options)
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

const over =
  (dispatcher: Undici.Dispatcher): Exchange["start"] =>
  (sent, limit, progress, done) => {
    const reception = new UndiciReception(done, limit, progress)
    dispatcher.dispatch(sent, reception)
    return () => reception.giveUp()
  }

/** Takes an answer from undici. */
class UndiciReception extends Reception implements Undici.Dispatcher.DispatchHandler {
  controller: Undici.Dispatcher.DispatchController | undefined
  isGivenUp = false

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
    if (!this.add(chunk)) controller.abort(givenUp)
  }

  onResponseEnd(): void {
    this.end(undefined)
  }

  onResponseError(_: Undici.Dispatcher.DispatchController, cause: unknown): void {
    // Whoever is told may send the next request at once, for which the connection that failed must have been put away.
    queueMicrotask(() => this.end(cause ?? new Error("the answer broke off")))
  }

  giveUp(): void {
    this.isGivenUp = true
    this.controller?.abort(givenUp)
  }
}
