import { assert, describe, it } from "@effect/vitest"
import { VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as Mode from "@proxy-session/replay/Mode"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"

const cassette = "a-test"

const ask = (voiceConnectorId: string) =>
  Effect.gen(function* () {
    const proxies = yield* VoiceConnectorProxyRepo
    return yield* Effect.flip(proxies.get(yield* VoiceConnectorProxyKey.decode({ voiceConnectorId })))
  })

const one = ask("connector-1")

/** A shelf of cassettes, and an implementation that counts how often it is built. */
const bench = () => {
  const cassettes = new Map<string, string>()
  const built = { times: 0 }
  const live = Layer.unwrap(
    Effect.sync(() => {
      built.times++
      return MemoryRepo.layer({ connectors: [] })
    }),
  )
  const run = <A, E>(
    program: Effect.Effect<A, E, VoiceConnectorProxyRepo>,
    options: Partial<ReplayRepo.RecordOptions> = {},
    env: Readonly<Record<string, string>> = {},
    isPersistent = false,
  ) => {
    const store = Layer.effect(
      CassetteStore.CassetteStore,
      CassetteStore.CassetteStore.use((store) => Effect.succeed({ ...store, isPersistent })),
    ).pipe(Layer.provide(CassetteStore.layerMemory(cassettes)))
    return Effect.exit(
      Effect.provide(
        program,
        ReplayRepo.record({ cassette, ...options }, live).pipe(
          Layer.provide([
            store,
            ConfigProvider.layer(ConfigProvider.fromEnvRecord(env)),
            Layer.succeed(Mode.Environment, ConfigProvider.fromEnvRecord(env)),
          ]),
        ),
        { local: true },
      ),
    )
  }
  return { built, cassettes, run }
}

const assertError = (exit: Exit.Exit<unknown, unknown>, reason: string) =>
  assert.include(JSON.stringify(exit), `"reason":"${reason}"`)

describe("the mode", () => {
  it.effect("is replay unless told, and then nothing is built", () =>
    Effect.gen(function* () {
      const { built, run } = bench()
      const absent = yield* run(one)
      assertError(absent, "Absent")
      assert.include(JSON.stringify(absent), "to record it, run the test with CASSETTE_MODE=record")
      assert.strictEqual(built.times, 0)
      assert.isTrue(Exit.isSuccess(yield* run(one, {}, { CASSETTE_MODE: "record" })))
      assert.isTrue(Exit.isSuccess(yield* run(one)))
      assert.strictEqual(built.times, 1)
    }),
  )

  it.effect("auto records where there is no cassette, and replays where there is one", () =>
    Effect.gen(function* () {
      const { built, run } = bench()
      assert.isTrue(Exit.isSuccess(yield* run(one, { mode: "auto" })))
      assert.isTrue(Exit.isSuccess(yield* run(one, { mode: "auto" })))
      assert.strictEqual(built.times, 1)
    }),
  )

  it.effect("auto does not record in the place of a damaged cassette", () =>
    Effect.gen(function* () {
      const { built, cassettes, run } = bench()
      cassettes.set(cassette, "{")
      assertError(yield* run(one, { mode: "auto" }), "NotJson")
      assert.deepStrictEqual([built.times, cassettes.get(cassette)], [0, "{"])
    }),
  )

  it.effect("that is none is a typed error", () =>
    Effect.gen(function* () {
      const { run } = bench()
      assertError(yield* run(one, {}, { CASSETTE_MODE: "rewrite" }), "BadMode")
    }),
  )

  it.effect("replay is the only one in CI, where a cassette that is there is played", () =>
    Effect.gen(function* () {
      const { built, run } = bench()
      yield* run(one, { mode: "record" })
      for (const mode of ["auto", "replay"] as const) {
        assert.isTrue(Exit.isSuccess(yield* run(one, { mode }, { CI: "true" }, true)))
      }
      assert.strictEqual(built.times, 1)
    }),
  )

  for (const mode of ["record", "auto"] as const) {
    it.effect(`${mode} is refused in CI before anything is built, unless the store is in memory`, () =>
      Effect.gen(function* () {
        const { built, cassettes, run } = bench()
        const before = built.times
        const text = cassettes.get(cassette)
        assertError(yield* run(one, { mode }, { CI: "true" }, true), "RecordingRefused")
        assert.deepStrictEqual([built.times, cassettes.get(cassette)], [before, text])
        assert.isTrue(Exit.isSuccess(yield* run(one, { mode }, { CI: "true" })))
        for (const ci of ["false", "0", ""]) {
          cassettes.clear()
          assert.isTrue(Exit.isSuccess(yield* run(one, { mode }, { CI: ci }, true)))
        }
      }),
    )
  }
})

describe("the variables", () => {
  const ran = (
    own: Readonly<Record<string, string>>,
    environment: ConfigProvider.ConfigProvider,
    isPersistent: boolean,
  ) => {
    const store = Layer.effect(
      CassetteStore.CassetteStore,
      CassetteStore.CassetteStore.use((store) => Effect.succeed({ ...store, isPersistent })),
    ).pipe(Layer.provide(CassetteStore.layerMemory()))
    return Effect.exit(
      Effect.provide(
        one,
        ReplayRepo.record({ cassette }, MemoryRepo.layer()).pipe(
          Layer.provide([
            store,
            ConfigProvider.layer(ConfigProvider.fromEnvRecord(own)),
            Layer.succeed(Mode.Environment, environment),
          ]),
        ),
        { local: true },
      ),
    )
  }
  const env = ConfigProvider.fromEnvRecord

  it.effect("of the process name the mode where the configuration of an application does not", () =>
    Effect.gen(function* () {
      assert.isTrue(Exit.isSuccess(yield* ran({ OTHER: "1" }, env({ CASSETTE_MODE: "record" }), false)))
      assertError(yield* ran({ CASSETTE_MODE: "replay" }, env({ CASSETTE_MODE: "record" }), false), "Absent")
      assertError(yield* ran({}, env({}), false), "Absent")
      assertError(yield* ran({}, env({ CASSETTE_MODE: "rewrite" }), false), "BadMode")
    }),
  )

  it.effect("of the process tell CI, whatever an application says, and refuse where they cannot be read", () =>
    Effect.gen(function* () {
      const recording = { CASSETTE_MODE: "record", CI: "false" }
      const unreadable = ConfigProvider.make(() => Effect.fail(new ConfigProvider.SourceError({ message: "no" })))
      assertError(yield* ran(recording, env({ CI: "true" }), true), "RecordingRefused")
      assertError(yield* ran(recording, unreadable, true), "RecordingRefused")
      assert.isTrue(Exit.isSuccess(yield* ran(recording, env({}), true)))
    }),
  )
})
