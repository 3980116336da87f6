import * as Effect from "effect/Effect"
import type { Interaction } from "../Cassette.ts"

/**
 * How recorded calls came about beside each other. A replay that answered at once would let one fiber run ahead of the
 * others: equal requests would be told apart otherwise than they were, and what came later would come first.
 */
export interface Pace {
  /**
   * Waits until all of before has come about, or seems not to: what does not come while all other fibers have a turn is not
   * waited for any more. It may need the clock, and a test's is not moved for longer than that.
   */
  readonly reach: (tick: number) => Effect.Effect<void>
  readonly isReached: (tick: number) => boolean
  /** A call has begun or ended, upon its turn. */
  readonly pass: (tick: number) => void
}

/** Where each call is told by what it asks, and may come in any order, nothing has to be waited for. */
export const none: Pace = { reach: () => Effect.void, isReached: () => true, pass: () => undefined }

interface Sleeper {
  readonly tick: number
  wake: () => void
}

export const make = (interactions: ReadonlyArray<Interaction>): Pace => {
  // When a caller gave up waiting is told by the clock, not by what came before.
  const ticks = interactions
    .flatMap(({ outcome, ticks: [began, ended] }) => (outcome._tag === "Interrupted" ? [began] : [began, ended]))
    .toSorted((one, other) => one - other)
  let next = 0
  const now = () => ticks[next] ?? Infinity
  const isReached = (tick: number) => now() >= tick

  /** One of those who wait watches whether anything comes about; all others sleep, the latest first. */
  let watched = Infinity
  let isWaking = false
  const sleepers: Array<Sleeper> = []
  const wakeNext = () => {
    isWaking = true
    sleepers.pop()?.wake()
  }
  const wakeReached = () => {
    for (let last = sleepers.at(-1); last !== undefined && isReached(last.tick); last = sleepers.at(-1)) wakeNext()
  }

  const sleep = (tick: number) =>
    Effect.suspend(() => {
      const sleeper: Sleeper = { tick, wake: () => undefined }
      return Effect.callback<void>((resume) => {
        sleeper.wake = () => resume(Effect.void)
        const later = sleepers.findIndex((each) => each.tick < tick)
        sleepers.splice(later === -1 ? sleepers.length : later, 0, sleeper)
      }).pipe(
        Effect.onInterrupt(() =>
          Effect.sync(() => {
            const place = sleepers.indexOf(sleeper)
            if (place !== -1) sleepers.splice(place, 1)
            // It may have been woken in order to watch.
            else if (watched === Infinity && sleepers.length > 0) wakeNext()
          }),
        ),
      )
    })

  const watch = (tick: number) =>
    Effect.suspend(() => {
      const seen = now()
      // Who was woken has a turn, too.
      const isPatient = isWaking
      isWaking = false
      watched = tick
      return Effect.andThen(
        Effect.yieldNow,
        Effect.sync(() => {
          if (watched === tick && seen === now() && !isPatient && !isWaking) while (!isReached(tick)) next++
        }),
      )
    }).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          wakeReached()
          if (watched !== tick) return
          watched = Infinity
          if (sleepers.length > 0) wakeNext()
        }),
      ),
    )

  const reach = (tick: number): Effect.Effect<void> =>
    Effect.suspend(() =>
      isReached(tick) ? Effect.void : Effect.andThen(tick < watched ? watch(tick) : sleep(tick), reach(tick)),
    )

  return {
    reach,
    isReached,
    pass: (tick) => {
      if (now() !== tick) return
      next++
      wakeReached()
    },
  }
}
