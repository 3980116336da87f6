import * as Input from "@proxy-session/domain/Input"
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import type { OperationName } from "@proxy-session/domain/OperationName"
import * as Operations from "@proxy-session/domain/Operations"
import type { ErrorOf, InputOf, RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

const table: Operations.Table = Operations.operations

/** Decodes the input each time the effect runs, so that a change of it since then is seen. */
export const decoding = <Name extends OperationName>(
  name: Name,
  run: (request: RequestOf[Name]) => Effect.Effect<SuccessOf[Name], ErrorOf[Name]>,
) => {
  const read = Input.reader(table[name].request, name)
  return (input: InputOf[Name]) =>
    Effect.suspend((): Effect.Effect<SuccessOf[Name], ErrorOf[Name] | InvalidRequest> => {
      const request = read(input)
      return Result.isSuccess(request) ? run(request.success) : Effect.fail(request.failure)
    })
}
