import type * as Clock from "effect/Clock"

/** Milliseconds on the clock that only goes forward: setting the other must neither end a wait nor make it longer. */
export const elapsing = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
