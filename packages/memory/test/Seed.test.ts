import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { connector, play, type Scene } from "./support/scene.ts"

describe("a seed", () => {
  const story = (on: Scene) =>
    Effect.gen(function* () {
      for (let n = 0; n < 3; n++) yield* on.create()
      const { nextToken, proxySessions } = yield* on.list({ maxResults: 2 })
      return { nextToken, proxySessions: proxySessions.map(({ proxySessionId }) => proxySessionId) }
    })
  const told = (seed?: string) => play(story, { connectors: [connector()], ...(seed === undefined ? {} : { seed }) })

  it.effect("makes the same ids and tokens in every run", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* told("one"), yield* told("one"))
    }),
  )

  it.effect("makes ids and tokens unlike those of another seed", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* told("one"), yield* told("two")]
      assert.notStrictEqual(one.nextToken, two.nextToken)
      assert.deepStrictEqual(
        one.proxySessions.filter((id) => two.proxySessions.includes(id)),
        [],
      )
    }),
  )

  it.effect("that is not given comes from Effect's Random", () =>
    Effect.gen(function* () {
      const [one, two, three] = yield* Effect.all([
        told().pipe(Random.withSeed("s")),
        told().pipe(Random.withSeed("s")),
        told().pipe(Random.withSeed("t")),
      ])
      assert.deepStrictEqual(one, two)
      assert.notDeepEqual(one, three)
    }),
  )
})
