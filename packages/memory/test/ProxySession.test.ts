import { UnmodeledServiceError } from "@proxy-session/domain/ServiceError"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import {
  BadRequest,
  connector,
  connectorId,
  driver,
  NotFound,
  number,
  otherConnectorId,
  play,
  proxyOf,
  refusal,
  rider,
  scene,
  seattle,
  seattle2,
  stranger,
} from "./support/scene.ts"

describe("creating a session", () => {
  it.effect("answers an open session whose participants share one number of the pool", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(1_586_967_010_288)
        const session = yield* on.create({ name: "Trip 1", capabilities: ["Voice", "SMS"] })
        assert.strictEqual(session.voiceConnectorId, connectorId)
        assert.strictEqual(session.status, "Open")
        assert.strictEqual(session.name, "Trip 1")
        assert.strictEqual(session.expiryMinutes, 60)
        assert.strictEqual(DateTime.formatIso(session.createdTimestamp), "2020-04-15T16:10:10.288Z")
        assert.isTrue(DateTime.Equivalence(session.updatedTimestamp, session.createdTimestamp))
        assert.isFalse("endedTimestamp" in session)
        assert.deepStrictEqual(
          session.participants.map(({ phoneNumber, proxyPhoneNumber }) => [phoneNumber, proxyPhoneNumber]),
          [
            [number(rider), number(seattle)],
            [number(driver), number(seattle)],
          ],
        )
      }),
    ),
  )

  it.effect("echoes participants in the order of the request", () =>
    play((on) =>
      Effect.gen(function* () {
        const session = yield* on.create({ participantPhoneNumbers: [driver, rider] })
        assert.deepStrictEqual(
          session.participants.map((participant) => participant.phoneNumber),
          [number(driver), number(rider)],
        )
      }),
    ),
  )

  it.effect("echoes capabilities sorted and each once", () =>
    play((on) =>
      Effect.gen(function* () {
        assert.deepStrictEqual((yield* on.create({ capabilities: ["Voice", "SMS", "Voice"] })).capabilities, [
          "SMS",
          "Voice",
        ])
      }),
    ),
  )

  it.effect("echoes what the request asked for, and no member that it left out", () =>
    play((on) =>
      Effect.gen(function* () {
        const bare = yield* on.create()
        for (const member of ["name", "numberSelectionBehavior", "geoMatchLevel", "geoMatchParams"]) {
          assert.isFalse(member in bare, member)
        }
        const wishes = {
          numberSelectionBehavior: "AvoidSticky",
          geoMatchLevel: "AreaCode",
          geoMatchParams: { country: "US", areaCode: "206" },
          name: "",
        } as const
        const full = yield* on.create({ ...wishes, participantPhoneNumbers: [rider, stranger] })
        assert.deepInclude({ ...full }, wishes)
      }),
    ),
  )

  it.effect("takes numbers without a plus sign and keeps them with one", () =>
    play((on) =>
      Effect.gen(function* () {
        const { participants, proxySessionId } = yield* on.create({ participantPhoneNumbers: ["12065550100", driver] })
        assert.strictEqual(participants[0]?.phoneNumber, rider)
        assert.strictEqual((yield* on.get(proxySessionId)).participants[0]?.phoneNumber, rider)
      }),
    ),
  )

  it.effect.each([
    ["in the same spelling", [rider, rider]],
    ["once with and once without a plus sign", [rider, "12065550100"]],
  ] as const)("refuses two equal participants %s, and takes no number", ([, participantPhoneNumbers]) =>
    play((on) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* refusal(on.create({ participantPhoneNumbers })), BadRequest)
        assert.deepStrictEqual((yield* on.list()).proxySessions, [])
        assert.strictEqual(proxyOf(yield* on.create()), seattle)
      }),
    ),
  )

  it.effect("refuses to make a session without capabilities", () =>
    play((on) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* refusal(on.create({ capabilities: [] })), BadRequest)
      }),
    ),
  )

  it.effect.each([1, 720])("accepts a life of %d minutes", (expiryMinutes) =>
    play((on) =>
      Effect.gen(function* () {
        assert.strictEqual((yield* on.create({ expiryMinutes })).expiryMinutes, expiryMinutes)
      }),
    ),
  )

  it.effect("refuses a life of 721 minutes, and what is no life at all is no valid request", () =>
    play((on) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* refusal(on.create({ expiryMinutes: 721 })), BadRequest)
        assert.strictEqual(yield* refusal(on.create({ expiryMinutes: 0 })), "InvalidRequest")
      }),
    ),
  )

  it.effect("accepts other lives where the option says so", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          assert.strictEqual((yield* on.create({ expiryMinutes: 5 })).expiryMinutes, 5)
          assert.strictEqual((yield* on.create({ expiryMinutes: 1440 })).expiryMinutes, 1440)
          assert.strictEqual(yield* refusal(on.create({ expiryMinutes: 4 })), BadRequest)
          assert.strictEqual(yield* refusal(on.create({ expiryMinutes: 1441 })), BadRequest)
        }),
      { connectors: [connector()], expiryRange: { minimum: 5, maximum: 1440 } },
    ),
  )

  it.effect("gives each of a thousand sessions an id of its own", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          const ids = new Set<string>()
          for (let n = 0; n < 1000; n++) {
            const { proxySessionId } = yield* on.create()
            ids.add(proxySessionId)
            yield* on.remove(proxySessionId)
          }
          assert.strictEqual(ids.size, 1000)
        }),
      {},
    ),
  )
})

describe("reading a session", () => {
  it.effect("answers what was created", () =>
    play((on) =>
      Effect.gen(function* () {
        const session = yield* on.create({ name: "Trip 1", geoMatchParams: { country: "US", areaCode: "" } })
        assert.deepStrictEqual(yield* on.get(session.proxySessionId), session)
      }),
    ),
  )

  it.effect("a missing session is a NotFoundException, and so is one of another connector", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const { proxySessionId } = yield* on.create()
          assert.strictEqual(yield* refusal(on.get("missing")), NotFound)
          assert.strictEqual(yield* refusal(on.get(proxySessionId, otherConnectorId)), NotFound)
        }),
      { connectors: [connector(), connector({ voiceConnectorId: otherConnectorId })] },
    ),
  )

  it.effect.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("%s is the id of no session", (id) =>
    play((on) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* refusal(on.get(id)), NotFound)
        assert.strictEqual(yield* refusal(on.get(id, id)), NotFound)
      }),
    ),
  )
})

describe("updating a session", () => {
  it.effect("replaces its capabilities, keeps its life, and is dated", () =>
    play((on) =>
      Effect.gen(function* () {
        const before = yield* on.create({ name: "Trip 1", capabilities: ["Voice"], expiryMinutes: 30 })
        yield* TestClock.adjust("90 seconds")
        const after = yield* on.update(before.proxySessionId, { capabilities: ["SMS", "SMS"] })
        assert.deepStrictEqual(
          { ...after },
          {
            ...before,
            capabilities: ["SMS"],
            updatedTimestamp: DateTime.makeUnsafe(90_000),
          },
        )
        assert.deepStrictEqual(yield* on.get(before.proxySessionId), after)
      }),
    ),
  )

  it.effect("gives it a new life, counted from its creation", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create({ expiryMinutes: 10 })
        yield* TestClock.adjust("5 minutes")
        assert.strictEqual((yield* on.update(proxySessionId, { expiryMinutes: 7 })).expiryMinutes, 7)
        yield* TestClock.adjust(119_999)
        assert.strictEqual((yield* on.get(proxySessionId)).status, "Open")
        yield* TestClock.adjust(1)
        const ended = yield* on.get(proxySessionId)
        assert.strictEqual(ended.status, "Closed")
        assert.strictEqual(DateTime.toEpochMillis(ended.createdTimestamp), 0)
        assert.deepStrictEqual(ended.endedTimestamp, DateTime.makeUnsafe(7 * 60_000))
      }),
    ),
  )

  it.effect.each([
    ["lies behind it", 4],
    ["is this very moment", 5],
  ] as const)("ends it at once where its new end %s", ([, expiryMinutes]) =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create({ expiryMinutes: 10 })
        yield* TestClock.adjust("5 minutes")
        const ended = yield* on.update(proxySessionId, { expiryMinutes })
        assert.strictEqual(ended.status, "Closed")
        assert.deepStrictEqual(ended.endedTimestamp, DateTime.makeUnsafe(5 * 60_000))
        assert.deepStrictEqual(ended.updatedTimestamp, DateTime.makeUnsafe(5 * 60_000))
        assert.deepStrictEqual(yield* on.get(proxySessionId), ended)
        assert.strictEqual(proxyOf(yield* on.create()), seattle, "its number is free again")
      }),
    ),
  )

  it.effect("is refused once it has ended, and changes nothing", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create({ expiryMinutes: 1 })
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(yield* refusal(on.update(proxySessionId, { expiryMinutes: 60 })), BadRequest)
        assert.strictEqual((yield* on.get(proxySessionId)).expiryMinutes, 1)
      }),
    ),
  )

  it.effect("is refused without capabilities or with a life out of range, before anyone looks for the session", () =>
    play((on) =>
      Effect.gen(function* () {
        const before = yield* on.create()
        for (const id of [before.proxySessionId, "missing"]) {
          assert.strictEqual(yield* refusal(on.update(id, { capabilities: [] })), BadRequest)
          assert.strictEqual(yield* refusal(on.update(id, { expiryMinutes: 721 })), BadRequest)
        }
        assert.deepStrictEqual(yield* on.get(before.proxySessionId), before)
      }),
    ),
  )

  it.effect("a missing session is a NotFoundException", () =>
    play((on) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* refusal(on.update("missing")), NotFound)
      }),
    ),
  )

  it.effect("leaves a session in progress in progress", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create()
        yield* on.interact(proxySessionId)
        assert.strictEqual((yield* on.update(proxySessionId)).status, "InProgress")
      }),
    ),
  )
})

describe("deleting a session", () => {
  it.effect("leaves nothing of it: every later operation on it is a NotFoundException", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create()
        yield* on.remove(proxySessionId)
        assert.strictEqual(yield* refusal(on.get(proxySessionId)), NotFound)
        assert.strictEqual(yield* refusal(on.update(proxySessionId)), NotFound)
        assert.strictEqual(yield* refusal(on.remove(proxySessionId)), NotFound)
        assert.strictEqual(yield* refusal(on.interact(proxySessionId)), NotFound)
        assert.deepStrictEqual((yield* on.list()).proxySessions, [])
      }),
    ),
  )

  it.effect("frees its number", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create()
        assert.strictEqual(proxyOf(yield* on.create({ participantPhoneNumbers: [rider, stranger] })), seattle2)
        yield* on.remove(proxySessionId)
        assert.strictEqual(proxyOf(yield* on.create()), seattle)
      }),
    ),
  )

  it.effect("removes a session that has ended too", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create({ expiryMinutes: 1 })
        yield* TestClock.adjust("2 minutes")
        yield* on.remove(proxySessionId)
        assert.strictEqual(yield* refusal(on.get(proxySessionId)), NotFound)
      }),
    ),
  )

  it.effect("can end it instead, so that it stays to be read, and ends it once", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const { proxySessionId } = yield* on.create()
          yield* TestClock.adjust("5 minutes")
          yield* on.remove(proxySessionId)
          const ended = yield* on.get(proxySessionId)
          assert.strictEqual(ended.status, "Closed")
          assert.deepStrictEqual(ended.endedTimestamp, DateTime.makeUnsafe(5 * 60_000))
          assert.strictEqual(proxyOf(yield* on.create()), seattle, "its number is free")
          yield* TestClock.adjust("2 hours")
          yield* on.remove(proxySessionId)
          assert.deepStrictEqual(yield* on.get(proxySessionId), ended)
          assert.strictEqual(yield* refusal(on.update(proxySessionId)), BadRequest)
          assert.strictEqual(yield* refusal(on.remove("missing")), NotFound)
        }),
      { connectors: [connector()], deleteMode: "close" },
    ),
  )
})

describe("a retired service", () => {
  it.effect("answers every operation with 410 GoneException", () =>
    Effect.gen(function* () {
      const on = yield* scene
      const operations: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
        on.create(),
        on.get("some"),
        on.list(),
        on.update("some"),
        on.remove("some"),
        on.putProxy(),
        on.getProxy(),
        on.removeProxy(),
      ]
      for (const operation of operations) {
        const error = yield* Effect.flip(operation)
        assert.instanceOf(error, UnmodeledServiceError)
        const { code, status, type } = error
        assert.deepStrictEqual({ code, status, type }, { code: "Gone", status: 410, type: "GoneException" })
      }
    }).pipe(Effect.provide(MemoryRepo.layer({ connectors: [connector()], retired: true }))),
  )
})
