/**
 * That a recording shows its program what every replay will.
 */
import { assert, describe, it } from "@effect/vitest"
import { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Cassette from "@proxy-session/replay/Cassette"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { cassette, changed, create, defectOf, get, nobody, put, shelf, voiceConnectorId } from "./support.ts"

const outcomesOf = (cassettes: ReadonlyMap<string, string>) =>
  Effect.map(Cassette.parse(cassette, cassettes.get(cassette) ?? ""), ({ interactions }) =>
    interactions.map(({ outcome }) => outcome._tag),
  )

describe("a recording", () => {
  it.effect("made anew shows the instants that its cassette keeps", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = shelf()
      const trip = Effect.andThen(put, create)
      yield* TestClock.setTime(new Date("2026-03-04T05:06:07.008Z").getTime())
      yield* record(trip)
      const before = cassettes.get(cassette)
      yield* TestClock.setTime(new Date("2027-01-01T00:00:00.000Z").getTime())
      const again = yield* record(trip)
      assert.strictEqual(cassettes.get(cassette), before)
      assert.isTrue(Exit.isSuccess(again))
      assert.deepStrictEqual(again, yield* replay(trip))
    }),
  )

  it.effect("made anew of a call that has changed differs in that change alone", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      const trip = (...capabilities: CreateProxySession["capabilities"]) =>
        Effect.gen(function* () {
          yield* put
          const first = yield* create
          const request = yield* CreateProxySession.decode({
            voiceConnectorId,
            participantPhoneNumbers: ["+14155550102", "+12125550103"],
            capabilities,
          })
          const second = yield* ProxySessionRepo.use((repo) => repo.create(request))
          yield* get(second.proxySessionId)
          yield* get(first.proxySessionId)
        })
      yield* record(trip("Voice"))
      const before = cassettes.get(cassette) ?? ""
      yield* record(trip("SMS"), {}, MemoryRepo.layer({ seed: "other" }))
      const changes = cassettes
        .get(cassette)
        ?.split("\n")
        .filter((line) => !before.includes(line))
      assert.deepStrictEqual(
        changes?.map((line) => line.trim().replace(/"checksum": "[0-9a-f]+"/u, "checksum")),
        ["checksum,", '"SMS"', '"SMS"', '"SMS"'],
      )
    }),
  )

  it.effect("keeps a call that goes on when the scope closes as one that was given up, as its replay needs it", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = shelf()
      const careless = Effect.gen(function* () {
        yield* Effect.forkDetach(get("slow"), { startImmediately: true })
        yield* nobody
      })
      const slow = changed((repo) => ({
        get: (key) => (key.proxySessionId === "slow" ? Effect.never : repo.get(key)),
      }))
      assert.isTrue(Exit.isSuccess(yield* record(careless, {}, slow)))
      assert.deepStrictEqual(yield* outcomesOf(cassettes), ["Interrupted", "Failure"])
      assert.isTrue(Exit.isSuccess(yield* replay(careless)))
    }),
  )

  it.effect("tells an implementation that interrupts itself from a caller that gives up", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = shelf()
      const asked = Effect.exit(get("one"))
      const live = changed(() => ({ get: () => Effect.interrupt }))
      const told = yield* record(asked, {}, live)
      assert.deepStrictEqual(yield* outcomesOf(cassettes), ["InterruptedItself"])
      for (const exit of [told, yield* replay(asked)]) {
        assert.isTrue(Exit.isSuccess(exit) && Exit.isFailure(exit.value) && Cause.hasInterruptsOnly(exit.value.cause))
      }
    }),
  )
})

describe("a cassette that is extended", () => {
  /** What the implementation is asked for. */
  const watched = () => {
    const asked: Array<string> = []
    const live = changed((repo) => ({
      get: (key) =>
        Effect.andThen(
          Effect.sync(() => asked.push(key.proxySessionId)),
          repo.get(key),
        ),
    }))
    return { asked, live }
  }
  const trip = Effect.andThen(put, create)

  it.effect("sends no id that only its answers told: the call is a defect, and nothing is written", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      yield* record(trip, { leftovers: "keep" })
      const before = cassettes.get(cassette)
      const { asked, live } = watched()
      const more = Effect.flatMap(trip, (session) => get(session.proxySessionId))
      for (const program of [Effect.asVoid(more), Effect.andThen(Effect.ignoreCause(more), Effect.ignore(nobody))]) {
        const exit = yield* record(program, { mode: "extend" }, live)
        const defect = defectOf(exit)
        assert.include(defect, { _tag: "CassetteMismatch", problem: "UnknownAlias", operation: "GetProxySession" })
        assert.include(String(defect), "the whole cassette has to be recorded again")
      }
      assert.deepStrictEqual([asked, cassettes.get(cassette)], [["nobody"], before])
    }),
  )

  it.effect("sends what the test itself made up, and what this run was told", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = shelf()
      yield* record(Effect.andThen(trip, nobody))
      const other = Effect.flatMap(
        CreateProxySession.decode({
          voiceConnectorId,
          participantPhoneNumbers: ["+14155550103", "+12125550100"],
          capabilities: ["Voice"],
        }),
        (request) => ProxySessionRepo.use((repo) => repo.create(request)),
      )
      const more = Effect.gen(function* () {
        const first = yield* Effect.andThen(trip, nobody)
        const session = yield* other
        return [first, yield* nobody, yield* get(session.proxySessionId)]
      })
      const memory = yield* Layer.build(MemoryRepo.layer({ seed: "t" }))
      yield* Effect.provideContext(put, memory)
      const extended = yield* record(more, { mode: "extend" }, Layer.succeedContext(memory))
      assert.isTrue(Exit.isSuccess(extended))
      assert.strictEqual((yield* outcomesOf(cassettes)).length, 6)
      assert.deepStrictEqual(yield* replay(more), extended)
    }),
  )

  it.effect("sends a number that the cassette told, once the implementation has told it, too", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      const first = yield* record(trip)
      const told = Exit.isSuccess(first) ? first.value : assert.fail("nothing was recorded")
      const live = changed(() => ({
        get: (key) =>
          Effect.succeed(new ProxySession({ ...told, proxySessionId: ProxySessionId.make(key.proxySessionId) })),
      }))
      const number = told.participants[0]?.proxyPhoneNumber ?? assert.fail("no number was given")
      const callBack = ProxySessionRepo.use((repo) =>
        repo.create(
          new CreateProxySession({
            voiceConnectorId: told.voiceConnectorId,
            participantPhoneNumbers: [number, number],
            capabilities: [],
          }),
        ),
      )
      const before = yield* record(Effect.andThen(trip, Effect.exit(callBack)), { mode: "extend" }, live)
      assert.include(defectOf(before), { problem: "UnknownAlias" })
      const asked = Effect.andThen(trip, get("mine"))
      yield* record(Effect.andThen(asked, Effect.exit(callBack)), { mode: "extend" }, live)
      assert.strictEqual((yield* outcomesOf(cassettes)).length, 4)
    }),
  )

  it.effect("does not write what it was asked for out of order, though the test swallows that", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      yield* record(Effect.andThen(put, nobody))
      const before = cassettes.get(cassette)
      const swallowing = Effect.andThen(Effect.exit(nobody), put)
      const exit = yield* record(Effect.andThen(swallowing, Effect.flip(get("other"))), {
        mode: "extend",
        order: "strict",
      })
      assert.include(defectOf(exit), { _tag: "CassetteMismatch", problem: "OutOfOrder" })
      assert.strictEqual(cassettes.get(cassette), before)
    }),
  )
})

describe("how to record again", () => {
  it.effect("is told by the variable only where that is looked at", () =>
    Effect.gen(function* () {
      const { record, replay, store } = shelf()
      yield* record(nobody)
      const configured = ReplayRepo.record({ cassette }, MemoryRepo.layer()).pipe(Layer.provide(store))
      const missing = Effect.exit(get("other"))
      const hint = (exit: Exit.Exit<unknown, unknown>) => String(defectOf(exit)).includes("CASSETTE_MODE=record")
      assert.deepStrictEqual(
        [
          hint(yield* record(missing, { mode: "replay" })),
          hint(yield* replay(missing)),
          hint(yield* Effect.exit(Effect.provide(missing, configured))),
        ],
        [false, false, true],
      )
    }),
  )
})
