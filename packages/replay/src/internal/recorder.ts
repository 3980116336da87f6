import { describe, violations } from "@proxy-session/domain/InvalidRequest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Interaction, Outcome } from "../Cassette.ts"
import { CassetteError } from "../CassetteError.ts"
import type { Aliases } from "./aliases.ts"
import { canonical } from "./canonical.ts"
import type { Descriptor, Known } from "./descriptor.ts"
import { concealed, RefusedMember, revealed, shifted } from "./privacy.ts"

/** Records calls in the order in which they began. */
export interface Recorder {
  /** Puts itself between an operation and the program, which sees what a replay will show it. */
  readonly record: <Request, A, E>(
    descriptor: Descriptor<Request, A, E>,
    run: (request: Request) => Effect.Effect<A, E>,
  ) => (request: Request) => Effect.Effect<A, E>
  /** The operations that are recorded, by name. */
  readonly operations: ReadonlyMap<string, Known>
  /** All calls as they are written. Those that have not ended by then were given up. */
  readonly interactions: () => ReadonlyArray<Interaction>
  /** What could not be recorded. An application may have swallowed the defects. */
  readonly refusals: ReadonlyArray<CassetteError>
}

export interface Options {
  readonly cassette: string
  readonly aliases: Aliases
  readonly keepMessages: boolean
  /** When the recording began, in milliseconds since 1970. */
  readonly start: number
}

/** A call that has begun. */
interface Call {
  readonly operation: string
  readonly request: Schema.Json
  readonly began: number
  ended: Interaction | undefined
}

export const make = (options: Options): Recorder => {
  const { aliases, cassette, start } = options
  const operations = new Map<string, Known>()
  const calls = new Set<Call>()
  const refusals: Array<CassetteError> = []
  let tick = 0

  const end = (call: Call, outcome: Outcome): Interaction => {
    const { began, operation, request } = call
    return (call.ended ??= { operation, ticks: [began, tick++], request, outcome })
  }

  const refuse = (reason: CassetteError["reason"], detail: string) =>
    Effect.suspend(() => {
      const refusal = new CassetteError({ cassette, reason, detail })
      refusals.push(refusal)
      return Effect.die(refusal)
    })

  /** The request as the implementation gets it. */
  const sent = <Request, A, E>(descriptor: Descriptor<Request, A, E>, request: Request, json: Schema.Json) =>
    Effect.suspend(() => {
      const { decode, operation, request: shape } = descriptor
      const result = Result.try({
        try: () => {
          const real = revealed(aliases, shape, json)
          return canonical(real) === canonical(json) ? request : decode(real)
        },
        catch: (error) => error,
      })
      if (Result.isSuccess(result)) return Effect.succeed(result.success)
      return result.failure instanceof RefusedMember
        ? refuse(result.failure.reason, `${operation}: ${result.failure.message}`)
        : refuse("BadAlias", `${operation} does not accept the real value of an alias${rulesOf(result.failure)}`)
    })

  /** Records the end of a call, and ends it as a replay will. */
  const settle = <Request, A, E>(descriptor: Descriptor<Request, A, E>, call: Call, exit: Exit.Exit<A, E>) => {
    const result = Result.try({
      try: () => {
        const outcome = outcomeOf(descriptor, exit)
        return outcome && descriptor.mapOutcome(outcome, (shape, json) => concealed(options, shape, json))
      },
      catch: (error) => error,
    })
    const fail = (reason: CassetteError["reason"], detail: string) => {
      calls.delete(call)
      return refuse(reason, `${descriptor.operation} ${detail}`)
    }
    if (Result.isFailure(result)) {
      return result.failure instanceof RefusedMember
        ? fail(result.failure.reason, `returned what must not be written: ${result.failure.message}`)
        : fail("Unrecordable", `returned what is not its result${rulesOf(result.failure)}`)
    }
    if (result.success === undefined) {
      calls.delete(call)
      return exit
    }
    const { success: outcome } = result
    const written = descriptor.mapOutcome(outcome, (shape, json) => shifted(shape, json, -start))
    const ended = end(call, written)
    const problem = descriptor.problemOf(ended, start)
    return problem === undefined
      ? descriptor.endOf(ended)
      : fail("Unrecordable", `returned what is not its result: ${problem}`)
  }

  return {
    operations,
    refusals,
    record: (descriptor, run) => {
      operations.set(descriptor.operation, descriptor)
      return Effect.fnUntraced(function* (request) {
        const json = descriptor.encode(request)
        const real = yield* sent(descriptor, request, json)
        const call: Call = { operation: descriptor.operation, request: json, began: tick++, ended: undefined }
        calls.add(call)
        // An implementation may throw before it returns an effect.
        return yield* Effect.exit(Effect.suspend(() => run(real))).pipe(
          Effect.flatMap((exit) => settle(descriptor, call, exit)),
          Effect.onError((cause) =>
            Effect.sync(() => {
              if (Cause.hasInterrupts(cause)) end(call, { _tag: "Interrupted" })
            }),
          ),
        )
      })
    },
    interactions: () => Array.from(calls, (call) => end(call, { _tag: "Interrupted" })),
  }
}

/** By path and rule, without the value. */
const rulesOf = (error: unknown): string =>
  Schema.isSchemaError(error) ? `: ${describe(violations(error.issue), "it")}` : ""

/** The JSON of an exit; `undefined` for a defect, which is not recorded. */
const outcomeOf = <Request, A, E>(
  descriptor: Descriptor<Request, A, E>,
  exit: Exit.Exit<A, E>,
): Outcome | undefined => {
  if (Exit.isSuccess(exit)) return { _tag: "Success", value: descriptor.encodeSuccess(exit.value) }
  const error = Cause.findError(exit.cause)
  if (Result.isSuccess(error)) return { _tag: "Failure", error: descriptor.encodeError(error.success) }
  return Cause.hasInterruptsOnly(exit.cause) ? { _tag: "InterruptedItself" } : undefined
}
