import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { canonical, Died, type Interaction, type Outcome } from "../Cassette.ts"
import type * as Aliases from "./aliases.ts"
import type { Descriptor } from "./descriptors.ts"
import { quiet, shifted } from "./instants.ts"

/** Calls in the order in which they began; a place is taken when a call begins and filled when it ends. */
export interface Recorder {
  /** Puts itself between an operation and the program, which is answered out of what is recorded, as by a replay. */
  readonly record: <Request, A, E>(
    descriptor: Descriptor<Request, A, E>,
    run: (request: Request) => Effect.Effect<A, E>,
  ) => (request: Request) => Effect.Effect<A, E>
  /** All calls, at the end: those that go on then were given up. */
  readonly interactions: () => ReadonlyArray<Interaction>
}

/** What a recorder begins with. */
export interface Options {
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

export const make = ({ aliases, before = [], defects = false, kept = [], shift = 0 }: Options): Recorder => {
  const places = new Set<Place>()
  const old = Map.groupBy(before, keyOf)
  const made = new Map<string, number>()
  let tick = kept.reduce((latest, { ticks: [, end] }) => Math.max(latest, end + 1), 0)

  const nextBefore = (operation: string, request: Schema.Json) => {
    const key = keyOf({ operation, request })
    const count = made.get(key) ?? 0
    made.set(key, count + 1)
    return old.get(key)?.[count]?.outcome
  }

  const end = (place: Place, outcome: typeof Outcome.Type): Interaction =>
    (place.ended ??= {
      operation: place.operation,
      ticks: [place.began, tick++],
      request: place.request,
      outcome,
    })

  return {
    record: (descriptor, run) => {
      const told = translate(descriptor, aliases, defects)
      return (request) =>
        Effect.suspend(() => {
          const json = descriptor.encode(request)
          const sent = aliases.outbound(json)
          const place: Place = { operation: descriptor.operation, request: json, began: tick++, ended: undefined }
          places.add(place)
          const last = nextBefore(place.operation, json)
          return Effect.exit(run(canonical(sent) === canonical(json) ? request : descriptor.decode(sent))).pipe(
            Effect.flatMap((exit) => {
              const outcome = told(exit, last)
              if (outcome !== undefined) return descriptor.replay(end(place, quiet(shifted(outcome, shift), last)))
              places.delete(place)
              return exit
            }),
            Effect.onInterrupt(() => Effect.sync(() => end(place, { _tag: "Interrupted" }))),
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

const asDied = Schema.decodeUnknownSync(Died)

const keyOf = ({ operation, request }: Pick<Interaction, "operation" | "request">): string =>
  `${operation} ${canonical(request)}`

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
