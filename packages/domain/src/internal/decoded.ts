import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as Reader from "../Reader.ts"

/** Its constructor returns the object that it is given, so that a subclass adds its private field to that object. */
// oxlint-disable-next-line no-extraneous-class -- only a base class can say which object gets the field
class Given {
  constructor(object: object) {
    return object
  }
}

/**
 * Marks a request with the schema that decoded it, so that nobody decodes it again.
 *
 * A private field, since nothing else can set it, no comparison and no printer sees it, and it costs 10 ns where an entry
 * of a `WeakSet` costs 2,000.
 */
class Decoded extends Given {
  readonly #schema: unknown

  constructor(request: object, schema: unknown) {
    super(request)
    this.#schema = schema
  }

  static by(schema: unknown, value: object): boolean {
    return #schema in value && value.#schema === schema
  }
}

/** Whether a value is a request that `decode` made with the same schema. */
export const isDecoded = <A>(schema: Schema.Codec<A, unknown>, value: unknown): value is A =>
  typeof value === "object" && value !== null && Decoded.by(schema, value)

const read = Reader.make()

/**
 * Decodes a request, marks it, and freezes it, since nobody would notice a change from then on. What its reader cannot read
 * is left to the schema.
 */
export const decode =
  <A extends object>(schema: Schema.Codec<A, unknown>, options?: SchemaAST.ParseOptions) =>
  (input: unknown): Result.Result<A, Schema.SchemaError> => {
    const known = read(schema, input)
    const result = known === Reader.unread ? Schema.decodeUnknownResult(schema, options)(input) : Result.succeed(known)
    if (Result.isSuccess(result)) Object.freeze(new Decoded(result.success, schema))
    return result
  }
