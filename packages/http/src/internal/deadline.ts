import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"

/** The clock of everything that has been given no other: it sleeps on the platform's timers. */
const platformClock = Context.get(Context.empty(), Clock.Clock)

/** Milliseconds on the clock that only goes forward: setting the other one must neither end a wait nor make it longer. */
export const monotonicMillis = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6

/** What a timer of the platform can wait for. */
const longest = 2 ** 31 - 1

/**
 * Rings once no milliseconds are left, which is asked again whenever those that were left have passed: there may be more
 * by then. Answers how to keep it from ringing.
 *
 * On the platform's own clock it is a bare timer, since each call needs one. On any other, a test's among them, it is a
 * fiber that sleeps.
 */
export const alarm = (fiber: Fiber.Fiber<unknown, unknown>, left: () => number, ring: () => void): (() => void) => {
  if (fiber.getRef(Clock.Clock) !== platformClock) {
    const asleep: Effect.Effect<void> = Effect.suspend(() => {
      const millis = left()
      return millis > 0 ? Effect.andThen(Effect.sleep(millis), asleep) : Effect.void
    })
    // As with a timer, nothing rings before whoever sets it knows how to stop it.
    const stop = Effect.runCallbackWith(fiber.context)(Effect.andThen(Effect.yieldNow, asleep), {
      onExit: (exit) => Exit.isSuccess(exit) && ring(),
    })
    return () => stop()
  }
  // oxlint-disable-next-line no-restricted-globals -- it is what the platform's clock itself sleeps on
  const set = (millis: number) => setTimeout(awake, Math.min(Math.max(millis, 0), longest))
  const awake = () => {
    const millis = left()
    if (millis > 0) timer = set(millis)
    else ring()
  }
  const millis = left()
  if (millis === Number.POSITIVE_INFINITY) return () => undefined
  let timer = set(millis)
  return () => clearTimeout(timer)
}
