import type { OperationName } from "@proxy-session/domain/OperationName"
import * as Operations from "@proxy-session/domain/Operations"
import type { ErrorOf, RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Interaction, Outcome } from "../Cassette.ts"
import { shifted } from "./privacy.ts"
import { reader } from "./reader.ts"
import { type Shape, shapeOf } from "./shape.ts"

/** How the calls of one operation are encoded, decoded and checked. Any service that has such descriptors can be recorded. */
export interface Descriptor<Request, in out Success, in out Error> {
  readonly operation: string
  readonly request: Shape
  readonly encode: (request: Request) => Schema.Json
  /** Whether a decoded request has the members of its JSON. It has, unless one of them is an instant. */
  readonly isJson: boolean
  readonly decode: (json: Schema.Json) => Request
  readonly encodeSuccess: (value: Success) => Schema.Json
  readonly encodeError: (error: Error) => Schema.Json
  /** Changes the JSON of an outcome, which has the shape of a success or of an error. */
  readonly mapOutcome: (outcome: Outcome, change: (shape: Shape, json: Schema.Json) => Schema.Json) => Outcome
  /**
   * The first thing in a call that today's schemas would not write, by path and rule. The instants of its outcome are moved
   * by so many milliseconds before `endOf` has it.
   */
  readonly problemOf: (interaction: Interaction, by: number) => string | undefined
  /** The recorded end of a call that `problemOf` found sound. */
  readonly endOf: (interaction: Interaction) => Effect.Effect<Success, Error>
}

/** A descriptor without the types of its operation. */
export type Known = Pick<Descriptor<never, unknown, unknown>, "mapOutcome" | "operation" | "problemOf" | "request">

/** The descriptor of an operation, from its row in a table of operations. */
export const make = <Request, A, E>(
  operation: string,
  row: Operations.Operation<Request, A, E>,
): Descriptor<Request, A, E> => {
  const codec = {
    request: Schema.toCodecJson(row.request),
    success: Schema.toCodecJson(row.success),
    error: Schema.toCodecJson(row.error),
  }
  const shapes = {
    request: shapeOf(row.request.ast, `${operation}.request`),
    success: shapeOf(row.success.ast, `${operation}.success`),
    error: shapeOf(row.error.ast, `${operation}.error`),
  }
  const readRequest = reader(codec.request, "request")
  const readSuccess = reader(codec.success, "outcome.value")
  const readError = reader(codec.error, "outcome.error")
  const ends = new Map<Interaction, Effect.Effect<A, E>>()

  const readOutcome = (outcome: Outcome): Result.Result<Effect.Effect<A, E>, string> => {
    switch (outcome._tag) {
      case "Success":
        return Result.map(readSuccess(outcome.value), Effect.succeed)
      case "Failure":
        return Result.map(readError(outcome.error), Effect.fail)
      case "Interrupted":
        // The caller stopped waiting during the recording, and has to do so again.
        return Result.succeed(Effect.never)
      case "InterruptedItself":
        return Result.succeed(Effect.interrupt)
    }
  }

  const mapOutcome: Descriptor<Request, A, E>["mapOutcome"] = (outcome, change) => {
    if (outcome._tag === "Success") return { ...outcome, value: change(shapes.success, outcome.value) }
    return outcome._tag === "Failure" ? { ...outcome, error: change(shapes.error, outcome.error) } : outcome
  }

  return {
    operation,
    request: shapes.request,
    encode: Schema.encodeSync(codec.request),
    isJson: !shapes.request.roles.has("instant"),
    decode: Schema.decodeSync(codec.request),
    encodeSuccess: Schema.encodeSync(codec.success),
    encodeError: Schema.encodeSync(codec.error),
    mapOutcome,
    problemOf: (interaction, by) => {
      const request = readRequest(interaction.request)
      if (Result.isFailure(request)) return request.failure
      const end = readOutcome(mapOutcome(interaction.outcome, (shape, json) => shifted(shape, json, by)))
      if (Result.isFailure(end)) return end.failure
      ends.set(interaction, end.success)
      return undefined
    },
    endOf: (interaction) =>
      ends.get(interaction) ?? Effect.die(new Error(`${operation} was not checked before it was replayed`)),
  }
}

const table: Operations.Table = Operations.operations

/** The descriptor of one of our own operations. */
export const describe = <Name extends OperationName>(
  name: Name,
): Descriptor<RequestOf[Name], SuccessOf[Name], ErrorOf[Name]> => make(name, table[name])
