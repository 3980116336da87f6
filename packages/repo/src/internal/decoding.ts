import * as Input from "@proxy-session/domain/Input"
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf, InputOf, RequestOf, SuccessOf, Table } from "@proxy-session/domain/Operations"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"

/** Decodes the input each time the effect runs, so that a change of it since then is seen. */
export const reading = <Request extends object, A, E>(
  schema: Schema.Codec<Request, unknown> & { readonly fields: Schema.Struct.Fields },
  run: (request: Request) => Effect.Effect<A, E>,
  operation?: OperationName,
): ((input: unknown) => Effect.Effect<A, E | InvalidRequest>) => {
  const read = Input.reader(schema, operation)
  return (input) =>
    Effect.suspend((): Effect.Effect<A, E | InvalidRequest> => {
      const request = read(input)
      return Result.isSuccess(request) ? run(request.success) : Effect.fail(request.failure)
    })
}

/** A method of each operation of a part of the table, which decodes the request that it is given. */
export const decodingBy =
  <Names extends OperationName>(table: Pick<Table, Names>) =>
  <Name extends Names>(
    name: Name,
    run: (request: RequestOf[Name]) => Effect.Effect<SuccessOf[Name], ErrorOf[Name]>,
  ): ((input: InputOf[Name]) => Effect.Effect<SuccessOf[Name], ErrorOf[Name] | InvalidRequest>) =>
    reading(table[name].request, run, name)
