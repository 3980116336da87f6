import type { Refusal } from "@proxy-session/domain/Decide"
import type { ConflictException, ResourceLimitExceededException } from "@proxy-session/domain/ProvisioningError"
import { ServiceFailureException, ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import { DatabaseError, fromSqlError } from "../DatabaseError.ts"

/** Another create took the number between reading and writing. */
export class NumberTaken extends Data.TaggedError("NumberTaken") {}

/** What a statement can fail with, before it is told in AWS's words. */
export type StoreFailure = DatabaseError | NumberTaken | SqlError

/** What a decision can fail with. */
type Declared = ConflictException | Refusal | ResourceLimitExceededException

/** What an operation fails with: by a decision, or by the database. */
export type Failure = Refusal | StoreFailure

/** How often an operation begins again because another one was quicker. */
const attempts = 100

/** Nothing of an operation that failed so has happened, and another attempt can succeed at once. */
export const isLostRace = (error: { readonly _tag: string } | StoreFailure): boolean =>
  error._tag === "NumberTaken" ||
  ("reason" in error &&
    error._tag === "SqlError" &&
    (error.reason._tag === "SerializationError" || error.reason._tag === "DeadlockError"))

const isStoreFailure = (error: Declared | StoreFailure): error is StoreFailure =>
  error._tag === "NumberTaken" || error._tag === "SqlError" || error._tag === "DatabaseError"

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
const tell = (failure: StoreFailure): Effect.Effect<never, ServiceFailureException | ServiceUnavailableException> => {
  if (failure._tag === "NumberTaken") return Effect.fail(unavailable)
  const error = failure._tag === "SqlError" ? fromSqlError(failure) : failure
  return Effect.andThen(
    Effect.annotateLogs(Effect.logError(error.message), { reason: error.reason, code: error.code ?? "none" }),
    Effect.fail(passing.has(error.reason) ? unavailable : failed),
  )
}

/**
 * Runs an operation on the database, and lets out only errors that AWS declares.
 *
 * A race that was lost begins again. A connection that was lost never does, since the work may have been done. Statements
 * are not traced, and their errors end here: both can hold telephone numbers.
 */
export const settled = <A, E extends Declared = never>(
  operation: Effect.Effect<A, E | StoreFailure>,
  timeout: Duration.Input,
): Effect.Effect<A, E | ServiceFailureException | ServiceUnavailableException> => {
  const attempt = (left: number): Effect.Effect<A, E | ServiceFailureException | ServiceUnavailableException> =>
    Effect.catch(operation, (error) => {
      if (!isStoreFailure(error)) return Effect.fail(error)
      return left > 0 && isLostRace(error) ? attempt(left - 1) : tell(error)
    })
  return attempt(attempts).pipe(
    Effect.withTracerEnabled(false),
    Effect.timeoutOrElse({ duration: timeout, orElse: () => tell(new DatabaseError({ reason: "Timeout" })) }),
  )
}

/** Runs what nobody waits for, after an operation that has succeeded. That it failed is logged, and no more. */
export const aside = (work: Effect.Effect<void, SqlError>): Effect.Effect<void> =>
  work.pipe(
    Effect.withTracerEnabled(false),
    Effect.catch((error) => Effect.logWarning(`Old rows were not removed. ${fromSqlError(error).message}`)),
  )
