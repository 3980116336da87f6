/**
 * Any implementation of the two repositories behind HTTP, in AWS's own wire format.
 */
import type { Namespace } from "@proxy-session/domain/Namespace"
import * as ErrorFormat from "@proxy-session/protocol/ErrorFormat"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Invocation } from "@proxy-session/repo/Invocation"
import { Tenant } from "@proxy-session/repo/Tenant"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpServer from "effect/http/HttpServer"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Authentication } from "./Authentication.ts"
import type { Around, Before, Observe } from "./Call.ts"
import * as Answer from "./internal/answer.ts"
import { body } from "./internal/body.ts"
import { reportDefects } from "./internal/defects.ts"
import { handlers } from "./internal/dispatch.ts"
import { invocationOf } from "./internal/invocation.ts"
import * as Observation from "./internal/observation.ts"
import * as Refusal from "./internal/refusal.ts"
import * as Routing from "./internal/routing.ts"
import { sentHeaders } from "./internal/sentHeaders.ts"
import { sentTarget } from "./internal/sentTarget.ts"
import { spanned, withoutRequests } from "./internal/span.ts"
import * as Verifier from "./internal/verifier.ts"
import type { Readiness } from "./Readiness.ts"
import * as UnverifiedRequests from "./UnverifiedRequests.ts"

/**
 * How a server behaves.
 *
 * - `authentication`: the keys to verify signatures against, or explicitly `"none"`
 * - `allowedHosts`: with `"none"` or public keys, the hosts that may be asked for besides loopback names and addresses (see
 *   `UnverifiedRequests`)
 * - `basePath`: the path that the operations are below, such as `/console`, where the endpoint of clients ends in one; by
 *   default they are at the root. It is part of what clients sign
 * - `region`: the one region that requests must be signed for; without it any region will do, and each has resources of
 *   its own. Without authentication, a request that names no region is of this one, or of the ambient `Tenant`'s
 * - `namespace`: the API whose rules hold and whose resources are meant, or how to tell it from the request's `Host`
 *   (see `byHost`); without it, that of the ambient `Tenant`
 * - `nulls`: whether absent members are written as `null`, as the service did; default true
 * - `maxBodyBytes`: the longest body that is read, 64 KiB by default: many times what an operation needs
 * - `accessLog`: whether each request that is answered is a line of Effect's log, at level Info: its request id, method,
 *   path, operation, status and seconds, and the caller's account, namespace and region; nothing else that was sent.
 *   Whatever looks like a telephone number in the path is redacted. Default false
 * - `readiness`: with it, `layer` asks clients not to use their connections again once the server drains
 * - `around`: wraps each call of an operation; `observe`: is told of each request; `before`: with it, `layer` answers what
 *   is not for an operation. See `Call`
 *
 * @category models
 */
export interface ProxySessionServerOptions {
  readonly authentication: Authentication
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  readonly basePath?: string | undefined
  readonly region?: string | undefined
  readonly namespace?: Namespace | ((host: string) => Namespace) | undefined
  readonly nulls?: boolean | undefined
  readonly maxBodyBytes?: number | undefined
  readonly accessLog?: boolean | undefined
  readonly readiness?: Readiness | undefined
  readonly around?: Around | undefined
  readonly observe?: Observe | undefined
  readonly before?: Before | undefined
}

/**
 * A path that all operations can be below: `/console`, or several segments, percent-encoded as they are sent.
 *
 * @category schemas
 */
export const BasePath = Schema.String.check(
  Schema.isPattern(/^(?:\/(?!\.{1,2}(?:\/|$))(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)*\/?$/u, {
    expected: "a path that begins with /, such as /console",
  }),
)

/**
 * The namespace that a host stands for: `chime` if its first label is `chime` or `chime-fips`, as in
 * `chime.us-east-1.amazonaws.com`, and otherwise `chime-sdk-voice`, whose hosts begin with `voice-chime`.
 *
 * `Host` is part of every signature, so nobody but the caller chooses.
 *
 * @category namespaces
 */
export const byHost = (host: string): Namespace => (/^chime(?:-fips)?\./iu.test(host) ? "chime" : "chime-sdk-voice")

/**
 * The server as a plain handler of one request, for a platform's server or for none at all.
 *
 * It never fails: whatever happens is an answer in the service's form, and a defect of a repository is
 * `ServiceFailureException`, logged without what was sent. A request is routed by its target as it was sent, then
 * authenticated, then read and decoded; which paths exist is no secret, so an unknown one is told first. It is 404
 * `UnknownOperationException` for a path that no operation has, 501 `NotImplementedException` for an operation of AWS's that
 * nobody here answers, 405 for a method that none of the path's operations
 * takes, 413 `RequestEntityTooLargeException` for a body that is too long.
 *
 * The namespace, the caller's account and the region are provided to the repositories as their `Tenant`.
 *
 * A web `Request` has had the steps of its path resolved before anyone sees it, and must carry a `host` header if it is
 * signed.
 *
 * **Example** (Without a port)
 *
 * ```ts
 * import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
 * import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 * import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
 * import * as HttpEffect from "effect/http/HttpEffect"
 * import * as Layer from "effect/Layer"
 *
 * export const webHandler = (repos: Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo>) =>
 *   HttpEffect.toWebHandlerLayer(ProxySessionServer.app({ authentication: "none" }), repos)
 * ```
 *
 * @category handlers
 */
export const app = (
  options: ProxySessionServerOptions,
): Effect.Effect<HttpServerResponse, never, HttpServerRequest | ProxySessionRepo | VoiceConnectorProxyRepo> => {
  const {
    accessLog = false,
    around,
    authentication,
    basePath,
    maxBodyBytes = 64 * 1024,
    namespace,
    nulls = true,
    observe,
    region,
  } = options
  const isUnverified = authentication === "none" || authentication.isPublic === true
  const refusalOf = isUnverified ? UnverifiedRequests.check(options) : () => undefined
  const verify = authentication === "none" ? Verifier.none(region) : Verifier.make(authentication, region)
  const find = Routing.within(basePath)
  const namespaceOf = typeof namespace === "string" ? () => namespace : namespace

  const answer = (
    context: Context.Context<HttpServerRequest>,
    envelope: Answer.Envelope,
    now: number,
    seen: Observation.Seen,
  ) => {
    const request = Context.get(context, HttpServerRequest)
    const refusal = refusalOf(request)
    if (refusal !== undefined) return Effect.fail(refusal)
    const target = sentTarget(request)
    if (target === undefined) return Effect.fail(Refusal.malformedPath)
    const route = find(request.method, target.path, target.query)
    if (Result.isFailure(route)) return Effect.fail(route.failure)
    const { labels, operation } = route.success
    seen.operation = operation.name
    const headers = sentHeaders(request)
    if (headers.repeated.has("host")) return Effect.fail(Refusal.repeatedHost)
    return Effect.flatMapEager(verify({ method: request.method, ...target, headers, now }), (identify) =>
      Effect.flatMapEager(body(request, headers, maxBodyBytes), (content) => {
        seen.body = content
        const caller = identify(content)
        if (Result.isFailure(caller)) return Effect.fail(caller.failure)
        const { accessKeyId, rights, tenant } = caller.success
        const ambient = Context.get(context, Tenant)
        const known = {
          namespace: namespaceOf === undefined ? ambient.namespace : namespaceOf(headers.get("host") ?? ""),
          region: tenant.region ?? ambient.region,
          account: tenant.account ?? ambient.account,
        }
        seen.tenant = known
        seen.accessKeyId = accessKeyId
        if (rights === "read-only" && operation.method !== "GET") {
          return Effect.fail<Refusal.Refusal>(Refusal.readOnly(operation.name))
        }
        const invocation = invocationOf(operation, headers, accessKeyId, target.path, content)
        // Adding one service after the other takes less time than merging a context into another.
        const written = { nulls, namespace: known.namespace }
        const run = handlers[operation.name](labels, target.query, content, written).pipe(
          Effect.map((success) => Answer.success(envelope, success)),
          Effect.provideService(Tenant, known),
          Effect.provideService(Invocation, invocation),
        )
        const call = { requestId: envelope.requestId, operation: operation.name, tenant: known, accessKeyId }
        const wrapped = around === undefined ? run : around(call, run)
        const called = spanned(context, operation.name, wrapped)
        return Effect.mapError(called, ErrorFormat.encode)
      }),
    )
  }

  return Effect.contextWith((context: Context.Context<HttpServerRequest>) => {
    const clock = Context.get(context, Clock.Clock)
    const now = clock.currentTimeMillisUnsafe()
    const started = clock.monotonicTimeNanosUnsafe()
    const envelope = Answer.envelope(Context.get(context, Random.Random), now)
    const { requestId } = envelope
    const seen = new Observation.Seen(Context.get(context, HttpServerRequest))
    const refused = (error: Refusal.Refusal) => {
      seen.error = error
      return Answer.error(envelope, error)
    }
    const answering = Effect.suspend(() => answer(context, envelope, now, seen))
    const answered = Effect.catchCause(answering, (cause) => {
      const error = Cause.findError(cause)
      return Result.isSuccess(error)
        ? Effect.succeed(refused(error.success))
        : Effect.map(reportDefects(requestId, cause), () => refused(Refusal.failure))
    })
    // Until there is an answer, a client that goes away stops the work that is done for it. A platform runs its handlers
    // uninterruptibly.
    return Effect.onExitPrimitive(Effect.interruptible(answered), (exit) => {
      const response = Exit.isSuccess(exit) ? exit.value : undefined
      const seconds = Number(clock.monotonicTimeNanosUnsafe() - started) / 1e9
      if (response !== undefined) Observation.count(context, seen, response.status, seconds)
      const isLogged = accessLog && response !== undefined
      if (observe === undefined && !isLogged) return undefined
      const told = seen.answered(requestId, now, seconds, response)
      const observed = observe?.(told)
      if (!isLogged) return observed
      const logged = Observation.log(told)
      return observed === undefined ? logged : Effect.andThen(logged, observed)
    })
  })
}

/**
 * Serves the repositories with whatever `HttpServer` the platform provides.
 *
 * With a tracer in the context, each call is a span such as `ChimeSDKVoice.CreateProxySession`, with the name of its error.
 * Effect's own spans of requests are off, since they hold headers and URLs.
 *
 * **Example** (On Node)
 *
 * ```ts
 * import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
 * import * as Authentication from "@proxy-session/server/Authentication"
 * import * as NodeServer from "@proxy-session/server/NodeServer"
 * import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * export const Server = ProxySessionServer.layer({
 *   authentication: {
 *     keys: Authentication.fromRecord({ AKIDEXAMPLE: { secretAccessKey: Redacted.make("example") } })
 *   }
 * }).pipe(Layer.provide(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 4010 })))
 * ```
 *
 * @category layers
 */
export const layer = (
  options: ProxySessionServerOptions,
): Layer.Layer<never, never, HttpServer.HttpServer | ProxySessionRepo | VoiceConnectorProxyRepo> => {
  const { before, readiness } = options
  const all = before === undefined ? app(options) : before(app(options))
  return HttpServer.serve(readiness === undefined ? all : readiness.closing(all)).pipe(Layer.provide(withoutRequests))
}
