import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Interaction, Outcome } from "../Cassette.ts"
import type { Descriptor } from "./descriptors.ts"

/** Calls in the order in which they began; a place is taken when a call begins and filled when it ends. */
export interface Recorder {
  readonly record: <Request, A, E>(
    descriptor: Descriptor<Request, A, E>,
    run: (request: Request) => Effect.Effect<A, E>,
  ) => (request: Request) => Effect.Effect<A, E>
  readonly interactions: () => ReadonlyArray<Interaction>
}

/** A recorder whose ticks go on from those of the calls that there are already. */
export const make = (present: ReadonlyArray<Interaction> = []): Recorder => {
  const places: Array<{
    readonly operation: string
    readonly request: Schema.Json
    readonly began: number
    ended: { readonly at: number; readonly outcome: typeof Outcome.Type } | undefined
  }> = []
  let tick = present.reduce((latest, { ticks: [, end] }) => Math.max(latest, end + 1), 0)
  return {
    record: (descriptor, run) => (request) =>
      Effect.suspend(() => {
        const place: (typeof places)[number] = {
          operation: descriptor.operation,
          request: descriptor.encode(request),
          began: tick++,
          ended: undefined,
        }
        places.push(place)
        return Effect.onExit(run(request), (exit) =>
          Effect.sync(() => {
            const outcome = outcomeOf(descriptor, exit)
            if (outcome !== undefined) place.ended = { at: tick++, outcome }
          }),
        )
      }),
    interactions: () => [
      ...present,
      ...places.flatMap(({ began, ended, operation, request }) =>
        ended === undefined ? [] : [{ operation, ticks: [began, ended.at] as const, request, outcome: ended.outcome }],
      ),
    ],
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
