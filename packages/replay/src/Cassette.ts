/**
 * A cassette: calls of a repository and what became of them, as JSON that can be reviewed.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { CassetteError } from "./CassetteError.ts"
import { checksum } from "./internal/checksum.ts"
import { migrate } from "./internal/migrate.ts"
import { isSame } from "./internal/staleness.ts"

/**
 * The format that is written. Older ones are read and brought up to it; one that is not known is refused.
 *
 * @category constants
 */
export const format = "proxy-session-cassette/2"

/** What `JSON.parse` has made needs no second look: a cassette is long, and each operation's schemas read all of it. */
const Json: Schema.Codec<Schema.Json> = Schema.declare((value): value is Schema.Json => value !== undefined)

/**
 * A call that ended in a defect, by the defect's name and what it said.
 *
 * @category models
 */
export const Died = Schema.TaggedStruct("Died", { defect: Schema.String, detail: Schema.String })

/**
 * What became of a call: a value, a typed error, a defect where those are recorded, nothing, because the caller did not
 * wait (`Interrupted`), or an interruption that came from the implementation itself.
 *
 * @category models
 */
export const Outcome = Schema.Union([
  Schema.TaggedStruct("Success", { value: Json }),
  Schema.TaggedStruct("Failure", { error: Json }),
  Schema.TaggedStruct("Interrupted", {}),
  Schema.TaggedStruct("InterruptedItself", {}),
  Died,
])

/**
 * One call, by the name of its operation.
 *
 * `ticks` are when it began and when it ended, counted over all calls: a call whose end is before another's beginning
 * may have caused it.
 *
 * @category models
 */
export const Interaction = Schema.Struct({
  operation: Schema.String,
  ticks: Schema.Tuple([Schema.Natural, Schema.Natural]).check(
    Schema.makeFilter(([began, ended]) => began < ended, { expected: "a beginning before an end" }),
  ),
  request: Json,
  outcome: Outcome,
})

/**
 * The type of a call.
 *
 * @category models
 */
export type Interaction = typeof Interaction.Type

/**
 * Calls in the order in which they began. `epoch` is the instant at which the recording began, in ISO 8601; `checksum`
 * is of all the rest, however it is laid out.
 *
 * @category models
 */
export const Cassette = Schema.Struct({
  format: Schema.Literal(format),
  checksum: Schema.String,
  epoch: Schema.String.check(
    Schema.makeFilter((text) => Option.exists(DateTime.make(text), (at) => DateTime.formatIso(at) === text), {
      expected: "an instant in ISO 8601",
    }),
  ),
  interactions: Schema.Array(Interaction),
})

/**
 * What a cassette holds, without what only its text needs.
 *
 * @category models
 */
export type Cassette = Omit<typeof Cassette.Type, "checksum" | "format">

/**
 * Reads a cassette's text, bringing an older format up to date. What is not a cassette, or is not as it was written, is
 * a typed error.
 *
 * The checksum finds accidents: a merge, a truncation, an edit by hand. It does not resist someone who can compute it.
 *
 * @category decoding
 */
export const parse = (name: string, text: string): Effect.Effect<Cassette, CassetteError> => {
  const fail = (reason: CassetteError["reason"], detail: string) =>
    Effect.fail(new CassetteError({ cassette: name, reason, detail }))
  return Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: () =>
      new CassetteError({
        cassette: name,
        reason: "NotJson",
        detail: "it is not JSON; restore it, or record it again",
      }),
  }).pipe(
    Effect.flatMap((json) => {
      const found = migrate(json)
      if (typeof found !== "object" || found === null || !("format" in found) || found.format !== format) {
        return fail(
          "UnknownFormat",
          "its format is not one that this version reads; if that is newer, update @proxy-session/replay, else restore it",
        )
      }
      // The first format had no checksum: what has one was of a later format when it was written.
      const isAsWritten =
        found === json ? "checksum" in found && found.checksum === checksumOf(found) : !("checksum" in Object(json))
      if (!isAsWritten) {
        return fail("Edited", "it is not as it was written; restore it, or record it again")
      }
      const quick = quickly(found)
      return Result.isSuccess(quick) && isSame(quick.success, found)
        ? Effect.succeed(quick.success)
        : Effect.catch(strictly(found), ({ message }) => fail("Stale", message))
    }),
  )
}

// What is no member does not come out again; the dearer look tells where it is.
const quickly = Schema.decodeUnknownResult(Cassette)
const strictly = Schema.decodeUnknownEffect(Cassette, { errors: "all", onExcessProperty: "error" })

const checksumOf = (cassette: object): string =>
  checksum(
    JSON.stringify([
      "epoch" in cassette ? cassette.epoch : undefined,
      "interactions" in cassette ? cassette.interactions : undefined,
    ]),
  )

/**
 * The text of a cassette: two spaces, the keys of every object in order, and a newline at the end.
 *
 * @category encoding
 */
export const print = ({ epoch, interactions }: Cassette): string => {
  const ordered = {
    epoch,
    interactions: interactions.map(({ operation, outcome, request, ticks }) => ({
      operation,
      ticks,
      request: sorted(request),
      outcome: sorted(outcome),
    })),
  }
  return `${JSON.stringify({ format, checksum: checksumOf(ordered), ...ordered }, null, 2)}\n`
}

/**
 * The text of a cassette with its ticks at nought and without its checksum, whose digits are nobody's telephone number:
 * what the gate looks at. Members of the same name within a request or an answer stay, since their keys are in order.
 *
 * @category encoding
 */
export const withoutCounters = (text: string): string =>
  text
    .replace(/"checksum": ?"[\da-f]{16}"/u, `"checksum":""`)
    .replaceAll(/("operation":\s*"\w*",\s*"ticks":\s*)\[\s*\d+,\s*\d+\s*\](?=,\s*"request":)/gu, "$1[0,0]")

/**
 * JSON with the keys of every object in order, so that equal requests are equal text.
 *
 * @category encoding
 */
export const canonical = (json: unknown): string => JSON.stringify(sorted(json))

const sorted = (json: unknown): unknown => {
  if (Array.isArray(json)) return json.map(sorted)
  if (typeof json !== "object" || json === null) return json
  return Object.fromEntries(
    Object.entries(json)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, value]) => [key, sorted(value)]),
  )
}
