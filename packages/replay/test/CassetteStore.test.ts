/**
 * Files of cassettes.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as Mode from "@proxy-session/replay/Mode"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { systemError } from "effect/PlatformError"
import { defectOf, nobody } from "./support.ts"

/** These tests record to files of their own, wherever they run. */
const outsideCI = Layer.succeed(Mode.Environment, ConfigProvider.fromEnvRecord({}))

const inFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E, FileSystem.FileSystem>) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    return yield* use(yield* files.makeTempDirectoryScoped())
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

const fileStore = (folder: string) => CassetteStore.layerFile(folder).pipe(Layer.provide(NodeServices.layer))

const recorded = (cassette: string, store: Layer.Layer<CassetteStore.CassetteStore>, live = MemoryRepo.layer()) =>
  Effect.provide(
    nobody,
    ReplayRepo.record({ cassette, mode: "record" }, live).pipe(Layer.provide([store, outsideCI])),
    { local: true },
  )

/** Memory that must not be built. */
const unbuilt = Layer.unwrap(Effect.sync((): ReturnType<typeof MemoryRepo.layer> => assert.fail("built")))

const read = (name: string, store: Layer.Layer<CassetteStore.CassetteStore>) =>
  Effect.provide(
    CassetteStore.CassetteStore.use(({ read }) => Effect.flip(read(name))),
    store,
  )

describe("a folder of cassettes", () => {
  it.effect("has a file of its owner alone for each, and nothing beside it", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        yield* recorded("trips/one", fileStore(folder))
        assert.deepStrictEqual(yield* files.readDirectory(`${folder}/trips`), ["one.json"])
        assert.strictEqual((yield* files.stat(`${folder}/trips/one.json`)).mode & 0o777, 0o600)
        const replay = ReplayRepo.layer({ cassette: "trips/one" }).pipe(Layer.provide(fileStore(folder)))
        assert.strictEqual((yield* Effect.provide(nobody, replay))._tag, "NotFoundException")
      }),
    ),
  )

  it.effect("is not left through a link, to read or to write, and nothing is called", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        yield* files.makeDirectory(`${folder}/elsewhere`)
        yield* files.makeDirectory(`${folder}/cassettes`)
        yield* files.writeFileString(`${folder}/elsewhere/one.json`, "{}")
        yield* files.symlink(`${folder}/elsewhere`, `${folder}/cassettes/sub`)
        yield* files.symlink(`${folder}/elsewhere/one.json`, `${folder}/cassettes/link.json`)
        const store = fileStore(`${folder}/cassettes`)
        for (const [name, link] of [
          ["sub/one", "sub"],
          ["link", "link.json"],
        ] as const) {
          const detail = `it is a link: ${folder}/cassettes/${link}`
          assert.include(yield* read(name, store), { reason: "Unreadable", detail })
          assert.include(yield* Effect.flip(recorded(name, store, unbuilt)), { reason: "Unreadable", detail })
          const writing = CassetteStore.CassetteStore.use(({ write }) => Effect.flip(write(name, "mine")))
          assert.include(yield* Effect.provide(writing, store), { reason: "Unwritable", detail })
        }
        assert.strictEqual(yield* files.readFileString(`${folder}/elsewhere/one.json`), "{}")
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

  it.effect("loses what a crash left, a link among it, and is written through neither", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        yield* files.writeFileString(`${folder}/elsewhere`, "mine")
        yield* files.symlink(`${folder}/elsewhere`, `${folder}/one.json.new`)
        yield* recorded("one", fileStore(folder))
        assert.strictEqual(yield* files.readFileString(`${folder}/elsewhere`), "mine")
        assert.deepStrictEqual((yield* files.readDirectory(folder)).toSorted(), ["elsewhere", "one.json"])
        assert.strictEqual((yield* files.stat(`${folder}/one.json`)).mode & 0o777, 0o600)
      }),
    ),
  )

  it.effect("keeps the old file, and nothing else, where the new one cannot be put in its place", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const denied = Effect.fail(
          systemError({ _tag: "PermissionDenied", module: "FileSystem", method: "rename", pathOrDescriptor: folder }),
        )
        const failing = Layer.effect(
          FileSystem.FileSystem,
          Effect.map(FileSystem.FileSystem, (files) => ({ ...files, rename: () => denied })),
        ).pipe(Layer.provideMerge(NodeServices.layer))
        const files = yield* FileSystem.FileSystem
        yield* files.writeFileString(`${folder}/one.json`, "old")
        const store = CassetteStore.layerFile(folder).pipe(Layer.provide(failing))
        const exit = yield* Effect.exit(recorded("one", store))
        assert.include(defectOf(exit), {
          reason: "Unwritable",
          detail: `it cannot be written (PermissionDenied): ${folder}/one.json`,
        })
        assert.deepStrictEqual(yield* files.readDirectory(folder), ["one.json"])
        assert.strictEqual(yield* files.readFileString(`${folder}/one.json`), "old")
      }),
    ),
  )

  it.effect("names the file of a cassette that is not there, or that cannot be read", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const store = fileStore(folder)
        assert.include(yield* read("a/one", store), {
          reason: "Absent",
          detail: `there is none: ${folder}/a/one.json`,
        })
        yield* (yield* FileSystem.FileSystem).makeDirectory(`${folder}/a/one.json`, { recursive: true })
        const recording = ReplayRepo.record({ cassette: "a/one", mode: "record" }, unbuilt)
        for (const { detail, reason } of [
          yield* read("a/one", store),
          yield* Effect.flip(Effect.scoped(Layer.build(recording)).pipe(Effect.provide([store, outsideCI]))),
        ]) {
          assert.strictEqual(reason, "Unreadable")
          assert.match(detail, /^it cannot be read \(\w+\): /u)
          assert.isTrue(detail.endsWith(`: ${folder}/a/one.json`))
        }
      }),
    ),
  )
})

describe("a name", () => {
  it.effect("that leads out of the folder, or is not one, is refused by every store, and nothing is called", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        for (const store of [fileStore(folder), CassetteStore.layerMemory()]) {
          for (const name of ["", "..", "../other", "/etc/passwd", "a//b", ".hidden", "a/../b", "x".repeat(200)]) {
            assert.include(yield* read(name, store), { cassette: "(unnamed)", reason: "BadName" })
            assert.include(yield* Effect.flip(recorded(name, store, unbuilt)), { reason: "BadName" })
          }
        }
      }),
    ),
  )
})
