import * as Redaction from "@proxy-session/domain/Redaction"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Cassette, Interaction } from "../Cassette.ts"
import { CassetteMismatch, type DifferingMember } from "../CassetteError.ts"
import * as Scan from "../Scan.ts"
import type { Descriptor } from "./descriptors.ts"
import { differences } from "./differences.ts"
import { keyOf } from "./keyOf.ts"
import * as Order from "./order.ts"
import * as Pace from "./pace.ts"
import { isSame } from "./staleness.ts"

/** How recorded calls are claimed. */
export interface Matching {
  readonly order?: "any" | "causal" | "strict"
  readonly repeatLast?: boolean
  /** Whether calls may be left out; those that are made keep to the order all the same. */
  readonly isPruned?: boolean
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
  { isModeConfigured = false, isPruned = false, order = "any", repeatLast = false }: Matching = {},
  canSend: (request: Schema.Json) => boolean = () => true,
): Player => {
  const left = new Set(interactions)
  const queues = queuesOf(interactions)
  const misses: Array<CassetteMismatch> = []
  const { come, isDue, isOvertaken } = Order.make(order, interactions, left)
  const pace = order === "any" && endAlike(queues) ? Pace.none : Pace.make(interactions)
  const remaining = () => [...left]

  /** The call that is claimed next, if one is left. */
  const nextOf = (queue: Queue): Interaction | undefined => {
    const isLeftOut = (interaction: Interaction | undefined) => isPruned && isOvertaken(interaction)
    while (isLeftOut(queue.calls[queue.next]) && queue.calls[queue.next + 1] !== undefined) queue.next++
    return queue.calls[queue.next]
  }
  const claim = (queue: Queue, isRead: boolean): Interaction | "OutOfOrder" | "Overtaken" | undefined => {
    const interaction = nextOf(queue)
    if (interaction === undefined) return repeatLast && isRead ? queue.calls.at(-1) : undefined
    if (isOvertaken(interaction)) return "Overtaken"
    if (!isPruned && !isDue(interaction)) return "OutOfOrder"
    queue.next++
    left.delete(interaction)
    come(interaction)
    pace.pass(interaction.ticks[0])
    return interaction
  }

  /** When the call that is claimed next began: another may be by then. */
  const beginningOf = (queue: Queue): number => nextOf(queue)?.ticks[0] ?? 0
  const turn = (queue: Queue): Effect.Effect<void> =>
    Effect.andThen(
      pace.reach(beginningOf(queue)),
      Effect.suspend(() => (pace.isReached(beginningOf(queue)) ? Effect.void : turn(queue))),
    )

  /** Ends a call as it was recorded, when it was. */
  const end = <A, E>({ ticks: [, tick] }: Interaction, ended: Effect.Effect<A, E>): Effect.Effect<A, E> => {
    const settle = Effect.suspend(() => {
      pace.pass(tick)
      return ended
    })
    return pace.isReached(tick) ? settle : Effect.andThen(pace.reach(tick), settle)
  }

  const miss = (
    call: Pick<Interaction, "operation" | "request">,
    key: string,
    why: "OutOfOrder" | "Overtaken" | "UnknownAlias" | undefined,
  ): CassetteMismatch => {
    const nearest = nearestOf(interactions, left, call)
    const problem = why ?? (queues.has(key) ? "AlreadyUsed" : nearest === undefined ? "NeverRecorded" : "OtherRequest")
    return new CassetteMismatch({
      cassette: name,
      operation: call.operation,
      problem,
      differing: problem === "OtherRequest" ? (nearest ?? []) : [],
      remaining: Array.from(left, ({ operation }) => operation),
      isModeConfigured,
    })
  }

  return {
    misses,
    remaining,
    play:
      ({ encode, isRead, operation, replay }, otherwise) =>
      (request) =>
        Effect.suspend(() => {
          const call = { operation, request: encode(request) }
          const key = keyOf(call)
          const queue = queues.get(key) ?? { calls: [], next: 0 }
          const answer = Effect.suspend(() => {
            const claimed = claim(queue, isRead)
            if (typeof claimed === "object") return end(claimed, replay(claimed))
            const isNew = otherwise !== undefined && claimed === undefined
            if (isNew && canSend(call.request)) {
              come("new")
              return otherwise(request)
            }
            const mismatch = miss(call, key, isNew ? "UnknownAlias" : claimed)
            misses.push(mismatch)
            return Effect.die(mismatch)
          })
          if (pace.isReached(beginningOf(queue))) return answer
          // Who gives up a call that waits for its turn has made it.
          const givenUp = Effect.sync(() => claim(queue, isRead))
          return Effect.andThen(
            Effect.onInterrupt(turn(queue), () => givenUp),
            answer,
          )
        }),
  }
}

/** Equal calls, and which of them is claimed next. */
interface Queue {
  readonly calls: Array<Interaction>
  next: number
}

const queuesOf = (interactions: ReadonlyArray<Interaction>): ReadonlyMap<string, Queue> => {
  const queues = new Map<string, Queue>()
  for (const interaction of interactions) {
    const key = keyOf(interaction)
    const queue = queues.get(key)
    if (queue === undefined) queues.set(key, { calls: [interaction], next: 0 })
    else queue.calls.push(interaction)
  }
  return queues
}

/** Whether equal calls ended alike, so that it does not matter which of them is which. */
const endAlike = (queues: ReadonlyMap<string, Queue>): boolean =>
  Array.from(queues.values()).every(({ calls: [first, ...others] }) =>
    others.every((each) => isSame(each.outcome, first?.outcome)),
  )

/** In what the nearest call of an operation differs: of those that are left, if any. */
const nearestOf = (
  interactions: ReadonlyArray<Interaction>,
  left: ReadonlySet<Interaction>,
  { operation, request }: Pick<Interaction, "operation" | "request">,
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
