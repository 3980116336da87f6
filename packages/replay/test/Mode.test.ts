import { assert, describe, it } from "@effect/vitest"
import { ForbiddenException } from "@proxy-session/domain/ServiceError"
import { VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Cassette from "@proxy-session/replay/Cassette"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as Mode from "@proxy-session/replay/Mode"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
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
const other = ask("connector-2")

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
    options: Partial<ReplayRepo.RecordRepoOptions> = {},
    env: Readonly<Record<string, string>> = {},
    isPersistent = false,
    implementation: Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo> = live,
    beforeLock: () => void = () => undefined,
  ) => {
    const store = Layer.effect(
      CassetteStore.CassetteStore,
      CassetteStore.CassetteStore.use((store) =>
        Effect.succeed({
          ...store,
          isPersistent,
          lock: (name: string) => Effect.andThen(Effect.sync(beforeLock), store.lock(name)),
        }),
      ),
    ).pipe(Layer.provide(CassetteStore.layerMemory(cassettes)))
    return Effect.exit(
      Effect.provide(
        program,
        ReplayRepo.record({ cassette, ...options }, implementation).pipe(
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

  it.effect("auto records over no cassette that somebody else has recorded in the meantime", () =>
    Effect.gen(function* () {
      const { built, cassettes, run } = bench()
      yield* run(one, { mode: "record" })
      const theirs = cassettes.get(cassette) ?? ""
      cassettes.clear()
      const meanwhile = () => void cassettes.set(cassette, theirs)
      assertError(yield* run(other, { mode: "auto" }, {}, false, undefined, meanwhile), "BeingRecorded")
      assert.deepStrictEqual([built.times, cassettes.get(cassette)], [1, theirs])
    }),
  )

  it.effect("extend plays what there is and records the rest behind it", () =>
    Effect.gen(function* () {
      const { cassettes, run } = bench()
      yield* run(one, { mode: "record" })
      assert.isTrue(Exit.isSuccess(yield* run(Effect.andThen(one, other), { mode: "extend" })))
      assert.isTrue(Exit.isSuccess(yield* run(Effect.andThen(one, other))))
      const before = cassettes.get(cassette)
      yield* run(Effect.andThen(one, other), { mode: "extend" })
      assert.strictEqual(cassettes.get(cassette), before)
    }),
  )

  it.effect("extend records no call that the cassette has, out of its order", () =>
    Effect.gen(function* () {
      const { built, cassettes, run } = bench()
      yield* run(Effect.andThen(one, other), { mode: "record" })
      const before = cassettes.get(cassette)
      const exit = yield* run(other, { mode: "extend", order: "strict" })
      assert.include(JSON.stringify(exit), "OutOfOrder")
      assert.strictEqual(cassettes.get(cassette), before)
      assert.strictEqual(built.times, 2)
    }),
  )

  it.effect("record does not write over a cassette of a later version", () =>
    Effect.gen(function* () {
      const { built, cassettes, run } = bench()
      const later = `{"format":"proxy-session-cassette/3","interactions":[]}`
      cassettes.set(cassette, later)
      assertError(yield* run(one, { mode: "record" }), "UnknownFormat")
      assert.deepStrictEqual([built.times, cassettes.get(cassette)], [0, later])
    }),
  )

  it.effect("live leaves cassettes alone", () =>
    Effect.gen(function* () {
      const { cassettes, run } = bench()
      assert.isTrue(Exit.isSuccess(yield* run(one, { mode: "live" })))
      assert.strictEqual(cassettes.size, 0)
    }),
  )

  it.effect("prune takes out what is not called, and nothing after a failure or a miss", () =>
    Effect.gen(function* () {
      const { built, cassettes, run } = bench()
      yield* run(Effect.andThen(one, other), { mode: "record" })
      const whole = cassettes.get(cassette)
      assert.isTrue(Exit.isFailure(yield* run(Effect.andThen(one, Effect.fail("no")), { mode: "prune" })))
      assert.isTrue(Exit.isFailure(yield* run(Effect.exit(ask("connector-3")), { mode: "prune" })))
      assert.strictEqual(cassettes.get(cassette), whole)
      assert.isTrue(Exit.isSuccess(yield* run(one, { mode: "prune" })))
      assert.isTrue(Exit.isSuccess(yield* run(one)))
      assert.isTrue(Exit.isFailure(yield* run(Effect.andThen(one, other))))
      assert.strictEqual(built.times, 1)
    }),
  )

  for (const order of ["causal", "strict"] as const) {
    const third = ask("connector-3")

    it.effect(`prune leaves a cassette that replays where the order is ${order}, too`, () =>
      Effect.gen(function* () {
        const { cassettes, run } = bench()
        yield* run(Effect.all([one, other, one, third]), { mode: "record" })
        const whole = cassettes.get(cassette)
        assert.include(JSON.stringify(yield* run(Effect.all([third, other]), { mode: "prune", order })), "Overtaken")
        assert.strictEqual(cassettes.get(cassette), whole)
        const shorter = Effect.all([other, one, third])
        assert.isTrue(Exit.isSuccess(yield* run(shorter, { mode: "prune", order })))
        assert.isTrue(Exit.isSuccess(yield* run(shorter, { order })))
      }),
    )

    it.effect(`extend writes nothing where what is new comes before what was recorded, and the order is ${order}`, () =>
      Effect.gen(function* () {
        const { cassettes, run } = bench()
        yield* run(Effect.andThen(one, third), { mode: "record" })
        const before = cassettes.get(cassette)
        const exit = yield* run(Effect.all([one, other, third]), { mode: "extend", order })
        assert.include(JSON.stringify(exit), "Overtaken")
        assert.strictEqual(cassettes.get(cassette), before)
        const longer = Effect.all([one, third, other])
        assert.isTrue(Exit.isSuccess(yield* run(longer, { mode: "extend", order })))
        assert.isTrue(Exit.isSuccess(yield* run(longer, { order })))
      }),
    )
  }

  it.effect("verify fails before the test where the implementation answers otherwise, else it replays", () =>
    Effect.gen(function* () {
      const { cassettes, run } = bench()
      yield* run(one, { mode: "record" })
      const recorded = cassettes.get(cassette)
      assert.isTrue(Exit.isSuccess(yield* run(one, { mode: "verify" })))
      assert.strictEqual(cassettes.get(cassette), recorded)
      const refusal = new ForbiddenException({ message: "no" })
      const otherwise = Layer.effect(
        VoiceConnectorProxyRepo,
        Effect.map(VoiceConnectorProxyRepo, (repo) => ({ ...repo, get: () => Effect.fail(refusal) })),
      ).pipe(Layer.provideMerge(MemoryRepo.layer()))
      const failed = yield* run(one, { mode: "verify" }, {}, false, otherwise)
      assertError(failed, "Different")
      assert.include(JSON.stringify(failed), "the first at call 0, GetVoiceConnectorProxy")
    }),
  )

  it.effect("that is none is a typed error", () =>
    Effect.gen(function* () {
      const { run } = bench()
      assertError(yield* run(one, {}, { CASSETTE_MODE: "rewrite" }), "BadMode")
    }),
  )

  for (const mode of ["record", "auto", "extend"] as const) {
    it.effect(`${mode} is refused in CI before anything is built, unless the store is in memory`, () =>
      Effect.gen(function* () {
        const { built, cassettes, run } = bench()
        if (mode === "extend") yield* run(one, { mode: "record" })
        const before = built.times
        const text = cassettes.get(cassette)
        assertError(yield* run(one, { mode }, { CI: "true" }, true), "RecordingRefused")
        assert.deepStrictEqual([built.times, cassettes.get(cassette)], [before, text])
        assert.isTrue(Exit.isSuccess(yield* run(one, { mode }, { CI: "false" }, true)))
        assert.isTrue(Exit.isSuccess(yield* run(one, { mode }, { CI: "true" })))
      }),
    )
  }
})

describe("matching", () => {
  const both = Effect.andThen(one, other)
  const swapped = Effect.andThen(other, one)
  const together = Effect.all([one, other], { concurrency: "unbounded" })

  it.effect("takes different requests in any order, or strictly as recorded, or as one may have caused another", () =>
    Effect.gen(function* () {
      const { run } = bench()
      yield* run(both, { mode: "record" })
      assert.isTrue(Exit.isSuccess(yield* run(swapped)))
      for (const order of ["strict", "causal"] as const) {
        assert.isTrue(Exit.isSuccess(yield* run(both, { order })))
        assert.include(JSON.stringify(yield* run(swapped, { order })), "OutOfOrder")
      }
    }),
  )

  it.effect("repeats the last answer of a read, if asked to", () =>
    Effect.gen(function* () {
      const { run } = bench()
      yield* run(both, { mode: "record" })
      assert.isTrue(Exit.isSuccess(yield* run(Effect.andThen(together, one), { repeatLast: true })))
      assert.include(JSON.stringify(yield* run(Effect.andThen(together, one))), "AlreadyUsed")
    }),
  )
})

describe("the format", () => {
  it.effect("of version 1 is read, and brought up to date where the cassette is written again", () =>
    Effect.gen(function* () {
      const { cassettes, run } = bench()
      yield* run(one, { mode: "record" })
      const current = cassettes.get(cassette) ?? ""
      const { interactions } = JSON.parse(current)
      cassettes.set(
        cassette,
        JSON.stringify({
          format: "proxy-session-cassette/1",
          interactions: interactions.map(({ operation, outcome, request }: Cassette.Interaction) => ({
            operation,
            outcome,
            request,
          })),
        }),
      )
      assert.isTrue(Exit.isSuccess(yield* run(one)))
      assert.isTrue(Exit.isSuccess(yield* run(one, { mode: "extend" })))
      assert.strictEqual(cassettes.get(cassette), current)
    }),
  )

  it.effect("has an instant for its epoch, and calls that begin before they end", () =>
    Effect.gen(function* () {
      const { cassettes, run } = bench()
      yield* run(one, { mode: "record" })
      const { epoch, interactions } = yield* Cassette.parse(cassette, cassettes.get(cassette) ?? "")
      for (const unsound of [
        { epoch: "yesterday", interactions },
        { epoch: "2026-11-24", interactions },
        { epoch, interactions: interactions.map((each) => ({ ...each, ticks: [5, 3] as const })) },
        { epoch, interactions: interactions.map((each) => ({ ...each, ticks: [-1, 0] as const })) },
      ]) {
        cassettes.set(cassette, Cassette.print(unsound))
        assertError(yield* run(one), "Stale")
      }
    }),
  )

  it.effect("tells an edit from another layout", () =>
    Effect.gen(function* () {
      const { cassettes, run } = bench()
      yield* run(one, { mode: "record" })
      const text = cassettes.get(cassette) ?? ""
      cassettes.set(cassette, JSON.stringify(JSON.parse(text), null, 4))
      assert.isTrue(Exit.isSuccess(yield* run(one)))
      cassettes.set(cassette, text.replace("connector-1", "connector-3"))
      assertError(yield* run(one), "Edited")
      cassettes.set(cassette, text.replace("connector-1", "connector-3").replace("cassette/2", "cassette/1"))
      assertError(yield* run(one), "Edited")
    }),
  )
})
