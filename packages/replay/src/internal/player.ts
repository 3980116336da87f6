import * as Redaction from "@proxy-session/domain/Redaction"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { type Cassette, canonical, type Interaction } from "../Cassette.ts"
import { CassetteMismatch, type DifferingMember } from "../CassetteError.ts"
import * as Scan from "../Scan.ts"
import type { Descriptor } from "./descriptors.ts"
import { differences } from "./differences.ts"

/** How recorded calls are claimed. */
export interface Matching {
  readonly order?: "any" | "causal" | "strict"
  readonly repeatLast?: boolean
  /** Whether `CASSETTE_MODE` is what makes a run record. */
  readonly isModeConfigured?: boolean
}

/** Answers calls from a cassette: each recorded call once, equal ones in their order. */
export interface Player {
  /** Answers a call; one that the cassette lacks goes to `otherwise`, if there is one and `canSend` lets it. */
  readonly play: <Request, A, E>(
    descriptor: Descriptor<Request, A, E>,
    otherwise?: (request: Request) => Effect.Effect<A, E>,
  ) => (request: Request) => Effect.Effect<A, E>
  /** Misses so far: an application may have swallowed them. */
  readonly misses: ReadonlyArray<CassetteMismatch>
  /** Recorded calls that were not made yet. */
  readonly remaining: () => ReadonlyArray<Interaction>
}

export const make = (
  name: string,
  { interactions }: Cassette,
  { isModeConfigured = false, order = "any", repeatLast = false }: Matching = {},
  canSend: (request: Schema.Json) => boolean = () => true,
): Player => {
  const left = new Set(interactions)
  const queues = Map.groupBy(interactions, keyOf)
  const made = new Map<string, number>()
  const misses: Array<CassetteMismatch> = []
  const isDue = due(order, interactions, left)
  const remaining = () => [...left]

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

  const miss = (
    operation: string,
    request: Schema.Json,
    why: "OutOfOrder" | "UnknownAlias" | undefined,
  ): CassetteMismatch => {
    const nearest = nearestOf(interactions, left, operation, request)
    const isKnown = queues.has(`${operation} ${canonical(request)}`)
    const problem = why ?? (isKnown ? "AlreadyUsed" : nearest === undefined ? "NeverRecorded" : "OtherRequest")
    return new CassetteMismatch({
      cassette: name,
      operation,
      problem,
      differing: problem === "OtherRequest" ? (nearest ?? []) : [],
      remaining: Array.from(left, (each) => each.operation),
      isModeConfigured,
    })
  }

  return {
    misses,
    remaining,
    play: (descriptor, otherwise) => {
      return (request) =>
        Effect.suspend(() => {
          const json = descriptor.encode(request)
          const claimed = claim(`${descriptor.operation} ${canonical(json)}`, descriptor.isRead)
          if (claimed !== undefined && claimed !== "OutOfOrder") return descriptor.replay(claimed)
          const isMade = otherwise !== undefined && claimed === undefined
          if (isMade && canSend(json)) return otherwise(request)
          const mismatch = miss(descriptor.operation, json, isMade ? "UnknownAlias" : claimed)
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

const keyOf = ({ operation, request }: Interaction): string => `${operation} ${canonical(request)}`

/** In what the nearest call of an operation differs: of those that are left, if any. */
const nearestOf = (
  interactions: ReadonlyArray<Interaction>,
  left: ReadonlySet<Interaction>,
  operation: string,
  request: Schema.Json,
): ReadonlyArray<typeof DifferingMember.Type> | undefined => {
  const same = interactions.filter((each) => each.operation === operation)
  const unclaimed = same.filter((each) => left.has(each))
  return (unclaimed.length > 0 ? unclaimed : same)
    .map((each) => differences(each.request, request, new Set()))
    .toSorted((one, other) => one.length - other.length)[0]
    ?.map(({ answered, path, recorded }) => ({ path, recorded: shown(path, recorded), asked: shown(path, answered) }))
}

/** A value as JSON, unless it may be somebody's: what is asked has passed no gate, and a name passes every one. */
const shown = (path: string, value: Schema.Json | undefined): string => {
  const text = value === undefined ? "nothing" : JSON.stringify(value)
  return /(?:^|\.)name$/iu.test(path) || /"name":/iu.test(text) || Scan.secrets(text).length > 0
    ? Redaction.placeholder
    : text
}
