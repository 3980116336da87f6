import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { constVoid } from "effect/Function"

// A deadline is in milliseconds on the monotonic clock, and may be infinite.

/** Milliseconds on the monotonic clock: setting the other one must neither end a wait nor make it longer. */
export const monotonicMillis = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6

/** The clock that a program has unless it provides another one: it sleeps on the platform's timers. */
const platformClock = Context.get(Context.empty(), Clock.Clock)

/** The longest time that a timer of the platform can wait. */
const longest = 2 ** 31 - 1

/**
 * Calls back at a deadline. Returns how to cancel that.
 *
 * On the platform's own clock it is a bare timer, since each call needs one. On any other clock, such as a test's, it is a
 * fiber that sleeps.
 */
const startTimer = (fiber: Fiber.Fiber<unknown, unknown>, deadline: number, onTimeout: () => void): (() => void) => {
  if (deadline === Number.POSITIVE_INFINITY) return constVoid
  const clock = fiber.getRef(Clock.Clock)
  const left = () => deadline - monotonicMillis(clock)
  if (clock !== platformClock) {
    const asleep: Effect.Effect<void> = Effect.suspend(() => {
      const millis = left()
      return millis > 0 ? Effect.andThen(Effect.sleep(millis), asleep) : Effect.void
    })
    // It sleeps at once, so that a test clock that is set now finds it asleep.
    const stop = Effect.runCallbackWith(fiber.context)(asleep, {
      onExit: (exit) => Exit.isSuccess(exit) && onTimeout(),
    })
    return () => stop()
  }
  // A timer may fire early, and cannot wait longer than its longest time.
  const wake = () => {
    const millis = left()
    if (millis > 0) timer = start(millis)
    else onTimeout()
  }
  // oxlint-disable-next-line no-restricted-globals -- it is what the platform's clock itself sleeps on
  const start = (millis: number) => setTimeout(wake, Math.min(Math.max(millis, 0), longest))
  let timer = start(left())
  return () => clearTimeout(timer)
}

/**
 * `Effect.callback` with a deadline, which takes no fiber: at the deadline the work is given up, and another effect follows
 * in its place. Whoever interrupts waits for the end of the work.
 */
export const callbackUntil = <A, E>(
  deadline: number,
  /** Begins the work. Returns how to give it up. */
  begin: (
    resume: (effect: Effect.Effect<A, E>) => void,
    fiber: Fiber.Fiber<unknown, unknown>,
  ) => () => Effect.Effect<void>,
  onTimeout: () => Effect.Effect<A, E>,
): Effect.Effect<A, E> =>
  Effect.withFiber((fiber) =>
    Effect.callback<A, E>((resume) => {
      let isOver = false
      let cancelTimer = constVoid
      const giveUp = begin((effect) => {
        if (isOver) return
        isOver = true
        cancelTimer()
        resume(effect)
      }, fiber)
      if (isOver) return undefined
      const end = () => {
        if (isOver) return Effect.void
        isOver = true
        cancelTimer()
        return giveUp()
      }
      cancelTimer = startTimer(fiber, deadline, () => resume(Effect.andThen(end(), Effect.suspend(onTimeout))))
      return Effect.suspend(end)
    }),
  )

/**
 * `Effect.timeoutOrElse` with a deadline: at the deadline the effect is interrupted, and another one follows once it has
 * ended.
 *
 * It takes one fiber where a race takes two, and none for an effect that is an `Exit`. The fiber is made where its end is
 * waited for, so that no interruption can come between the two and leave it behind.
 */
export const effectUntil = <A, E, X>(
  deadline: number,
  effect: Effect.Effect<A, E>,
  onTimeout: () => Effect.Effect<A, X>,
): Effect.Effect<A, E | X> =>
  Exit.isExit(effect)
    ? effect
    : callbackUntil<A, E | X>(
        deadline,
        (resume, { context }) => {
          const fiber = Effect.runForkWith(context)(effect)
          fiber.addObserver(resume)
          return () => Fiber.interrupt(fiber)
        },
        onTimeout,
      )
