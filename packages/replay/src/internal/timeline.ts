import * as Effect from "effect/Effect"
import type { Interaction } from "../Cassette.ts"

/**
 * The recorded beginnings and ends of calls, in their order. A replay that returned at once would let one fiber run ahead
 * of the others, so equal requests of several fibers would swap their results.
 */
export interface Timeline {
  /**
   * Waits for everything before a tick. It stops waiting once all other fibers have had a turn and nothing happened: the
   * rest may need the clock, and the clock of a test must not move meanwhile.
   */
  readonly reach: (tick: number) => Effect.Effect<void>
  readonly isReached: (tick: number) => boolean
  /** A call has begun or ended at its tick. */
  readonly pass: (tick: number) => void
}

/** For cassettes in which a request determines its outcome: nobody has to wait. */
export const none: Timeline = { reach: () => Effect.void, isReached: () => true, pass: () => undefined }

interface Waiter {
  readonly tick: number
  wake: () => void
}

export const make = (interactions: ReadonlyArray<Interaction>): Timeline => {
  // The clock, not other calls, decides when a caller stops waiting.
  const ticks = interactions
    .flatMap(({ outcome, ticks: [began, ended] }) => (outcome._tag === "Interrupted" ? [began] : [began, ended]))
    .toSorted((one, other) => one - other)
  let next = 0
  const now = () => ticks[next] ?? Infinity
  const isReached = (tick: number) => now() >= tick

  /** Those who wait, the earliest first. */
  const waiting: Array<Waiter> = []
  const enter = (waiter: Waiter) => {
    const later = waiting.findIndex(({ tick }) => tick > waiter.tick)
    waiting.splice(later === -1 ? waiting.length : later, 0, waiter)
  }
  const leave = (waiter: Waiter) => {
    waiting.splice(waiting.indexOf(waiter), 1)
    waiting[0]?.wake()
  }

  /**
   * Who is woken goes on in its turn, after the one who has woken it. Whether it is the earliest is asked once more, since
   * a fiber can lose its turn before it sleeps, and nobody wakes it then.
   */
  const sleep = (waiter: Waiter) =>
    Effect.andThen(
      Effect.callback<void>((resume) => {
        waiter.wake = () => resume(Effect.void)
        if (waiting[0] === waiter) waiter.wake()
      }),
      Effect.yieldNow,
    )

  /** The earliest gives all others a turn, and passes over what is before its tick if nothing happened. The others sleep. */
  const wait = (waiter: Waiter): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (isReached(waiter.tick)) return Effect.void
      if (waiting[0] !== waiter) return Effect.andThen(sleep(waiter), wait(waiter))
      const before = next
      return Effect.flatMap(Effect.yieldNow, () => {
        if (next === before && waiting[0] === waiter) while (!isReached(waiter.tick)) next++
        return wait(waiter)
      })
    })

  return {
    reach: (tick) =>
      Effect.suspend(() => {
        const waiter: Waiter = { tick, wake: () => undefined }
        enter(waiter)
        return Effect.ensuring(
          wait(waiter),
          Effect.sync(() => leave(waiter)),
        )
      }),
    isReached,
    pass: (tick) => {
      if (now() === tick) next++
    },
  }
}
