import type * as Duration from "effect/Duration"
import type { Exchange } from "./exchange.ts"
import { atLeastOne, check, millisOf, timer } from "./limits.ts"
import * as Slots from "./slots.ts"

/**
 * How connections are kept.
 *
 * - `connections`: sockets to one origin at most, 64 unless told otherwise; calls beyond them wait, not even signed, and one
 *   that gets none in its time certainly was not sent
 * - `connectTimeout`: 3 seconds for the connection, TLS included; then the request certainly was not sent
 * - `keepAliveTimeout`: how long a socket may idle before it is given up, 4 seconds, or less if the server says so
 */
export interface ConnectionOptions {
  readonly connections?: number | undefined
  readonly connectTimeout?: Duration.Input | undefined
  readonly keepAliveTimeout?: Duration.Input | undefined
}

/** The options of a client within their limits, with what has not been said; times are in milliseconds. */
export const limitsOf = (of: string, options: ConnectionOptions) =>
  check(
    of,
    {
      connections: options.connections ?? 64,
      connectTimeout: millisOf(options.connectTimeout ?? 3000),
      keepAliveTimeout: millisOf(options.keepAliveTimeout ?? 4000),
    },
    { connections: atLeastOne, connectTimeout: timer, keepAliveTimeout: timer },
  )

/** Each origin has connections of its own. */
export const slotsOf = (connections: number): Exchange["connections"] => {
  const origins = new Map<string, Slots.Slots>()
  return (origin) => {
    const slots = origins.get(origin) ?? Slots.make(connections)
    origins.set(origin, slots)
    return slots
  }
}
