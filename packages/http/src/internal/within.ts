import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** The clock of everything that has been given no other: it sleeps on the platform's timers. */
const platformClock = Context.get(Context.empty(), Clock.Clock)

/** What a timer of the platform can wait for. */
const longest = 2 ** 31 - 1

/**
 * `Effect.timeoutOrElse` for each attempt of each call: what has no time left is interrupted, and another effect takes
 * its place. How much is left is asked again whenever what was left has passed, so it may be more by then.
 *
 * On the platform's own clock it costs a third, since it makes one fiber where a race makes two, and sets the timer itself.
 * Any other clock, a test's among them, is left to Effect.
 */
export const within = <A, E>(
  clock: Clock.Clock,
  /** Milliseconds. */
  left: () => number,
  effect: Effect.Effect<A, E>,
  late: Effect.Effect<A, E>,
): Effect.Effect<A, E> => (clock === platformClock ? onPlatform(left, effect, late) : raced(left, effect, late))

const raced = <A, E>(left: () => number, effect: Effect.Effect<A, E>, late: Effect.Effect<A, E>) => {
  const over: Effect.Effect<void> = Effect.suspend(() => {
    const millis = left()
    return millis > 0 ? Effect.andThen(Effect.sleep(millis), over) : Effect.void
  })
  return Effect.flatten(Effect.raceFirst(Effect.map(effect, Effect.succeed), Effect.as(over, late)))
}

const onPlatform = <A, E>(left: () => number, effect: Effect.Effect<A, E>, late: Effect.Effect<A, E>) =>
  Effect.flatMap(Effect.forkChild(effect, { startImmediately: true, uninterruptible: false }), (fiber) => {
    const ended = fiber.pollUnsafe()
    if (ended !== undefined) return ended
    return Effect.callback<A, E>((resume) => {
      // oxlint-disable-next-line no-restricted-globals -- it is what the platform's clock itself sleeps on
      const sleep = (millis: number) => setTimeout(awake, Math.min(Math.max(millis, 0), longest))
      const awake = () => {
        const millis = left()
        if (millis > 0) timer = sleep(millis)
        else resume(Effect.andThen(Fiber.interrupt(fiber), late))
      }
      let timer = sleep(left())
      fiber.addObserver((exit) => {
        clearTimeout(timer)
        resume(exit)
      })
      return Effect.suspend(() => {
        clearTimeout(timer)
        return Fiber.interrupt(fiber)
      })
    })
  })
