/**
 * What the next calls of a client meet: an error, a delay, an answer that is lost or broken.
 */
import { OperationName } from "@proxy-session/domain/OperationName"
import { operations, type Table } from "@proxy-session/domain/Operations"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { Account } from "./Account.ts"
import * as Exceptions from "./internal/exceptions.ts"

const table: Table = operations

/** The longest delay: a day. */
const longest = Duration.days(1)

const Delay = Schema.DurationFromString.check(
  Schema.makeFilter(
    (delay) => Duration.isFinite(delay) && Duration.between(delay, { minimum: Duration.zero, maximum: longest }),
    {
      expected: "a duration from 0 to 1 day, such as 2 seconds",
    },
  ),
)

/** The members that say how a call ends; a fault has at most one of these ends. */
const ends = [["error"], ["status", "body"], ["hang"], ["reset"]] as const

const fields = {
  account: Schema.optionalKey(Account),
  operation: Schema.optionalKey(OperationName),
  error: Schema.optionalKey(Schema.Literals(Exceptions.names)),
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))),
  body: Schema.optionalKey(Schema.Json),
  delay: Schema.optionalKey(Delay),
  hang: Schema.optionalKey(Schema.Literal(true)),
  reset: Schema.optionalKey(Schema.Literal(true)),
  truncate: Schema.optionalKey(Schema.Literal(true)),
  when: Schema.optionalKey(Schema.Literals(["before", "after"])),
  times: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))),
  after: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))),
}

/**
 * A fault for the next matching calls.
 *
 * - `account`, `operation`: which calls match; without them, those of every account and operation
 * - `error`: the call fails with this exception, which the operation must declare
 * - `status`, `body`: the answer, as it is; a body that is no text is written as JSON
 * - `delay`: the answer is late by so much, at most a day
 * - `hang`: there is never an answer; `reset`: the connection is reset instead
 * - `truncate`: the connection is closed in the middle of the answer's body
 * - `when`: `"before"` the work, which is then not done unless the fault is a mere delay (the default), or `"after"` it:
 *   the work is done and its answer lost. A truncated answer is one that was made, so it is always `"after"` unless it
 *   has a `status` or a `body`
 * - `times`: how many calls meet it, 1 by default; `after`: how many matching calls pass before them, 0 by default
 *
 * @category models
 */
export const Fault = Schema.Struct(fields).check(
  Schema.makeFilter((fault) => {
    const { error, operation, truncate, when } = fault
    const found = ends.flatMap((members) => members.find((member) => fault[member] !== undefined) ?? [])
    const own: Array<Schema.FilterIssue> = found
      .slice(1)
      .map((member) => ({ path: [member], issue: `must not be given together with ${found[0]}` }))
    if (found.length === 0 && fault.delay === undefined && truncate === undefined) {
      own.push({ path: [], issue: "must have one of error, status, body, delay, hang, reset and truncate" })
    }
    if (truncate !== undefined) {
      const other = found.find((member) => member !== "status" && member !== "body")
      if (other !== undefined) own.push({ path: ["truncate"], issue: `must not be given together with ${other}` })
      else if (when === "before" && found.length === 0) {
        own.push({ path: ["when"], issue: "must be after, since there is no other answer to truncate" })
      }
    }
    const of = operation === undefined ? OperationName.literals : [operation]
    const strange = error === undefined ? undefined : of.find((name) => !Exceptions.isDeclared(table[name], error))
    if (strange !== undefined) {
      own.push({ path: ["error"], issue: `must be an exception that ${strange} declares` })
    }
    return own
  }),
)

/**
 * The type of a fault.
 *
 * @category models
 */
export type Fault = typeof Fault.Type

/**
 * A fault that waits for its calls: `times` is how many are still to meet it, and `after` how many pass before them.
 *
 * @category models
 */
export const WaitingFault = Schema.Struct({ ...fields, times: Schema.Int, after: Schema.Int })

/**
 * The type of a fault that waits.
 *
 * @category models
 */
export type WaitingFault = typeof WaitingFault.Type
