import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { alarm } from "./alarm.ts"

/**
 * `Effect.timeoutOrElse` for each attempt of each call: what has no time left is interrupted, and another effect takes
 * its place once it has ended.
 *
 * It costs a third, since it makes one fiber where a race makes two.
 */
export const within = <A, E>(
  /** Milliseconds. */
  left: () => number,
  effect: Effect.Effect<A, E>,
  late: Effect.Effect<A, E>,
): Effect.Effect<A, E> =>
  Effect.flatMap(Effect.forkChild(effect, { startImmediately: true }), (fiber) => {
    const ended = fiber.pollUnsafe()
    if (ended !== undefined) return ended
    return Effect.callback<A, E>((resume) => {
      const cancel = alarm(fiber, left, () => resume(Effect.andThen(Fiber.interrupt(fiber), late)))
      fiber.addObserver((exit) => {
        cancel()
        resume(exit)
      })
      return Fiber.interrupt(fiber)
    })
  })
