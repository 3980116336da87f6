/**
 * Which recorded call a call finds, and what a mismatch says.
 */
import { assert, describe, it } from "@effect/vitest"
import { ForbiddenException } from "@proxy-session/domain/ServiceError"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { cassette, changed, create, defectOf, get, nobody, put, shelf, voiceConnectorId } from "./support.ts"

const byId = (proxySessionId: string, connector = voiceConnectorId) =>
  ProxySessionRepo.use((repo) => Effect.exit(repo.get({ voiceConnectorId: connector, proxySessionId })))

const remove = ProxySessionRepo.use((repo) => Effect.flip(repo.delete({ voiceConnectorId, proxySessionId: "nobody" })))

const creating = (name: string, numbers: readonly [string, string], expiryMinutes?: number) =>
  ProxySessionRepo.use((repo) =>
    repo.create({ voiceConnectorId, participantPhoneNumbers: numbers, capabilities: ["Voice"], name, expiryMinutes }),
  )

it.effect("two operations with the same request are told apart", () =>
  Effect.gen(function* () {
    const { record, replay } = shelf()
    const live = changed(() => ({ delete: () => Effect.fail(new ForbiddenException({ message: "no" })) }))
    yield* record(Effect.andThen(nobody, remove), {}, live)
    const exit = yield* replay(Effect.all([remove, nobody]))
    assert.deepStrictEqual(Exit.isSuccess(exit) ? exit.value.map(({ _tag }) => _tag) : [], [
      "ForbiddenException",
      "NotFoundException",
    ])
  }),
)

describe("a mismatch", () => {
  it.effect("names the cassette, the operation, the nearest call member by member, and how to record anew", () =>
    Effect.gen(function* () {
      const { record } = shelf()
      yield* record(Effect.andThen(byId("one", "connector-1"), byId("two", "connector-2")))
      const exit = yield* record(byId("three", "connector-2"), { mode: "replay" })
      assert.include(defectOf(exit), { _tag: "CassetteMismatch", problem: "OtherRequest", cassette })
      assert.strictEqual(
        String(defectOf(exit)),
        "CassetteMismatch: The cassette a-trip has no GetProxySession: it was recorded with another request; the nearest" +
          ` differs in proxySessionId (recorded "two", asked "three"); left are GetProxySession (2). To record anew, run the` +
          " test over a Layer in the mode record, since this one does not look at CASSETTE_MODE",
      )
    }),
  )

  it.effect("compares with the calls that are left, even if one that was made is nearer", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(Effect.andThen(byId("one"), byId("two", "connector-2")))
      const message = String(defectOf(yield* replay(Effect.andThen(byId("one"), byId("three")))))
      assert.include(message, `proxySessionId (recorded "two", asked "three")`)
      assert.include(message, `voiceConnectorId (recorded "connector-2", asked "${voiceConnectorId}")`)
    }),
  )

  it.effect("says that a request was made more often than it was recorded", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(put)
      const defect = defectOf(yield* replay(Effect.andThen(put, put)))
      assert.include(defect, { _tag: "CassetteMismatch", problem: "AlreadyUsed" })
      assert.include(String(defect), "this request was recorded, but fewer times than it is made; nothing is left")
    }),
  )

  it.effect("says that an operation was never recorded, and counts what is left by operation", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(Effect.andThen(put, Effect.all([nobody, nobody, nobody])))
      const defect = defectOf(yield* replay(create))
      assert.include(defect, { _tag: "CassetteMismatch", problem: "NeverRecorded" })
      assert.include(String(defect), "left are PutVoiceConnectorProxy, GetProxySession (3).")
    }),
  )

  it.effect("shows counts, enumerations and fictional numbers, but no name and no number that somebody may have", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(Effect.andThen(put, creating("Trip 1", ["+14155550101", "+12125550100"], 30)))
      const real = ["+1415", "867", "5309"].join("")
      const message = String(
        defectOf(yield* replay(Effect.andThen(put, creating("Alice Smith", ["+14155550102", real], 60)))),
      )
      assert.include(message, "expiryMinutes (recorded 30, asked 60)")
      assert.include(message, `participantPhoneNumbers[0] (recorded "+14155550101", asked "+14155550102")`)
      assert.include(message, `participantPhoneNumbers[1] (recorded "+12125550100", asked <redacted>)`)
      assert.include(message, "name (recorded <redacted>, asked <redacted>)")
      assert.notMatch(message, /Alice|Trip|5309/u)
      yield* record(nobody)
      const asked = String(defectOf(yield* replay(byId(real))))
      assert.include(asked, `proxySessionId (recorded "nobody", asked <redacted>)`)
      assert.notInclude(asked, "5309")
    }),
  )

  it.effect("is a defect, so that catching errors does not hide it", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(put)
      const exit = yield* replay(
        Effect.andThen(
          put,
          Effect.catch(get("other"), () => Effect.void),
        ),
      )
      assert.include(defectOf(exit), { _tag: "CassetteMismatch", problem: "NeverRecorded" })
    }),
  )

  it.effect("that was swallowed is raised again when the scope closes", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(put)
      const exit = yield* replay(
        Effect.andThen(
          put,
          Effect.catchCause(get("other"), () => Effect.void),
        ),
      )
      assert.include(defectOf(exit), { _tag: "CassetteMismatch", problem: "NeverRecorded" })
    }),
  )
})

describe("recorded calls that are not made", () => {
  it.effect("fail a run that has gone well, and no other", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(Effect.all([put, nobody, nobody]))
      const well = defectOf(yield* replay(put))
      assert.include(well, { _tag: "CassetteUnused", cassette })
      assert.include(String(well), "calls that were not made: GetProxySession (2). To record anew, run the test")
      assert.isUndefined(defectOf(yield* replay(Effect.andThen(put, Effect.fail("mine")))))
    }),
  )
})

it.effect("different requests come in any order", () =>
  Effect.gen(function* () {
    const { record, replay } = shelf()
    const proxies = VoiceConnectorProxyRepo.use((repo) => Effect.flip(repo.get({ voiceConnectorId: "none" })))
    yield* record(Effect.all([byId("one"), proxies, byId("two")]))
    assert.isTrue(Exit.isSuccess(yield* replay(Effect.all([byId("two"), byId("one"), proxies]))))
  }),
)

it.effect("CASSETTE_MODE is named only where it is looked at", () =>
  Effect.gen(function* () {
    const { record, replay, store } = shelf()
    yield* record(nobody)
    const configured = ReplayRepo.record({ cassette }, MemoryRepo.layer()).pipe(Layer.provide(store))
    const hint = (exit: Exit.Exit<unknown, unknown>) => String(defectOf(exit)).includes("with CASSETTE_MODE=record")
    assert.deepStrictEqual(
      [
        hint(yield* record(byId("other"), { mode: "replay" })),
        hint(yield* replay(byId("other"))),
        hint(yield* Effect.exit(Effect.provide(byId("other"), configured))),
      ],
      [false, false, true],
    )
  }),
)
