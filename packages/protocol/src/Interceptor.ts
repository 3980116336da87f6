/**
 * A place between a client and the service, at which each attempt passes.
 */
import type { CredentialsError } from "@proxy-session/domain/CredentialsError"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { TransportError } from "@proxy-session/domain/TransportError"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Answer } from "./ErrorFormat.ts"
import type { WireRequest } from "./WireRequest.ts"

/**
 * Makes one attempt, for which `send` asks for credentials, signs the request and sends it.
 *
 * It stands below retries, so it sees each attempt, and above signatures, so it sees no secret of theirs; one that does not
 * run `send` needs neither credentials nor a network. What it answers is read as if the service had.
 *
 * @category models
 */
export type Intercept = (
  operation: OperationName,
  request: WireRequest,
  send: (request: WireRequest) => Effect.Effect<Answer, CredentialsError | TransportError>,
) => Effect.Effect<Answer, CredentialsError | TransportError>

/**
 * Stands between nothing: an attempt is sent as it is.
 *
 * @category models
 */
export const none: Intercept = (_, request, send) => send(request)

/**
 * What the live Layer makes its attempts through, when it is built: unless another is provided, nothing stands between.
 *
 * **Example** (A log line for each attempt)
 *
 * ```ts
 * import { Interceptor } from "@proxy-session/protocol/Interceptor"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * export const logged = Layer.succeed(Interceptor, (operation, request, send) =>
 *   Effect.tap(send(request), ({ status }) => Effect.logInfo(`${operation}: ${status}`))
 * )
 * ```
 *
 * @category references
 */
export const Interceptor = Context.Reference<Intercept>("@proxy-session/protocol/Interceptor", {
  defaultValue: () => none,
})
