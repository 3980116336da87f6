import { isIssuedForm } from "@proxy-session/domain/VoiceConnectorId"
import { Tenant } from "@proxy-session/repo/Tenant"
import { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { inspect } from "node:util"
import {
  BadRequest,
  connector,
  connectorId,
  newYork,
  NotFound,
  number,
  otherConnectorId,
  pair,
  proxyOf,
  refusal,
  scene,
  type Scene,
  seattle,
  toronto,
} from "./support/scene.ts"

const rides = { name: "Rides", requireEncryption: true }

const order = (connectors: VoiceConnectors["Service"], ...e164PhoneNumbers: ReadonlyArray<string>) =>
  connectors.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers })

const play = <A, E>(
  script: (on: Scene & { readonly connectors: VoiceConnectors["Service"] }) => Effect.Effect<A, E>,
  options: MemoryRepo.MemoryRepoOptions = { seed: "connectors" },
) =>
  Effect.gen(function* () {
    return yield* script({ ...(yield* scene), connectors: yield* VoiceConnectors })
  }).pipe(Effect.provide(MemoryRepo.layer(options), { local: true }))

describe("creating a connector", () => {
  it.effect("gives it an id as AWS issues them, and returns it as get does", () =>
    play(({ connectors }) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(1_586_967_010_288)
        const made = yield* connectors.create(rides)
        assert.isTrue(isIssuedForm(made.voiceConnectorId))
        assert.deepInclude({ ...made }, rides)
        assert.strictEqual(made.createdTimestamp && DateTime.toEpochMillis(made.createdTimestamp), 1_586_967_010_288)
        assert.deepStrictEqual(yield* connectors.get(made), made)
        yield* TestClock.adjust(1)
        const other = yield* connectors.create(rides)
        assert.notStrictEqual(other.voiceConnectorId, made.voiceConnectorId)
        assert.deepStrictEqual((yield* connectors.list({})).voiceConnectors, [made, other])
      }),
    ),
  )

  it.effect("provisions its tenant: unknown connectors are refused there from then on, and nowhere else", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.putProxy()
        yield* on.connectors.create(rides)
        assert.strictEqual(yield* refusal(on.putProxy({ voiceConnectorId: otherConnectorId })), NotFound)
        yield* on.putProxy()
        const elsewhere = { ...Tenant.defaultValue(), region: "eu-west-1" }
        yield* on.putProxy({ voiceConnectorId: otherConnectorId }).pipe(Effect.provideService(Tenant, elsewhere))
      }),
    ),
  )

  it.effect("goes on provisioning it once it is deleted, or saved and restored", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.connectors.delete(yield* on.connectors.create(rides))
        assert.strictEqual(yield* refusal(on.putProxy()), NotFound)
        yield* on.snapshots.import(yield* on.snapshots.export)
        assert.strictEqual(yield* refusal(on.putProxy()), NotFound)
      }),
    ),
  )

  it.effect("with a name that the model refuses changes nothing and names the member", () =>
    play((on) =>
      Effect.gen(function* () {
        for (const name of ["", "x".repeat(257)]) {
          const error = yield* Effect.flip(on.connectors.create({ ...rides, name }))
          assert.deepStrictEqual(error._tag === "InvalidRequest" && error.violations.map(({ path }) => path), ["name"])
        }
        assert.deepStrictEqual((yield* on.connectors.list({})).voiceConnectors, [])
      }),
    ),
  )
})

describe("listing connectors", () => {
  it.effect("has each once, oldest first, in pages of any size", () =>
    play(({ connectors }) =>
      Effect.gen(function* () {
        const made: Array<string> = []
        for (let n = 0; n < 5; n++) {
          made.push((yield* connectors.create(rides)).voiceConnectorId)
          yield* TestClock.adjust(1)
        }
        for (const maxResults of [1, 2, 5, 6]) {
          const found: Array<string> = []
          let nextToken: string | undefined
          do {
            const page = yield* connectors.list({ maxResults, nextToken })
            assert.isAtMost(page.voiceConnectors.length, maxResults)
            found.push(...page.voiceConnectors.map(({ voiceConnectorId }) => voiceConnectorId))
            nextToken = page.nextToken
          } while (nextToken !== undefined)
          assert.deepStrictEqual(found, made)
        }
        assert.strictEqual(yield* refusal(connectors.list({ nextToken: "forged" })), BadRequest)
        assert.strictEqual(yield* refusal(connectors.list({ maxResults: 101 })), "InvalidRequest")
      }),
    ),
  )
})

describe("a connector", () => {
  it.effect("that is missing is a NotFoundException", () =>
    play(({ connectors }) =>
      Effect.gen(function* () {
        const key = { voiceConnectorId: connectorId }
        assert.strictEqual(yield* refusal(connectors.get(key)), NotFound)
        assert.strictEqual(yield* refusal(connectors.delete(key)), NotFound)
      }),
    ),
  )

  it.effect("that came on demand, or was seeded, is there as well", () =>
    Effect.gen(function* () {
      const key = { voiceConnectorId: connectorId }
      const got = play((on) => Effect.andThen(on.putProxy(), on.connectors.get(key)))
      assert.deepStrictEqual({ ...(yield* got) }, { voiceConnectorId: connector().voiceConnectorId })
      const seeded = { connectors: [connector({ name: "Seeded" })] }
      assert.strictEqual((yield* play((on) => on.connectors.get(key), seeded)).name, "Seeded")
    }),
  )

  it.effect("that is deleted takes its sessions and its configuration along, once it has no numbers", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const { proxySessionId } = yield* on.create()
          assert.strictEqual(
            yield* refusal(on.connectors.delete({ voiceConnectorId: connectorId })),
            "ConflictException Conflict",
          )
          yield* on.get(proxySessionId)
          const e164PhoneNumbers = (connector().pool ?? []).map(({ phoneNumber }) => phoneNumber)
          yield* on.connectors.disassociatePhoneNumbers({ voiceConnectorId: connectorId, e164PhoneNumbers })
          yield* on.connectors.delete({ voiceConnectorId: connectorId })
          assert.strictEqual(yield* refusal(on.get(proxySessionId)), NotFound)
          assert.strictEqual(yield* refusal(on.getProxy()), NotFound)
          assert.deepStrictEqual(yield* on.router.ofNumber(number(seattle)), [])
          const { phoneNumbers } = yield* on.connectors.listPhoneNumbers({})
          assert.deepStrictEqual([...new Set(phoneNumbers.map(({ status }) => status))], ["Unassigned"])
        }),
      { connectors: [connector()] },
    ),
  )

  it.effect("is nobody else's: changing what was returned changes nothing", () =>
    play((on) =>
      Effect.gen(function* () {
        const made = yield* on.connectors.create(rides)
        const key = { voiceConnectorId: made.voiceConnectorId }
        const { voiceConnectors } = yield* on.connectors.list({})
        const updated = yield* on.connectors.update({ ...key, ...rides })
        for (const returned of [made, updated, yield* on.connectors.get(key), ...voiceConnectors]) {
          assert.isTrue(Reflect.set(returned, "name", "vandalised"))
        }
        assert.strictEqual((yield* on.connectors.get(key)).name, "Rides")
      }),
    ),
  )

  it.effect("is saved and restored with all that it was made with", () =>
    play((on) =>
      Effect.gen(function* () {
        const made = yield* on.connectors.create(rides)
        yield* order(on.connectors, seattle, toronto)
        yield* on.connectors.associatePhoneNumbers({ ...made, e164PhoneNumbers: [seattle] })
        const state = yield* on.snapshots.export
        yield* on.snapshots.import(JSON.parse(JSON.stringify(state)))
        assert.deepStrictEqual(yield* on.connectors.get(made), made)
        assert.deepStrictEqual(yield* on.snapshots.export, state)
        const next = yield* on.connectors.create(rides)
        assert.notStrictEqual(next.voiceConnectorId, made.voiceConnectorId)
      }),
    ),
  )
})

describe("the numbers of a connector", () => {
  it.effect("are its pool, in the order in which they were associated", () =>
    play((on) =>
      Effect.gen(function* () {
        const { voiceConnectorId } = yield* on.connectors.create(rides)
        const associate = (...e164PhoneNumbers: ReadonlyArray<string>) =>
          on.connectors.associatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers })
        yield* order(on.connectors, newYork, toronto, seattle)
        assert.deepStrictEqual((yield* associate(newYork, toronto)).phoneNumberErrors, [])
        yield* associate(newYork.slice(1), seattle)
        const filter = { filterName: "VoiceConnectorId", filterValue: voiceConnectorId } as const
        const { phoneNumbers } = yield* on.connectors.listPhoneNumbers(filter)
        assert.deepStrictEqual(
          phoneNumbers.map(({ country, e164PhoneNumber }) => [e164PhoneNumber as string, country]),
          [
            [newYork, "US"],
            [toronto, "CA"],
            [seattle, "US"],
          ],
        )
        assert.notInclude(inspect(phoneNumbers, { depth: 9 }), "555")
        yield* on.putProxy({ voiceConnectorId })
        const sessions = yield* Effect.forEach([0, 1], (n) =>
          on.create({ voiceConnectorId, participantPhoneNumbers: [pair(0)[0], pair(n)[1]] }),
        )
        assert.deepStrictEqual(sessions.map(proxyOf), [newYork, seattle])
        assert.strictEqual((yield* on.router.ofNumber(number(toronto))).length, 1)
      }),
    ),
  )

  it.effect("are listed for all connectors of the tenant, or for one", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const key = { voiceConnectorId: otherConnectorId }
          yield* order(on.connectors, "+13605550107")
          yield* on.connectors.associatePhoneNumbers({ ...key, e164PhoneNumbers: ["+13605550107"] })
          const count = (request: Parameters<VoiceConnectors["Service"]["listPhoneNumbers"]>[0]) =>
            Effect.map(on.connectors.listPhoneNumbers(request), ({ phoneNumbers }) => phoneNumbers.length)
          assert.strictEqual(yield* count({}), 6)
          assert.strictEqual(yield* count({ filterName: "VoiceConnectorId", filterValue: otherConnectorId }), 1)
          assert.strictEqual(yield* count({ filterName: "VoiceConnectorId", filterValue: "another" }), 0)
        }),
      { connectors: [connector()], unknownConnectors: "created" },
    ),
  )

  it.effect("that could not be associated are named, and the others are", () =>
    play((on) =>
      Effect.gen(function* () {
        const made = yield* on.connectors.create(rides)
        yield* order(on.connectors, seattle)
        const e164PhoneNumbers = ["+999123456789", seattle]
        const { phoneNumberErrors } = yield* on.connectors.associatePhoneNumbers({ ...made, e164PhoneNumbers })
        assert.deepStrictEqual(
          phoneNumberErrors.map(({ errorCode, phoneNumberId }) => [phoneNumberId, errorCode]),
          [["+999123456789", "NotFound"]],
        )
        assert.notInclude(inspect(phoneNumberErrors, { depth: 9 }), "123456789")
        assert.strictEqual((yield* on.connectors.listPhoneNumbers({})).phoneNumbers.length, 1)
      }),
    ),
  )

  it.effect("of an unknown connector are taken only where it may come into being", () =>
    Effect.gen(function* () {
      const request = { voiceConnectorId: connectorId, e164PhoneNumbers: [seattle] }
      const listed = yield* play((on) =>
        Effect.gen(function* () {
          yield* order(on.connectors, seattle)
          yield* on.connectors.associatePhoneNumbers(request)
          return (yield* on.connectors.list({})).voiceConnectors.length
        }),
      )
      assert.strictEqual(listed, 1)
      const strict = { unknownConnectors: "refused" } as const
      assert.strictEqual(yield* refusal(play((on) => on.connectors.associatePhoneNumbers(request), strict)), NotFound)
    }),
  )
})
