/**
 * Erasing a person's number from a database, as somebody may ask who has the right to be forgotten.
 */
import { normalize, type PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { DatabaseError, fromSqlError } from "./DatabaseError.ts"
import * as Database from "./internal/database.ts"
import { isLostRace } from "./internal/failure.ts"

/**
 * What was erased, and what was left.
 *
 * - `sessions`: how many sessions of the person were removed, live ones among them
 * - `liveSessions`: how many of these were live
 * - `pairs`: how many pairs of people were forgotten, whose last number was remembered
 * - `connectors`: how many Voice Connectors have the number as one of their own or as their fallback. It stays there,
 *   since a connector's numbers are the operator's
 *
 * @category models
 */
export interface Erased {
  readonly sessions: number
  readonly liveSessions: number
  readonly pairs: number
  readonly connectors: number
}

const ofDialect = <A>(sql: SqlClient.SqlClient, pg: A, sqlite: A): A =>
  sql.onDialectOrElse({ pg: () => pg, orElse: () => sqlite })

/**
 * Removes every session of a person, in all tenants, with what it holds, and forgets the numbers that the person had.
 *
 * A live session ends at once: calls and texts to its proxy number no longer reach either of the two people, and the
 * number is free for others. A call that is already connected is the carrier's and goes on. What is created afterwards is
 * a new session. Servers may run meanwhile.
 *
 * **Details**
 *
 * SQLite overwrites what it removes, and the write-ahead file is emptied; where another process reads for more than five
 * seconds this fails with a hint, and can be run again. Postgres keeps removed rows on disk until it needs their room
 * (`VACUUM FULL` takes it back at once), and in its write-ahead log. Backups and exports that were made before hold the
 * number still.
 *
 * **Example** (A person who is forgotten)
 *
 * ```ts
 * import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
 * import * as Erasure from "@proxy-session/sql/Erasure"
 * import * as Migrations from "@proxy-session/sql/Migrations"
 * import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   yield* Migrations.migrate
 *   return yield* Erasure.erase(PhoneNumber.make("+12065550100"))
 * }).pipe(Effect.provide(NodeSqlite.layer({ filename: ":memory:" })))
 *
 * await Effect.runPromise(program) // => { sessions: 0, liveSessions: 0, pairs: 0, connectors: 0 }
 * ```
 *
 * @category combinators
 */
export const erase = (number: PhoneNumber): Effect.Effect<Erased, DatabaseError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const erased = yield* Effect.retry(sql.withTransaction(remove(sql, normalize(number))), {
      while: isLostRace,
      times: 20,
    })
    yield* ofDialect(sql, Effect.void, emptied(sql))
    return erased
  }).pipe(
    Effect.withTracerEnabled(false),
    Effect.mapError((error) => (error._tag === "SqlError" ? fromSqlError(error) : error)),
  )

const remove = (sql: SqlClient.SqlClient, number: PhoneNumber) =>
  Effect.gen(function* () {
    const { forUpdate, instant } = Database.make(sql, undefined)
    const [clock] = yield* sql<{ readonly now: bigint | number }>`SELECT ${yield* instant} AS now`
    // What is held is locked before the sessions, as every operation does.
    yield* sql`SELECT participant FROM hold WHERE (connector, session) IN (
      SELECT connector, id FROM session WHERE first = ${number} OR second = ${number}) ORDER BY participant ${forUpdate}`
    const sessions = yield* sql<{ readonly state: bigint | number; readonly ends: bigint | number }>`
      DELETE FROM session WHERE first = ${number} OR second = ${number} RETURNING state, ends`
    const pairs = yield* sql`
      DELETE FROM habit WHERE pair LIKE ${`${number} %`} OR pair LIKE ${`% ${number}`} RETURNING connector`
    const bare = number.slice(1)
    const [own] = yield* sql<{ readonly connectors: bigint | number }>`
      SELECT count(*) AS connectors FROM connector
      WHERE id IN (SELECT connector FROM pool_number WHERE number = ${number})
        OR configuration LIKE ${`%"${bare}"%`} OR configuration LIKE ${`%"+${bare}"%`}`
    return {
      sessions: sessions.length,
      liveSessions: sessions.filter(({ ends, state }) => Number(state) < 2 && Number(ends) > Number(clock?.now)).length,
      pairs: pairs.length,
      connectors: Number(own?.connectors ?? 0),
    }
  })

/** Moves all of the write-ahead file into the database and cuts it to nothing, once nobody reads from it. */
const emptied = (sql: SqlClient.SqlClient): Effect.Effect<void, DatabaseError | SqlError> =>
  Effect.flatMap(sql<{ readonly busy: number }>`PRAGMA wal_checkpoint(TRUNCATE)`, ([row]) =>
    row === undefined || row.busy === 0
      ? Effect.void
      : Effect.fail(
          new DatabaseError({
            reason: "LockTimeoutError",
            hint: "The number is out of the tables, but not out of the write-ahead file, which is being read: run this again.",
          }),
        ),
  ).pipe(
    Effect.retry({
      while: (error) => error._tag === "DatabaseError",
      schedule: Schedule.spaced("50 millis"),
      times: 100,
    }),
  )
