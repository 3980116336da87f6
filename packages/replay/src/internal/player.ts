import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Cassette, canonical, type Interaction } from "../Cassette.ts"
import { CassetteMismatch } from "../CassetteError.ts"
import type { Descriptor } from "./descriptors.ts"

/** Answers calls from a cassette: each recorded call once, equal ones in their order, different ones in any. */
export interface Player {
  readonly play: <Request, A, E>(descriptor: Descriptor<Request, A, E>) => (request: Request) => Effect.Effect<A, E>
  /** Misses so far: an application may have swallowed them. */
  readonly misses: ReadonlyArray<CassetteMismatch>
  readonly remaining: () => ReadonlyArray<string>
}

export const make = (name: string, { interactions }: Cassette): Player => {
  const left = new Set(interactions)
  const queues = Map.groupBy(interactions, keyOf)
  const made = new Map<string, number>()
  const misses: Array<CassetteMismatch> = []
  const remaining = () => Array.from(left, ({ operation }) => operation)

  const take = (operation: string, request: Schema.Json): Interaction | undefined => {
    const key = `${operation} ${canonical(request)}`
    const count = made.get(key) ?? 0
    const interaction = queues.get(key)?.[count]
    if (interaction !== undefined) {
      made.set(key, count + 1)
      left.delete(interaction)
    }
    return interaction
  }

  const miss = (operation: string, request: Schema.Json): CassetteMismatch => {
    const same = interactions.filter((each) => each.operation === operation)
    const isKnown = queues.has(`${operation} ${canonical(request)}`)
    const nearest = same
      .map((each) => differing(each.request, request))
      .toSorted((one, other) => one.length - other.length)[0]
    return new CassetteMismatch({
      cassette: name,
      operation,
      problem: isKnown ? "AlreadyUsed" : nearest === undefined ? "NeverRecorded" : "OtherRequest",
      differing: isKnown ? [] : (nearest ?? []),
      remaining: remaining(),
    })
  }

  return {
    misses,
    remaining,
    play: (descriptor) => (request) =>
      Effect.suspend(() => {
        const json = descriptor.encode(request)
        const interaction = take(descriptor.operation, json)
        if (interaction === undefined) {
          const mismatch = miss(descriptor.operation, json)
          misses.push(mismatch)
          return Effect.die(mismatch)
        }
        return outcomeOf(descriptor, interaction)
      }),
  }
}

const outcomeOf = <Request, A, E>(
  { error, success }: Descriptor<Request, A, E>,
  { outcome }: Interaction,
): Effect.Effect<A, E> => {
  switch (outcome._tag) {
    case "Success":
      return Effect.orDie(Schema.decodeUnknownEffect(success)(outcome.value))
    case "Failure":
      return Effect.flatMap(Effect.orDie(Schema.decodeUnknownEffect(error)(outcome.error)), Effect.fail)
    case "Interrupted":
      // The caller gave up waiting when this was recorded, and has to do so again.
      return Effect.never
  }
}

const keyOf = ({ operation, request }: Interaction): string => `${operation} ${canonical(request)}`

/** The members in which two requests differ, by name alone. */
const differing = (recorded: unknown, made: unknown): ReadonlyArray<string> => {
  const [one, other] = [members(recorded), members(made)]
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((member) => canonical(one.get(member)) !== canonical(other.get(member)))
    .toSorted()
}

const members = (json: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof json === "object" && json !== null ? Object.entries(json) : [])
