import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { canonical, Died, type Interaction, type Outcome } from "../Cassette.ts"
import { RecordedDefect } from "../CassetteError.ts"
import type * as Aliases from "./aliases.ts"
import type { Descriptor } from "./descriptors.ts"
import { quiet, shifted } from "./instants.ts"

/** Calls in the order in which they began; a place is taken when a call begins and filled when it ends. */
export interface Recorder {
  readonly record: <Request, A, E>(
    descriptor: Descriptor<Request, A, E>,
    run: (request: Request) => Effect.Effect<A, E>,
  ) => (request: Request) => Effect.Effect<A, E>
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
  const places: Array<{
    readonly operation: string
    readonly request: Schema.Json
    readonly began: number
    ended: { readonly at: number; readonly outcome: typeof Outcome.Type } | undefined
  }> = []
  const old = Map.groupBy(before, keyOf)
  const made = new Map<string, number>()
  let tick = kept.reduce((latest, { ticks: [, end] }) => Math.max(latest, end + 1), 0)

  const nextBefore = (operation: string, request: Schema.Json) => {
    const key = keyOf({ operation, request })
    const count = made.get(key) ?? 0
    made.set(key, count + 1)
    return old.get(key)?.[count]?.outcome
  }

  return {
    record: (descriptor, run) => {
      const told = translate(descriptor, aliases, defects)
      return (request) =>
        Effect.suspend(() => {
          const json = descriptor.encode(request)
          const sent = aliases.outbound(json)
          const place: (typeof places)[number] = {
            operation: descriptor.operation,
            request: json,
            began: tick++,
            ended: undefined,
          }
          places.push(place)
          const last = nextBefore(place.operation, json)
          return Effect.exit(run(canonical(sent) === canonical(json) ? request : descriptor.decode(sent))).pipe(
            Effect.flatMap((exit) => {
              const { outcome, safe } = told(exit, last)
              if (outcome !== undefined) place.ended = { at: tick++, outcome: quiet(shifted(outcome, shift), last) }
              return safe
            }),
            Effect.onInterrupt(() =>
              Effect.sync(() => {
                place.ended ??= { at: tick++, outcome: { _tag: "Interrupted" } }
              }),
            ),
          )
        })
    },
    interactions: () => [
      ...kept,
      ...places.flatMap(({ began, ended, operation, request }) =>
        ended === undefined ? [] : [{ operation, ticks: [began, ended.at] as const, request, outcome: ended.outcome }],
      ),
    ],
  }
}

const asDied = Schema.decodeUnknownSync(Died)

const keyOf = ({ operation, request }: Pick<Interaction, "operation" | "request">): string =>
  `${operation} ${canonical(request)}`

/**
 * What a call ended in, under its aliases: for the cassette, and for the program, which sees in a recording what it will
 * see in a replay. A call that ended in a defect is left out, unless those are asked for.
 */
const translate = <Request, A, E>(
  descriptor: Descriptor<Request, A, E>,
  aliases: Aliases.Aliases,
  defects: boolean,
) => {
  const success = { encode: Schema.encodeSync(descriptor.success), decode: Schema.decodeSync(descriptor.success) }
  const error = { encode: Schema.encodeSync(descriptor.error), decode: Schema.decodeSync(descriptor.error) }
  return (
    exit: Exit.Exit<A, E>,
    last: typeof Outcome.Type | undefined,
  ): { readonly outcome: typeof Outcome.Type | undefined; readonly safe: Exit.Exit<A, E> } => {
    if (Exit.isSuccess(exit)) {
      const value = aliases.inbound(success.encode(exit.value), last?._tag === "Success" ? last.value : undefined)
      return { outcome: { _tag: "Success", value }, safe: Exit.succeed(success.decode(value)) }
    }
    const found = Cause.findError(exit.cause)
    if (Result.isSuccess(found)) {
      const told = aliases.inbound(error.encode(found.success), last?._tag === "Failure" ? last.error : undefined)
      return { outcome: { _tag: "Failure", error: told }, safe: Exit.fail(error.decode(told)) }
    }
    if (Cause.hasInterruptsOnly(exit.cause)) return { outcome: { _tag: "Interrupted" }, safe: exit }
    const died = defects ? Cause.findDefect(exit.cause) : undefined
    if (died === undefined || Result.isFailure(died)) return { outcome: undefined, safe: exit }
    const { success: defect } = died
    const [name, words] = defect instanceof Error ? [defect.name, defect.message] : ["a value", String(defect)]
    const outcome = asDied(aliases.inbound({ _tag: "Died", defect: name, detail: words }))
    return { outcome, safe: Exit.die(new RecordedDefect({ defect: outcome.defect, detail: outcome.detail })) }
  }
}
