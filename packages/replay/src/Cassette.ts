/**
 * A cassette: calls of services and how each one ended, as JSON that can be reviewed.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { CassetteError } from "./CassetteError.ts"
import { isKept } from "./internal/reader.ts"

/**
 * The format that is written, and the only one that is read.
 *
 * @category constants
 */
export const format = "proxy-session-cassette/3"

/** `JSON.parse` made it, so it needs no second look. The schemas of each operation read all of it. */
const Json: Schema.Codec<Schema.Json> = Schema.declare((value): value is Schema.Json => value !== undefined)

/**
 * How a call ended: with a value, with a typed error, without an end because the caller stopped waiting (`Interrupted`), or
 * with an interruption by the implementation itself.
 *
 * @category models
 */
export const Outcome = Schema.Union([
  Schema.TaggedStruct("Success", { value: Json }),
  Schema.TaggedStruct("Failure", { error: Json }),
  Schema.TaggedStruct("Interrupted", {}),
  Schema.TaggedStruct("InterruptedItself", {}),
])

/**
 * The type of an outcome.
 *
 * @category models
 */
export type Outcome = typeof Outcome.Type

/**
 * One call: its operation, its request and its outcome.
 *
 * `ticks` are its beginning and its end, counted over all calls of the cassette.
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
 * Calls in the order in which they began. Instants are written as if the recording had begun at 1970-01-01T00:00:00Z.
 *
 * @category models
 */
export const Cassette = Schema.Struct({
  format: Schema.Literal(format),
  interactions: Schema.Array(Interaction),
})

/**
 * Reads the text of a cassette. Unknown members and other formats are typed errors.
 *
 * The requests and outcomes stay JSON here; `ReplayRepo.check` reads those, too.
 *
 * @category decoding
 */
export const parse = (name: string, text: string): Effect.Effect<ReadonlyArray<Interaction>, CassetteError> => {
  const fail = (reason: CassetteError["reason"], detail: string) =>
    Effect.fail(new CassetteError({ cassette: name, reason, detail }))
  const json = parseJson(text)
  if (Result.isFailure(json)) return fail("NotJson", "it is not JSON; restore it, or record it anew")
  const found = json.success
  if (typeof found !== "object" || found === null || !("format" in found) || found.format !== format) {
    return fail("UnknownFormat", `its format is not ${format}; record it anew`)
  }
  const cassette = decode(found)
  return Result.isSuccess(cassette) && isKept(cassette.success, found)
    ? Effect.succeed(cassette.success.interactions)
    : decodeStrictly(found).pipe(
        Effect.catch(({ message }) => fail("Stale", message)),
        Effect.map(({ interactions }) => interactions),
      )
}

const parseJson = Schema.decodeResult(Schema.fromJsonString(Schema.Unknown))
// An unknown member is missing from the result, so a comparison finds it. The strict decode says where it is.
const decode = Schema.decodeUnknownResult(Cassette)
const decodeStrictly = Schema.decodeUnknownEffect(Cassette, { errors: "all", onExcessProperty: "error" })

/**
 * The text of a cassette: two spaces, the keys of every request and outcome in order, and a newline at the end.
 *
 * @category encoding
 */
export const print = (interactions: ReadonlyArray<Interaction>): string => {
  const ordered = interactions.map(({ operation, outcome, request, ticks }) => ({
    operation,
    ticks,
    request: sorted(request),
    outcome: sorted(outcome),
  }))
  return `${JSON.stringify({ format, interactions: ordered }, null, 2)}\n`
}

const sorted = (json: unknown): unknown => {
  if (Array.isArray(json)) return json.map(sorted)
  if (typeof json !== "object" || json === null) return json
  return Object.fromEntries(
    Object.entries(json)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, value]) => [key, sorted(value)]),
  )
}
