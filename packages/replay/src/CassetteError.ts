/**
 * A cassette that cannot be used, and a call that it does not have.
 */
import * as Schema from "effect/Schema"

/**
 * Why a cassette cannot be used.
 *
 * - `Absent`: there is none of this name
 * - `BadName`: the name is not one that a cassette may have
 * - `BadAlias`: the real value of an alias is not configured
 * - `BadMode`: `CASSETTE_MODE` is not a mode
 * - `RecordingRefused`: it would be recorded in CI
 * - `Edited`: it is not as it was written
 * - `Unreadable`, `Unwritable`: the store failed
 * - `NotJson`, `UnknownFormat`: it is not a cassette, or one of a newer format
 * - `Stale`: it no longer is what today's schemas say
 * - `Secret`: what was recorded holds something that must not be kept
 *
 * @category models
 */
export const CassetteErrorReason = Schema.Literals([
  "Absent",
  "BadAlias",
  "BadMode",
  "BadName",
  "Edited",
  "NotJson",
  "RecordingRefused",
  "Secret",
  "Stale",
  "UnknownFormat",
  "Unreadable",
  "Unwritable",
])

/**
 * A cassette cannot be read or must not be written. It is never recorded again on its own account.
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
 * A call that a cassette does not have. It is a defect, so that no retry and no catch of an application swallows it.
 *
 * The message tells the operation, why there is no answer, and what is left; never what was asked, which may be a secret.
 *
 * @category errors
 */
export class CassetteMismatch extends Schema.TaggedError<CassetteMismatch>()("CassetteMismatch", {
  cassette: Schema.String,
  operation: Schema.String,
  problem: Schema.Literals(["AlreadyUsed", "NeverRecorded", "OtherRequest", "OutOfOrder"]),
  differing: Schema.Array(Schema.String),
  remaining: Schema.Array(Schema.String),
}) {
  override get message(): string {
    const why = {
      AlreadyUsed: "this request was recorded, but fewer times than it is made",
      NeverRecorded: "this operation was never recorded",
      OutOfOrder: "it was recorded, but what must come before it was not called yet",
      OtherRequest: `it was recorded with another request; the nearest differs in ${this.differing.join(", ")}`,
    }[this.problem]
    const left = this.remaining.length === 0 ? "nothing is left" : `left are ${this.remaining.join(", ")}`
    return `The cassette ${this.cassette} has no answer to ${this.operation}: ${why}; ${left}. To record again, run the test with CASSETTE_MODE=record`
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
}) {
  override get message(): string {
    return `The cassette ${this.cassette} has calls that were not made: ${this.remaining.join(", ")}`
  }
}
