/**
 * The service's time of each account: the server's clock, moved.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** The latest instant that the service's time can be set to: the end of the year 9999. */
export const latest = 253_402_300_799_999

/** A clock that differs from another by so many milliseconds. It sleeps as the other does. */
const moved = (clock: Clock.Clock, offset: number): Clock.Clock => {
  const millis = () => clock.currentTimeMillisUnsafe() + offset
  const nanos = () => clock.currentTimeNanosUnsafe() + BigInt(Math.round(offset * 1e6))
  return {
    currentTimeMillisUnsafe: millis,
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: clock.monotonicTimeNanos,
    sleep: (duration) => clock.sleep(duration),
  }
}

export class Clocks {
  /** The milliseconds by which the time of every account is moved that has no offset of its own. */
  #common = 0
  readonly #own = new Map<string, number>()

  /** Runs an effect by an account's time. */
  by<A, E, R>(account: string | undefined, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    const offset = this.#offset(account)
    return offset === 0
      ? effect
      : Effect.clockWith((clock) => Effect.provideService(effect, Clock.Clock, moved(clock, offset)))
  }

  now(account: string | undefined, clock: number): number {
    return clock + this.#offset(account)
  }

  /** Whether the time of an account, or of any of them, would pass the latest instant. */
  isTooFar(account: string | undefined, clock: number, millis: number): boolean {
    const offsets = account === undefined ? [this.#common, ...this.#own.values()] : [this.#offset(account)]
    return offsets.some((offset) => clock + offset + millis > latest)
  }

  advance(account: string | undefined, millis: number): void {
    if (account !== undefined) this.#own.set(account, this.#offset(account) + millis)
    else {
      this.#common += millis
      for (const [each, offset] of this.#own) this.#own.set(each, offset + millis)
    }
  }

  set(account: string | undefined, offset: number): void {
    if (account !== undefined) this.#own.set(account, offset)
    else {
      this.#common = offset
      this.#own.clear()
    }
  }

  /** Back to the server's time; an account goes back to the time of those without an offset of their own. */
  reset(account: string | undefined): void {
    if (account === undefined) this.#common = 0
    if (account === undefined) this.#own.clear()
    else this.#own.delete(account)
  }

  #offset(account: string | undefined): number {
    return (account === undefined ? undefined : this.#own.get(account)) ?? this.#common
  }
}
