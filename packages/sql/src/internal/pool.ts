import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/** The numbers of a connector in their order, or `undefined` where it has none of its own. */
export const poolOf = (
  sql: SqlClient,
  connector: bigint | number,
): Effect.Effect<ReadonlyArray<PoolNumber> | undefined, SqlError> =>
  Effect.map(
    sql<{ readonly number: string; readonly country: string }>`
      SELECT number, country FROM pool_number WHERE connector = ${connector} ORDER BY place`,
    (rows) =>
      rows.length === 0
        ? undefined
        : rows.map(({ country, number }) => ({
            country,
            phoneNumber: PhoneNumber.make(number, { disableChecks: true }),
          })),
  )
