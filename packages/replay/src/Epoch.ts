/**
 * The instant at which a cassette begins.
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Cassette from "./Cassette.ts"
import type { CassetteError } from "./CassetteError.ts"
import { CassetteStore } from "./CassetteStore.ts"
import * as Engine from "./internal/engine.ts"
import { isTestClock } from "./internal/testClock.ts"
import * as Mode from "./Mode.ts"

/**
 * Sets the test clock to the instant at which a cassette's recording began, so that what the application works out from
 * the clock fits the instants in the answers: a session that was new is new again.
 *
 * The clock stays as it is where there is no such instant yet, since the test is about to record for the first time, and in
 * the mode `live`; in a replay an absent cassette fails as `Absent`. A clock that is no test clock, as under `it.live`,
 * stays as it is, too. `mode` is the one that the Layer is given, if any.
 *
 * **Example** (A test in the time of its cassette)
 *
 * ```ts
 * import * as Epoch from "@proxy-session/replay/Epoch"
 * import * as Effect from "effect/Effect"
 *
 * export const inItsTime = Effect.andThen(Epoch.adopt("trip"), Effect.logInfo("the clock shows the cassette's time"))
 * ```
 *
 * @category clocks
 */
export const adopt = Effect.fn("Epoch.adopt")(function* (
  cassette: string,
  mode?: Mode.Mode,
): Effect.fn.Return<void, CassetteError, CassetteStore> {
  const doing = yield* Engine.settled(cassette, yield* Mode.resolve(cassette, mode))
  if (doing === "first" || doing === "live") return
  const store = yield* CassetteStore
  const opened = Effect.flatMap(store.read(cassette), (text) => Cassette.parse(cassette, text))
  const found = yield* doing === "record"
    ? Effect.catchIf(opened, Engine.isReplaceable, () => Effect.undefined)
    : opened
  const clock = yield* Clock.Clock
  if (found === undefined || !isTestClock(clock)) return
  yield* clock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe(found.epoch)))
})
