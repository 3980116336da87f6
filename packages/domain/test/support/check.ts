import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** Every property of this package runs on the same seed; a failure prints the replay token of the smallest input. */
export const property = { arbitrary: { runs: 200, seed: 20_200_415 } }

/** Whether a schema reads an input. */
export const accepts = (schema: Schema.Codec<unknown, unknown>, input: unknown): boolean =>
  Result.isSuccess(Schema.decodeUnknownResult(schema)(input))

/** The JSON text of a value. */
export const written = <A>(schema: Schema.Codec<A, unknown>, value: A): string =>
  JSON.stringify(Schema.encodeSync(schema)(value))

/** What a schema makes of its own output: encode, through JSON text, decode. */
export const roundTrip = <A>(schema: Schema.Codec<A, unknown>, value: A): A =>
  Schema.decodeUnknownSync(schema)(JSON.parse(written(schema, value)))

/** A value of a type that only the test claims it to have, as plain JavaScript would pass it. */
export const cast = (value: unknown): never => value as never
