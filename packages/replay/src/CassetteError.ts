/**
 * A cassette that cannot be used, a call that it does not have, and calls that nobody made.
 */
import * as Schema from "effect/Schema"

/**
 * Why a cassette cannot be used or written.
 *
 * - `Absent`: there is no cassette of this name
 * - `AliasCollision`: the test sends a number that stands for a proxy number in this recording
 * - `BadAlias`: the real value of an alias is not configured, or an operation does not accept it
 * - `BadMode`: `CASSETTE_MODE` is not a mode
 * - `BadName`: the name is not one that a cassette may have
 * - `NotJson`, `UnknownFormat`: the file is not a cassette, or has another format
 * - `RecordingRefused`: nothing is recorded in CI
 * - `Secret`: the test sends what must not be written, or an implementation returned it as a text to keep
 * - `Stale`: today's schemas would not write it
 * - `Unreadable`, `Unwritable`: the store failed
 * - `Unrecordable`: the implementation returned what is not a result of the operation
 *
 * @category models
 */
export const CassetteErrorReason = Schema.Literals([
  "Absent",
  "AliasCollision",
  "BadAlias",
  "BadMode",
  "BadName",
  "NotJson",
  "RecordingRefused",
  "Secret",
  "Stale",
  "UnknownFormat",
  "Unreadable",
  "Unrecordable",
  "Unwritable",
])

/**
 * A cassette cannot be read or must not be written. The detail never holds a secret.
 *
 * @category errors
 */
export class CassetteError extends Schema.TaggedError<CassetteError>()("CassetteError", {
  cassette: Schema.String,
  reason: CassetteErrorReason,
  detail: Schema.String,
}) {
  override get message(): string {
    return `The cassette ${this.cassette}: ${this.detail}`
  }
}

/**
 * A member in which a request differs from a recorded one, each value as JSON; `nothing` where it is absent.
 *
 * @category models
 */
export const DifferingMember = Schema.Struct({ path: Schema.String, recorded: Schema.String, asked: Schema.String })

const sideBySide = ({ asked, path, recorded }: typeof DifferingMember.Type): string =>
  `${path || "the whole"} (recorded ${recorded}, asked ${asked})`

/** Each operation once, since a cassette may have thousands of calls. */
const counted = (operations: ReadonlyArray<string>): string =>
  Array.from(
    Map.groupBy(operations, (operation) => operation),
    ([operation, { length }]) => (length === 1 ? operation : `${operation} (${length})`),
  ).join(", ")

/**
 * A call that a cassette does not have. It is a defect, so that no retry and no catch of an application hides it.
 *
 * The message names the operation, the members in which the nearest recorded request differs, the calls that are left,
 * and how to record anew. It shows no name, no token, and no number that is not fictional.
 *
 * @category errors
 */
export class CassetteMismatch extends Schema.TaggedError<CassetteMismatch>()("CassetteMismatch", {
  cassette: Schema.String,
  operation: Schema.String,
  problem: Schema.Literals(["AlreadyUsed", "NeverRecorded", "OtherRequest"]),
  differing: Schema.Array(DifferingMember),
  remaining: Schema.Array(Schema.String),
  howToRecord: Schema.String,
}) {
  override get message(): string {
    const why = {
      AlreadyUsed: "this request was recorded, but fewer times than it is made",
      NeverRecorded: "this operation was never recorded",
      OtherRequest: `it was recorded with another request; the nearest differs in ${this.differing.map(sideBySide).join(", ")}`,
    }[this.problem]
    const left = this.remaining.length === 0 ? "nothing is left" : `left are ${counted(this.remaining)}`
    return `The cassette ${this.cassette} has no ${this.operation}: ${why}; ${left}. To record anew, ${this.howToRecord}`
  }
}

/**
 * Recorded calls that a run did not make. It is a defect of a run that has otherwise gone well.
 *
 * @category errors
 */
export class CassetteUnused extends Schema.TaggedError<CassetteUnused>()("CassetteUnused", {
  cassette: Schema.String,
  remaining: Schema.Array(Schema.String),
  howToRecord: Schema.String,
}) {
  override get message(): string {
    return `The cassette ${this.cassette} has calls that were not made: ${counted(this.remaining)}. To record anew, ${this.howToRecord}`
  }
}
