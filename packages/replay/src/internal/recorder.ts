import { describe, violations } from "@proxy-session/domain/InvalidRequest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { canonical, Died, type Interaction, type Outcome } from "../Cassette.ts"
import { AliasCollision, CassetteError } from "../CassetteError.ts"
import type * as Aliases from "./aliases.ts"
import type { Descriptor, Known } from "./descriptors.ts"
import { quiet, shifted } from "./instants.ts"
import { keyOf } from "./keyOf.ts"

/** Calls in the order in which they began; a place is taken when a call begins and filled when it ends. */
export interface Recorder {
  /** Puts itself between an operation and the program, which is answered out of what is recorded, as by a replay. */
  readonly record: <Request, A, E>(
    descriptor: Descriptor<Request, A, E>,
    run: (request: Request) => Effect.Effect<A, E>,
  ) => (request: Request) => Effect.Effect<A, E>
  /** All calls, at the end: those that go on then were given up. */
  readonly interactions: () => ReadonlyArray<Interaction>
  /** Requests so far that could not be sent: an application may have swallowed the defect. */
  readonly refusals: ReadonlyArray<AliasCollision | CassetteError>
}

/** What a recorder begins with. */
export interface Options {
  readonly cassette: string
  readonly aliases: Aliases.Aliases
  /** Calls that are kept: what is recorded comes after them. */
  readonly kept?: ReadonlyArray<Interaction>
  /** The cassette that is recorded anew: where nothing else has changed, its instants and aliases stay. */
  readonly before?: ReadonlyArray<Interaction>
  /** Whether calls that end in a defect are recorded. */
  readonly defects?: boolean
  /** Milliseconds from the clock of this recording to the epoch of the cassette. */
  readonly shift?: number
}

export const make = ({ aliases, before = [], cassette, defects = false, kept = [], shift = 0 }: Options): Recorder => {
  const places = new Set<Place>()
  const refusals: Array<AliasCollision | CassetteError> = []
  const equal = Map.groupBy(before, keyOf)
  const alike = Map.groupBy(before, ({ operation }) => operation)
  const replaced = new Set<Interaction>()
  let tick = kept.reduce((latest, { ticks: [, end] }) => Math.max(latest, end + 1), 0)

  /** The call in whose place one is: an equal one or, as where a test has changed, the next of its operation. */
  const nextBefore = (call: Pick<Interaction, "operation" | "request">) => {
    const queue = alike.get(call.operation) ?? []
    while (queue[0] !== undefined && replaced.has(queue[0])) queue.shift()
    const found = equal.get(keyOf(call))?.shift() ?? queue[0]
    if (found !== undefined) replaced.add(found)
    return found?.outcome
  }

  const end = (place: Place, outcome: typeof Outcome.Type): Interaction =>
    (place.ended ??= {
      operation: place.operation,
      ticks: [place.began, tick++],
      request: place.request,
      outcome,
    })

  /** A defect that is told again when the scope closes, in case an application swallows it. */
  const refuse = (refusal: AliasCollision | CassetteError) =>
    Effect.suspend(() => {
      refusals.push(refusal)
      return Effect.die(refusal)
    })

  /** What is kept of a call's end, if anything: what a replay could not read is not. */
  const keep = (
    { operation, staleness }: Known,
    place: Place,
    told: () => typeof Outcome.Type | undefined,
    before: typeof Outcome.Type | undefined,
  ): Result.Result<Interaction | undefined, CassetteError> => {
    const outcome = Result.try({ try: told, catch: (error) => unrecordable(cassette, operation, rulesOf(error)) })
    if (Result.isFailure(outcome) || outcome.success === undefined) {
      places.delete(place)
      return Result.map(outcome, () => undefined)
    }
    const ended = end(place, quiet(shifted(outcome.success, shift), before))
    const problem = staleness(ended)
    return problem === undefined
      ? Result.succeed(ended)
      : Result.fail(unrecordable(cassette, operation, `: ${problem}`))
  }

  /** The request by the real names of what it holds. */
  const meant = <Request, A, E>(descriptor: Descriptor<Request, A, E>, request: Request, json: Schema.Json) =>
    Effect.try({
      try: () => {
        const sent = aliases.outbound(json)
        return canonical(sent) === canonical(json) ? request : descriptor.decode(sent)
      },
      catch: (error) => (error instanceof AliasCollision ? error : badAlias(cassette, descriptor.operation, error)),
    }).pipe(Effect.catch(refuse))

  return {
    refusals,
    record: (descriptor, run) => {
      const told = translate(descriptor, aliases, defects)
      return Effect.fnUntraced(function* (request) {
        const json = descriptor.encode(request)
        const sent = yield* meant(descriptor, request, json)
        const place: Place = { operation: descriptor.operation, request: json, began: tick++, ended: undefined }
        const last = nextBefore(place)
        places.add(place)
        // An implementation may throw before there is an effect.
        return yield* Effect.exit(Effect.suspend(() => run(sent))).pipe(
          Effect.flatMap((exit) => {
            const kept = keep(descriptor, place, () => told(exit, last), last)
            if (Result.isFailure(kept)) return refuse(kept.failure)
            return kept.success === undefined ? exit : descriptor.replay(kept.success)
          }),
          Effect.onError((cause) =>
            Effect.sync(() => {
              if (Cause.hasInterrupts(cause)) end(place, { _tag: "Interrupted" })
            }),
          ),
        )
      })
    },
    // Nobody waits any more for what has not ended.
    interactions: () => [...kept, ...Array.from(places, (place) => end(place, { _tag: "Interrupted" }))],
  }
}

/** A call that has begun. */
interface Place {
  readonly operation: string
  readonly request: Schema.Json
  readonly began: number
  ended: Interaction | undefined
}

/** By path and rule: the value itself is for nobody to see. */
const rulesOf = (error: unknown): string =>
  Schema.isSchemaError(error) ? `: ${describe(violations(error.issue), "it")}` : ""

const badAlias = (cassette: string, operation: string, error: unknown): CassetteError => {
  const detail = `${operation} does not take the real value of an alias${rulesOf(error)}`
  return new CassetteError({ cassette, reason: "BadAlias", detail })
}

const unrecordable = (cassette: string, operation: string, rules: string): CassetteError => {
  const detail = `${operation} was answered with what no cassette can hold${rules}`
  return new CassetteError({ cassette, reason: "Unrecordable", detail })
}

const asDied = Schema.decodeUnknownSync(Died)

/**
 * What a call ended in, under its aliases. A call that ended in a defect is left out, unless those are asked for; that the
 * caller gave up is not told by an exit, since nobody waits for one.
 */
const translate = <Request, A, E>(
  descriptor: Descriptor<Request, A, E>,
  aliases: Aliases.Aliases,
  defects: boolean,
) => {
  const encodeSuccess = Schema.encodeSync(descriptor.success)
  const encodeError = Schema.encodeSync(descriptor.error)
  return (exit: Exit.Exit<A, E>, last: typeof Outcome.Type | undefined): typeof Outcome.Type | undefined => {
    if (Exit.isSuccess(exit)) {
      const before = last?._tag === "Success" ? last.value : undefined
      return { _tag: "Success", value: aliases.inbound(encodeSuccess(exit.value), before) }
    }
    const found = Cause.findError(exit.cause)
    if (Result.isSuccess(found)) {
      const before = last?._tag === "Failure" ? last.error : undefined
      return { _tag: "Failure", error: aliases.inbound(encodeError(found.success), before) }
    }
    if (Cause.hasInterruptsOnly(exit.cause)) return { _tag: "InterruptedItself" }
    const died = defects ? Cause.findDefect(exit.cause) : undefined
    if (died === undefined || Result.isFailure(died)) return undefined
    const { success: defect } = died
    const [name, words] = defect instanceof Error ? [defect.name, defect.message] : ["a value", String(defect)]
    return asDied(aliases.inbound({ _tag: "Died", defect: name, detail: words }))
  }
}
