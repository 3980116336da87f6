/**
 * A cassette that cannot be used, and a call that it does not have.
 */
import * as Schema from "effect/Schema"
import { howToRecord } from "./internal/howToRecord.ts"

/**
 * Why a cassette cannot be used.
 *
 * - `Absent`: there is none of this name
 * - `BadName`: the name is not one that a cassette may have
 * - `BadAlias`: the real value of an alias is not configured, or none that an operation takes
 * - `BadMode`: `CASSETTE_MODE` is not a mode
 * - `RecordingRefused`: it would be recorded in CI
 * - `BeingRecorded`: somebody else is recording it, or has just done so
 * - `Different`: the implementation no longer answers as was recorded
 * - `Edited`: it is not as it was written
 * - `Unreadable`, `Unwritable`: the store failed
 * - `NotJson`, `UnknownFormat`: it is not a cassette, or one of a newer format
 * - `Stale`: it no longer is what today's schemas say
 * - `Secret`: what was recorded, or its name, holds something that must not be kept
 * - `Unrecordable`: the implementation answered with what is no answer of the operation
 *
 * @category models
 */
export const CassetteErrorReason = Schema.Literals([
  "Absent",
  "BadAlias",
  "BadMode",
  "BadName",
  "BeingRecorded",
  "Different",
  "Edited",
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
 * A member in which a request is not the recorded one, each as JSON; `nothing` where it is absent.
 *
 * @category models
 */
export const DifferingMember = Schema.Struct({ path: Schema.String, recorded: Schema.String, asked: Schema.String })

const sideBySide = ({ asked, path, recorded }: typeof DifferingMember.Type): string =>
  `${path || "the whole"} (recorded ${recorded}, asked ${asked})`

/** Each operation once: a cassette may have thousands of calls. */
const counted = (operations: ReadonlyArray<string>): string =>
  Array.from(
    Map.groupBy(operations, (operation) => operation),
    ([operation, { length }]) => (length === 1 ? operation : `${operation} (${length})`),
  ).join(", ")

/**
 * A call that a cassette does not have. It is a defect, so that no retry and no catch of an application swallows it.
 *
 * The message tells the operation, why there is no answer, in what the nearest recorded request differs, and what is left.
 * It shows no name and no telephone number that is not fictional.
 *
 * @category errors
 */
export class CassetteMismatch extends Schema.TaggedError<CassetteMismatch>()("CassetteMismatch", {
  cassette: Schema.String,
  operation: Schema.String,
  problem: Schema.Literals(["AlreadyUsed", "NeverRecorded", "OtherRequest", "OutOfOrder", "Overtaken", "UnknownAlias"]),
  differing: Schema.Array(DifferingMember),
  remaining: Schema.Array(Schema.String),
  /** Whether the mode is that of `CASSETTE_MODE`, rather than one that the test gives. */
  isModeConfigured: Schema.Boolean,
}) {
  override get message(): string {
    const why = {
      AlreadyUsed: "this request was recorded, but fewer times than it is made",
      NeverRecorded: "this operation was never recorded",
      OutOfOrder: "it was recorded, but what must come before it was not called yet",
      Overtaken: "it was recorded, but before what was called already; the whole cassette has to be recorded again",
      UnknownAlias:
        "it was not recorded, and cannot be now, since it names what only the answers of the recording told, such as a session's id; the whole cassette has to be recorded again",
      OtherRequest: `it was recorded with another request; the nearest differs in ${this.differing.map(sideBySide).join(", ")}`,
    }[this.problem]
    const left = this.remaining.length === 0 ? "nothing is left" : `left are ${counted(this.remaining)}`
    const how = howToRecord(this.isModeConfigured)
    return `The cassette ${this.cassette} has no answer to ${this.operation}: ${why}; ${left}. To record again, ${how}`
  }
}

/**
 * A request of a recording holds a number that was given to a proxy number as its alias: the program, which has no reason
 * to send one, has made up the same. It is a defect, since what was sent would not be what was meant.
 *
 * @category errors
 */
export class AliasCollision extends Schema.TaggedError<AliasCollision>()("AliasCollision", { alias: Schema.String }) {
  override get message(): string {
    return `${this.alias} stands for a proxy number in this recording: let the test use another number`
  }
}

/**
 * A defect of the implementation that was recorded, by its name and what it said.
 *
 * @category errors
 */
export class RecordedDefect extends Schema.TaggedError<RecordedDefect>()("RecordedDefect", {
  defect: Schema.String,
  detail: Schema.String,
}) {
  override get message(): string {
    return `${this.defect}: ${this.detail}`
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
    return `The cassette ${this.cassette} has calls that were not made: ${counted(this.remaining)}; the mode prune takes out what is no longer called`
  }
}
