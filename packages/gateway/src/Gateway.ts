/**
 * A gateway: the carriers' webhooks, and a JSON endpoint for SIP proxies, over any store.
 */
import type { RoutingRules } from "@proxy-session/domain/Routing"
import type { CallRouter, CallRouterError } from "@proxy-session/repo/CallRouter"
import type { Tenant } from "@proxy-session/repo/Tenant"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpServer from "effect/http/HttpServer"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Tracer from "effect/Tracer"
import type { CallLimitsOptions } from "./CallLimits.ts"
import type { Carrier } from "./Carrier.ts"
import type { AmbiguousTenant } from "./GatewayTenant.ts"
import * as Observation from "./internal/observation.ts"
import * as Request from "./internal/request.ts"
import * as RouteEndpoints from "./internal/routeEndpoints.ts"
import * as Router from "./internal/router.ts"
import * as Webhooks from "./internal/webhooks.ts"

/**
 * The URL under which carriers reach a gateway: with a host, and without a query, a fragment or a password. A path is what a
 * reverse proxy takes off.
 *
 * @category schemas
 */
export const PublicUrl = Schema.String.check(
  Schema.makeFilter((text: string) => /^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/iu.test(text) && URL.canParse(text), {
    expected: "a URL such as https://calls.example.com, without a query or a password",
  }),
)

/**
 * How a gateway behaves.
 *
 * - `carriers`: those whose webhooks are answered
 * - `publicUrl`: the URL under which carriers reach the gateway. It is part of what they sign, so it is never taken from a
 *   request
 * - `routeTokens`: the bearer tokens of the JSON endpoint; without one there is no such endpoint
 * - `tenant`: whose numbers are called, as far as it is named; by default the only tenant of the store
 * - `rules`: what becomes of strangers, and the attestation that is asked for
 * - `nationalPrefix`: the calling code, such as `+44`, of numbers that come without one; by default they are malformed
 * - `ringSeconds`: how long the other phone rings, 30 by default
 * - `refusalText`: what a refused caller hears; by default the call is rejected, which costs nothing
 * - `limits`: how often one caller may call one number
 * - `timeout`: how long the store may take before the carrier is told to try elsewhere, 5 seconds by default
 * - `accessLog`: whether each request that is answered is a line of Effect's log, at level Info: the carrier, the webhook, the
 *   status, the decision and the seconds; nothing that was sent. Default false
 *
 * @category models
 */
export interface GatewayOptions {
  readonly carriers: ReadonlyArray<Carrier>
  readonly publicUrl: string
  readonly routeTokens?: ReadonlyArray<Redacted.Redacted> | undefined
  readonly tenant?: Partial<Tenant> | undefined
  readonly rules?: RoutingRules | undefined
  readonly nationalPrefix?: string | undefined
  readonly ringSeconds?: number | undefined
  readonly refusalText?: string | undefined
  readonly limits?: CallLimitsOptions | undefined
  readonly timeout?: Duration.Input | undefined
  readonly accessLog?: boolean | undefined
}

/**
 * Makes the handler of one request. It fails if the store has several tenants and none is named, or cannot be asked.
 *
 * The handler never fails. `POST /{carrier}/{voice|sms|status}/{connector}` is a carrier's webhook; without the connector, it
 * follows from the number. A request is answered with
 *
 * - 403 and nothing else if the carrier did not send it, whatever its path below the carrier's
 * - 404 for a path that is nobody's, 405 for another method, 413 for a body over 64 KiB, 415 for another media type
 * - 400 and the members that are wrong, if the carrier sent it
 * - 503 if the store cannot be asked, so that the carrier turns to its fallback URL
 * - 200 and a document in the carrier's format in all other cases. Refused calls are rejected, refused texts dropped
 *
 * @category handlers
 */
export const make = Effect.fnUntraced(function* (
  options: GatewayOptions,
): Effect.fn.Return<
  Effect.Effect<HttpServerResponse, never, HttpServerRequest>,
  AmbiguousTenant | CallRouterError,
  CallRouter
> {
  const publicUrl = options.publicUrl.replace(/\/+$/u, "")
  const router = yield* Router.make(options)
  const webhook = Webhooks.make({ ...options, publicUrl }, router)
  const endpoint = RouteEndpoints.make(options, router)

  const answer = (request: HttpServerRequest, seen: Observation.Seen): Effect.Effect<HttpServerResponse> => {
    const url = Request.sentTarget(request)
    const steps = url === undefined ? undefined : Request.steps(url)
    if (url === undefined || steps === undefined) return Effect.succeed(Request.empty(400))
    return (
      endpoint(steps, url, request, seen) ?? webhook(steps, url, request, seen) ?? Effect.succeed(Request.empty(404))
    )
  }

  return Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) => {
    const clock = fiber.getRef(Clock.Clock)
    const started = clock.monotonicTimeNanosUnsafe()
    const seen: Observation.Seen = { source: "none", webhook: "none", decision: undefined }
    // A span keeps what its effect returns, and an answer has numbers in it.
    let response = Request.empty(503)
    const work = Effect.flatMap(HttpServerRequest, (request) =>
      answer(request, seen).pipe(
        Effect.catchCauseIf(
          (cause) => !Cause.hasInterrupts(cause),
          (cause) => Effect.as(Observation.logFailure(cause), response),
        ),
        Effect.map((answered) => {
          response = answered
        }),
      ),
    )
    const watched = spanned(fiber, work, () => Observation.attributes(seen, response.status))
    // A platform runs its handlers uninterruptibly; a carrier that hangs up stops the work that is done for it.
    return Effect.flatMap(Effect.interruptible(watched), () => {
      const seconds = Number(clock.monotonicTimeNanosUnsafe() - started) / 1e9
      Observation.count(fiber.context, seen, response.status, seconds)
      const answered = Effect.succeed(response)
      return options.accessLog === true
        ? Effect.andThen(Observation.log(seen, response.status, seconds), answered)
        : answered
    })
  })
})

/** A span for a request. Effect's own tracer keeps spans that nobody reads, so none is made for it. */
const spanned = <R>(
  fiber: Fiber.Fiber<unknown, unknown>,
  work: Effect.Effect<void, never, R>,
  attributes: () => Readonly<Record<string, unknown>>,
) =>
  fiber.getRef(Tracer.Tracer) === Tracer.nativeTracer
    ? work
    : Effect.andThen(
        work,
        Effect.suspend(() => Effect.annotateCurrentSpan(attributes())),
      ).pipe(Effect.withSpan("gateway", { kind: "server", root: true }))

/**
 * Serves a gateway with whatever `HttpServer` the platform provides.
 *
 * Each request is a span, `gateway`, with the attributes `source`, `webhook`, `status` and `decision`. Effect's own span of a
 * request is off, since it has the query and, where the store failed, the whole request.
 *
 * **Example** (Twilio's webhooks on Node, over a store in memory)
 *
 * ```ts
 * import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
 * import * as Gateway from "@proxy-session/gateway/Gateway"
 * import * as Twilio from "@proxy-session/gateway/Twilio"
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import * as NodeServer from "@proxy-session/server/NodeServer"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * export const Calls = Gateway.layer({
 *   carriers: [Twilio.make({ authTokens: [Redacted.make("example")] })],
 *   publicUrl: "https://calls.example.com"
 * }).pipe(
 *   Layer.provide(MemoryRepo.layer()),
 *   Layer.provide(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 4020 }))
 * )
 * ```
 *
 * @category layers
 */
export const layer = (
  options: GatewayOptions,
): Layer.Layer<never, AmbiguousTenant | CallRouterError, CallRouter | HttpServer.HttpServer> =>
  Layer.unwrap(Effect.map(make(options), (handler) => HttpServer.serve(handler))).pipe(
    Layer.provide(Layer.succeed(HttpMiddleware.TracerDisabledWhen, () => true)),
  )
