/**
 * That tables of an earlier version come up to date with what they hold.
 */
import { Snapshots } from "@proxy-session/repo/Snapshots"
import { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import * as Migrations from "@proxy-session/sql/Migrations"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Postgres from "./postgres.ts"

const numbers = (...texts: ReadonlyArray<string>) => texts.map((phoneNumber) => ({ phoneNumber, country: "US" }))
const connectors = [
  { voiceConnectorId: "later", createdTimestamp: "2026-01-02T03:04:05.678Z", pool: numbers("+12065550191") },
  { voiceConnectorId: "first" },
  {
    voiceConnectorId: "sooner",
    createdTimestamp: "2026-01-02T03:04:05.677Z",
    pool: numbers("+12065550191", "+12065550190"),
  },
]

/** The tables as they were before numbers had an inventory. */
const downgrade = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  for (const statement of [
    "DROP TABLE inventory",
    "DROP TABLE number_order",
    "DROP INDEX connector_order",
    "ALTER TABLE connector DROP COLUMN created",
    "ALTER TABLE pool_number DROP COLUMN associated",
    "DELETE FROM proxy_session_migration WHERE migration_id > 4",
  ]) {
    yield* sql.unsafe(statement)
  }
})

describe("migrations", () => {
  for (const [name, database] of [
    ["SQLite", Layer.orDie(NodeSqlite.layer({ filename: ":memory:" }))],
    ["Postgres", Layer.orDie(Postgres.layer())],
  ] as const) {
    it.live(
      `make an inventory of the numbers that connectors have, and an order of connectors, in ${name}`,
      () =>
        Effect.gen(function* () {
          const snapshots = yield* Snapshots
          const service = yield* VoiceConnectors
          yield* snapshots.import({ format: "proxy-session-memory/1", stores: [{ connectors }] })
          yield* downgrade
          assert.strictEqual(yield* Migrations.current, 4)
          assert.include((yield* Effect.flip(Migrations.check)).message, "migrate first")
          yield* Migrations.migrate
          yield* Migrations.check
          const ids: Array<string> = []
          let nextToken: string | undefined
          do {
            const page = yield* service.list({ maxResults: 1, nextToken })
            ids.push(...page.voiceConnectors.map(({ voiceConnectorId }) => voiceConnectorId))
            nextToken = page.nextToken
          } while (nextToken !== undefined)
          assert.deepStrictEqual(ids, ["first", "sooner", "later"])
          const { phoneNumbers } = yield* service.listPhoneNumbers({})
          assert.deepStrictEqual<unknown>(
            phoneNumbers.map((each) => [each.e164PhoneNumber, each.associations.map(({ value }) => value)]),
            [
              ["+12065550191", ["later", "sooner"]],
              ["+12065550190", ["sooner"]],
            ],
          )
        }).pipe(Effect.provide(Layer.provideMerge(SqlRepo.layer(), database))),
      30_000,
    )
  }
})
