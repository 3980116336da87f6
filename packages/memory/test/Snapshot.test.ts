import { ProxySession } from "@proxy-session/domain/ProxySession"
import { violations } from "@proxy-session/domain/InvalidRequest"
import type { MemoryRepoOptions } from "@proxy-session/memory/MemoryRepo"
import { Snapshot } from "@proxy-session/repo/Snapshot"
import { Tenant } from "@proxy-session/repo/Tenant"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { inspect } from "node:util"
import {
  connector,
  connectorId,
  driver,
  newYork,
  otherConnectorId,
  play,
  proxyOf,
  rider,
  type Scene,
  seattle,
  seattle2,
  sharing,
  stranger,
} from "./support/scene.ts"

const elsewhere = Effect.provideService(Tenant, { ...Tenant.defaultValue(), namespace: "chime" })

/** Something of everything: two tenants, all statuses, every member, a deletion. */
const story = (on: Scene) =>
  Effect.gen(function* () {
    yield* on.putProxy({ fallBackPhoneNumber: "+18005550142", phoneNumberPoolCountries: ["US", "CA"] })
    const deleted = yield* on.create({ participantPhoneNumbers: [rider, stranger] })
    yield* on.create({ expiryMinutes: 1 })
    yield* on.remove(deleted.proxySessionId)
    yield* TestClock.adjust("90 seconds")
    yield* on.create({
      name: "Trip 1",
      capabilities: ["Voice", "SMS"],
      numberSelectionBehavior: "AvoidSticky",
      geoMatchLevel: "AreaCode",
      geoMatchParams: { country: "CA", areaCode: "416" },
    })
    const busy = yield* on.create({ participantPhoneNumbers: [driver, stranger] })
    yield* on.interact(busy.proxySessionId)
    yield* on.putProxy({ voiceConnectorId: otherConnectorId }).pipe(elsewhere)
    yield* on.create({ voiceConnectorId: otherConnectorId }).pipe(elsewhere)
  })

const onDemand = { seed: "snapshot" }
const throughText = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe("a snapshot", () => {
  it.effect("is JSON, and restoring it anywhere brings the same state", () =>
    Effect.gen(function* () {
      const [state, sessions] = yield* play(
        (on) => Effect.andThen(story(on), Effect.all([on.snapshots.export, on.list()])),
        onDemand,
      )
      assert.deepStrictEqual(throughText(state), state)
      yield* play((on) =>
        Effect.gen(function* () {
          yield* on.snapshots.import(throughText(state))
          assert.deepStrictEqual(yield* on.snapshots.export, state)
          assert.deepStrictEqual(yield* on.list(), sessions)
          assert.deepStrictEqual((yield* on.getProxy()).fallBackPhoneNumber as string, "+18005550142")
          const theirs = yield* on.list({ voiceConnectorId: otherConnectorId }).pipe(elsewhere)
          assert.strictEqual(theirs.proxySessions.length, 1)
        }),
      )
    }),
  )

  it.effect("can be what a repository begins with", () =>
    Effect.gen(function* () {
      const state = yield* play((on) => Effect.andThen(story(on), on.snapshots.export), onDemand)
      const snapshot = yield* Schema.decodeUnknownEffect(Snapshot)(throughText(state))
      yield* play(
        (on) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* on.snapshots.export, state)
          }),
        { snapshot },
      )
    }),
  )

  it.effect("remembers the number that each pair had last, and which numbers are held", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          const first = yield* on.create({ participantPhoneNumbers: [rider, stranger] })
          const second = yield* on.create()
          yield* on.remove(second.proxySessionId)
          yield* on.snapshots.import(yield* on.snapshots.export)
          const third = yield* on.create({ numberSelectionBehavior: "PreferSticky" })
          assert.strictEqual(proxyOf(third), proxyOf(second))
          assert.notStrictEqual(
            proxyOf(yield* on.create({ participantPhoneNumbers: [rider, stranger] })),
            proxyOf(first),
          )
        }),
      onDemand,
    ),
  )

  it.effect("restored to an earlier state gives no id a second time", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          const before = yield* on.snapshots.export
          const ids = new Set<string>()
          for (let n = 0; n < 3; n++) {
            for (let m = 0; m < 3; m++) ids.add((yield* on.create()).proxySessionId)
            yield* on.snapshots.import(before)
          }
          assert.strictEqual(ids.size, 9)
          assert.deepStrictEqual((yield* on.list()).proxySessions, [])
        }),
      onDemand,
    ),
  )

  it.effect("gives no id that one of its sessions has already", () =>
    Effect.gen(function* () {
      const { proxySessionId } = yield* play((on) => on.create(), { connectors: [connector()], seed: "same" })
      const at = "2020-04-15T16:10:10.288Z"
      const session = {
        voiceConnectorId: connectorId,
        proxySessionId,
        status: "Open",
        createdTimestamp: at,
        updatedTimestamp: at,
        participants: sharing(driver, stranger),
      } as const
      const next = yield* play((on) => on.create(), { connectors: [connector({ sessions: [session] })], seed: "same" })
      assert.notStrictEqual(next.proxySessionId, proxySessionId)
    }),
  )

  it.effect("has expired sessions Closed, so that an earlier clock revives none", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create({ expiryMinutes: 1 })
        yield* TestClock.adjust("1 hour")
        const state = yield* on.snapshots.export
        yield* TestClock.setTime(0)
        yield* play((later) =>
          Effect.gen(function* () {
            yield* later.snapshots.import(state)
            const ended = yield* later.get(proxySessionId)
            assert.strictEqual(ended.status, "Closed")
            assert.deepStrictEqual(ended.endedTimestamp, DateTime.makeUnsafe(60_000))
          }),
        )
      }),
    ),
  )

  it.effect("written by hand may have its sessions in any order and its numbers without a plus sign", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const { proxySessions } = yield* on.list()
          assert.deepStrictEqual(proxySessions.map(({ proxySessionId }) => proxySessionId) as Array<string>, [
            "old",
            "new",
          ])
          assert.strictEqual(proxySessions[1]?.participants[0]?.phoneNumber as string, rider)
          assert.strictEqual((yield* on.getProxy()).fallBackPhoneNumber as string, "+18005550142")
          assert.strictEqual(proxyOf(yield* on.create()), seattle2, "the first is held, the second was the last")
        }),
      {
        connectors: [
          connector({
            pool: ["12065550190", "12065550191", "12125550190"].map((phoneNumber) => ({ phoneNumber, country: "US" })),
            configuration: {
              defaultSessionExpiryMinutes: 60,
              phoneNumberCountries: ["US"],
              fallBackPhoneNumber: "18005550142",
            },
            lastNumbers: [{ participants: ["14015550101", "12065550100"], proxyPhoneNumber: "12065550191" }],
            sessions: [
              { id: "new", status: "Open", at: "1970-01-01T00:00:02Z" } as const,
              {
                id: "old",
                status: "Closed",
                at: "1970-01-01T00:00:01Z",
                endedTimestamp: "1970-01-01T00:00:01Z",
              } as const,
            ].map(({ at, id, ...rest }) => ({
              ...rest,
              voiceConnectorId: connectorId,
              proxySessionId: id,
              createdTimestamp: at,
              updatedTimestamp: at,
              participants: ["12065550100", "14015550101"].map((phoneNumber) => ({
                phoneNumber,
                proxyPhoneNumber: seattle.slice(1),
              })),
            })),
          }),
        ],
      },
    ),
  )

  it.effect("written by hand need not tell the last numbers: they are those of each pair's latest session", () => {
    const ended = (proxySessionId: string, at: string, proxyPhoneNumber: string) =>
      ({
        voiceConnectorId: connectorId,
        proxySessionId,
        status: "Closed",
        createdTimestamp: at,
        updatedTimestamp: at,
        endedTimestamp: at,
        participants: [rider, driver].map((phoneNumber) => ({ phoneNumber, proxyPhoneNumber })),
      }) as const
    const sessions = [
      ended("later", "1969-12-31T00:00:00Z", seattle2),
      ended("sooner", "1969-12-30T00:00:00Z", newYork),
    ]
    return play((on) => Effect.map(on.create(), (session) => assert.strictEqual(proxyOf(session), seattle2)), {
      connectors: [connector({ sessions })],
    })
  })
})

describe("restoring what is no sound snapshot is a SchemaError and changes nothing", () => {
  const format = "proxy-session-memory/1"
  const at = "2020-04-15T16:10:10.288Z"
  const session = {
    voiceConnectorId: connectorId,
    proxySessionId: "a",
    status: "Open",
    createdTimestamp: at,
    updatedTimestamp: at,
    participants: sharing(rider, driver),
  }
  const withSessions = (...sessions: ReadonlyArray<unknown>) => ({
    format,
    stores: [{ connectors: [{ voiceConnectorId: connectorId, sessions }] }],
  })

  it.effect.each<readonly [string, unknown]>([
    ["nothing at all", undefined],
    ["a text", "proxy-session-memory/1"],
    ["one of an unknown format", { format: "proxy-session-memory/2", stores: [] }],
    ["one without a format", { stores: [] }],
    ["a connector without an id", { format, stores: [{ connectors: [{}] }] }],
    [
      "a number that is none",
      {
        format,
        stores: [{ connectors: [{ voiceConnectorId: connectorId, pool: [{ phoneNumber: "0", country: "US" }] }] }],
      },
    ],
    ["a day that does not exist", withSessions({ ...session, createdTimestamp: "2020-02-30T00:00:00Z" })],
    ["an unknown status", withSessions({ ...session, status: "Paused" })],
    ["an open session that has ended", withSessions({ ...session, endedTimestamp: at })],
    ["a closed session that never ended", withSessions({ ...session, status: "Closed" })],
    ["a session of another connector", withSessions({ ...session, voiceConnectorId: otherConnectorId })],
    ["a session twice", withSessions(session, { ...session, participants: sharing(rider, driver, seattle2) })],
    ["a session of nobody", withSessions({ ...session, participants: [] })],
    ["a session of one", withSessions({ ...session, participants: session.participants.slice(1) })],
    [
      "a session of three",
      withSessions({ ...session, participants: [...session.participants, ...sharing(newYork, stranger)] }),
    ],
    [
      "a session with two proxy numbers",
      withSessions({
        ...session,
        participants: [...sharing(rider, driver, seattle2).slice(1), ...session.participants.slice(1)],
      }),
    ],
    [
      "a number of a connector twice",
      {
        format,
        stores: [
          {
            connectors: [
              {
                voiceConnectorId: connectorId,
                pool: [seattle, seattle.slice(1)].map((phoneNumber) => ({ phoneNumber, country: "US" })),
              },
            ],
          },
        ],
      },
    ],
    ["a secret without a character", { format, secret: "", stores: [] }],
    [
      "a connector twice",
      { format, stores: [{ connectors: [{ voiceConnectorId: connectorId }, { voiceConnectorId: connectorId }] }] },
    ],
    ["a tenant twice", { format, stores: [{ connectors: [] }, { region: "us-east-1", connectors: [] }] }],
  ])("%s", ([, bad]) =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* story(on)
          const before = yield* on.snapshots.export
          const { nextToken = "" } = yield* on.list({ maxResults: 1 })
          const error = yield* Effect.flip(on.snapshots.import(bad))
          assert.strictEqual(error._tag, "SchemaError")
          assert.deepStrictEqual(yield* on.snapshots.export, before)
          yield* on.list({ nextToken })
        }),
      onDemand,
    ),
  )

  describe("so is one in which a person has one number in two live sessions", () => {
    const between = (proxySessionId: string, people: ReadonlyArray<string>, more: object = {}) => ({
      ...session,
      proxySessionId,
      participants: people.map((phoneNumber) => ({ phoneNumber, proxyPhoneNumber: seattle })),
      ...more,
    })
    const first = between("a", [rider, driver])
    const bad = {
      "one of two people": between("b", [stranger, driver]),
      "both, the other way round": between("b", [driver, rider]),
      "spelled without a plus sign": between("b", [stranger, driver.slice(1)]),
      "one session in progress": between("b", [stranger, driver], { status: "InProgress" }),
    }
    for (const [what, second] of Object.entries(bad)) {
      it.effect(what, () =>
        play((on) =>
          Effect.gen(function* () {
            const error = yield* Effect.flip(on.snapshots.import(withSessions(first, second)))
            if (error._tag !== "SchemaError") return assert.fail(error._tag)
            const paths = violations(error.issue).map(({ path }) => path)
            const place = what === "both, the other way round" ? [0, 1] : [1]
            assert.deepStrictEqual(
              paths,
              place.map((n) => `stores[0].connectors[0].sessions[1].participants[${n}].proxyPhoneNumber`),
            )
            assert.notMatch(error.message, /555/u)
          }),
        ),
      )
    }

    it.effect("but not once one of them has ended, with another number, or on another connector", () =>
      play((on) =>
        Effect.gen(function* () {
          const other = sharing(rider, stranger, seattle2)
          const elsewhere = between("d", [rider, driver], { voiceConnectorId: otherConnectorId })
          yield* on.snapshots.import({
            format,
            stores: [
              {
                connectors: [
                  {
                    voiceConnectorId: connectorId,
                    sessions: [
                      first,
                      between("b", [rider, driver], { status: "Closed", endedTimestamp: at }),
                      { ...session, proxySessionId: "c", participants: other },
                    ],
                  },
                  { voiceConnectorId: otherConnectorId, sessions: [elsewhere] },
                ],
              },
            ],
          })
        }),
      ),
    )
  })

  it.effect("and one that a repository is to begin with is a defect", () =>
    Effect.gen(function* () {
      const [of] = yield* Schema.decodeUnknownEffect(Schema.Array(ProxySession))([session])
      const sessions = of === undefined ? [] : [of]
      const seeds: ReadonlyArray<MemoryRepoOptions> = [
        { connectors: [connector(), connector()] },
        { connectors: [{ ...connector({ voiceConnectorId: otherConnectorId }), sessions }] },
        { snapshot: { format, stores: [{ connectors: [connector(), connector()] }] } },
      ]
      for (const options of seeds) {
        const exit = yield* Effect.exit(play(() => Effect.void, options))
        assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
      }
      yield* play(() => Effect.void, { connectors: [{ ...connector(), sessions }] })
    }),
  )

  it.effect("and the control for it: a sound one is accepted", () =>
    play((on) =>
      on.snapshots.import(
        withSessions(session, { ...session, proxySessionId: "b", participants: sharing(rider, driver, seattle2) }),
      ),
    ),
  )

  it.effect("whose message tells where, and no number", () =>
    play((on) =>
      Effect.gen(function* () {
        const participants = [{ phoneNumber: rider, proxyPhoneNumber: "+0" }]
        const error = yield* Effect.flip(on.snapshots.import(withSessions({ ...session, participants })))
        assert.include(error.message, "participants")
        for (const text of [error.message, String(error), JSON.stringify(error), inspect(error)]) {
          assert.notInclude(text, "2065550100")
        }
      }),
    ),
  )
})
