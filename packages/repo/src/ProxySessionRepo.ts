/**
 * What can be asked about proxy sessions, whatever answers: AWS's wire, memory, a recording, or an implementation of
 * your own.
 */
import type { Input } from "@proxy-session/domain/Input"
import type { ErrorOf, InputOf, RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ProxySessionError } from "@proxy-session/domain/ProxySessionError"
import type { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import type {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { sessionOperations } from "@proxy-session/domain/SessionOperations"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import { decodingBy } from "./internal/decoding.ts"

/**
 * The repository of proxy sessions: create, get, list, update and delete.
 *
 * Requests are plain data: an id may be a plain string, and an optional member may be `undefined`. Every operation fails
 * with a closed union of tagged errors and nothing else. A missing session is a `NotFoundException`, a request that breaks
 * the model an `InvalidRequest` that names each violation. Provide it with one of the Layers: `HttpRepo` for the service
 * over HTTP, `MemoryRepo` for tests, `ReplayRepo` for recordings.
 *
 * **Example** (A use that any Layer can serve)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 *
 * export const isOver = (voiceConnectorId: string, proxySessionId: string) =>
 *   Effect.gen(function*() {
 *     const repo = yield* ProxySessionRepo
 *     const session = yield* repo.get({ voiceConnectorId, proxySessionId })
 *     return session.status === "Closed"
 *   }).pipe(Effect.catchTag("NotFoundException", () => Effect.succeed(true)))
 * ```
 *
 * @category services
 */
export class ProxySessionRepo extends Context.Service<
  ProxySessionRepo,
  {
    /** Starts a session between two people. Never repeated by itself once it may have happened. */
    readonly create: (
      request: Input<typeof CreateProxySession>,
    ) => Effect.Effect<ProxySession, ErrorOf["CreateProxySession"]>
    /** Reads one session, open or closed. */
    readonly get: (key: Input<typeof ProxySessionKey>) => Effect.Effect<ProxySession, ErrorOf["GetProxySession"]>
    /** Reads one page of a connector's sessions, oldest first. */
    readonly list: (
      request: Input<typeof ListProxySessions>,
    ) => Effect.Effect<ProxySessionPage, ErrorOf["ListProxySessions"]>
    /** Replaces a session's capabilities and, if given, its life in minutes. */
    readonly update: (
      request: Input<typeof UpdateProxySession>,
    ) => Effect.Effect<ProxySession, ErrorOf["UpdateProxySession"]>
    /** Removes a session and frees its proxy number. */
    readonly delete: (key: Input<typeof ProxySessionKey>) => Effect.Effect<void, ErrorOf["DeleteProxySession"]>
  }
>()("@proxy-session/repo/ProxySessionRepo") {}

/**
 * The operation behind each method.
 *
 * @category models
 */
export interface Methods {
  readonly create: "CreateProxySession"
  readonly get: "GetProxySession"
  readonly list: "ListProxySessions"
  readonly update: "UpdateProxySession"
  readonly delete: "DeleteProxySession"
}

/**
 * What an implementation provides: the same methods, given requests that are sound.
 *
 * A repository is an implementation, too, so that one can stand before another.
 *
 * @category models
 */
export type Implementation = {
  readonly [Method in keyof Methods]: (
    request: RequestOf[Methods[Method]],
  ) => Effect.Effect<SuccessOf[Methods[Method]], ErrorOf[Methods[Method]]>
}

const decoding = decodingBy(sessionOperations)

/**
 * Makes a repository of an implementation, which only ever sees sound requests: instances of their classes.
 *
 * What a caller passes is decoded here, once, however many implementations stand behind one another. A request that
 * breaks the model fails with `InvalidRequest` before the implementation hears of it. All Layers of this project are made
 * with this function, and an implementation of your own should be.
 *
 * @category constructors
 */
export const make = (implementation: Implementation): ProxySessionRepo["Service"] => ({
  create: decoding("CreateProxySession", implementation.create),
  get: decoding("GetProxySession", implementation.get),
  list: decoding("ListProxySessions", implementation.list),
  update: decoding("UpdateProxySession", implementation.update),
  delete: decoding("DeleteProxySession", implementation.delete),
})

/**
 * Makes a repository whose methods all do the same with their operation: send it, count it, record it.
 *
 * The function is called once for each method, with the name of the operation and that of the method.
 *
 * **Example** (A decorator that times every call)
 *
 * ```ts
 * import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
 * import * as Effect from "effect/Effect"
 *
 * export const traced = (repo: ProxySessionRepo.Implementation) =>
 *   ProxySessionRepo.fromOperations((operation, method) => (request) =>
 *     Effect.withSpan(repo[method](request), operation))
 * ```
 *
 * @category constructors
 */
export const fromOperations = (
  run: <Method extends keyof Methods>(
    operation: Methods[Method],
    method: Method,
  ) => (
    request: RequestOf[Methods[Method]],
  ) => Effect.Effect<SuccessOf[Methods[Method]], ErrorOf[Methods[Method]] | ProxySessionError>,
): ProxySessionRepo["Service"] =>
  make({
    create: run("CreateProxySession", "create"),
    get: run("GetProxySession", "get"),
    list: run("ListProxySessions", "list"),
    update: run("UpdateProxySession", "update"),
    delete: run("DeleteProxySession", "delete"),
  })

/**
 * The methods by the name of their operation, each as a call of the repository in the context.
 *
 * @category operations
 */
export const calls: {
  readonly [Name in Methods[keyof Methods]]: (
    input: InputOf[Name],
  ) => Effect.Effect<SuccessOf[Name], ErrorOf[Name], ProxySessionRepo>
} = {
  CreateProxySession: (request) => ProxySessionRepo.use((repo) => repo.create(request)),
  GetProxySession: (key) => ProxySessionRepo.use((repo) => repo.get(key)),
  ListProxySessions: (request) => ProxySessionRepo.use((repo) => repo.list(request)),
  UpdateProxySession: (request) => ProxySessionRepo.use((repo) => repo.update(request)),
  DeleteProxySession: (key) => ProxySessionRepo.use((repo) => repo.delete(key)),
}
