/**
 * The control API on the port of a server, beside the operations of the service.
 *
 * Without a token it is for a server in memory on a loopback address, whose data nobody misses, and for requests that
 * come from that very machine: not from a web page (see `UnverifiedRequests`) and not through a proxy. Whoever lets it
 * answer elsewhere gives it a token.
 */
import * as ByteSize from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { HttpServerRequest, MaxBodySize } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { Control } from "./Control.ts"
import * as Access from "./internal/access.ts"

/**
 * How a control API is served.
 *
 * - `version`: that of the server; `schema`: that of a database's tables, if there is one
 * - `allowedHosts`: the hosts that may be asked for besides loopback names and addresses
 * - `token`: what each call but `health` and `ready` has to send as `Authorization: Bearer`; without one, none is needed
 * - `isReady`: whether the server takes requests; always by default
 *
 * @category models
 */
export interface ControlServerOptions {
  readonly version: string
  readonly schema?: number | undefined
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  readonly token?: Redacted.Redacted | undefined
  readonly isReady?: Effect.Effect<boolean> | undefined
}

type Answer<E, R> = Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>

/** The path that all calls are below. The description has it, too, but loads what describes the calls. */
const prefix = "/_proxy-session"

const open = new Set([`${prefix}/health`, `${prefix}/ready`])

/**
 * Puts the control API before the handler of a server: it answers the paths below `/_proxy-session`, the handler answers
 * all others. What describes and decodes the calls is loaded with the first of them.
 *
 * **Example** (A stand-in that can be controlled)
 *
 * ```ts
 * import * as Control from "@proxy-session/control/Control"
 * import * as ControlServer from "@proxy-session/control/ControlServer"
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * export const Server = Layer.unwrap(Effect.gen(function*() {
 *   const { around, observe } = yield* Control.Control
 *   const before = yield* ControlServer.make({ version: "1.0.0" })
 *   return ProxySessionServer.layer({ authentication: "none", around, observe, before })
 * })).pipe(
 *   Layer.provide(Control.layer({ store: "memory" })),
 *   Layer.provide(MemoryRepo.layer())
 * )
 * ```
 *
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (options: ControlServerOptions) {
  const context = yield* Effect.context<Control | Scope.Scope>()
  const refusalOf = Access.check(options)
  // In this context alone: the handlers would keep the request of the first call, and take it for every other.
  const handler = yield* Effect.cached(
    Effect.promise(() => import("./internal/handlers.ts")).pipe(
      Effect.flatMap((handlers) => handlers.make(options)),
      Effect.updateContext<never, Control | Scope.Scope>(() => context),
    ),
  )
  const answer = Effect.flatten(handler).pipe(
    Effect.provideService(MaxBodySize, ByteSize.bytes(Access.maxBodyBytes)),
    Effect.catchDefect((defect) =>
      Effect.as(
        Effect.annotateLogs(Effect.logError("A control call failed with a defect"), {
          defect: defect instanceof Error ? defect.constructor.name : typeof defect,
        }),
        HttpServerResponse.jsonUnsafe({ message: "The control API has failed; the log says where" }, { status: 500 }),
      ),
    ),
    Effect.map(HttpServerResponse.setHeaders({ "cache-control": "no-store", "x-content-type-options": "nosniff" })),
  )
  return <E, R>(service: Answer<E, R>): Answer<E, HttpServerRequest | R | Scope.Scope> =>
    Effect.contextWith(
      (context: Context.Context<HttpServerRequest>): Answer<E, HttpServerRequest | R | Scope.Scope> => {
        const request = Context.get(context, HttpServerRequest)
        if (!request.url.startsWith(prefix)) return service
        const [path = ""] = request.url.split("?", 1)
        if (path !== prefix && !path.startsWith(`${prefix}/`)) return service
        const refusal = open.has(path) ? undefined : refusalOf(request)
        if (refusal === undefined) return answer
        const { headers, status, ...body } = refusal
        return Effect.succeed(HttpServerResponse.jsonUnsafe(body, { status, headers }))
      },
    )
})
