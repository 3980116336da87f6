/**
 * What moves between memory, SQLite and Postgres, and what is refused.
 */
import { violations } from "@proxy-session/domain/InvalidRequest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import type { Snapshot } from "@proxy-session/repo/Snapshot"
import * as SnapshotLines from "@proxy-session/repo/SnapshotLines"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import { Tenant } from "@proxy-session/repo/Tenant"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import * as Postgres from "./postgres.ts"

const at = "1970-01-01T00:00:00.000Z"
const person = (n: number) => `+1${200 + Math.floor(n / 100)}55501${String(n % 100).padStart(2, "0")}`
const numbers = ["+12065550190", "+12065550191"] as const
const ids = { one: "abcdef1ghij2klmno3pqr4", two: "zyxwvu9tsrq8ponml7kji6" } as const

type Session = NonNullable<(typeof Snapshot.Encoded)["stores"][0]["connectors"][0]["sessions"]>[0]

const session = (voiceConnectorId: string, n: number, more: Partial<Session> = {}): Session => ({
  voiceConnectorId,
  proxySessionId: `session-${String(n).padStart(5, "0")}`,
  status: "Open",
  capabilities: ["Voice"],
  createdTimestamp: at,
  updatedTimestamp: at,
  participants: [person(2 * n), person(2 * n + 1)].map((phoneNumber) => ({
    phoneNumber,
    proxyPhoneNumber: numbers[0],
  })),
  ...more,
})

const order = "123a4bc5-67d8-901e-2f3a-a4abab56789a"

/** Something of everything, more sessions than one statement writes, and habits that no session tells. */
const snapshot: typeof Snapshot.Encoded = {
  format: "proxy-session-memory/1",
  secret: "sealed",
  stores: [
    {
      namespace: "chime",
      region: "eu-west-1",
      account: "111122223333",
      created: 5,
      provisioned: true,
      connectors: [
        {
          voiceConnectorId: ids.two,
          name: "Rides \u0000'",
          requireEncryption: true,
          createdTimestamp: at,
          pool: [{ phoneNumber: "+447700900123", country: "GB", associatedTimestamp: at }],
        },
      ],
      numbers: [
        { phoneNumber: "+447700900124", country: "GB", orderId: order, createdTimestamp: at, updatedTimestamp: at },
        { phoneNumber: "+447700900123", country: "GB" },
      ],
      orders: [
        {
          phoneNumberOrderId: order,
          productType: "VoiceConnector",
          status: "Successful",
          orderedPhoneNumbers: [{ e164PhoneNumber: "+447700900124", status: "Acquired" }],
          createdTimestamp: at,
        },
      ],
    },
    {
      created: 9000,
      provisioned: false,
      connectors: [
        {
          voiceConnectorId: ids.one,
          pool: numbers.map((phoneNumber) => ({ phoneNumber, country: "US" })),
          configuration: {
            defaultSessionExpiryMinutes: 60,
            disabled: false,
            phoneNumberCountries: ["US"],
            fallBackPhoneNumber: "+18005550142",
          },
          sessions: [
            ...Array.from({ length: 1200 }, (_, n) => session(ids.one, n)),
            session(ids.one, 1200, { status: "Closed", endedTimestamp: at, name: "Trip 1" }),
            session(ids.one, 1201, {
              status: "InProgress",
              expiryMinutes: 1,
              numberSelectionBehavior: "AvoidSticky",
              geoMatchLevel: "AreaCode",
              geoMatchParams: { country: "US", areaCode: "206" },
            }),
          ],
          interactions: [0, 1, 1].map((caller, n) => ({
            proxySessionId: `session-0000${n}`,
            provider: "twilio",
            providerId: "CA1",
            channel: "Voice" as const,
            at,
            caller: caller === 0 ? 0 : 1,
            ...(n === 0 ? { reason: "CapabilityMissing" as const } : { via: "Session" as const }),
            ...(n === 1 ? {} : { outcome: "Answered" as const, seconds: 42, recordedAt: at }),
          })),
          lastNumbers: [{ participants: [person(1), person(0)], proxyPhoneNumber: numbers[1] }],
        },
      ],
    },
  ],
}

const sqlite = () => SqlRepo.layer().pipe(Layer.provide(NodeSqlite.layer({ filename: ":memory:" })), Layer.orDie)

type Services = Layer.Success<ReturnType<typeof sqlite>>

/** One store of each kind for all tests, since a Postgres takes seconds to start. */
class Stores extends Context.Service<
  Stores,
  { readonly [Name in "memory" | "Postgres" | "SQLite"]: Context.Context<Services> }
>()("test/Stores") {
  static readonly layer = Layer.effect(
    Stores,
    Effect.all({
      memory: Layer.build(MemoryRepo.layer()),
      SQLite: Layer.build(sqlite()),
      Postgres: Layer.build(SqlRepo.layer({ time: "effect" }).pipe(Layer.provide(Postgres.layer()), Layer.orDie)),
    }),
  )
}

const on =
  (name: keyof Stores["Service"]) =>
  <A, E>(effect: Effect.Effect<A, E, Services>) =>
    Stores.use((stores) => Effect.provideContext(effect, stores[name]))

const names = ({ account, namespace, region }: { account?: string; namespace?: string; region?: string }) =>
  [namespace, region, account].join(" ")

/** The content of a store, with tenants in one order and members only where they tell something. */
const exported = Effect.gen(function* () {
  const { stores, ...rest } = yield* Effect.flatMap(Snapshots, (snapshots) => snapshots.export)
  return { ...rest, stores: stores.toSorted((one, other) => (names(one) < names(other) ? -1 : 1)) }
})
const imported = (content: unknown) => Effect.flatMap(Snapshots, (snapshots) => snapshots.import(content))
const list = (nextToken?: string) =>
  ProxySessionRepo.use((repo) =>
    repo.list({ voiceConnectorId: ids.one, maxResults: 5, ...(nextToken === undefined ? {} : { nextToken }) }),
  )

layer(Stores.layer, { timeout: "30 seconds" })("a snapshot", (it) => {
  for (const [from, to] of [
    ["memory", "SQLite"],
    ["memory", "Postgres"],
    ["SQLite", "Postgres"],
    ["SQLite", "memory"],
    ["Postgres", "SQLite"],
  ] as const) {
    it.effect(
      `moves from ${from} to ${to} by lines and loses nothing, page tokens, habits and ended sessions among it`,
      () =>
        Effect.gen(function* () {
          const source = yield* Effect.gen(function* () {
            yield* imported(snapshot)
            yield* TestClock.adjust("2 minutes")
            const { nextToken } = yield* list()
            const content = yield* exported
            const habit = yield* create(0)
            return { content, nextToken, rest: yield* list(nextToken), habit: numberOf(habit) }
          }).pipe(on(from))
          assert.strictEqual(source.habit, numbers[1])
          const lines = Array.from(SnapshotLines.encode(source.content))
          yield* Effect.gen(function* () {
            yield* imported(Result.getOrThrow(SnapshotLines.decode(lines)))
            const content = yield* exported
            assert.deepStrictEqual(content, source.content)
            const [two, one] = content.stores
            assert.deepStrictEqual(two?.numbers, snapshot.stores[0]?.numbers)
            assert.strictEqual(two?.orders?.[0]?.orderedPhoneNumbers?.[0]?.e164PhoneNumber as string, "+447700900124")
            assert.strictEqual(one?.numbers?.length, 2)
            assert.deepInclude(two?.connectors[0], { voiceConnectorId: ids.two, name: "Rides \u0000'" })
            assert.strictEqual(two?.created, 5)
            assert.deepStrictEqual(one?.connectors[0]?.interactions, snapshot.stores[1]?.connectors[0]?.interactions)
            assert.strictEqual(one?.created, 9000)
            assert.strictEqual(one?.connectors[0]?.sessions?.length, 1202)
            assert.deepInclude(one?.connectors[0]?.sessions?.at(-1), {
              status: "Closed",
              endedTimestamp: "1970-01-01T00:01:00.000Z",
            })
            assert.deepStrictEqual(yield* list(source.nextToken), source.rest)
            assert.strictEqual(numberOf(yield* create(0)), source.habit)
          }).pipe(on(to))
        }),
      30_000,
    )
  }

  it.effect.each(["SQLite", "Postgres"] as const)("that %s is given by hand has habits by its sessions", (name) =>
    Effect.gen(function* () {
      const closed = { status: "Closed", endedTimestamp: at } as const
      const sessions = [
        session(ids.one, 0, { ...closed, proxySessionId: "later", createdTimestamp: "1970-01-01T00:00:01.000Z" }),
        session(ids.one, 0, {
          ...closed,
          participants: [person(1), person(0)].map((phoneNumber) => ({ phoneNumber, proxyPhoneNumber: numbers[1] })),
        }),
      ]
      const [, store] = snapshot.stores
      const given = { sessions, interactions: [], lastNumbers: [] }
      const connectors = [{ ...store?.connectors[0], voiceConnectorId: ids.one, ...given }]
      yield* imported({ format: snapshot.format, stores: [{ connectors }] })
      assert.strictEqual(numberOf(yield* create(0)), numbers[0])
    }).pipe(on(name)),
  )

  it.effect.each(["memory", "SQLite", "Postgres"] as const)("that is not sound changes nothing in %s", (name) =>
    Effect.gen(function* () {
      yield* imported(snapshot)
      const before = yield* exported
      const [, store] = snapshot.stores
      const { nextToken } = yield* list()
      const broken = [
        session(ids.one, 0, { participants: [] }),
        session(ids.one, 1),
        session(ids.one, 2, { participants: session(ids.one, 2).participants?.slice(1) ?? [] }),
      ]
      const connectors = [{ ...store?.connectors[0], voiceConnectorId: ids.one, sessions: broken }]
      const error = yield* Effect.flip(imported({ ...snapshot, stores: [{ connectors }] }))
      if (error._tag !== "SchemaError") return assert.fail(error._tag)
      assert.deepStrictEqual(
        violations(error.issue).map(({ path }) => path),
        [0, 2].map((n) => `stores[0].connectors[0].sessions[${n}].participants`),
      )
      assert.deepStrictEqual(yield* exported, before)
      yield* list(nextToken)
    }).pipe(on(name)),
  )

  it.effect(
    "whose calls belong to no session of their connector, or were neither connected nor refused, is refused",
    () =>
      Effect.gen(function* () {
        const [, store] = snapshot.stores
        const [call, other] = store?.connectors[0]?.interactions ?? []
        const interactions = [
          { ...call, proxySessionId: "elsewhere" },
          { ...other, reason: "Loop" },
        ]
        const connectors = [{ ...store?.connectors[0], voiceConnectorId: ids.one, interactions }]
        const error = yield* Effect.flip(imported({ ...snapshot, stores: [{ connectors }] }))
        if (error._tag !== "SchemaError") return assert.fail(error._tag)
        assert.deepStrictEqual(
          violations(error.issue).map(({ path }) => path),
          ["stores[0].connectors[0].interactions[1]"],
        )
        const stray = [{ ...store?.connectors[0], voiceConnectorId: ids.one, interactions: interactions.slice(0, 1) }]
        const second = yield* Effect.flip(imported({ ...snapshot, stores: [{ connectors: stray }] }))
        if (second._tag !== "SchemaError") return assert.fail(second._tag)
        assert.deepStrictEqual(
          violations(second.issue).map(({ path }) => path),
          ["stores[0].connectors[0].interactions[0].proxySessionId"],
        )
      }).pipe(on("SQLite")),
  )

  it.effect.each(["memory", "SQLite", "Postgres"] as const)("without a secret ends the page tokens of %s", (name) =>
    Effect.gen(function* () {
      yield* imported(snapshot)
      const { nextToken } = yield* list()
      const { secret: _, ...rest } = snapshot
      yield* imported(rest)
      assert.strictEqual((yield* Effect.flip(list(nextToken)))._tag, "BadRequestException")
      assert.isDefined((yield* list((yield* list()).nextToken)).nextToken)
    }).pipe(on(name)),
  )

  it.effect("of a tenant is seen by that tenant alone", () =>
    Effect.gen(function* () {
      yield* imported(snapshot)
      const read = VoiceConnectorProxyRepo.use((proxies) => proxies.get({ voiceConnectorId: ids.one }))
      assert.strictEqual((yield* read).fallBackPhoneNumber as string, "+18005550142")
      const elsewhere = Effect.provideService(read, Tenant, { ...Tenant.defaultValue(), region: "eu-west-1" })
      assert.strictEqual((yield* Effect.flip(elsewhere))._tag, "NotFoundException")
    }).pipe(on("SQLite")),
  )
})

const create = (n: number) =>
  ProxySessionRepo.use((repo) =>
    repo.create({
      ...Fixtures.createProxySession,
      voiceConnectorId: ids.one,
      numberSelectionBehavior: "PreferSticky",
      participantPhoneNumbers: [person(2 * n), person(2 * n + 1)],
    }),
  )
const numberOf = ({ participants }: { participants: ReadonlyArray<{ proxyPhoneNumber: string }> }) =>
  participants[0]?.proxyPhoneNumber
