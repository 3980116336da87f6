import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { CreateProxySession, ListProxySessions, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { ServiceFailureException } from "@proxy-session/domain/ServiceError"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { Faulty } from "@proxy-session/repo/Faulty"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Cassette from "@proxy-session/replay/Cassette"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as Mode from "@proxy-session/replay/Mode"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
const cassette = "a-test"

const put = Effect.gen(function* () {
  const proxies = yield* VoiceConnectorProxyRepo
  return yield* proxies.put(
    yield* PutVoiceConnectorProxy.decode({
      voiceConnectorId,
      defaultSessionExpiryMinutes: 60,
      phoneNumberPoolCountries: ["US"],
    }),
  )
})

const create = (name: string, numbers: readonly [string, string] = ["+14155550101", "+12125550100"]) =>
  Effect.gen(function* () {
    const repo = yield* ProxySessionRepo
    return yield* repo.create(
      yield* CreateProxySession.decode({
        voiceConnectorId,
        participantPhoneNumbers: numbers,
        capabilities: ["Voice"],
        name,
      }),
    )
  })

const get = (proxySessionId: string) =>
  Effect.gen(function* () {
    const repo = yield* ProxySessionRepo
    return yield* repo.get(yield* ProxySessionKey.decode({ voiceConnectorId, proxySessionId }))
  })

/** Every operation once, a failure, and the same request with two answers. */
const story = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  const proxies = yield* VoiceConnectorProxyRepo
  const configuration = yield* put
  const session = yield* create("Trip 1")
  const before = yield* repo.get(session)
  const missing = yield* Effect.flip(get("no-such-session"))
  const updated = yield* repo.update({ ...session, capabilities: ["SMS"] })
  const after = yield* repo.get(session)
  const page = yield* repo.list(yield* ListProxySessions.decode({ voiceConnectorId }))
  yield* repo.delete(session)
  const gone = yield* Effect.flip(repo.get(session))
  const read = yield* proxies.get(session)
  yield* proxies.delete(session)
  return { configuration, session, before, missing, updated, after, page, gone, read }
})

/** A store that both runs share, and what it holds. */
const shelf = () => {
  const cassettes = new Map<string, string>()
  return { cassettes, store: CassetteStore.layerMemory(cassettes) }
}

/** These tests record to files of their own, wherever they run. */
const outsideCI = Layer.succeed(Mode.Environment, ConfigProvider.fromEnvRecord({}))

const recorded = <A, E>(
  program: Effect.Effect<A, E, ProxySessionRepo | VoiceConnectorProxyRepo>,
  store: Layer.Layer<CassetteStore.CassetteStore>,
) =>
  Effect.provide(
    program,
    ReplayRepo.record({ mode: "record", cassette }, MemoryRepo.layer({ seed: "s" })).pipe(
      Layer.provide([store, outsideCI]),
    ),
    {
      local: true,
    },
  )

const replayed = <A, E>(
  program: Effect.Effect<A, E, ProxySessionRepo | VoiceConnectorProxyRepo>,
  store: Layer.Layer<CassetteStore.CassetteStore>,
) => Effect.provide(program, ReplayRepo.layer({ cassette }).pipe(Layer.provide(store)), { local: true })

const defectOf = <A, E>(exit: Exit.Exit<A, E>) =>
  Exit.isFailure(exit) ? exit.cause.reasons.find(Cause.isDieReason)?.defect : undefined

describe("ReplayRepo", () => {
  it.effect("plays back what was recorded: values, errors and instants, in the order of equal requests", () =>
    Effect.gen(function* () {
      const { store } = shelf()
      const told = yield* recorded(story, store)
      const again = yield* replayed(story, store)
      assert.deepStrictEqual(again, told)
      assert.strictEqual(again.missing._tag, "NotFoundException")
      assert.deepStrictEqual([again.before.capabilities, again.after.capabilities], [["Voice"], ["SMS"]])
    }),
  )

  it.effect("concurrent calls replay, whatever their order then", () =>
    Effect.gen(function* () {
      const { store } = shelf()
      const names = Array.from({ length: 20 }, (_, index) => `Trip ${index}`)
      const all = (list: ReadonlyArray<string>) =>
        Effect.forEach(list, (name) => Effect.delay(create(name), name.length), { concurrency: "unbounded" })
      const run = (list: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          yield* put
          const fiber = yield* Effect.forkChild(all(list))
          yield* TestClock.adjust("1 second")
          return new Map((yield* Fiber.join(fiber)).map((session) => [session.name, session.proxySessionId]))
        })
      const told = yield* recorded(run(names), store)
      const again = yield* replayed(run(names.toReversed()), store)
      assert.strictEqual(again.size, 20)
      for (const name of names) assert.strictEqual(again.get(name), told.get(name))
    }),
  )

  it.effect("writes the same bytes when a replay is recorded", () =>
    Effect.gen(function* () {
      const { cassettes, store } = shelf()
      yield* recorded(story, store)
      const first = cassettes.get(cassette)
      yield* Effect.provide(
        story,
        ReplayRepo.record({ mode: "record", cassette: "copy", leftovers: "keep" }, ReplayRepo.layer({ cassette })).pipe(
          Layer.provide(store),
        ),
      )
      assert.strictEqual(cassettes.get("copy"), first)
    }),
  )

  it.effect(
    "a call that was not recorded is a defect that catching errors does not swallow, and says what is left",
    () =>
      Effect.gen(function* () {
        const { store } = shelf()
        yield* recorded(Effect.andThen(put, create("Trip 1")), store)
        const exit = yield* Effect.exit(
          replayed(put.pipe(Effect.andThen(create("Trip 2").pipe(Effect.catch(() => Effect.void)))), store),
        )
        const defect = defectOf(exit)
        assert.include(defect, { _tag: "CassetteMismatch", problem: "OtherRequest" })
        assert.include(String(defect), "name")
        assert.notInclude(String(defect), "Trip")
        assert.notInclude(JSON.stringify(defect), "555")
      }),
  )

  it.effect("a miss that was swallowed is raised again when the scope closes", () =>
    Effect.gen(function* () {
      const { store } = shelf()
      yield* recorded(put, store)
      const exit = yield* Effect.exit(
        replayed(put.pipe(Effect.andThen(Effect.catchCause(get("other"), () => Effect.void))), store),
      )
      assert.include(defectOf(exit), { _tag: "CassetteMismatch", problem: "NeverRecorded" })
    }),
  )

  it.effect("each recorded call answers once", () =>
    Effect.gen(function* () {
      const { store } = shelf()
      yield* recorded(put, store)
      const exit = yield* Effect.exit(replayed(Effect.andThen(put, put), store))
      assert.include(defectOf(exit), { _tag: "CassetteMismatch", problem: "AlreadyUsed" })
    }),
  )

  it.effect("recorded calls that are not made fail a run that has gone well, and no other", () =>
    Effect.gen(function* () {
      const { store } = shelf()
      yield* recorded(Effect.andThen(put, create("Trip 1")), store)
      const well = yield* Effect.exit(replayed(put, store))
      assert.include(defectOf(well), { _tag: "CassetteUnused" })
      const badly = yield* Effect.exit(replayed(Effect.andThen(put, Effect.fail("mine")), store))
      assert.isUndefined(defectOf(badly))
    }),
  )

  it.effect("what is left is counted by operation", () =>
    Effect.gen(function* () {
      const { store } = shelf()
      const ask = Effect.flip(get("nobody"))
      yield* recorded(Effect.andThen(put, Effect.all([ask, ask, ask])), store)
      const miss = yield* Effect.exit(replayed(create("Trip 1"), store))
      assert.include(String(defectOf(miss)), "left are PutVoiceConnectorProxy, GetProxySession (3).")
      const unused = yield* Effect.exit(replayed(Effect.andThen(put, ask), store))
      assert.include(
        String(defectOf(unused)),
        "calls that were not made: GetProxySession (2); the mode prune takes out what is no longer called",
      )
    }),
  )

  it.effect("a failed run keeps the cassette of before", () =>
    Effect.gen(function* () {
      const { cassettes, store } = shelf()
      yield* recorded(put, store)
      const before = cassettes.get(cassette)
      yield* Effect.exit(recorded(Effect.andThen(create("Trip 1"), Effect.fail("mine")), store))
      assert.strictEqual(cassettes.get(cassette), before)
    }),
  )

  it.effect("a call that was interrupted when recorded never ends, so that its timeout replays", () =>
    Effect.gen(function* () {
      const { store } = shelf()
      const patient = Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(Effect.timeoutOption(get("slow"), "1 second"))
        yield* TestClock.adjust("2 seconds")
        return yield* Fiber.join(fiber)
      })
      const memory = Faulty.layer(MemoryRepo.layer({ seed: "s" }))
      const slow = Effect.gen(function* () {
        yield* (yield* Faulty).next("GetProxySession", { delay: "1 minute" })
        return yield* patient
      })
      const told = yield* Effect.provide(
        slow,
        ReplayRepo.record({ mode: "record", cassette }, memory).pipe(Layer.provide(store), Layer.provideMerge(memory)),
      )
      assert.deepStrictEqual(yield* replayed(patient, store), told)
    }),
  )

  it.effect("every typed error survives, with its code and request id", () =>
    Effect.gen(function* () {
      const { store } = shelf()
      const memory = Faulty.layer(MemoryRepo.layer({ seed: "s" }))
      const failure = new ServiceFailureException({ message: "As told", code: "ServiceFailure", requestId: "r-1" })
      const told = Effect.gen(function* () {
        yield* (yield* Faulty).next("GetProxySession", { error: failure })
        return yield* Effect.flip(get("one"))
      })
      yield* Effect.provide(
        told,
        ReplayRepo.record({ mode: "record", cassette }, memory).pipe(Layer.provide(store), Layer.provideMerge(memory)),
      )
      assert.deepStrictEqual(yield* replayed(Effect.flip(get("one")), store), failure)
    }),
  )

  it.effect("what holds a real telephone number is not written", () =>
    Effect.gen(function* () {
      const { cassettes, store } = shelf()
      const exit = yield* Effect.exit(
        recorded(Effect.andThen(put, create("Trip 1", ["+14155559999", "+12125550100"])), store),
      )
      const defect = defectOf(exit)
      assert.include(defect, { _tag: "CassetteError", reason: "Secret" })
      assert.notInclude(String(defect), "4155559999")
      assert.strictEqual(cassettes.size, 0)
    }),
  )

  it.effect(
    "a cassette with a member that today's schemas do not know is stale, and the path is told, not the value",
    () =>
      Effect.gen(function* () {
        const { cassettes, store } = shelf()
        yield* recorded(put, store)
        const text = cassettes.get(cassette) ?? ""
        for (const [before, after, path] of [
          [`"request": {`, `"request": { "nickname": "canary",`, "request.nickname"],
          [`"value": {`, `"value": { "nickname": "canary",`, "outcome.value.nickname"],
        ] as const) {
          assert.include(text, before)
          cassettes.set(cassette, Cassette.print(JSON.parse(text.replace(before, after))))
          const error = yield* Effect.flip(replayed(put, store))
          assert.include(error, { _tag: "CassetteError", reason: "Stale" })
          assert.include(error.message, `interactions[0] (PutVoiceConnectorProxy): ${path} is not a member`)
          assert.notInclude(error.message, "canary")
        }
      }),
  )

  it.effect("one that is absent tells how to record it", () =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(replayed(put, shelf().store))
      assert.include(message, "there is none; to record it, run the test over a Layer in the mode record")
    }),
  )

  for (const [what, text, reason] of [
    ["absent", undefined, "Absent"],
    ["half a file", `{"format":"proxy-session-cas`, "NotJson"],
    ["of a newer format", `{"format":"proxy-session-cassette/3","interactions":[]}`, "UnknownFormat"],
    ["half written", `{"format":"proxy-session-cassette/2","epoch":"x","interactions":[]}`, "Edited"],
    ["not a cassette", `[]`, "UnknownFormat"],
    [
      "edited by hand",
      `{"format":"proxy-session-cassette/1","interactions":[{"operation":"GetProxySession"}]}`,
      "Stale",
    ],
    [
      "of an operation that is no more",
      `{"format":"proxy-session-cassette/1","interactions":[{"operation":"Old","request":{},"outcome":{"_tag":"Interrupted"}}]}`,
      "Stale",
    ],
    [
      "not what today's schemas say",
      `{"format":"proxy-session-cassette/1","interactions":[{"operation":"GetProxySession","request":{},"outcome":{"_tag":"Success","value":{"status":"Gone"}}}]}`,
      "Stale",
    ],
  ] as const) {
    it.effect(`a cassette that is ${what} is a typed error and is left as it is`, () =>
      Effect.gen(function* () {
        const { cassettes, store } = shelf()
        if (text !== undefined) cassettes.set(cassette, text)
        const error = yield* Effect.flip(replayed(put, store))
        assert.include(error, { _tag: "CassetteError", reason })
        assert.strictEqual(cassettes.get(cassette), text)
      }),
    )
  }
})

describe("CassetteStore.layerFile", () => {
  const inFolder = <A, E>(
    use: (
      folder: string,
      store: Layer.Layer<CassetteStore.CassetteStore>,
    ) => Effect.Effect<A, E, FileSystem.FileSystem>,
  ) =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped()
      return yield* use(folder, CassetteStore.layerFile(folder).pipe(Layer.provide(NodeServices.layer)))
    }).pipe(Effect.provide(NodeServices.layer))

  it.effect("keeps a cassette as a file of its owner alone, and leaves nothing beside it", () =>
    inFolder((folder, store) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        yield* recorded(story, store)
        assert.deepStrictEqual(yield* files.readDirectory(folder), [`${cassette}.json`])
        assert.strictEqual((yield* files.stat(`${folder}/${cassette}.json`)).mode & 0o777, 0o600)
        yield* replayed(story, store)
      }),
    ),
  )

  it.effect("refuses a link in the place of a file, to read and to write", () =>
    inFolder((folder, store) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        yield* files.writeFileString(`${folder}/elsewhere.json`, "{}")
        yield* files.symlink(`${folder}/elsewhere.json`, `${folder}/${cassette}.json`)
        assert.include(yield* Effect.flip(replayed(put, store)), { _tag: "CassetteError", reason: "Unreadable" })
        const exit = yield* Effect.exit(recorded(put, store))
        assert.include(JSON.stringify(exit), '"reason":"Unwritable"', "told before anything is called")
        assert.strictEqual(yield* files.readFileString(`${folder}/elsewhere.json`), "{}")
      }),
    ),
  )

  it.effect("takes away what a crash left, a link among it, and writes through neither", () =>
    inFolder((folder, store) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        yield* files.writeFileString(`${folder}/elsewhere`, "mine")
        yield* files.symlink(`${folder}/elsewhere`, `${folder}/${cassette}.json.new`)
        yield* recorded(put, store)
        assert.strictEqual(yield* files.readFileString(`${folder}/elsewhere`), "mine")
        assert.deepStrictEqual((yield* files.readDirectory(folder)).toSorted(), [`${cassette}.json`, "elsewhere"])
        assert.strictEqual((yield* files.stat(`${folder}/${cassette}.json`)).mode & 0o777, 0o600)
      }),
    ),
  )

  it.effect("refuses names that lead out of its folder", () =>
    inFolder((_, store) =>
      Effect.gen(function* () {
        for (const name of ["", "..", "../other", "/etc/passwd", "a//b", ".hidden", "a/../b", "x".repeat(200)]) {
          const error = yield* CassetteStore.CassetteStore.use(({ read }) => Effect.flip(read(name))).pipe(
            Effect.provide(store),
          )
          assert.strictEqual(error.reason, "BadName")
        }
      }),
    ),
  )
})
