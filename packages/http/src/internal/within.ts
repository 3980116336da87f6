import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { alarm } from "./alarm.ts"

/**
 * `Effect.timeoutOrElse` for each attempt of each call: what has no time left is interrupted, and another effect takes
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
