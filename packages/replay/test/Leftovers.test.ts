/**
 * What becomes of the sessions that a recording leaves behind.
 */
import { assert, describe, it } from "@effect/vitest"
import { NotFoundException, ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as TestClock from "effect/testing/TestClock"
import { cassette, changed, create, put, shelf, told } from "./support.ts"

const gone = Effect.fail(new NotFoundException({ message: "no" }))
const unavailable = Effect.fail(new ServiceUnavailableException({ message: "busy" }))

/** What is told of as many sessions as there are deletions, which end as these do. */
const left = Effect.fnUntraced(function* (
  ...deletions: ReadonlyArray<ReturnType<ProxySessionRepo["Service"]["delete"]>>
) {
  const { cassettes, record } = shelf()
  const { layer, lines } = told()
  const ends = [...deletions]
  const live = changed(() => ({ delete: () => ends.shift() ?? Effect.void }))
  const program = Effect.andThen(put, Effect.replicateEffect(create, deletions.length))
  const exit = yield* Effect.provide(record(program, {}, live), layer)
  assert.isTrue(Exit.isSuccess(exit))
  assert.isTrue(cassettes.has(cassette))
  return lines.map(String)
})

describe("sessions that a recording leaves behind", () => {
  it.effect("are counted with those that could not be deleted, and those that are gone all the same", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* left(Effect.void, unavailable, gone, Effect.die("a defect"), unavailable), [
        "The recording of a-trip left 5 sessions behind, of which 2 were deleted",
      ])
    }),
  )

  it.effect("are none that the program was told are gone when it deleted them", () =>
    Effect.gen(function* () {
      const { record } = shelf()
      const { layer, lines } = told()
      const deleted = Effect.flatMap(create, (session) =>
        ProxySessionRepo.use((repo) => Effect.flip(repo.delete(session))),
      )
      const live = changed(() => ({ delete: () => gone }))
      assert.isTrue(Exit.isSuccess(yield* Effect.provide(record(Effect.andThen(put, deleted), {}, live), layer)))
      assert.deepStrictEqual(lines, [])
    }),
  )

  /** A machine on which 30 seconds pass at once, and nothing else does. */
  const hasty = (clock: Clock.Clock): Clock.Clock => ({
    currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe(),
    currentTimeMillis: clock.currentTimeMillis,
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: clock.monotonicTimeNanos,
    currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe(),
    currentTimeNanos: clock.currentTimeNanos,
    sleep: (duration) => (Duration.toSeconds(duration) === 30 ? Effect.void : clock.sleep(duration)),
  })

  for (const [which, layer] of [
    ["the machine's clock", undefined],
    ["a test clock that nobody moves", TestClock.layer()],
  ] as const) {
    it.live(`keep no recording from being written by a deletion that does not end, under ${which}`, () =>
      Effect.gen(function* () {
        const machine = hasty(yield* Clock.Clock)
        const leaving = left(Effect.never, Effect.void)
        const told = yield* Effect.provideService(
          layer === undefined ? leaving : Effect.provide(leaving, layer),
          Clock.Clock,
          machine,
        )
        assert.deepStrictEqual(told, ["The recording of a-trip left 2 sessions behind, of which 1 were deleted"])
      }),
    )
  }
})
