/**
 * What a recording keeps, what it refuses, and that its program sees what every replay will show.
 */
import { assert, describe, it } from "@effect/vitest"
import { ServiceFailureException, ThrottledClientException } from "@proxy-session/domain/ServiceError"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import type { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Cassette from "@proxy-session/replay/Cassette"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { Faulty } from "@proxy-session/repo/Faulty"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { cassette, changed, create, defectOf, get, nobody, put, shelf, voiceConnectorId } from "./support.ts"

const trip = Effect.andThen(put, create)

const outcomesOf = (cassettes: ReadonlyMap<string, string>) =>
  Effect.map(Cassette.parse(cassette, cassettes.get(cassette) ?? ""), (interactions) =>
    interactions.map(({ outcome }) => outcome._tag),
  )

describe("the instants of a recording", () => {
  const start = new Date("2026-03-04T05:06:07.008Z").getTime()

  it.effect("are written as if it had begun in 1970, and shown to the program as they are", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      yield* TestClock.setTime(start)
      const later = Effect.andThen(TestClock.adjust("90 seconds"), trip)
      const exit = yield* record(later)
      assert.deepStrictEqual(
        Exit.isSuccess(exit) ? DateTime.formatIso(exit.value.createdTimestamp) : "",
        "2026-03-04T05:07:37.008Z",
      )
      assert.include(cassettes.get(cassette), '"createdTimestamp": "1970-01-01T00:01:30.000Z"')
      assert.notInclude(cassettes.get(cassette), "2026")
    }),
  )

  it.effect("are replayed relative to the clock, so that a session that was new is new again", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(trip)
      yield* TestClock.setTime(start)
      const exit = yield* replay(trip)
      assert.deepStrictEqual(
        Exit.isSuccess(exit) ? DateTime.formatIso(exit.value.createdTimestamp) : "",
        "2026-03-04T05:06:07.008Z",
      )
    }),
  )

  it.effect("before 1970 and at the ends of what an instant can be survive", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      for (const time of [-1, -8.64e15, 8.64e15]) {
        const { cassettes, record, replay } = shelf()
        const live = changed((repo) => ({
          create: (request) =>
            Effect.map(
              repo.create(request),
              (session) => new ProxySession({ ...session, createdTimestamp: DateTime.makeUnsafe(time) }),
            ),
        }))
        const told = yield* record(trip, {}, live)
        assert.isTrue(Exit.isSuccess(told))
        assert.strictEqual(cassettes.size, 1)
        assert.deepStrictEqual(yield* replay(trip), told)
      }
    }),
  )
})

describe("a recording made anew", () => {
  it.effect("is not written where nothing has changed, however the file is laid out", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      yield* record(trip)
      const dense = JSON.stringify(JSON.parse(cassettes.get(cassette) ?? ""))
      cassettes.set(cassette, dense)
      yield* TestClock.setTime(new Date("2027-01-01T00:00:00.000Z").getTime())
      yield* record(trip)
      assert.strictEqual(cassettes.get(cassette), dense)
    }),
  )

  it.effect("is not written where only ids changed, and instants by less than a minute", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      yield* record(trip)
      const before = cassettes.get(cassette)
      const after = (millis: number) => Effect.andThen(put, Effect.andThen(TestClock.adjust(millis), create))
      yield* record(after(59_999), {}, MemoryRepo.layer({ seed: "other" }))
      assert.strictEqual(cassettes.get(cassette), before)
      yield* record(after(60_000))
      assert.notStrictEqual(cassettes.get(cassette), before)
    }),
  )

  it.effect("differs in what has changed alone", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      const two = (...capabilities: CreateProxySession["capabilities"]) =>
        Effect.gen(function* () {
          const first = yield* trip
          const repo = yield* ProxySessionRepo
          const second = yield* repo.create({
            voiceConnectorId,
            participantPhoneNumbers: ["+14155550102", "+12125550103"],
            capabilities,
          })
          yield* get(second.proxySessionId)
          yield* get(first.proxySessionId)
        })
      yield* record(two("Voice"))
      const before = cassettes.get(cassette) ?? ""
      yield* record(two("SMS"), {}, MemoryRepo.layer({ seed: "other" }))
      const changes = cassettes
        .get(cassette)
        ?.split("\n")
        .filter((line) => !before.includes(line))
      assert.deepStrictEqual(
        changes?.map((line) => line.trim()),
        ['"SMS"', '"SMS"', '"SMS"'],
      )
    }),
  )

  it.effect("replaces a cassette that is damaged or of an older format", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      yield* record(trip)
      const text = cassettes.get(cassette)
      for (const damaged of ["{", `{"format":"proxy-session-cassette/2","interactions":[]}`]) {
        cassettes.set(cassette, damaged)
        yield* record(trip)
        assert.strictEqual(cassettes.get(cassette), text)
      }
    }),
  )

  it.effect("that fails or is interrupted leaves the old cassette", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      yield* record(trip)
      const before = cassettes.get(cassette)
      yield* record(Effect.andThen(nobody, Effect.fail("mine")))
      const fiber = yield* Effect.forkChild(record(Effect.andThen(nobody, Effect.never)), { startImmediately: true })
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(cassettes.get(cassette), before)
    }),
  )
})

describe("a call", () => {
  it.effect("that ended in a typed error replays as the same error, with its code", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = shelf()
      const failure = new ServiceFailureException({ message: "Mine", code: "ServiceFailure", requestId: "r-1" })
      const live = changed(() => ({ get: () => Effect.fail(failure) }))
      const told = yield* record(Effect.flip(get("one")), {}, live)
      assert.deepStrictEqual(yield* replay(Effect.flip(get("one"))), told)
      assert.deepStrictEqual(
        told,
        Exit.succeed(
          new ServiceFailureException({
            message: "Service Failure",
            code: "ServiceFailure",
            requestId: "a11a5000-0000-4000-8000-000000000001",
          }),
        ),
      )
      assert.notMatch(cassettes.get(cassette) ?? "", /Mine|r-1/u)
    }),
  )

  it.effect("whose caller stopped waiting never ends in a replay, so that its timeout replays", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = shelf()
      const patient = Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(Effect.timeoutOption(get("slow"), "1 second"))
        yield* TestClock.adjust("2 seconds")
        return yield* Fiber.join(fiber)
      })
      const told = yield* record(
        patient,
        {},
        changed(() => ({ get: () => Effect.never })),
      )
      assert.deepStrictEqual(yield* outcomesOf(cassettes), ["Interrupted"])
      assert.deepStrictEqual(yield* replay(patient), told)
    }),
  )

  it.effect("that goes on when the scope closes was given up, as its replay needs it", () =>
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

  it.effect("whose implementation interrupts itself is told from one that was given up", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = shelf()
      const asked = Effect.exit(get("one"))
      const told = yield* record(
        asked,
        {},
        changed(() => ({ get: () => Effect.interrupt })),
      )
      assert.deepStrictEqual(yield* outcomesOf(cassettes), ["InterruptedItself"])
      for (const exit of [told, yield* replay(asked)]) {
        assert.isTrue(Exit.isSuccess(exit) && Exit.isFailure(exit.value) && Cause.hasInterruptsOnly(exit.value.cause))
      }
    }),
  )

  it.effect("that ended in a defect, or threw before there was an effect, is left out", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      const thrown = new TypeError("no such thing as +14155550101")
      for (const live of [
        changed(() => ({ get: () => Effect.die(thrown) })),
        changed(() => ({
          get: () => {
            throw thrown
          },
        })),
      ]) {
        const exit = yield* record(Effect.exit(get("one")), {}, live)
        assert.strictEqual(Exit.isSuccess(exit) ? defectOf(exit.value) : undefined, thrown)
        assert.include(cassettes.get(cassette) ?? "", '"interactions": []')
        cassettes.clear()
      }
    }),
  )
})

describe("what is not a result of the operation", () => {
  it.effect("is a defect then and when the scope closes, in case it was swallowed, and nothing is written", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      // A plain object with a session's members is none, since it would print its numbers.
      const live = changed((repo) => ({
        create: (request) => Effect.map(repo.create(request), (session) => structuredClone(session)),
      }))
      const exit = yield* record(Effect.andThen(put, Effect.exit(create)), {}, live)
      assert.include(defectOf(exit), { _tag: "CassetteError", reason: "Unrecordable" })
      assert.include(String(defectOf(exit)), "CreateProxySession returned what is not its result: ")
      assert.strictEqual(cassettes.size, 0)
    }),
  )

  it.effect("is so, too, where an alias makes it that", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      const aliases = { "+1": Config.succeed(Redacted.make("+14155550101")) }
      const live = changed((repo) => ({
        create: (request) =>
          repo.create({ ...request, participantPhoneNumbers: ["+14155550101", request.participantPhoneNumbers[1]] }),
      }))
      const creating = ProxySessionRepo.use((repo) =>
        repo.create({
          voiceConnectorId,
          participantPhoneNumbers: ["+14155550102", "+12125550100"],
          capabilities: ["Voice"],
        }),
      )
      const exit = yield* record(Effect.andThen(put, Effect.exit(creating)), { aliases }, live)
      assert.include(defectOf(exit), { _tag: "CassetteError", reason: "Unrecordable" })
      assert.include(String(defectOf(exit)), "outcome.value.participants[0].phoneNumber must be")
      assert.strictEqual(cassettes.size, 0)
    }),
  )
})

it.effect("faults lie over a replay and beneath none of it, like over any Layer", () =>
  Effect.gen(function* () {
    const { cassettes, record, store } = shelf()
    yield* record(Effect.andThen(nobody, nobody))
    const before = cassettes.get(cassette)
    const program = Effect.gen(function* () {
      const faulty = yield* Faulty
      const first = yield* nobody
      yield* faulty.next("GetProxySession", { error: new ThrottledClientException({ message: "Rate exceeded" }) })
      return [first, yield* nobody, yield* nobody]
    })
    const over = Faulty.layer(ReplayRepo.layer({ cassette })).pipe(Layer.provide(store))
    const errors = yield* Effect.provide(program, over)
    assert.deepStrictEqual(
      errors.map(({ _tag }) => _tag),
      ["NotFoundException", "ThrottledClientException", "NotFoundException"],
    )
    assert.strictEqual(cassettes.get(cassette), before)
  }),
)
