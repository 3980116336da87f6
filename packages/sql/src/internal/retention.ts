import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Database } from "./database.ts"

/** How many rows go in one step, so that no step keeps anybody waiting. */
const step = 100

/** How often a step is taken at most, in milliseconds. */
const interval = 1000

/**
 * Removes what need not be kept any longer, a few rows at a time, as creates and calls come in: sessions that ended longer ago
 * than the retention, with their interactions, and what is remembered no longer: clients' calls, and answers that concern no
 * session. There is no timer, and a store that nobody writes to keeps what it has.
 */
export const make = ({ forward, instant, skipLocked, sql }: Database, retention: Duration.Input | undefined) => {
  let last = Number.NEGATIVE_INFINITY
  const age = retention === undefined ? undefined : Duration.toMillis(retention)
  return Effect.gen(function* (): Effect.fn.Return<void, SqlError> {
    const wall = yield* Clock.currentTimeMillis
    if (wall - last < interval) return
    last = wall
    const [row] = yield* sql<{ readonly now: bigint | number }>`SELECT ${yield* instant} AS now`
    const now = forward(row?.now ?? 0)
    yield* sql`DELETE FROM invocation WHERE (tenant, invocation) IN (
      SELECT tenant, invocation FROM invocation WHERE expires <= ${now} ORDER BY expires LIMIT ${step} ${skipLocked})`
    yield* sql`DELETE FROM interaction WHERE id IN (
      SELECT id FROM interaction WHERE session IS NULL AND expires <= ${now} ORDER BY expires LIMIT ${step} ${skipLocked})`
    if (age === undefined) return
    yield* sql`DELETE FROM session WHERE (connector, id) IN (
      SELECT connector, id FROM session WHERE ends <= ${now - age} ORDER BY ends LIMIT ${step} ${skipLocked})`
  })
}
