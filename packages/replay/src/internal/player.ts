import * as Effect from "effect/Effect"
import type { Interaction } from "../Cassette.ts"
import { CassetteMismatch } from "../CassetteError.ts"
import { canonical } from "./canonical.ts"
import type { Descriptor, Known } from "./descriptor.ts"
import { nearest } from "./mismatch.ts"
import { isKept } from "./reader.ts"
import * as Timeline from "./timeline.ts"

/** Ends calls as a cassette has them: each recorded call once, equal ones in their order. */
export interface Player {
  /** An operation that is played. */
  readonly play: <Request, A, E>(descriptor: Descriptor<Request, A, E>) => (request: Request) => Effect.Effect<A, E>
  /** The operations that are played, by name. */
  readonly operations: ReadonlyMap<string, Known>
  /** The calls that the cassette did not have. An application may have swallowed them. */
  readonly misses: ReadonlyArray<CassetteMismatch>
  /** The operations of recorded calls that were not made yet. */
  readonly remaining: () => ReadonlyArray<string>
}

export const make = (cassette: string, interactions: ReadonlyArray<Interaction>, howToRecord: string): Player => {
  const left = new Set(interactions)
  const queues = queuesOf(interactions)
  const operations = new Map<string, Known>()
  const misses: Array<CassetteMismatch> = []
  const timeline = endAlike(queues) ? Timeline.none : Timeline.make(interactions)
  const remaining = () => Array.from(left, ({ operation }) => operation)

  const claim = (queue: Queue): Interaction | undefined => {
    const interaction = queue.calls[queue.next]
    if (interaction === undefined) return undefined
    queue.next++
    left.delete(interaction)
    timeline.pass(interaction.ticks[0])
    return interaction
  }

  /** When the call that is claimed next began. Another call may have claimed it by then. */
  const beginningOf = (queue: Queue): number => queue.calls[queue.next]?.ticks[0] ?? 0
  const turn = (queue: Queue): Effect.Effect<void> =>
    Effect.andThen(
      timeline.reach(beginningOf(queue)),
      Effect.suspend(() => (timeline.isReached(beginningOf(queue)) ? Effect.void : turn(queue))),
    )

  /** Ends a call as it was recorded, and when. */
  const end = <A, E>({ ticks: [, tick] }: Interaction, recorded: Effect.Effect<A, E>): Effect.Effect<A, E> => {
    if (!timeline.isReached(tick)) {
      return Effect.andThen(
        timeline.reach(tick),
        Effect.suspend(() => {
          timeline.pass(tick)
          return recorded
        }),
      )
    }
    timeline.pass(tick)
    return recorded
  }

  const miss = <Request, A, E>(descriptor: Descriptor<Request, A, E>, asked: Request) =>
    Effect.suspend(() => {
      const { encode, operation, request } = descriptor
      const json = encode(asked)
      const same = interactions.filter((each) => each.operation === operation)
      const unclaimed = same.filter((each) => left.has(each))
      const differing = nearest(unclaimed.length > 0 ? unclaimed : same, json, request)
      const problem =
        differing === undefined ? "NeverRecorded" : queues.has(keyOf(operation, json)) ? "AlreadyUsed" : "OtherRequest"
      const mismatch = new CassetteMismatch({
        cassette,
        operation,
        problem,
        differing: problem === "OtherRequest" ? (differing ?? []) : [],
        remaining: remaining(),
        howToRecord,
      })
      misses.push(mismatch)
      return Effect.die(mismatch)
    })

  return {
    operations,
    misses,
    remaining,
    play: (descriptor) => {
      operations.set(descriptor.operation, descriptor)
      return (request) =>
        Effect.suspend(() => {
          const queue = queues.get(
            keyOf(descriptor.operation, descriptor.isJson ? request : descriptor.encode(request)),
          )
          if (queue === undefined) return miss(descriptor, request)
          const answer = () => {
            const claimed = claim(queue)
            return claimed === undefined ? miss(descriptor, request) : end(claimed, descriptor.endOf(claimed))
          }
          if (timeline.isReached(beginningOf(queue))) return answer()
          // A call that is given up before its turn was made all the same.
          const givenUp = Effect.sync(() => claim(queue))
          return Effect.andThen(
            Effect.onInterrupt(turn(queue), () => givenUp),
            Effect.suspend(answer),
          )
        })
    },
  }
}

/** Equal calls have equal keys. */
const keyOf = (operation: string, request: unknown): string => `${operation} ${canonical(request)}`

/** Equal calls, and which of them is claimed next. */
interface Queue {
  readonly calls: Array<Interaction>
  next: number
}

const queuesOf = (interactions: ReadonlyArray<Interaction>): ReadonlyMap<string, Queue> => {
  const queues = new Map<string, Queue>()
  for (const interaction of interactions) {
    const key = keyOf(interaction.operation, interaction.request)
    const queue = queues.get(key)
    if (queue === undefined) queues.set(key, { calls: [interaction], next: 0 })
    else queue.calls.push(interaction)
  }
  return queues
}

/** Whether equal calls ended alike, so that it does not matter which of them is which. */
const endAlike = (queues: ReadonlyMap<string, Queue>): boolean =>
  Array.from(queues.values()).every(({ calls: [first, ...others] }) =>
    others.every((each) => isKept(each.outcome, first?.outcome)),
  )
