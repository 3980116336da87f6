import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Fragment } from "effect/sql/Statement"
import { fromSqlError } from "../DatabaseError.ts"
import { compiled } from "./compiled.ts"
import type { Database } from "./database.ts"
import { NumberTaken } from "./failure.ts"
import type * as Row from "./row.ts"

/** What a create writes. */
export interface Written extends ReturnType<typeof Row.changeable> {
  readonly connector: number
  readonly id: string
  readonly created: number
  readonly first: string
  readonly second: string
  readonly proxy: string
  /** The two people in one order. */
  readonly one: string
  readonly other: string
  readonly pair: string
  readonly now: number
  readonly tenant: string
  /** The client's call, or nothing. */
  readonly invocation: string
  readonly expires: number
}

/**
 * Whether another create was quicker: the number is taken (SQLSTATE 23502), the connector is gone (23503), or another
 * attempt of the same call made the session (23505).
 */
const isOvertaken = (error: SqlError, isAttempt: boolean): boolean => {
  const { code } = fromSqlError(error)
  return code === "23502" || code === "23503" || (isAttempt && code === "23505")
}

/**
 * Writes a session: both people hold its number, or nothing is written and the create begins again.
 *
 * The key of `hold` admits one row for a person and a number, and the condition on `ends` decides what is free in the same
 * step. A number of an ended session is taken over; that session then ends in writing, so that no clock can bring it back.
 */
export const make = ({
  sql,
}: Database): ((written: Written, isOwn: boolean) => Effect.Effect<void, NumberTaken | SqlError>) => {
  type At = (name: keyof Written) => unknown

  const hold = (at: At) => {
    const held = { connector: at("connector"), proxy: at("proxy"), session: at("id"), ends: at("ends") }
    return sql`
      INSERT INTO hold ${sql.insert([
        { ...held, participant: at("one") },
        { ...held, participant: at("other") },
      ])}
      ON CONFLICT (connector, participant, proxy) DO UPDATE
        SET session = excluded.session, ends = excluded.ends, previous = hold.session
        WHERE hold.ends <= ${at("now")}
      RETURNING previous`
  }
  const close = (connector: unknown, previous: Fragment) => sql`
    UPDATE session SET state = 2, updated = ends WHERE connector = ${connector} AND state < 2 AND id IN ${previous}`
  const remember = (at: At) => sql`
    INSERT INTO habit ${sql.insert({ connector: at("connector"), pair: at("pair"), proxy: at("proxy") })}
    ON CONFLICT (connector, pair) DO UPDATE SET proxy = excluded.proxy WHERE habit.proxy <> excluded.proxy`
  const attempt = (at: At) => sql`
    INSERT INTO invocation ${sql.insert({
      tenant: at("tenant"),
      invocation: at("invocation"),
      connector: at("connector"),
      session: at("id"),
      expires: at("expires"),
    })}`
  const columns = [
    "connector",
    "id",
    "state",
    "created",
    "updated",
    "ends",
    "first",
    "second",
    "proxy",
    "rest",
  ] as const

  /** One statement is one round trip. An id that is NULL undoes all of it. */
  const inOne = (isOwn: boolean, isAttempt: boolean) => {
    const run = compiled<object, Written>(sql, (at) => {
      // A number that the connector loses meanwhile ends no session that is not there yet, so it must stay until this one is.
      const still = isOwn
        ? sql`EXISTS (SELECT 1 FROM pool_number WHERE connector = ${at("connector")} AND number = ${at("proxy")} FOR KEY SHARE)`
        : sql`TRUE`
      return sql`
        WITH held AS (${hold(at)}),
          closed AS (${close(at("connector"), sql`(SELECT previous FROM held WHERE previous IS NOT NULL)`)}),
          habitual AS (${remember(at)})${isAttempt ? sql`, attempt AS (${attempt(at)})` : sql``}
        INSERT INTO session ${sql.literal(`(${columns.join(", ")})`)}
        SELECT ${at("connector")}::bigint, CASE WHEN (SELECT count(*) FROM held) = 2 AND ${still} THEN ${at("id")} END,
          ${at("state")}::bigint, ${at("created")}::bigint, ${at("updated")}::bigint, ${at("ends")}::bigint,
          ${at("first")}, ${at("second")}, ${at("proxy")}, ${at("rest")}`
    })
    return (written: Written): Effect.Effect<void, NumberTaken | SqlError> =>
      Effect.asVoid(
        Effect.mapError(run(written), (error) => (isOvertaken(error, isAttempt) ? new NumberTaken() : error)),
      )
  }

  /** One statement after the other, in a transaction that has the database for itself. */
  const inTurn = () => {
    const take = compiled<{ readonly previous: string | null }, Written>(sql, hold)
    const insert = compiled<object, Written>(
      sql,
      (at) => sql`INSERT INTO session ${sql.insert(Object.fromEntries(columns.map((name) => [name, at(name)])))}`,
    )
    const keepHabit = compiled<object, Written>(sql, remember)
    const keepAttempt = compiled<object, Written>(sql, attempt)
    return Effect.fnUntraced(function* (written: Written): Effect.fn.Return<void, NumberTaken | SqlError> {
      const taken = yield* take(written)
      if (taken.length < 2) return yield* new NumberTaken()
      const previous = taken.map((row) => row.previous).filter((id) => id !== null)
      if (previous.length > 0) yield* close(written.connector, sql`${sql.in(previous)}`)
      yield* insert(written)
      yield* keepHabit(written)
      if (written.invocation !== "") yield* keepAttempt(written)
    })
  }

  return sql.onDialectOrElse({
    pg: () => {
      const [other, otherAttempt, own, ownAttempt] = [
        inOne(false, false),
        inOne(false, true),
        inOne(true, false),
        inOne(true, true),
      ]
      return (written: Written, isOwn: boolean) => {
        const isAttempt = written.invocation !== ""
        return (isOwn ? (isAttempt ? ownAttempt : own) : isAttempt ? otherAttempt : other)(written)
      }
    },
    orElse: inTurn,
  })
}
