/**
 * Whether the database answers, and how far its clock is from this machine's.
 */
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as SqlClient from "effect/sql/SqlClient"
import { DatabaseError, fromSqlError } from "./DatabaseError.ts"
import * as Database from "./internal/database.ts"

/**
 * The database's clock less this machine's, in seconds, when they were last compared.
 *
 * Nothing is decided by it: on Postgres the database's clock alone says what has expired. What differs by more than a second
 * is worth a look, since the times of logs and the validity of signatures are by the machine's clock.
 *
 * @category metrics
 */
export const clockSkew = Metric.gauge("proxy_session_clock_skew_seconds", {
  description: "The database's clock less this machine's, in seconds",
})

/**
 * Asks the database for its time, and compares it with the middle of the question and the answer.
 *
 * Fails with `DatabaseError` where there is no answer within the timeout, which is 2 seconds by default.
 *
 * @category combinators
 */
export const check = (timeout: Duration.Input = "2 seconds"): Effect.Effect<void, DatabaseError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { instant } = Database.make(sql, "database")
    const asked = yield* Clock.currentTimeMillis
    const [row] = yield* sql<{ readonly now: bigint | number }>`SELECT ${yield* instant} AS now`
    const answered = yield* Clock.currentTimeMillis
    yield* Metric.update(clockSkew, (Number(row?.now) - (asked + answered) / 2) / 1000)
  }).pipe(
    Effect.withTracerEnabled(false),
    Effect.mapError(fromSqlError),
    Effect.timeoutOrElse({
      duration: timeout,
      orElse: () => Effect.fail(new DatabaseError({ reason: "Timeout" })),
    }),
  )
