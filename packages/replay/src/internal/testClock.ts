import type * as Clock from "effect/Clock"
import type * as TestClock from "effect/testing/TestClock"

/** Whether a clock is one that tests set, rather than the machine's. */
export const isTestClock = (clock: Clock.Clock): clock is TestClock.TestClock =>
  "setTime" in clock && "withLive" in clock
