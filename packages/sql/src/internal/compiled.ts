import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Statement } from "effect/sql/Statement"

/** What a statement is given. */
type Value = bigint | number | string | null

/**
 * A statement whose text is put together once. Where a value is to be, it is written with `at` and the value's name; each run
 * brings the values.
 *
 * Putting a text together takes longer than SQLite takes to answer it. Within a transaction the statement is run by the
 * transaction's connection at once.
 */
export const compiled = <A extends object, Values extends { readonly [Name in keyof Values]: Value }>(
  sql: SqlClient.SqlClient,
  write: (at: (name: keyof Values) => unknown) => Statement<object>,
): ((values: Values) => Effect.Effect<ReadonlyArray<A>, SqlError>) => {
  const names = new Map<unknown, keyof Values>()
  const [text, places] = write((name) => {
    const place = Symbol("place")
    names.set(place, name)
    return place
  }).compile()
  return (values) => {
    const params = places.map((place) => {
      const name = names.get(place)
      return name === undefined ? place : values[name]
    })
    return Effect.withFiber((fiber) => {
      const transaction = Context.getOrUndefined(fiber.context, sql.transactionService)
      return transaction === undefined ? sql.unsafe<A>(text, params) : transaction[0].execute(text, params, undefined)
    })
  }
}
