/**
 * What can be asked about proxy sessions, whatever answers: AWS's wire, memory, a recording, or an implementation of
 * your own.
 */
import { checker } from "@proxy-session/domain/InvalidRequest"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import { checked } from "./internal/checked.ts"

/**
 * The repository of proxy sessions: create, get, list, update and delete.
 *
 * Every operation fails with a closed union of tagged errors and nothing else. A missing session is a
 * `NotFoundException`, a request that breaks the model an `InvalidRequest` that names each violation. Provide it with
 * one of the Layers: `HttpRepo` for the service over HTTP, `MemoryRepo` for tests, `ReplayRepo` for recordings.
 *
 * **Example** (A use that any Layer can serve)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
 * import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 *
 * export const isOver = (voiceConnectorId: string, proxySessionId: string) =>
 *   Effect.gen(function*() {
 *     const repo = yield* ProxySessionRepo
 *     const key = yield* ProxySessionKey.decode({ voiceConnectorId, proxySessionId })
 *     const session = yield* repo.get(key)
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
    readonly create: (request: CreateProxySession) => Effect.Effect<ProxySession, ErrorOf["CreateProxySession"]>
    /** Reads one session, open or closed. */
    readonly get: (key: ProxySessionKey) => Effect.Effect<ProxySession, ErrorOf["GetProxySession"]>
    /** Reads one page of a connector's sessions, oldest first. */
    readonly list: (request: ListProxySessions) => Effect.Effect<ProxySessionPage, ErrorOf["ListProxySessions"]>
    /** Replaces a session's capabilities and, if given, its life in minutes. */
    readonly update: (request: UpdateProxySession) => Effect.Effect<ProxySession, ErrorOf["UpdateProxySession"]>
    /** Removes a session and frees its proxy number. */
    readonly delete: (key: ProxySessionKey) => Effect.Effect<void, ErrorOf["DeleteProxySession"]>
  }
>()("@proxy-session/repo/ProxySessionRepo") {}

/**
 * Puts the model's checks before an implementation, so that it only ever sees sound requests.
 *
 * Types can be cast away and a schema's checks switched off; here each request is looked at once more, and one that
 * breaks the model fails with `InvalidRequest` before the implementation hears of it. All Layers of this project are
 * made with this function, and an implementation of your own should be.
 *
 * @category constructors
 */
export const make = (implementation: ProxySessionRepo["Service"]): ProxySessionRepo["Service"] => ({
  create: checked(checker("CreateProxySession", CreateProxySession.fields), implementation.create),
  get: checked(checker("GetProxySession", ProxySessionKey.fields), implementation.get),
  list: checked(checker("ListProxySessions", ListProxySessions.fields), implementation.list),
  update: checked(checker("UpdateProxySession", UpdateProxySession.fields), implementation.update),
  delete: checked(checker("DeleteProxySession", ProxySessionKey.fields), implementation.delete),
})
