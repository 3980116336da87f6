import * as Effect from "effect/Effect"
import { callbackUntil } from "./timeout.ts"

/** Runs an effect while it holds a permit, or another one if it gets none by the deadline. */
export type Semaphore = <A, E, X>(
  deadline: number,
  effect: Effect.Effect<A, E>,
  onTimeout: () => Effect.Effect<A, X>,
) => Effect.Effect<A, E | X>

/**
 * A semaphore whose permits go round in the order of those who ask.
 *
 * Effect's own would need another fiber for each that waits, to end the wait at its deadline; thousands may wait.
 */
export const make = (permits: number): Semaphore => {
  let free = permits
  const waiting = new Set<() => void>()
  let isPassing = false
  const release = () => {
    free++
    // The next one may release at once. Then this loop goes on, and not another one within it.
    if (isPassing) return
    isPassing = true
    for (const next of waiting) {
      if (free === 0) break
      next()
    }
    isPassing = false
  }
  return <A, E, X>(deadline: number, effect: Effect.Effect<A, E>, onTimeout: () => Effect.Effect<A, X>) =>
    Effect.suspend(() => {
      let isHolding = false
      const acquire = () => {
        free--
        isHolding = true
        return effect
      }
      const acquired = Effect.suspend((): Effect.Effect<A, E | X> => {
        if (free > 0 && waiting.size === 0) return acquire()
        return callbackUntil<A, E | X>(
          deadline,
          (resume) => {
            const next = () => {
              waiting.delete(next)
              resume(acquire())
            }
            waiting.add(next)
            return () => Effect.sync(() => waiting.delete(next))
          },
          onTimeout,
        )
      })
      // A permit is released even if its holder was interrupted before the effect could begin.
      return Effect.onExitPrimitive(acquired, () => {
        if (isHolding) release()
        return undefined
      })
    })
}
