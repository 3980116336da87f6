import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Cassette, canonical, type Interaction } from "../Cassette.ts"
import { CassetteMismatch } from "../CassetteError.ts"
import type { Descriptor } from "./descriptors.ts"

/** How recorded calls are claimed. */
export interface Matching {
  readonly order?: "any" | "causal" | "strict"
  readonly repeatLast?: boolean
}

/** Answers calls from a cassette: each recorded call once, equal ones in their order. */
export interface Player {
  /** Answers a call; one that the cassette lacks goes to `otherwise`, if there is one. */
  readonly play: <Request, A, E>(
    descriptor: Descriptor<Request, A, E>,
    otherwise?: (request: Request) => Effect.Effect<A, E>,
  ) => (request: Request) => Effect.Effect<A, E>
  /** Misses so far: an application may have swallowed them. */
  readonly misses: ReadonlyArray<CassetteMismatch>
  readonly remaining: () => ReadonlyArray<string>
}

export const make = (
  name: string,
  { interactions }: Cassette,
  { order = "any", repeatLast = false }: Matching = {},
): Player => {
  const left = new Set(interactions)
  const queues = Map.groupBy(interactions, keyOf)
  const made = new Map<string, number>()
  const misses: Array<CassetteMismatch> = []
  const isDue = due(order, interactions, left)
  const remaining = () => Array.from(left, ({ operation }) => operation)

  const claim = (key: string, isRead: boolean): Interaction | "OutOfOrder" | undefined => {
    const queue = queues.get(key)
    const count = made.get(key) ?? 0
    const interaction = queue?.[count]
    if (interaction === undefined) return repeatLast && isRead ? queue?.at(-1) : undefined
    if (!isDue(interaction)) return "OutOfOrder"
    made.set(key, count + 1)
    left.delete(interaction)
    return interaction
  }

  const miss = (operation: string, request: Schema.Json, isOutOfOrder: boolean): CassetteMismatch => {
    const nearest = nearestOf(interactions, left, operation, request)
    const isKnown = queues.has(`${operation} ${canonical(request)}`)
    return new CassetteMismatch({
      cassette: name,
      operation,
      problem: isOutOfOrder
        ? "OutOfOrder"
        : isKnown
          ? "AlreadyUsed"
          : nearest === undefined
            ? "NeverRecorded"
            : "OtherRequest",
      differing: isKnown ? [] : (nearest ?? []),
      remaining: remaining(),
    })
  }

  return {
    misses,
    remaining,
    play: (descriptor, otherwise) => {
      const outcomeOf = decoder(descriptor)
      return (request) =>
        Effect.suspend(() => {
          const json = descriptor.encode(request)
          const claimed = claim(`${descriptor.operation} ${canonical(json)}`, descriptor.isRead)
          if (claimed !== undefined && claimed !== "OutOfOrder") return outcomeOf(claimed)
          if (otherwise !== undefined) return otherwise(request)
          const mismatch = miss(descriptor.operation, json, claimed === "OutOfOrder")
          misses.push(mismatch)
          return Effect.die(mismatch)
        })
    },
  }
}

/** Whether a call may be claimed yet. Each list is walked once, however many calls there are. */
const due = (
  order: "any" | "causal" | "strict",
  interactions: ReadonlyArray<Interaction>,
  left: ReadonlySet<Interaction>,
): ((interaction: Interaction) => boolean) => {
  if (order === "any") return () => true
  const inOrder =
    order === "strict" ? interactions : interactions.toSorted((one, other) => one.ticks[1] - other.ticks[1])
  let next = 0
  return (interaction) => {
    for (let each = inOrder[next]; each !== undefined && !left.has(each); each = inOrder[next]) next++
    const earliest = inOrder[next]
    return (
      earliest === undefined ||
      earliest === interaction ||
      (order === "causal" && earliest.ticks[1] > interaction.ticks[0])
    )
  }
}

const decoder = <Request, A, E>({ error, success }: Descriptor<Request, A, E>) => {
  const ofSuccess = Schema.decodeUnknownEffect(success)
  const ofError = Schema.decodeUnknownEffect(error)
  return ({ outcome }: Interaction): Effect.Effect<A, E> => {
    switch (outcome._tag) {
      case "Success":
        return Effect.orDie(ofSuccess(outcome.value))
      case "Failure":
        return Effect.flatMap(Effect.orDie(ofError(outcome.error)), Effect.fail)
      case "Interrupted":
        // The caller gave up waiting when this was recorded, and has to do so again.
        return Effect.never
    }
  }
}

const keyOf = ({ operation, request }: Interaction): string => `${operation} ${canonical(request)}`

/** In what the nearest call of an operation differs: of those that are left, if any. */
const nearestOf = (
  interactions: ReadonlyArray<Interaction>,
  left: ReadonlySet<Interaction>,
  operation: string,
  request: Schema.Json,
): ReadonlyArray<string> | undefined => {
  const same = interactions.filter((each) => each.operation === operation)
  const unclaimed = same.filter((each) => left.has(each))
  return (unclaimed.length > 0 ? unclaimed : same)
    .map((each) => differing(each.request, request))
    .toSorted((one, other) => one.length - other.length)[0]
}

/** The paths at which two requests differ; what stands there may be a secret. */
const differing = (recorded: unknown, made: unknown, path = ""): ReadonlyArray<string> => {
  if (canonical(recorded) === canonical(made)) return []
  const [one, other] = [members(recorded), members(made)]
  if (one === undefined || other === undefined) return [path]
  const step = (member: string) =>
    Array.isArray(recorded) ? `${path}[${member}]` : path === "" ? member : `${path}.${member}`
  return [...new Set([...one.keys(), ...other.keys()])]
    .flatMap((member) => differing(one.get(member) ?? null, other.get(member) ?? null, step(member)))
    .toSorted()
}

const members = (json: unknown): ReadonlyMap<string, unknown> | undefined =>
  typeof json === "object" && json !== null ? new Map(Object.entries(json)) : undefined
