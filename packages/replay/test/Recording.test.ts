/**
 * What a recording sees to besides its cassette, and what may be laid over calls.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { TransportError } from "@proxy-session/domain/TransportError"
import { ServiceUnavailableException, ThrottledClientException } from "@proxy-session/domain/ServiceError"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Cassette from "@proxy-session/replay/Cassette"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as Epoch from "@proxy-session/replay/Epoch"
import * as Mode from "@proxy-session/replay/Mode"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { cassette, changed, count, create, defectOf, get, nobody, put, shelf, told } from "./support.ts"

const busy = new ThrottledClientException({ message: "Rate exceeded" })

describe("a fault", () => {
  it.effect("is met by the call it is for, and what was recorded for that by the next", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = shelf()
      yield* record(Effect.andThen(nobody, nobody))
      const before = cassettes.get(cassette)
      const exit = yield* replay(Effect.all([nobody, nobody, nobody]), {
        faults: [{ operation: "GetProxySession", call: 2, fault: busy }],
      })
      assert.deepStrictEqual(Exit.isSuccess(exit) ? exit.value.map(({ _tag }) => _tag) : undefined, [
        "NotFoundException",
        "ThrottledClientException",
        "NotFoundException",
      ])
      assert.strictEqual(cassettes.get(cassette), before)
    }),
  )

  it.effect("that hangs is met by a timeout under the test clock", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(nobody)
      const patient = Effect.timeoutOption(nobody, "10 seconds").pipe(
        Effect.repeat({ schedule: Schedule.recurs(1), until: ({ _tag }) => _tag === "Some" }),
      )
      const fiber = yield* Effect.forkChild(
        replay(patient, { faults: [{ operation: "GetProxySession", call: 1, fault: "hang" }] }),
      )
      yield* TestClock.adjust("10 seconds")
      assert.isTrue(Exit.isSuccess(yield* Fiber.join(fiber)))
    }),
  )

  it.effect("is not part of a recording, whose program meets it all the same", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      const faults = [{ operation: "GetProxySession", call: 1, fault: busy }] as const
      const exit = yield* record(Effect.all([nobody, nobody]), { faults })
      assert.deepStrictEqual(Exit.isSuccess(exit) ? exit.value.map(({ _tag }) => _tag) : undefined, [
        "ThrottledClientException",
        "NotFoundException",
      ])
      assert.isTrue(Exit.isSuccess(yield* replay(nobody)))
    }),
  )

  it.effect("that no call meets fails a run that has gone well", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(nobody)
      const exit = yield* replay(nobody, {
        faults: [{ operation: "GetProxySession", call: 2, fault: new ServiceUnavailableException({ message: "" }) }],
      })
      assert.include(defectOf(exit), { _tag: "CassetteUnused" })
      assert.include(String(defectOf(exit)), "the fault of GetProxySession 2")
    }),
  )

  it.effect("that no call meets keeps a recording from being written, and is told in the mode live, too", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      const faults = [{ operation: "GetProxySession", call: 2, fault: busy }] as const
      for (const mode of ["record", "live"] as const) {
        const exit = yield* record(nobody, { faults, mode })
        assert.include(String(defectOf(exit)), "the fault of GetProxySession 2")
      }
      assert.strictEqual(cassettes.size, 0)
    }),
  )
})

describe("what an implementation answers that no replay could read", () => {
  it.effect("is a defect then and when the scope closes, in case it was swallowed, and nothing is written", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      // A plain object with a session's members is none, since it would tell its numbers when it is printed.
      const live = changed((repo) => ({
        create: (request) => Effect.map(repo.create(request), (session) => structuredClone(session)),
      }))
      const exit = yield* record(Effect.andThen(put, Effect.exit(create)), {}, live)
      assert.include(defectOf(exit), { _tag: "CassetteError", reason: "Unrecordable" })
      assert.include(String(defectOf(exit)), "CreateProxySession was answered with what no cassette can hold: ")
      assert.strictEqual(cassettes.size, 0)
    }),
  )

  it.effect("is so, too, where an alias makes it that", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      const aliases = { rider: Config.succeed(Redacted.make("+14155550101")) }
      const exit = yield* record(Effect.andThen(put, Effect.exit(create)), { aliases })
      assert.include(defectOf(exit), { _tag: "CassetteError", reason: "Unrecordable" })
      assert.include(String(defectOf(exit)), "outcome.value.participants[0].phoneNumber must be")
      assert.notInclude(String(defectOf(exit)), "rider")
      assert.strictEqual(cassettes.size, 0)
    }),
  )

  it.effect("keeps a cassette from being extended", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      yield* record(nobody)
      const before = cassettes.get(cassette)
      const live = changed((repo) => ({
        create: (request) => Effect.map(repo.create(request), (session) => structuredClone(session)),
      }))
      const exit = yield* record(Effect.all([nobody, put, Effect.exit(create)]), { mode: "extend" }, live)
      assert.include(defectOf(exit), { _tag: "CassetteError" })
      assert.strictEqual(cassettes.get(cassette), before)
    }),
  )
})

describe("extending a cassette", () => {
  it.effect("counts on from the last end, whichever call that is of", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      const slow = Effect.andThen(Effect.yieldNow, Effect.yieldNow)
      const live = changed((repo) => ({
        get: (key) => (key.proxySessionId === "slow" ? Effect.andThen(slow, repo.get(key)) : repo.get(key)),
      }))
      const both = Effect.all([Effect.flip(get("slow")), nobody], { concurrency: 2 })
      yield* record(both, {}, live)
      yield* record(Effect.andThen(both, Effect.flip(get("new"))), { mode: "extend" })
      const { interactions } = yield* Cassette.parse(cassette, cassettes.get(cassette) ?? "")
      assert.deepStrictEqual(
        interactions.map(({ ticks }) => ticks),
        [
          [0, 3],
          [1, 2],
          [4, 5],
        ],
      )
    }),
  )

  it.effect("tells of the calls that were not made, which pruning takes out", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      const { layer, lines } = told()
      const somebody = Effect.flip(get("somebody"))
      yield* record(nobody)
      assert.isTrue(Exit.isSuccess(yield* Effect.provide(record(somebody, { mode: "extend" }), layer)))
      assert.deepStrictEqual(lines, [
        `The cassette ${cassette} has calls that were not made: GetProxySession; the mode prune takes out what is no longer called`,
      ])
      assert.include(defectOf(yield* replay(somebody)), { _tag: "CassetteUnused" })
      assert.isTrue(Exit.isSuccess(yield* record(somebody, { mode: "prune" })))
      assert.isTrue(Exit.isSuccess(yield* replay(somebody)))
    }),
  )
})

describe("sessions that a recording leaves behind", () => {
  it.effect("are deleted, which is told and not recorded", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      const { layer, lines } = told()
      const memory = yield* Layer.build(MemoryRepo.layer({ seed: "s" }))
      const live = Layer.succeedContext(memory)
      const program = Effect.gen(function* () {
        yield* put
        const gone = yield* create
        yield* ProxySessionRepo.use((repo) => repo.delete(gone))
        return yield* create
      })
      const exit = yield* Effect.provide(record(program, {}, live), layer)
      assert.isTrue(Exit.isSuccess(exit))
      assert.strictEqual(yield* Effect.provideContext(count, memory), 0)
      assert.deepStrictEqual(lines, ["The recording of a-trip left 1 sessions behind, of which 1 were deleted"])
      assert.strictEqual(cassettes.get(cassette)?.split('"DeleteProxySession"').length, 2)
    }),
  )

  it.effect("are deleted where the test has failed, too, and stay where that is asked for", () =>
    Effect.gen(function* () {
      const { record } = shelf()
      const memory = yield* Layer.build(MemoryRepo.layer({ seed: "s" }))
      const live = Layer.succeedContext(memory)
      const left = (leftovers: "delete" | "keep") =>
        Effect.gen(function* () {
          const program = Effect.andThen(put, create).pipe(Effect.andThen(Effect.fail("the test fails")))
          yield* Effect.provide(record(program, { leftovers }, live), told().layer)
          return yield* Effect.provideContext(count, memory)
        })
      assert.strictEqual(yield* left("delete"), 0)
      assert.strictEqual(yield* left("keep"), 1)
    }),
  )
})

describe("a creation whose end nobody knows", () => {
  it.effect("is told, as its session may exist, and one that was refused is not", () =>
    Effect.gen(function* () {
      const { record } = shelf()
      const { layer, lines } = told()
      const lost = new TransportError({
        operation: "CreateProxySession",
        reason: "Reset",
        outcome: "Unknown",
        attempts: 1,
      })
      const unsent = new TransportError({ ...lost, reason: "Connect", outcome: "NotSent" })
      const ends = [
        Effect.never,
        Effect.fail(lost),
        Effect.fail(unsent),
        Effect.fail(new ServiceUnavailableException({ message: "" })),
      ]
      const live = changed(() => ({ create: () => ends.shift() ?? Effect.never }))
      const program = Effect.gen(function* () {
        const waiting = yield* Effect.forkChild(Effect.timeoutOption(create, "1 second"))
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(waiting)
        for (let n = 0; n < 3; n++) yield* Effect.flip(create)
      })
      assert.isTrue(Exit.isSuccess(yield* Effect.provide(record(program, {}, live), layer)))
      assert.deepStrictEqual(lines, [
        "The recording of a-trip gave up 2 creations of sessions, which may exist all the same: list them, and delete them by hand",
      ])
    }),
  )
})

describe("a defect", () => {
  const dying = Layer.effect(
    ProxySessionRepo,
    Effect.map(ProxySessionRepo, (repo) => ({
      ...repo,
      get: () => Effect.die(new TypeError("no such thing as +14155550101")),
    })),
  ).pipe(Layer.provideMerge(MemoryRepo.layer({ seed: "s" })))

  it.effect("is left out of a recording", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      assert.isTrue(Exit.isSuccess(yield* record(Effect.exit(get("one")), {}, dying)))
      assert.include(cassettes.get(cassette) ?? "", '"interactions": []')
    }),
  )

  it.effect("is recorded where that is asked for, and plays as it was: by name and message", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      const told = yield* record(Effect.exit(get("one")), { defects: true }, dying)
      const again = yield* replay(Effect.exit(get("one")))
      for (const exit of [told, again]) {
        const defect = Exit.isSuccess(exit) ? defectOf(exit.value) : undefined
        assert.include(defect, { _tag: "RecordedDefect", message: "TypeError: no such thing as +14155550101" })
      }
    }),
  )
})

describe("an implementation that throws before it gives an effect", () => {
  const thrown = new TypeError("no such thing")
  const throwing = changed(() => ({
    get: () => {
      throw thrown
    },
  }))

  it.effect("has ended in that defect, and is left out or recorded as other defects are", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = shelf()
      const exit = yield* record(Effect.exit(get("one")), {}, throwing)
      assert.strictEqual(Exit.isSuccess(exit) ? defectOf(exit.value) : undefined, thrown)
      assert.include(cassettes.get(cassette) ?? "", '"interactions": []')
      yield* record(Effect.exit(get("one")), { defects: true }, throwing)
      const again = yield* replay(Effect.exit(get("one")))
      assert.include(Exit.isSuccess(again) ? defectOf(again.value) : undefined, { _tag: "RecordedDefect" })
    }),
  )
})

describe("the epoch", () => {
  it.effect("is that of the calls, too, by which a cassette is extended later", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      yield* TestClock.setTime(new Date("2026-03-04T05:06:07.008Z").getTime())
      yield* record(nobody)
      yield* TestClock.setTime(new Date("2027-01-01T00:00:00.000Z").getTime())
      yield* record(Effect.andThen(nobody, Effect.andThen(put, create)), { mode: "extend" })
      const text = cassettes.get(cassette) ?? ""
      assert.include(text, '"createdTimestamp": "2026-03-04T05:06:07.008Z"')
      assert.notInclude(text, "2027")
    }),
  )

  it.effect("can be the test clock's time", () =>
    Effect.gen(function* () {
      const { record, store } = shelf()
      yield* TestClock.setTime(new Date("2026-03-04T05:06:07.008Z").getTime())
      yield* record(nobody)
      yield* TestClock.setTime(0)
      yield* Effect.provide(Epoch.adopt(cassette), store)
      assert.strictEqual(yield* Clock.currentTimeMillis, new Date("2026-03-04T05:06:07.008Z").getTime())
    }),
  )
})

describe("the epoch of a cassette that is not there yet", () => {
  const later = new Date("2027-01-01T00:00:00.000Z").getTime()

  it.effect("leaves the clock as it is where a test is about to record, and where it uses no cassette", () =>
    Effect.gen(function* () {
      const { cassettes, store } = shelf()
      yield* TestClock.setTime(later)
      for (const mode of ["auto", "live", "record"] as const) {
        yield* Effect.provide(Epoch.adopt(cassette, mode), store)
        assert.strictEqual(yield* Clock.currentTimeMillis, later)
      }
      cassettes.set(cassette, "{")
      yield* Effect.provide(Epoch.adopt(cassette, "record"), store)
      assert.include(yield* Effect.flip(Effect.provide(Epoch.adopt(cassette, "auto"), store)), { reason: "NotJson" })
    }),
  )

  it.effect("is a typed error in a replay", () =>
    Effect.gen(function* () {
      const { store } = shelf()
      for (const mode of [undefined, "extend", "replay"] as const) {
        const error = yield* Effect.flip(Effect.provide(Epoch.adopt(cassette, mode), store))
        assert.include(error, { _tag: "CassetteError", reason: "Absent" })
      }
    }),
  )
})

describe("two recordings of one cassette", () => {
  const refused = Effect.fnUntraced(function* (store: Layer.Layer<CassetteStore.CassetteStore>, other = store) {
    const over = (shelf: Layer.Layer<CassetteStore.CassetteStore>) =>
      ReplayRepo.record({ cassette, mode: "record" }, MemoryRepo.layer()).pipe(
        Layer.provide([shelf, Layer.succeed(Mode.Environment, ConfigProvider.fromEnvRecord({}))]),
      )
    const inner = Effect.provide(nobody, over(other), { local: true })
    const exit = yield* Effect.provide(Effect.exit(inner), over(store), { local: true })
    assert.include(JSON.stringify(exit), '"reason":"BeingRecorded"')
    yield* Effect.provide(nobody, over(other), { local: true })
  })

  it.effect("cannot be made at once, one after the other can", () =>
    Effect.gen(function* () {
      const shelf = yield* Layer.build(CassetteStore.layerMemory())
      yield* refused(Layer.succeedContext(shelf))
    }),
  )

  it.live("nor by two processes, to whom the file of a lock tells it", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped()
      const file = () => CassetteStore.layerFile(folder).pipe(Layer.provide(NodeServices.layer))
      yield* refused(file(), file())
      assert.deepStrictEqual(yield* files.readDirectory(folder), ["a-trip.json"])
    }).pipe(Effect.provide(NodeServices.layer)),
  )
})
