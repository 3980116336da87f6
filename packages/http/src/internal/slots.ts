import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { alarm } from "./deadline.ts"

/** Runs an effect once there is a place for it, or another if its time is over before. */
export type Slots = <A, E>(
  effect: Effect.Effect<A, E>,
  /** Milliseconds. */
  left: () => number,
  late: Effect.Effect<A, E>,
) => Effect.Effect<A, E>

/** Of those who find a place at once. */
export const unlimited: Slots = (effect) => effect

/**
 * So many places, given in the order in which they were asked for.
 *
 * Effect's semaphores would need a fiber more for each who waits, to end the wait in time; thousands may wait.
 */
export const make = (count: number): Slots => {
  let free = count
  const waiting = new Set<() => void>()
  let isPassing = false
  const leave = () => {
    free++
    // Whoever is let in may leave at once; then it is this loop that goes on, and not another within it.
    if (isPassing) return
    isPassing = true
    for (const next of waiting) {
      if (free === 0) break
      next()
    }
    isPassing = false
  }
  /** Answers whether there was a place in time. */
  const wait = (fiber: Fiber.Fiber<unknown, unknown>, left: () => number, visit: Visit) =>
    Effect.callback<boolean>((resume) => {
      const next = () => {
        leaveQueue()
        free--
        visit.isInside = true
        resume(Effect.succeed(true))
      }
      const cancel = alarm(fiber, left, () => {
        leaveQueue()
        resume(Effect.succeed(false))
      })
      const leaveQueue = () => {
        waiting.delete(next)
        cancel()
      }
      waiting.add(next)
      return Effect.sync(leaveQueue)
    })
  return (effect, left, late) =>
    Effect.suspend(() => {
      const visit: Visit = { isInside: false }
      const enter = Effect.withFiber((fiber) => {
        if (free === 0 || waiting.size > 0) {
          return Effect.flatMap(wait(fiber, left, visit), (isInTime) => (isInTime ? effect : late))
        }
        free--
        visit.isInside = true
        return effect
      })
      // Whoever was let in leaves again, even if it was interrupted before it could begin.
      return Effect.onExitPrimitive(enter, () => {
        if (visit.isInside) leave()
        return undefined
      })
    })
}

interface Visit {
  isInside: boolean
}
