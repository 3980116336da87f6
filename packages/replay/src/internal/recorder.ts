import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Interaction, Outcome } from "../Cassette.ts"
import type { Descriptor } from "./descriptors.ts"

/** Calls in the order in which they were made; a place is taken when a call begins and filled when it ends. */
export interface Recorder {
  readonly record: <Request, A, E>(
    descriptor: Descriptor<Request, A, E>,
    run: (request: Request) => Effect.Effect<A, E>,
  ) => (request: Request) => Effect.Effect<A, E>
  readonly interactions: () => ReadonlyArray<Interaction>
}

export const make = (): Recorder => {
  const places: Array<{
    readonly operation: string
    readonly request: Schema.Json
    outcome: typeof Outcome.Type | undefined
  }> = []
  return {
    record: (descriptor, run) => (request) =>
      Effect.suspend(() => {
        const place: (typeof places)[number] = {
          operation: descriptor.operation,
          request: descriptor.encode(request),
          outcome: undefined,
        }
        places.push(place)
        return Effect.onExit(run(request), (exit) =>
          Effect.sync(() => {
            place.outcome = outcomeOf(descriptor, exit)
          }),
        )
      }),
    interactions: () =>
      places.flatMap(({ operation, outcome, request }) =>
        outcome === undefined ? [] : [{ operation, request, outcome }],
      ),
  }
}

/** A defect is nothing to replay: a call that ended in one is left out. */
const outcomeOf = <Request, A, E>(
  descriptor: Descriptor<Request, A, E>,
  exit: Exit.Exit<A, E>,
): typeof Outcome.Type | undefined => {
  if (Exit.isSuccess(exit)) {
    return { _tag: "Success", value: Schema.encodeSync(descriptor.success)(exit.value) }
  }
  const error = Cause.findError(exit.cause)
  if (Result.isSuccess(error)) return { _tag: "Failure", error: Schema.encodeSync(descriptor.error)(error.success) }
  return Cause.hasInterruptsOnly(exit.cause) ? { _tag: "Interrupted" } : undefined
}
