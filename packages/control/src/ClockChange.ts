/**
 * How the service's time is moved.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { Account } from "./Account.ts"
import { latest } from "./internal/clocks.ts"

/**
 * Either `advance`, a duration such as `60 minutes`, or `set`, an instant from 1970 to 9999, for an account or for all.
 *
 * **Example** (An hour)
 *
 * ```ts
 * import { ClockChange } from "@proxy-session/control/ClockChange"
 * import * as Duration from "effect/Duration"
 * import * as Schema from "effect/Schema"
 *
 * const { advance = Duration.zero } = Schema.decodeSync(ClockChange)({ advance: "60 minutes" })
 *
 * Duration.toHours(advance) // => 1
 * ```
 *
 * @category models
 */
export const ClockChange = Schema.Struct({
  account: Schema.optionalKey(Account),
  advance: Schema.optionalKey(
    Schema.DurationFromString.check(
      Schema.makeFilter(
        (by) =>
          Duration.isFinite(by) && Duration.between(by, { minimum: Duration.zero, maximum: Duration.millis(latest) }),
        { expected: "a duration that is not negative, such as 60 minutes" },
      ),
    ),
  ),
  set: Schema.optionalKey(
    Schema.DateTimeUtcFromString.check(
      Schema.makeFilter((to) => DateTime.toEpochMillis(to) >= 0 && DateTime.toEpochMillis(to) <= latest, {
        expected: "an instant from 1970 to 9999, such as 2026-04-07T00:00:00Z",
      }),
    ),
  ),
}).check(
  Schema.makeFilter(({ advance, set }) => (advance === undefined) !== (set === undefined), {
    expected: "either advance or set",
  }),
)

/**
 * The type of such a change.
 *
 * @category models
 */
export type ClockChange = typeof ClockChange.Type
