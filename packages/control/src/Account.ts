/**
 * Whose resources, time, faults and requests a control call is about.
 */
import * as Schema from "effect/Schema"

/**
 * An account, as its keys name it: 12 digits, or the id of an access key where every key is an account.
 *
 * @category schemas
 */
export const Account = Schema.String.check(
  Schema.isPattern(/^[\w-]{1,128}$/u, { expected: "an account of 1 to 128 letters, digits, _ and -" }),
)
