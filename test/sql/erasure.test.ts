/**
 * That a person's number is nowhere after it was erased: in no table, and on SQLite in no byte of a file.
 */
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { Invocation } from "@proxy-session/repo/Invocation"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import { Tenant } from "@proxy-session/repo/Tenant"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Erasure from "@proxy-session/sql/Erasure"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import * as Postgres from "./postgres.ts"
import { temporaryFolder } from "./temporary.ts"

const person = PhoneNumber.make("+12065550177")
const [one, other] = Fixtures.createProxySession.participantPhoneNumbers
const put = VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy))
const between = (...participantPhoneNumbers: readonly [string, string]) =>
  ProxySessionRepo.use((repo) => repo.create({ ...Fixtures.createProxySession, participantPhoneNumbers }))
const elsewhere = Effect.provideService(Tenant, { ...Tenant.defaultValue(), region: "eu-west-1" })
const everything = Snapshots.use((snapshots) => snapshots.export).pipe(Effect.map((content) => JSON.stringify(content)))

/** Sessions of a person, ended and live, as either participant, in two tenants, and one of other people. */
const story = Effect.gen(function* () {
  yield* put
  yield* between(person, one)
  yield* TestClock.adjust("1 day")
  yield* Effect.provideService(between(other, person), Invocation, {
    accessKeyId: "a",
    id: "b",
    requestHash: "c",
  })
  yield* Effect.andThen(put, between(one, person)).pipe(elsewhere)
  return yield* between(one, other)
})

describe("erasing a number", () => {
  for (const [name, database] of [
    ["SQLite", Layer.orDie(NodeSqlite.layer({ filename: ":memory:" }))],
    ["Postgres", Layer.orDie(Postgres.layer())],
  ] as const) {
    it.effect(
      `removes every session of a person from ${name}, live ones among them, and nothing of anybody else`,
      () =>
        Effect.gen(function* () {
          const kept = yield* story
          assert.include(yield* everything, person)
          const wrong = yield* Erasure.erase(PhoneNumber.make(person.slice(0, -1)))
          assert.deepStrictEqual(wrong, { sessions: 0, liveSessions: 0, pairs: 0, connectors: 0 })
          const erased = yield* Erasure.erase(PhoneNumber.make(person.slice(1)))
          // By Postgres's own clock, sessions of the test clock's time have ended long ago.
          const liveSessions = name === "SQLite" ? 2 : 0
          assert.deepStrictEqual(erased, { sessions: 3, liveSessions, pairs: 3, connectors: 0 })
          assert.notInclude(yield* everything, person.slice(1))
          const sql = yield* SqlClient.SqlClient
          const [left] = yield* sql<{ readonly left: unknown }>`SELECT
            (SELECT count(*) FROM hold WHERE participant = ${person}) + (SELECT count(*) FROM invocation) AS left`
          assert.strictEqual(Number(left?.left), 0)
          assert.deepStrictEqual(yield* ProxySessionRepo.use((repo) => repo.get(kept)), kept)
          yield* between(person, one)
        }).pipe(Effect.provide(Layer.provideMerge(SqlRepo.layer({ time: "effect" }), database))),
      30_000,
    )
  }

  it.effect("leaves a number that is a connector's own, and says so", () =>
    Effect.gen(function* () {
      yield* put
      const own = PhoneNumber.make("+18005550142")
      const { voiceConnectorId } = Fixtures.key
      const configuration = { defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] } as const
      yield* VoiceConnectorProxyRepo.use((proxies) =>
        proxies.put({ voiceConnectorId, ...configuration, fallBackPhoneNumber: own }),
      )
      assert.strictEqual((yield* Erasure.erase(own)).connectors, 1)
      assert.include(yield* everything, own)
    }).pipe(
      Effect.provide(Layer.provideMerge(SqlRepo.layer(), Layer.orDie(NodeSqlite.layer({ filename: ":memory:" })))),
    ),
  )

  it.effect("leaves no byte of it in SQLite's files, while another process has them open", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const filename = Path.join(folder, "test.db")
      const bytes = () =>
        FileSystem.readdirSync(folder)
          .map((name) => FileSystem.readFileSync(Path.join(folder, name), "latin1"))
          .join("\n")
      yield* Effect.gen(function* () {
        yield* story
        assert.include(bytes(), person.slice(1))
        yield* Erasure.erase(person).pipe(Effect.provide(NodeSqlite.layer({ filename })))
        assert.notInclude(bytes(), person.slice(1))
        assert.include(bytes(), one.slice(1))
      }).pipe(Effect.provide(SqlRepo.layer().pipe(Layer.provide(NodeSqlite.layer({ filename })))))
    }),
  )
})
