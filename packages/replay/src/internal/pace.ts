import * as Effect from "effect/Effect"
import type { Interaction } from "../Cassette.ts"

/**
 * How recorded calls came about beside each other. A replay that answered at once would let one fiber run ahead of the
 * others: equal requests would be told apart otherwise than they were, and what came later would come first.
 */
export interface Pace {
  /** Waits until all of before has come about, or seems not to: what is not there after some turns is not waited for again. */
  readonly reach: (tick: number) => Effect.Effect<void>
  readonly isReached: (tick: number) => boolean
  /** A call has begun or ended, upon its turn. */
  readonly pass: (tick: number) => void
}

/** How often all other fibers have a turn, while nothing comes about, before one does not wait any longer. */
const patience = 50

export const make = (interactions: ReadonlyArray<Interaction>): Pace => {
  const ticks = interactions.flatMap((each) => each.ticks).toSorted((one, other) => one - other)
  let next = 0
  const now = () => ticks[next] ?? Infinity
  const isReached = (tick: number) => now() >= tick
  return {
    isReached,
    pass: (tick) => {
      if (now() === tick) next++
    },
    reach: Effect.fnUntraced(function* (tick) {
      for (let left = patience, seen = now(); !isReached(tick);) {
        if (seen !== now()) [left, seen] = [patience, now()]
        if (left-- === 0) while (!isReached(tick)) next++
        else yield* Effect.yieldNow
      }
    }),
  }
}
