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
  resume: () => void
}

export const make = (interactions: ReadonlyArray<Interaction>): Timeline => {
  // The clock, not other calls, decides when a caller stops waiting.
  const ticks = interactions
    .flatMap(({ outcome, ticks: [began, ended] }) => (outcome._tag === "Interrupted" ? [began] : [began, ended]))
    .toSorted((one, other) => one - other)
  let next = 0
  const now = () => ticks[next] ?? Infinity
  const isReached = (tick: number) => now() >= tick

  /** One waiter, that of the earliest tick, watches whether anything happens. All others sleep, the latest first. */
  let watched = Infinity
  let isResuming = false
  const waiters: Array<Waiter> = []
  const resumeNext = () => {
    isResuming = true
    waiters.pop()?.resume()
  }
  const resumeReached = () => {
    for (let last = waiters.at(-1); last !== undefined && isReached(last.tick); last = waiters.at(-1)) resumeNext()
  }

  const sleep = (tick: number) =>
    Effect.suspend(() => {
      const waiter: Waiter = { tick, resume: () => undefined }
      return Effect.callback<void>((resume) => {
        waiter.resume = () => resume(Effect.void)
        const later = waiters.findIndex((each) => each.tick < tick)
        waiters.splice(later === -1 ? waiters.length : later, 0, waiter)
      }).pipe(
        Effect.onInterrupt(() =>
          Effect.sync(() => {
            const index = waiters.indexOf(waiter)
            if (index !== -1) waiters.splice(index, 1)
            // It may have been resumed in order to watch.
            else if (watched === Infinity && waiters.length > 0) resumeNext()
          }),
        ),
      )
    })

  const watch = (tick: number) =>
    Effect.suspend(() => {
      const before = now()
      // A fiber that was just resumed has its turn first.
      const isEarly = isResuming
      isResuming = false
      watched = tick
      return Effect.andThen(
        Effect.yieldNow,
        Effect.sync(() => {
          if (watched === tick && before === now() && !isEarly && !isResuming) while (!isReached(tick)) next++
        }),
      )
    }).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          resumeReached()
          if (watched !== tick) return
          watched = Infinity
          if (waiters.length > 0) resumeNext()
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
      resumeReached()
    },
  }
}
