import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { alarm } from "./deadline.ts"

/**
 * `Effect.callback` within a time, for which it takes no fiber: what has no time left is given up, and another effect
 * takes its place.
 */
export const callbackWithin = <A, E>(
  fiber: Fiber.Fiber<unknown, unknown>,
  /** Milliseconds. */
  left: () => number,
  /** Begins, and answers how to give it up. */
  start: (resume: (effect: Effect.Effect<A, E>) => void) => () => void,
  late: Effect.Effect<A, E>,
): Effect.Effect<A, E> =>
  Effect.callback<A, E>((resume) => {
    let isOver = false
    let cancel = () => {}
    const giveUp = start((effect) => {
      if (isOver) return
      isOver = true
      cancel()
      resume(effect)
    })
    if (isOver) return undefined
    const end = () => {
      if (isOver) return
      isOver = true
      cancel()
      giveUp()
    }
    cancel = alarm(fiber, left, () => {
      end()
      resume(late)
    })
    return Effect.sync(end)
  })

/**
 * `Effect.timeoutOrElse` for what may take its time: what has no time left is interrupted, and another effect takes
 * its place once it has ended.
 *
 * It costs a third, since it makes one fiber where a race makes two. The fiber is made where its end is waited for, so
 * that no interruption can come between the two and leave it behind.
 */
export const within = <A, E>(
  /** Milliseconds. */
  left: () => number,
  effect: Effect.Effect<A, E>,
  late: Effect.Effect<A, E>,
): Effect.Effect<A, E> =>
  Effect.withFiber((parent) =>
    Effect.callback<A, E>((resume) => {
      const fiber = Effect.runForkWith(parent.context)(effect)
      const ended = fiber.pollUnsafe()
      if (ended !== undefined) {
        resume(ended)
        return undefined
      }
      const cancel = alarm(fiber, left, () => resume(Effect.andThen(Fiber.interrupt(fiber), late)))
      fiber.addObserver((exit) => {
        cancel()
        resume(exit)
      })
      return Fiber.interrupt(fiber)
    }),
  )
