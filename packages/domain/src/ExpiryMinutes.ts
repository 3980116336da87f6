/**
 * How long a proxy session lives.
 */
import * as Schema from "effect/Schema"
import { explained } from "./internal/explained.ts"

/**
 * Minutes until a session expires, counted from its creation: a whole number of at least 1.
 *
 * The model names no maximum; the service's documentation speaks of up to 12 hours, so this project's own
 * implementations accept up to {@link maximum}.
 *
 * Source: shape `PositiveInteger`.
 *
 * @category models
 */
export const ExpiryMinutes = Schema.Int.check(
  Schema.isGreaterThanOrEqualTo(1, { expected: "a whole number of at least 1" }),
).pipe(Schema.brand("ExpiryMinutes"), explained)

/**
 * The type of a checked number of minutes.
 *
 * @category models
 */
export type ExpiryMinutes = typeof ExpiryMinutes.Type

/**
 * The longest life that the service's documentation mentions, in minutes: 12 hours.
 *
 * @category constants
 */
export const maximum = 720
