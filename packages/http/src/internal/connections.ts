import type { ConnectionOptions } from "../ConnectionOptions.ts"
import type { Exchange } from "./exchange.ts"
import { atLeastOne, check, millisOf, timer } from "./limits.ts"
import * as Slots from "./slots.ts"

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
