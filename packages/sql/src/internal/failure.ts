import type { Refusal } from "@proxy-session/domain/Decide"
import { ServiceFailureException, ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import { DatabaseError, fromSqlError } from "../DatabaseError.ts"

/** Another create took the number between reading and writing. */
export class NumberTaken extends Data.TaggedError("NumberTaken") {}

/** What an operation fails with before its failures are told in AWS's words. */
export type Failure = DatabaseError | NumberTaken | Refusal | SqlError

/** How often an operation begins again because another one was quicker. */
const attempts = 20

/** Nothing of an operation that failed so has happened, and another attempt can succeed at once. */
const isLostRace = (error: Failure): boolean =>
  error._tag === "NumberTaken" ||
  (error._tag === "SqlError" && (error.reason._tag === "SerializationError" || error.reason._tag === "DeadlockError"))

/** Failures that pass: the database cannot be reached, is busy, or was too slow. */
const passing: ReadonlySet<string> = new Set([
  "ConnectionError",
  "DeadlockError",
  "LockTimeoutError",
  "SerializationError",
  "StatementTimeoutError",
  "Timeout",
])

const unavailable = new ServiceUnavailableException({ message: "The store is unavailable", code: "ServiceUnavailable" })
const failed = new ServiceFailureException({ message: "The store failed", code: "ServiceFailure" })

/** Logs a failure of the database without a word of what it was about, and tells the caller what AWS would. */
const tell = (error: DatabaseError) =>
  Effect.andThen(
    Effect.annotateLogs(Effect.logError(error.message), { reason: error.reason, code: error.code ?? "none" }),
    Effect.fail(passing.has(error.reason) ? unavailable : failed),
  )

/**
 * Runs an operation on the database, and lets out only errors that AWS declares.
 *
 * A race that was lost begins again. A connection that was lost never does, since the work may have been done. Statements
 * are not traced, and their errors end here: both can hold telephone numbers.
 */
export const settled = <A>(
  operation: Effect.Effect<A, Failure>,
  timeout: Duration.Input,
): Effect.Effect<A, Refusal | ServiceFailureException | ServiceUnavailableException> =>
  operation.pipe(
    Effect.retry({ while: isLostRace, times: attempts }),
    Effect.withTracerEnabled(false),
    Effect.catchTags({
      NumberTaken: () => Effect.fail(unavailable),
      SqlError: (error) => tell(fromSqlError(error)),
      DatabaseError: tell,
    }),
    Effect.timeoutOrElse({ duration: timeout, orElse: () => tell(new DatabaseError({ reason: "Timeout" })) }),
  )
