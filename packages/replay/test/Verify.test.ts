import { assert, describe, it } from "@effect/vitest"
import { CreateProxySession, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { Participant } from "@proxy-session/domain/Participant"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { BadRequestException } from "@proxy-session/domain/ServiceError"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { verify } from "@proxy-session/replay/Verify"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { count as sessions, create, put, shelf, told } from "./support.ts"

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
const cassette = "a-trip"

const trip = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  const proxies = yield* VoiceConnectorProxyRepo
  yield* proxies.put(
    yield* PutVoiceConnectorProxy.decode({
      voiceConnectorId,
      defaultSessionExpiryMinutes: 60,
      phoneNumberPoolCountries: ["US"],
    }),
  )
  const session = yield* repo.create(
    yield* CreateProxySession.decode({
      voiceConnectorId,
      participantPhoneNumbers: ["+14155550101", "+12125550100"],
      capabilities: ["Voice"],
      name: "Trip 1",
    }),
  )
  yield* repo.get(session)
  yield* repo.update({ ...session, capabilities: ["SMS"] })
  yield* repo.get(session)
  yield* repo.delete(session)
  yield* Effect.flip(repo.get(session))
  yield* Effect.flip(repo.get(yield* ProxySessionKey.decode({ voiceConnectorId, proxySessionId: "nobody" })))
})

/** A store that has the trip, as memory answered it. */
const recorded = Effect.gen(function* () {
  const store = CassetteStore.layerMemory(new Map())
  const recording = ReplayRepo.record({ cassette, mode: "record" }, MemoryRepo.layer({ seed: "recorded" }))
  yield* trip.pipe(Effect.provide(Layer.provide(recording, store)))
  return store
})

/** Memory that answers some calls otherwise. */
const changed = (change: (repo: ProxySessionRepo["Service"]) => Partial<ProxySessionRepo["Service"]>) =>
  Layer.effect(
    ProxySessionRepo,
    Effect.map(ProxySessionRepo, (repo) => ({ ...repo, ...change(repo) })),
  ).pipe(Layer.provideMerge(MemoryRepo.layer({ seed: "other" })))

describe("verify", () => {
  it.effect("finds nothing where the implementation behaves as recorded, though its ids and its clock differ", () =>
    Effect.gen(function* () {
      const store = yield* recorded
      yield* TestClock.adjust("3 days")
      const found = yield* Effect.provide(verify({ cassette }, MemoryRepo.layer({ seed: "other" })), store)
      assert.deepStrictEqual(found, [])
    }),
  )

  it.effect(
    "compares no instants where an answer differs in what is ignored, too, as a service's does from memory's",
    () =>
      Effect.gen(function* () {
        const store = yield* recorded
        yield* TestClock.adjust("3 days")
        const numbered = (session: ProxySession) =>
          new ProxySession({
            ...session,
            participants: session.participants.map(
              (each) => new Participant({ ...each, proxyPhoneNumber: PhoneNumber.make("+14155550177") }),
            ),
          })
        const likeAService = changed((repo) => ({
          create: (request) => Effect.map(Effect.delay(repo.create(request), 40), numbered),
          get: (key) => Effect.map(repo.get(key), numbered),
          update: (request) => Effect.map(repo.update(request), numbered),
        }))
        const verifying = yield* Effect.forkChild(Effect.provide(verify({ cassette }, likeAService), store))
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* Fiber.join(verifying), [])
      }),
  )

  it.effect("tells that an instant has come or gone", () =>
    Effect.gen(function* () {
      const store = yield* recorded
      const ended = changed((repo) => ({
        get: (key) =>
          Effect.map(
            repo.get(key),
            (session) => new ProxySession({ ...session, endedTimestamp: session.createdTimestamp }),
          ),
      }))
      const found = yield* Effect.provide(verify({ cassette }, ended), store)
      assert.deepStrictEqual(
        found.map(({ call, path }) => [call, path]),
        [
          [2, "value.endedTimestamp"],
          [4, "value.endedTimestamp"],
        ],
      )
    }),
  )

  it.effect("tells each difference by call, operation and path, with both values", () =>
    Effect.gen(function* () {
      const store = yield* recorded
      const other = changed((repo) => ({
        update: (request) => repo.update({ ...request, capabilities: ["Voice", "SMS"] }),
      }))
      const found = yield* Effect.provide(verify({ cassette }, other), store)
      const difference = { path: "value.capabilities[1]", recorded: undefined, answered: "Voice" }
      assert.deepStrictEqual(found, [
        { call: 3, operation: "UpdateProxySession", ...difference },
        { call: 4, operation: "GetProxySession", ...difference },
      ])
    }),
  )

  it.effect("tells a success that has become a failure, and the other way round", () =>
    Effect.gen(function* () {
      const store = yield* recorded
      const tags = (live: ReturnType<typeof changed>) =>
        verify({ cassette }, live).pipe(
          Effect.map((found) =>
            found
              .filter(({ path }) => path === "_tag")
              .map(({ answered, call, recorded }) => [call, recorded, answered]),
          ),
          Effect.provide(store),
        )
      assert.deepStrictEqual(yield* tags(changed(() => ({ delete: () => Effect.void }))), [[6, "Failure", "Success"]])
      const blind = changed((repo) => ({ get: () => repo.get({ voiceConnectorId: known, proxySessionId: nobody }) }))
      assert.deepStrictEqual(yield* tags(blind), [
        [2, "Success", "Failure"],
        [4, "Success", "Failure"],
      ])
    }),
  )

  it.effect("finds nothing where a recorded defect happens again, and what has become of it where it does not", () =>
    Effect.gen(function* () {
      const dying = changed(() => ({ get: () => Effect.die(new TypeError("no such thing")) }))
      const ask = Effect.exit(
        ProxySessionRepo.use((repo) => repo.get({ voiceConnectorId: known, proxySessionId: nobody })),
      )
      const store = CassetteStore.layerMemory()
      yield* Effect.gen(function* () {
        yield* Effect.provide(
          Effect.andThen(ask, ask),
          ReplayRepo.record({ cassette: "defects", mode: "record", defects: true }, dying),
        )
        assert.deepStrictEqual(yield* verify({ cassette: "defects" }, dying), [])
        const now = yield* verify(
          { cassette: "defects" },
          changed(() => ({})),
        )
        assert.includeDeepMembers(
          now.map(({ answered, call, path, recorded }) => [call, path, recorded, answered]),
          [
            [0, "_tag", "Died", "Failure"],
            [1, "_tag", "Died", "Failure"],
          ],
        )
      }).pipe(Effect.provide(store))
    }),
  )

  it.effect("tells of an implementation that interrupts itself, or does so no more, and goes on", () =>
    Effect.gen(function* () {
      const interrupting = changed(() => ({ get: () => Effect.interrupt }))
      const ask = Effect.exit(
        ProxySessionRepo.use((repo) => repo.get({ voiceConnectorId: known, proxySessionId: nobody })),
      )
      for (const [recorded, now, found] of [
        [interrupting, interrupting, []],
        [interrupting, changed(() => ({})), ["InterruptedItself", "Failure"]],
        [changed(() => ({})), interrupting, ["Failure", "InterruptedItself"]],
      ] as const) {
        const store = CassetteStore.layerMemory()
        yield* Effect.gen(function* () {
          yield* Effect.provide(ask, ReplayRepo.record({ cassette: "interrupted", mode: "record" }, recorded))
          const differences = yield* verify({ cassette: "interrupted" }, now)
          assert.deepStrictEqual(
            differences.filter(({ path }) => path === "_tag").flatMap(({ answered, recorded }) => [recorded, answered]),
            [...found],
          )
        }).pipe(Effect.provide(store, { local: true }))
      }
    }),
  )

  it.effect("shows of what is answered now nothing that a cassette must not hold", () =>
    Effect.gen(function* () {
      const store = yield* recorded
      const number = ["+1206", "555", "9999"].join("")
      const saying = changed(() => ({
        delete: () => Effect.fail(new BadRequestException({ message: "no", code: number })),
        get: () => Effect.fail(new BadRequestException({ message: "no", code: "Canary Name" })),
      }))
      const aliases = { "Trip 1": Config.succeed(Redacted.make("Canary Name")) }
      const found = yield* Effect.provide(verify({ cassette, aliases }, saying), store)
      assert.notMatch(JSON.stringify(found), /9999|canary/iu)
      assert.include(JSON.stringify(found), "<redacted>")
    }),
  )

  it.effect("deletes the sessions that its calls leave behind, and tells how many, unless they are to be kept", () =>
    Effect.gen(function* () {
      const { record, store } = shelf()
      yield* record(Effect.andThen(put, create))
      const memory = yield* Layer.build(MemoryRepo.layer({ seed: "other" }))
      for (const [leftovers, count] of [
        ["delete", 0],
        ["keep", 1],
      ] as const) {
        const { layer, lines } = told()
        const verifying = verify({ cassette, leftovers }, Layer.succeedContext(memory))
        assert.deepStrictEqual(yield* Effect.provide(verifying, [store, layer]), [])
        assert.strictEqual(yield* Effect.provideContext(sessions, memory), count)
        assert.strictEqual(lines.length, 1 - count)
        if (count === 0) assert.include(String(lines[0]), "The verification of a-trip left 1 sessions behind")
      }
    }),
  )

  it.effect("is a typed error where an operation does not take the real value of an alias", () =>
    Effect.gen(function* () {
      const aliases = { "+14155550101": Config.succeed(Redacted.make("canary")) }
      const error = yield* Effect.flip(
        Effect.provide(verify({ cassette, aliases }, MemoryRepo.layer()), yield* recorded),
      )
      assert.include(error, { _tag: "CassetteError", reason: "BadAlias" })
      assert.notInclude(error.message, "canary")
    }),
  )

  it.effect("is itself a typed error where there is no cassette", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(verify({ cassette: "none" }, MemoryRepo.layer()))
      assert.include(error, { _tag: "CassetteError", reason: "Absent" })
    }).pipe(Effect.provide(CassetteStore.layerMemory())),
  )
})

const { proxySessionId: nobody, voiceConnectorId: known } = Effect.runSync(
  ProxySessionKey.decode({ voiceConnectorId, proxySessionId: "nobody" }),
)
