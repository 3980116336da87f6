import * as Input from "@proxy-session/domain/Input"
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import type { OperationName } from "@proxy-session/domain/OperationName"
import * as Operations from "@proxy-session/domain/Operations"
import type { ErrorOf, InputOf, RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"

const table: Operations.Table = Operations.operations

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

export const decoding = <Name extends OperationName>(
  name: Name,
  run: (request: RequestOf[Name]) => Effect.Effect<SuccessOf[Name], ErrorOf[Name]>,
): ((input: InputOf[Name]) => Effect.Effect<SuccessOf[Name], ErrorOf[Name] | InvalidRequest>) =>
  reading(table[name].request, run, name)
