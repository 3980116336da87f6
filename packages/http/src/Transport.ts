/**
 * The client's seam towards the network: each attempt of a call sends one signed request through it.
 *
 * `layerFetch` runs anywhere; `UndiciTransport` and `NodeTransport` are quicker on Node; `layerHttpClient` takes any
 * `HttpClient` of Effect. Wrap the service to see or change each attempt.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { Send, TransportFailure } from "./Exchange.ts"
import { fetchSend } from "./internal/fetchSend.ts"
import { httpClientSend } from "./internal/httpClientSend.ts"

/**
 * Sends the requests of the live Layer.
 *
 * **Example** (A line of log for each attempt)
 *
 * ```ts
 * import * as Transport from "@proxy-session/http/Transport"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * export const logged = Layer.effect(
 *   Transport.Transport,
 *   Effect.map(Transport.Transport, (transport) =>
 *     Transport.make({
 *       ...transport,
 *       send: (request, ...rest) =>
 *         Effect.tap(transport.send(request, ...rest), ({ status }) => Effect.logInfo(`${request.method}: ${status}`))
 *     })
 *   )
 * ).pipe(Layer.provide(Transport.layerFetch()))
 * ```
 *
 * @category services
 */
export class Transport extends Context.Service<
  Transport,
  {
    /**
     * Runs an attempt once there is a connection to the origin for it. Before that, nothing is signed or sent: a request
     * that waits unsigned takes half the memory, and certainly was not sent if the deadline passes.
     *
     * The deadline is in milliseconds on Effect's monotonic clock.
     */
    readonly admit: <A, E>(
      origin: string,
      deadline: number,
      attempt: Effect.Effect<A, E>,
    ) => Effect.Effect<A, E | TransportFailure>
    readonly send: Send
  }
>()("@proxy-session/http/Transport") {}

/**
 * A transport that sends as it is told. Unless `admit` says otherwise, no attempt waits for a connection.
 *
 * @category constructors
 */
export const make = (
  transport: Pick<Transport["Service"], "send"> & Partial<Transport["Service"]>,
): Transport["Service"] => ({ admit: (_, __, attempt) => attempt, ...transport })

/**
 * Sends requests with `fetch`: Effect's reference `FetchHttpClient.Fetch`, the platform's own by default.
 *
 * `init` are further options of `fetch`; redirects are never followed, whatever it says. The platform keeps the
 * connections, and they outlive the Layer.
 *
 * **Example** (A repository over fetch)
 *
 * ```ts
 * import { Credentials } from "@proxy-session/http/Credentials"
 * import * as HttpRepo from "@proxy-session/http/HttpRepo"
 * import * as Transport from "@proxy-session/http/Transport"
 * import * as Layer from "effect/Layer"
 *
 * export const live = HttpRepo.layerConfig().pipe(Layer.provide([Credentials.layerConfig(), Transport.layerFetch()]))
 * ```
 *
 * @category layers
 */
export const layerFetch = (init: RequestInit = {}): Layer.Layer<Transport> =>
  Layer.succeed(Transport, make({ send: fetchSend(init) }))

/**
 * Sends requests with any `HttpClient` of Effect.
 *
 * Such a client does not tell when a request begins, so whatever it does not prove is unknown. Give it none that repeats
 * requests by itself: only its last attempt would be seen. It gets neither spans nor tracing headers, and follows no
 * redirects. With `FetchHttpClient`, the options of `fetch` are those of the `RequestInit` that this Layer is built with.
 *
 * @category layers
 */
export const layerHttpClient = (): Layer.Layer<Transport, never, HttpClient.HttpClient> =>
  Layer.effect(
    Transport,
    Effect.map(Effect.context<HttpClient.HttpClient>(), (context) => {
      const init = Context.getOrElse(context, FetchHttpClient.RequestInit, () => ({}))
      return make({ send: httpClientSend(Context.get(context, HttpClient.HttpClient), init) })
    }),
  )
