/**
 * A cassette: calls of a repository and what became of them, as JSON that can be reviewed.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { CassetteError } from "./CassetteError.ts"

/**
 * The format that is written. One that is not known is refused.
 *
 * @category constants
 */
export const format = "proxy-session-cassette/1"

/**
 * What became of a call: a value, a typed error, or nothing, because the caller did not wait.
 *
 * @category models
 */
export const Outcome = Schema.Union([
  Schema.TaggedStruct("Success", { value: Schema.Json }),
  Schema.TaggedStruct("Failure", { error: Schema.Json }),
  Schema.TaggedStruct("Interrupted", {}),
])

/**
 * One call, by the name of its operation.
 *
 * @category models
 */
export const Interaction = Schema.Struct({ operation: Schema.String, request: Schema.Json, outcome: Outcome })

/**
 * The type of a call.
 *
 * @category models
 */
export type Interaction = typeof Interaction.Type

/**
 * Calls in the order in which they were made.
 *
 * @category models
 */
export const Cassette = Schema.Struct({ format: Schema.Literal(format), interactions: Schema.Array(Interaction) })

/**
 * The type of a cassette.
 *
 * @category models
 */
export type Cassette = typeof Cassette.Type

/**
 * Reads a cassette's text. What is not a cassette of this format is a typed error.
 *
 * @category decoding
 */
export const parse = (name: string, text: string): Effect.Effect<Cassette, CassetteError> => {
  const fail = (reason: CassetteError["reason"], detail: string) =>
    Effect.fail(new CassetteError({ cassette: name, reason, detail }))
  return Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: () => new CassetteError({ cassette: name, reason: "NotJson", detail: "it is not JSON" }),
  }).pipe(
    Effect.flatMap((json) => {
      const found = typeof json === "object" && json !== null && "format" in json ? json.format : undefined
      return found === format
        ? Effect.catch(decode(json), ({ message }) => fail("Stale", message))
        : fail("UnknownFormat", "its format is not one that this version reads")
    }),
  )
}

const decode = Schema.decodeUnknownEffect(Cassette, { errors: "all", onExcessProperty: "error" })

/**
 * The text of a cassette: two spaces, the keys of every object in order, and a newline at the end.
 *
 * @category encoding
 */
export const print = ({ interactions }: Cassette): string =>
  `${JSON.stringify({ format, interactions: interactions.map(({ operation, outcome, request }) => ({ operation, request: sorted(request), outcome: sorted(outcome) })) }, null, 2)}\n`

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
