/**
 * A session that lives no longer than the work it is for.
 */
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { Input } from "@proxy-session/domain/Input"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { ProxySessionRepo } from "./ProxySessionRepo.ts"

/**
 * Creates a session, and deletes it when the scope closes: after success, failure and interruption alike.
 *
 * The creation itself is not interrupted, since a session whose answer nobody awaits would never be deleted; how long it
 * may take is up to the Layer. A session that is gone by then is as good as deleted. If the deletion fails, the scope
 * closes all the same, a warning names the session and the error's tag, and the session ends when it expires.
 *
 * **Example** (A masked number for the time of one delivery)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Scoped from "@proxy-session/repo/Scoped"
 *
 * export const duringDelivery = <A, E, R>(courier: string, customer: string, delivery: Effect.Effect<A, E, R>) =>
 *   Scoped.acquire({
 *     voiceConnectorId: "abcdef1ghij2klmno3pqr4",
 *     participantPhoneNumbers: [courier, customer],
 *     capabilities: ["Voice"]
 *   }).pipe(Effect.andThen(delivery), Effect.scoped)
 * ```
 *
 * @category constructors
 */
export const acquire: (
  request: Input<typeof CreateProxySession>,
) => Effect.Effect<ProxySession, ErrorOf["CreateProxySession"], ProxySessionRepo | Scope.Scope> = Effect.fn(
  "Scoped.acquire",
)(function* (request) {
  const repo = yield* ProxySessionRepo
  return yield* Effect.acquireRelease(repo.create(request), (session) =>
    repo.delete(session).pipe(
      Effect.catchTag("NotFoundException", () => Effect.void),
      Effect.catch((error) =>
        Effect.logWarning("A proxy session outlives its scope, since deleting it failed").pipe(
          Effect.annotateLogs({
            voiceConnectorId: session.voiceConnectorId,
            proxySessionId: session.proxySessionId,
            error: error._tag,
          }),
        ),
      ),
    ),
  )
})
