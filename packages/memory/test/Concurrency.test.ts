import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { MaxOpsBeforeYield } from "effect/References"
import { connector, NotFound, pair, play, proxyOf, refusal, rider, type Scene } from "./support/scene.ts"

/** Lets fibers take turns as often as they can: giving way takes two steps itself, so after every third one. */
const restless = Effect.provideService(MaxOpsBeforeYield, 3)

const hundred = Array.from({ length: 100 }, (_, n) => n)

describe("a hundred fibers at once", () => {
  it.effect("that create get a hundred sessions with ids of their own", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          const made = yield* Effect.forEach(hundred, (n) => on.create({ participantPhoneNumbers: pair(n) }), {
            concurrency: "unbounded",
          }).pipe(restless)
          assert.strictEqual(new Set(made.map(({ proxySessionId }) => proxySessionId)).size, 100)
          assert.strictEqual((yield* on.list()).proxySessions.length, 100)
        }),
      {},
    ),
  )

  it.effect("that want the numbers of one person get each number once, and the others are refused", () =>
    play((on) =>
      Effect.gen(function* () {
        const exits = yield* Effect.forEach(
          hundred,
          (n) => Effect.exit(on.create({ participantPhoneNumbers: [rider, pair(n + 1)[0]] })),
          { concurrency: "unbounded" },
        ).pipe(restless)
        const made = exits.filter(Exit.isSuccess).map(({ value }) => value)
        assert.strictEqual(made.length, 3)
        assert.strictEqual(new Set(made.map(proxyOf)).size, 3)
        assert.strictEqual((yield* on.list()).proxySessions.length, 3)
      }),
    ),
  )

  it.effect("that delete one session: one does, the others find none", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create()
        const exits = yield* Effect.forEach(hundred, () => Effect.exit(on.remove(proxySessionId)), {
          concurrency: "unbounded",
        }).pipe(restless)
        assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
        assert.strictEqual(yield* refusal(on.remove(proxySessionId)), NotFound)
      }),
    ),
  )

  it.effect("that create and delete leave no number behind", () =>
    play((on) =>
      Effect.gen(function* () {
        const turn = Effect.flatMap(on.create(), ({ proxySessionId }) => on.remove(proxySessionId))
        yield* Effect.forEach(hundred, () => Effect.exit(turn), { concurrency: "unbounded" }).pipe(restless)
        assert.deepStrictEqual((yield* on.list()).proxySessions, [])
        for (let n = 0; n < 3; n++) yield* on.create()
      }),
    ),
  )
})

describe("an operation that is interrupted after any number of steps", () => {
  /** Interrupts a call after 0, 1, 2, … steps until one runs to its end; tells how often it did not. */
  const interruptEverywhere = (
    prepare: (on: Scene) => Effect.Effect<string, unknown>,
    call: (on: Scene, id: string) => Effect.Effect<unknown, unknown>,
  ) =>
    Effect.gen(function* () {
      const options = { connectors: [connector()], seed: "interrupted" }
      const undone = yield* play((on) => Effect.andThen(prepare(on), on.snapshots.export), options)
      const done = yield* play(
        (on) =>
          Effect.gen(function* () {
            yield* call(on, yield* prepare(on))
            return yield* on.snapshots.export
          }),
        options,
      )
      assert.notDeepEqual(done, undone)
      const outcomes = { interrupted: 0, completed: 0, undone: 0 }
      for (let steps = 0; outcomes.completed === 0; steps++) {
        assert.isBelow(steps, 1000)
        yield* play(
          (on) =>
            Effect.gen(function* () {
              const id = yield* prepare(on)
              const fiber = yield* Effect.forkChild(call(on, id).pipe(restless))
              for (let step = 0; step < steps; step++) yield* Effect.yieldNow
              yield* Fiber.interrupt(fiber)
              const completed = Exit.isSuccess(yield* Fiber.await(fiber))
              const state = yield* on.snapshots.export
              outcomes[completed ? "completed" : "interrupted"]++
              const isUndone = JSON.stringify(state) === JSON.stringify(undone)
              if (isUndone) outcomes.undone++
              else assert.deepStrictEqual(state, done, `after ${steps} steps it is half done`)
              if (completed) assert.isFalse(isUndone)
            }),
          options,
        )
      }
      return outcomes
    })

  const session = (on: Scene) => Effect.map(on.create(), ({ proxySessionId }) => proxySessionId)

  it.effect.each<
    readonly [
      string,
      (on: Scene) => Effect.Effect<string, unknown>,
      (on: Scene, id: string) => Effect.Effect<unknown, unknown>,
    ]
  >([
    ["create", () => Effect.succeed(""), (on) => on.create({ name: "Trip 1" })],
    ["update", session, (on, id) => on.update(id, { capabilities: ["SMS"], expiryMinutes: 5 })],
    ["delete", session, (on, id) => on.remove(id)],
    ["put", session, (on) => on.putProxy({ defaultSessionExpiryMinutes: 5, disabled: true })],
  ])("%s is done whole or not at all", ([, prepare, call]) =>
    Effect.gen(function* () {
      const outcomes = yield* interruptEverywhere(prepare, call)
      assert.isAbove(outcomes.interrupted, 2, "it was interrupted at several places")
      assert.isAbove(outcomes.undone, 0)
    }),
  )
})
