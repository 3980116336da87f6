/**
 * How `NodeTransport` and `UndiciTransport` keep connections.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { timedOut } from "./internal/diagnosis.ts"
import { atLeastOne, check, millisOf, timer } from "./internal/limits.ts"
import * as Semaphore from "./internal/semaphore.ts"
import type { Transport } from "./Transport.ts"

/**
 * How many connections there are, how long it may take to make one, and how long one may be idle.
 *
 * - `connections`: to one origin, 64 by default. Calls beyond them wait unsigned, and one that gets none in its time
 *   certainly was not sent
 * - `connectTimeout`: for the connection and its TLS handshake, 3 seconds by default. Then the request certainly was not sent
 * - `keepAliveTimeout`: how long a connection is kept without a request, 4 seconds by default, or less if the server says so
 *
 * @category models
 */
export interface ConnectionOptions {
  readonly connections?: number | undefined
  readonly connectTimeout?: Duration.Input | undefined
  readonly keepAliveTimeout?: Duration.Input | undefined
}

/**
 * The options within their limits, with defaults; times are in milliseconds.
 *
 * @internal
 */
export const limitsOf = (of: string, options: ConnectionOptions) =>
  check(of, {
    connections: [options.connections ?? 64, atLeastOne],
    connectTimeout: [millisOf(options.connectTimeout ?? 3000), timer],
    keepAliveTimeout: [millisOf(options.keepAliveTimeout ?? 4000), timer],
  })

/**
 * Admits so many attempts to each origin at once.
 *
 * @internal
 */
export const admission = (connections: number): Transport["Service"]["admit"] => {
  const semaphores = new Map<string, Semaphore.Semaphore>()
  const late = () => Effect.fail(timedOut(false))
  return (origin, deadline, attempt) => {
    const semaphore = semaphores.get(origin) ?? Semaphore.make(connections)
    semaphores.set(origin, semaphore)
    return semaphore(deadline, attempt, late)
  }
}
