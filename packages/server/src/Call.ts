/**
 * The places where others join a server: around each call of an operation, after each request, and before all of them.
 *
 * They are options of `ProxySessionServer`. The first two cannot reach what happens before a caller is known: signatures
 * and the `Date` header keep the server's own clock, and a request without the right to its operation goes no further.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { WireError } from "@proxy-session/protocol/ErrorFormat"
import type { Tenant } from "@proxy-session/repo/Tenant"
import type * as Effect from "effect/Effect"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import type * as Scope from "effect/Scope"

/**
 * A call of an operation by a caller who is known and may call it.
 *
 * - `requestId`: the one that the answer will have
 * - `tenant`: the account, region and namespace whose resources the operation sees
 * - `accessKeyId`: the key that signed the request, or that an unverified one names; `undefined` if it names none
 *
 * @category models
 */
export interface Call {
  readonly requestId: string
  readonly operation: OperationName
  readonly tenant: Tenant
  readonly accessKeyId: string | undefined
}

/**
 * Wraps each call of an operation.
 *
 * **Details**
 *
 * `run` decodes the request, asks the repository and makes the answer. What is returned takes its place: it can provide
 * `run` with services, such as another `Clock`, put it off, run it and lose its answer, fail in its place with any of the
 * operation's errors, or answer in its place with any response at all. It is interrupted when the client goes away.
 *
 * The request is at hand as `HttpServerRequest`, its body has been read.
 *
 * **Example** (One account waits for every call, another is throttled)
 *
 * ```ts
 * import { ThrottledClientException } from "@proxy-session/domain/ServiceError"
 * import type * as Call from "@proxy-session/server/Call"
 * import * as Effect from "effect/Effect"
 *
 * export const around: Call.Around = ({ tenant }, run) => {
 *   switch (tenant.account) {
 *     case "111122223333":
 *       return Effect.delay(run, "2 seconds")
 *     case "444455556666":
 *       return Effect.fail(new ThrottledClientException({ message: "Slow down", code: "Throttled" }))
 *     default:
 *       return run
 *   }
 * }
 * ```
 *
 * @category models
 */
export type Around = <R>(
  call: Call,
  run: Effect.Effect<HttpServerResponse, ErrorOf[OperationName], R>,
) => Effect.Effect<HttpServerResponse, ErrorOf[OperationName], R | HttpServerRequest>

/**
 * A request that is over, as far as it was understood.
 *
 * - `at`: when it arrived, in milliseconds since the epoch by the server's clock; `seconds`: how long it took
 * - `path` and `query`, without its `?`: as they were sent
 * - `body`: the body, where it was read
 * - `operation`: `undefined` for a path and a method that are those of no operation
 * - `tenant`: `undefined` unless the caller was known; `accessKeyId`: the key that the request names, known or not
 * - `error`: what the answer says went wrong, if it does
 * - `response`: the answer; `undefined` if the client went away before there was one
 *
 * It holds what was sent as it was sent, numbers and names included: redact what you keep or show.
 *
 * @category models
 */
export interface Answered {
  readonly requestId: string
  readonly at: number
  readonly seconds: number
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: Uint8Array | undefined
  readonly operation: OperationName | undefined
  readonly tenant: Tenant | undefined
  readonly accessKeyId: string | undefined
  readonly error: WireError | undefined
  readonly response: HttpServerResponse | undefined
}

/**
 * Is told of each request, those that were refused included. The answer waits for it, so it should be quick.
 *
 * @category models
 */
export type Observe = (answered: Answered) => Effect.Effect<void>

/**
 * Answers what is not for an operation, such as the paths of another API on the same port, and hands on everything else.
 *
 * @category models
 */
export type Before = <R>(
  app: Effect.Effect<HttpServerResponse, never, R>,
) => Effect.Effect<HttpServerResponse, never, R | HttpServerRequest | Scope.Scope>
