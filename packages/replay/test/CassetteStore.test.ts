/**
 * Files of cassettes, and the one way in which they are written.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Cassette from "@proxy-session/replay/Cassette"
import * as CassetteName from "@proxy-session/replay/CassetteName"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as CassetteWriter from "@proxy-session/replay/CassetteWriter"
import * as Mode from "@proxy-session/replay/Mode"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { systemError } from "effect/PlatformError"
import { defectOf, get, nobody } from "./support.ts"

const environment = (env: Readonly<Record<string, string>>) =>
  Layer.succeed(Mode.Environment, ConfigProvider.fromEnvRecord(env))

const inFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E, FileSystem.FileSystem>) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    return yield* use(yield* files.makeTempDirectoryScoped())
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

/** Memory that counts how often it is built. */
const counted = () => {
  const built = { times: 0 }
  const live = Layer.unwrap(
    Effect.sync(() => {
      built.times++
      return MemoryRepo.layer({ connectors: [] })
    }),
  )
  return { built, live }
}

const recorded = (
  cassette: string,
  store: Layer.Layer<CassetteStore.CassetteStore>,
  live: ReturnType<typeof counted>["live"] = counted().live,
) =>
  Effect.provide(
    Effect.exit(nobody),
    ReplayRepo.record({ cassette, mode: "record" }, live).pipe(Layer.provide([store, environment({})])),
    { local: true },
  )

const fileStore = (folder: string) => CassetteStore.layerFile(folder).pipe(Layer.provide(NodeServices.layer))

describe("a folder of cassettes", () => {
  it.effect("is not left through a link within it, to read or to record, and nothing is built", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        yield* files.makeDirectory(`${folder}/elsewhere`)
        yield* files.makeDirectory(`${folder}/cassettes`)
        yield* files.symlink(`${folder}/elsewhere`, `${folder}/cassettes/sub`)
        const store = fileStore(`${folder}/cassettes`)
        const { built, live } = counted()
        assert.include(yield* Effect.flip(recorded("sub/one", store, live)), {
          reason: "Unwritable",
          detail: `it is a link: ${folder}/cassettes/sub`,
        })
        assert.deepStrictEqual([built.times, yield* files.readDirectory(`${folder}/elsewhere`)], [0, []])
        yield* files.writeFileString(`${folder}/elsewhere/one.json`, "{}")
        const reading = CassetteStore.CassetteStore.use(({ read }) => read("sub/one"))
        assert.include(yield* Effect.flip(Effect.provide(reading, store)), {
          reason: "Unreadable",
          detail: `it is a link: ${folder}/cassettes/sub`,
        })
      }),
    ),
  )

  it.effect("may itself be reached through a link", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        yield* files.makeDirectory(`${folder}/real`)
        yield* files.symlink(`${folder}/real`, `${folder}/linked`)
        yield* recorded("one", fileStore(`${folder}/linked`))
        assert.deepStrictEqual(yield* files.readDirectory(`${folder}/real`), ["one.json"])
      }),
    ),
  )

  it.effect("that cannot be written to is told before anything is built", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const denied = Effect.fail(
          systemError({ _tag: "PermissionDenied", module: "FileSystem", method: "open", pathOrDescriptor: folder }),
        )
        const readOnly = Layer.effect(
          FileSystem.FileSystem,
          Effect.map(FileSystem.FileSystem, (files) => ({ ...files, open: () => denied })),
        ).pipe(Layer.provideMerge(NodeServices.layer))
        const { built, live } = counted()
        const store = CassetteStore.layerFile(folder).pipe(Layer.provide(readOnly))
        assert.include(yield* Effect.flip(recorded("one", store, live)), {
          reason: "Unwritable",
          detail: `it cannot be written (PermissionDenied): ${folder}/one.json`,
        })
        assert.strictEqual(built.times, 0)
      }),
    ),
  )

  it.effect("names the file of a cassette that is not there, or that cannot be read", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const read = Effect.provide(
          Effect.flip(CassetteStore.CassetteStore.use(({ read }) => read("a/one"))),
          fileStore(folder),
        )
        assert.include(yield* read, { reason: "Absent", detail: `there is none: ${folder}/a/one.json` })
        yield* (yield* FileSystem.FileSystem).makeDirectory(`${folder}/a/one.json`, { recursive: true })
        const { detail, reason } = yield* read
        assert.strictEqual(reason, "Unreadable")
        assert.match(detail, /^it cannot be read \(\w+\): /u)
        assert.isTrue(detail.endsWith(`: ${folder}/a/one.json`))
      }),
    ),
  )

  it.effect("in which a cassette cannot be read is left as it is by a recording, which calls nothing", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* (yield* FileSystem.FileSystem).makeDirectory(`${folder}/one.json`)
        const { built, live } = counted()
        assert.include(yield* Effect.flip(recorded("one", fileStore(folder), live)), {
          _tag: "CassetteError",
          reason: "Unreadable",
        })
        assert.strictEqual(built.times, 0)
      }),
    ),
  )

  it.effect("loses what a process that was killed has left at the next recording, even if that changes nothing", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        yield* recorded("one", fileStore(folder))
        yield* files.writeFileString(`${folder}/one.json.new`, "half")
        yield* recorded("one", fileStore(folder))
        assert.deepStrictEqual(yield* files.readDirectory(folder), ["one.json"])
      }),
    ),
  )
})

describe("CASSETTE_MODE", () => {
  const modeOf = (own: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>) =>
    Mode.resolve("one", undefined).pipe(
      Effect.provide([ConfigProvider.layer(ConfigProvider.fromEnvRecord(own)), environment(env)]),
    )

  it.effect("is that of the environment where the configuration of an application has none", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* modeOf({ OTHER: "1" }, { CASSETTE_MODE: "record" }), "record")
      assert.strictEqual(yield* modeOf({ CASSETTE_MODE: "live" }, { CASSETTE_MODE: "record" }), "live")
      assert.strictEqual(yield* modeOf({}, {}), "replay")
      assert.include(yield* Effect.flip(modeOf({}, { CASSETTE_MODE: "rewrite" })), { reason: "BadMode" })
    }),
  )
})

describe("CI", () => {
  it.effect("permits where it is 0, and refuses where it cannot be read", () =>
    Effect.gen(function* () {
      const unreadable = ConfigProvider.make(() => Effect.fail(new ConfigProvider.SourceError({ message: "no" })))
      const permit = (provider: ConfigProvider.ConfigProvider) =>
        Effect.exit(Effect.provideService(Mode.permitRecording("one", true), Mode.Environment, provider))
      for (const [provider, isPermitted] of [
        [ConfigProvider.fromEnvRecord({ CI: "0" }), true],
        [ConfigProvider.fromEnvRecord({ CI: "1" }), false],
        [unreadable, false],
      ] as const) {
        assert.strictEqual(Exit.isSuccess(yield* permit(provider)), isPermitted)
      }
    }),
  )

  it.effect("is told by the environment, whatever configuration an application provides for itself", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const own = ConfigProvider.layer(ConfigProvider.fromEnvRecord({ CI: "false" }))
        const { built, live } = counted()
        const repos = ReplayRepo.record({ cassette: "one", mode: "auto" }, live).pipe(
          Layer.provide([fileStore(folder), own, environment({ CI: "true" })]),
        )
        const error = yield* Effect.flip(Effect.provide(nobody, repos))
        assert.include(error, { _tag: "CassetteError", reason: "RecordingRefused" })
        assert.strictEqual(built.times, 0)
      }),
    ),
  )

  it.effect("refuses pruning, and whoever else would write", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* recorded("one", fileStore(folder))
        const inCI = Layer.merge(fileStore(folder), environment({ CI: "1" }))
        const pruning = ReplayRepo.record({ cassette: "one", mode: "prune" }, counted().live)
        const [pruned, opened] = [
          yield* Effect.flip(Effect.provide(Effect.void, Layer.provide(pruning, inCI))),
          yield* Effect.flip(Effect.scoped(CassetteWriter.open("one")).pipe(Effect.provide(inCI))),
        ]
        for (const error of [pruned, opened]) assert.include(error, { reason: "RecordingRefused" })
      }),
    ),
  )
})

describe("the writer", () => {
  const call = (proxySessionId: string, ticks: readonly [number, number]): Cassette.Interaction => ({
    operation: "GetProxySession",
    ticks,
    request: { voiceConnectorId: "abcdef1ghij2klmno3pqr4", proxySessionId },
    outcome: { _tag: "Failure", error: { _tag: "NotFoundException", message: "no" } },
  })
  const epoch = "2026-11-24T00:00:00.000Z"
  const written = (cassettes: Map<string, string>, ...interactions: ReadonlyArray<Cassette.Interaction>) =>
    Effect.scoped(Effect.flatMap(CassetteWriter.open("one"), (write) => write({ epoch, interactions }))).pipe(
      Effect.provide(CassetteStore.layerMemory(cassettes)),
    )

  it.effect("writes nothing that the gate refuses, not even what is left of a cassette that held it before", () =>
    Effect.gen(function* () {
      const cassettes = new Map<string, string>()
      assert.include(yield* Effect.flip(written(cassettes, call("+12065559999", [0, 1]))), { reason: "Secret" })
      assert.strictEqual(cassettes.size, 0)
      const text = Cassette.print({ epoch, interactions: [call("+12065559999", [0, 1]), call("one", [2, 3])] })
      cassettes.set("one", text)
      const pruning = ReplayRepo.record({ cassette: "one", mode: "prune" }, counted().live).pipe(
        Layer.provide(CassetteStore.layerMemory(cassettes)),
      )
      const exit = yield* Effect.exit(Effect.provide(Effect.flip(get("+12065559999")), pruning))
      assert.include(defectOf(exit), { _tag: "CassetteError", reason: "Secret" })
      assert.strictEqual(cassettes.get("one"), text)
    }),
  )

  it.effect("tells the first places of what is refused by call and path, and never what it is", () =>
    Effect.gen(function* () {
      const body = { note: ["none", "call 206-555-9999"], "+12065559999": { name: 12_065_559_999 } }
      const answered = { ...call("one", [2, 3]), outcome: { _tag: "Success" as const, value: { body } } }
      const named = { ...call("two", [4, 5]), operation: "+12065559999" }
      const error = yield* Effect.flip(written(new Map(), call("+12065559999", [0, 1]), answered, named))
      assert.strictEqual(
        error.detail,
        "it is not written, since it holds a telephone number, at interactions[0].request.proxySessionId (GetProxySession)" +
          ", at interactions[1].outcome.value.body.note[1] (GetProxySession)" +
          ", at interactions[1].outcome.value.body.<redacted> (GetProxySession), and elsewhere",
      )
      const alone = yield* Effect.flip(written(new Map(), named))
      assert.include(alone.detail, "a telephone number, at interactions[0].operation")
      assert.notInclude(alone.message, "9999")
    }),
  )

  for (const mode of ["record", "extend", "prune"] as const) {
    it.effect(`leaves a cassette in which nothing has changed as a formatter laid it out, in the mode ${mode}`, () =>
      Effect.gen(function* () {
        const cassettes = new Map<string, string>()
        const store = CassetteStore.layerMemory(cassettes)
        const run = (mode: Mode.Mode) =>
          Effect.provide(
            nobody,
            ReplayRepo.record({ cassette: "one", mode }, counted().live).pipe(Layer.provide(store)),
            { local: true },
          )
        yield* run("record")
        const text = cassettes.get("one") ?? ""
        const dense = JSON.stringify(JSON.parse(text))
        cassettes.set("one", dense)
        yield* run(mode)
        assert.strictEqual(cassettes.get("one"), dense)
        if (mode !== "record") return
        for (const damaged of [
          dense.replace(`"nobody"`, `"somebody"`),
          "{",
          dense.replace("cassette/2", "cassette/1"),
        ]) {
          assert.notStrictEqual(damaged, dense)
          cassettes.set("one", damaged)
          yield* run(mode)
          assert.strictEqual(cassettes.get("one"), text)
        }
      }),
    )
  }

  it.effect("takes neither ticks nor a checksum for somebody's number, however many digits they have", () =>
    Effect.gen(function* () {
      const cassettes = new Map<string, string>()
      yield* written(cassettes, call("one", [2_065_550, 12_065_559_999]))
      assert.include(cassettes.get("one"), "12065559999")
      assert.strictEqual(
        Cassette.withoutCounters(
          `{"checksum": "0012065559999000", "operation": "GetProxySession",\r\n"ticks": [\n 2065559,\n 2065560 ], "request":{}}`,
        ),
        `{"checksum":"", "operation": "GetProxySession",\r\n"ticks": [0,0], "request":{}}`,
      )
    }),
  )

  it.effect("takes what an answer calls ticks for what it is", () =>
    Effect.gen(function* () {
      const body = { operation: "Call", ticks: [12_065_559_999, 14_015_559_999], request: {} }
      const answered = { ...call("one", [0, 1]), outcome: { _tag: "Success" as const, value: { body } } }
      assert.include(yield* Effect.flip(written(new Map(), answered)), { reason: "Secret" })
    }),
  )

  it.effect("takes no name that holds somebody's number, and calls nothing for one, nor repeats it", () =>
    Effect.gen(function* () {
      for (const title of ["calls Alice at +1 415 867 5309", "calls 415 867 5309"]) {
        const name = CassetteName.fromTask({ name: title, file: { name: "a.test.ts" } })
        const { built, live } = counted()
        const error = yield* Effect.flip(recorded(name, CassetteStore.layerMemory(), live))
        assert.include(error, { cassette: "(unnamed)", reason: "Secret" })
        assert.include(String(error), "its name holds a telephone number; give the test another title")
        assert.notMatch(String(error), /\d/u)
        assert.strictEqual(built.times, 0)
      }
      const fictional = CassetteName.fromTask({ name: "calls +1 415 555 0109", file: { name: "a.test.ts" } })
      for (const name of [fictional, "a.test.ts/leaves-at-12-00-5-530912", "trip-20261124", "waits-5000000-ms"]) {
        yield* recorded(name, CassetteStore.layerMemory())
      }
    }),
  )

  it.effect("writes nothing under a name that holds a known value", () =>
    Effect.gen(function* () {
      const cassettes = new Map<string, string>()
      const name = CassetteName.fromTask({ name: "calls Alice Smith", file: { name: "a.test.ts" } })
      const writing = Effect.scoped(
        Effect.flatMap(CassetteWriter.open(name), (write) => write({ epoch, interactions: [] }, ["Alice Smith"])),
      )
      const error = yield* Effect.flip(Effect.provide(writing, CassetteStore.layerMemory(cassettes)))
      assert.include(error, { cassette: "(unnamed)", reason: "Secret" })
      assert.notInclude(String(error).toLowerCase(), "alice")
      assert.strictEqual(cassettes.size, 0)
    }),
  )

  it.effect("writes anew what only seems the same, since it holds a number in the first of two equal members", () =>
    Effect.gen(function* () {
      const cassettes = new Map<string, string>()
      const store = CassetteStore.layerMemory(cassettes)
      const writing = Effect.scoped(
        Effect.flatMap(CassetteWriter.open("one"), (write) => write({ epoch, interactions: [call("one", [0, 1])] })),
      )
      yield* Effect.provide(writing, store)
      const text = cassettes.get("one") ?? ""
      cassettes.set("one", text.replace(`"operation":`, `"operation": "+12065559999", "operation":`))
      yield* Effect.provide(writing, store)
      assert.strictEqual(cassettes.get("one"), text)
    }),
  )

  it.effect("lets one at a time write a cassette", () =>
    Effect.gen(function* () {
      const second = Effect.flatMap(CassetteWriter.open("one"), () => Effect.flip(CassetteWriter.open("one")))
      assert.include(yield* Effect.scoped(second), { reason: "BeingRecorded" })
      yield* Effect.scoped(CassetteWriter.open("one"))
    }).pipe(Effect.provide(CassetteStore.layerMemory())),
  )
})
