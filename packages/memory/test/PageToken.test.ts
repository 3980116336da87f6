import { Tenant } from "@proxy-session/repo/Tenant"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { BadRequest, connector, fill, otherConnectorId, play, refusal, type Scene } from "./support/scene.ts"

const onDemand = { seed: "tokens" }

describe("a page token", () => {
  const options = { connectors: [connector(), connector({ voiceConnectorId: otherConnectorId })] }

  const tokenOf = Effect.fn(function* (on: Scene, parts: Parameters<Scene["list"]>[0] = {}) {
    const { nextToken } = yield* on.list({ maxResults: 1, ...parts })
    return nextToken ?? assert.fail("there is no second page")
  })

  it.effect("belongs to its connector", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* fill(on, 2)
          yield* fill(on, 2, { voiceConnectorId: otherConnectorId })
          const nextToken = yield* tokenOf(on)
          yield* on.list({ nextToken })
          assert.strictEqual(yield* refusal(on.list({ nextToken, voiceConnectorId: otherConnectorId })), BadRequest)
        }),
      options,
    ),
  )

  it.effect("belongs to its status", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* fill(on, 2)
          const ofAll = yield* tokenOf(on)
          const ofOpen = yield* tokenOf(on, { status: "Open" })
          yield* on.list({ nextToken: ofOpen, status: "Open" })
          assert.strictEqual(yield* refusal(on.list({ nextToken: ofAll, status: "Open" })), BadRequest)
          assert.strictEqual(yield* refusal(on.list({ nextToken: ofOpen })), BadRequest)
          assert.strictEqual(yield* refusal(on.list({ nextToken: ofOpen, status: "Closed" })), BadRequest)
        }),
      options,
    ),
  )

  it.effect("belongs to its repository", () =>
    Effect.gen(function* () {
      const token = (seed: string | undefined) =>
        play((on) => Effect.andThen(fill(on, 2), tokenOf(on)), {
          ...options,
          ...(seed === undefined ? {} : { seed }),
        })
      const use = (nextToken: string, seed: string) => play((on) => on.list({ nextToken }), { ...options, seed })
      yield* use(yield* token("one"), "one")
      assert.strictEqual(yield* refusal(use(yield* token("one"), "two")), BadRequest)
      assert.strictEqual(yield* refusal(use(yield* token(undefined), "one")), BadRequest)
    }),
  )

  it.effect("belongs to its tenant", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          yield* fill(on, 2)
          const nextToken = yield* tokenOf(on)
          const elsewhere = { ...Tenant.defaultValue(), region: "eu-west-1" }
          const foreign = on.list({ nextToken }).pipe(Effect.provideService(Tenant, elsewhere))
          assert.strictEqual(yield* refusal(foreign), BadRequest)
        }),
      onDemand,
    ),
  )

  it.effect("is no longer valid once another state took the place of its own, unless it came with the secret", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* fill(on, 2)
          const nextToken = yield* tokenOf(on)
          const { secret, ...state } = yield* on.snapshots.export
          yield* on.snapshots.import(state)
          assert.strictEqual(yield* refusal(on.list({ nextToken })), BadRequest)
          yield* on.list({ nextToken: yield* tokenOf(on) })
          yield* on.snapshots.import({ secret, ...state })
          yield* on.list({ nextToken })
        }),
      options,
    ),
  )

  it.effect("that is empty, made up, cut, or changed in any one character is a BadRequestException", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* fill(on, 2)
          const good = yield* tokenOf(on)
          const changed = Array.from(good, (character, place) => {
            const other = character === "1" ? "2" : "1"
            return good.slice(0, place) + other + good.slice(place + 1)
          })
          const cut = Array.from(good, (_, length) => good.slice(0, length))
          const madeUp = ["", "0", "..", "0.0.0", `${good}0`, `0${good}`, ` ${good}`, "\u{1F600}", "x".repeat(65535)]
          for (const nextToken of [...madeUp, ...cut, ...changed]) {
            assert.strictEqual(yield* refusal(on.list({ nextToken })), BadRequest, nextToken)
          }
        }),
      options,
    ),
  )
})
