/**
 * The instant at which a cassette begins.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Cassette from "./Cassette.ts"
import { CassetteError } from "./CassetteError.ts"
import { CassetteStore } from "./CassetteStore.ts"

/**
 * Sets the test clock to the instant at which a cassette's recording began, so that what the application works out from
 * the clock fits the instants in the answers: a session that was new is new again. Where there is no cassette yet it
 * fails as `Absent`.
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
): Effect.fn.Return<void, CassetteError, CassetteStore> {
  const { epoch } = yield* CassetteStore.use((store) =>
    Effect.flatMap(store.read(cassette), (text) => Cassette.parse(cassette, text)),
  )
  const instant = DateTime.make(epoch)
  if (instant._tag === "None")
    return yield* new CassetteError({ cassette, reason: "Stale", detail: "its epoch is no instant" })
  yield* TestClock.setTime(DateTime.toEpochMillis(instant.value))
})
