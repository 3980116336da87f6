import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as SqlClient from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"

/** How many are committed together at most, so that nobody who reads waits for long. */
const most = 32

/** While nobody had company, one of so many waits for it: a turn of the event loop takes as long as a few statements. */
const rarely = 16

/** Nothing of somebody's work may stay. */
class Undone extends Data.TaggedError("Undone") {}

/** Somebody who waits for a transaction. */
interface Waiting {
  /** Does the work, and keeps how it ended. */
  readonly work: Effect.Effect<void, Undone>
  /** Whether it ended by a failure of the database, so that what is left of the transaction is not known. */
  readonly isBroken: () => boolean
  /** Tells how it ended, now that the transaction is committed or has failed. */
  readonly settle: (failure: Exit.Exit<never, SqlError> | undefined) => void
}

/**
 * Transactions of one process that share their commits: SQLite waits for the disk at each, and for one writer at a time.
 *
 * Those of one turn of the event loop are committed together, each in a savepoint, so that one that fails undoes nothing of the
 * others, and nobody is answered before the commit. Where the database itself fails, all is undone, and each begins again
 * alone. Who is interrupted before the transaction began is left out; who is interrupted later waits for its end.
 */
export const make = (sql: SqlClient.SqlClient, services: Context.Context<never>) => {
  const waiting = new Set<Waiting>()
  let isRunning = false
  let alone = 0
  let isCrowded = false
  let count = 0

  const take = (): ReadonlyArray<Waiting> => {
    const taken = [...waiting].slice(0, alone > 0 ? 1 : most)
    for (const each of taken) waiting.delete(each)
    return taken
  }

  /** Has each begin again, before those who came since, and without the others. */
  const again = (taken: ReadonlyArray<Waiting>) => {
    const since = [...waiting]
    waiting.clear()
    for (const each of [...taken, ...since]) waiting.add(each)
    alone = taken.length
  }

  const inSavepoint = ({ isBroken, work }: Waiting) =>
    Effect.catchTag(sql.withTransaction(work), "Undone", (undone) => (isBroken() ? Effect.fail(undone) : Effect.void))

  const round = Effect.gen(function* () {
    yield* Effect.yieldNow
    const present = [...waiting]
    let taken: ReadonlyArray<Waiting> | undefined
    const work = Effect.suspend(() => {
      taken = take()
      alone = Math.max(0, alone - 1)
      const [only] = taken
      return only !== undefined && taken.length === 1
        ? only.work
        : Effect.forEach(taken, inSavepoint, { discard: true })
    })
    const exit = yield* sql.withTransaction(work).pipe(
      Effect.catchTag("Undone", () => Effect.void),
      Effect.exit,
    )
    isCrowded = taken !== undefined && taken.length > 1
    // A transaction that did not begin has failed for those who were there before.
    const concerned = taken ?? present.filter((each) => waiting.delete(each))
    if (concerned.length > 1 && concerned.some(({ isBroken }) => isBroken())) return again(concerned)
    for (const { settle } of concerned) settle(Exit.isFailure(exit) ? Exit.failCause(exit.cause) : undefined)
  })

  const rounds = Effect.gen(function* () {
    while (waiting.size > 0) yield* round
    isRunning = false
  }).pipe(Effect.withTracerEnabled(false))

  return <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E | SqlError> =>
    Effect.withFiber((fiber) => {
      const isWithin = Context.getOrUndefined(fiber.context, sql.transactionService) !== undefined
      const isLikelyAlone = !isCrowded && waiting.size === 0 && ++count % rarely !== 0
      if (isWithin || isLikelyAlone) return sql.withTransaction(effect)
      const end = Deferred.makeUnsafe<A, E | SqlError>()
      let own: Exit.Exit<A, E> | undefined
      const each: Waiting = {
        work: Effect.flatMap(Effect.exit(Effect.provideContext(effect, fiber.context)), (exit) => {
          own = exit
          return Exit.isSuccess(exit) ? Effect.void : Effect.fail(new Undone())
        }),
        isBroken: () => own !== undefined && Exit.isFailure(own) && !isRefusal(own.cause),
        settle: (failure) => {
          // Work that failed has told why; work that succeeded has come to nothing where the transaction failed.
          const isOwn = failure === undefined || (own !== undefined && Exit.isFailure(own))
          const outcome = isOwn ? own : failure
          if (outcome !== undefined) Deferred.doneUnsafe(end, outcome)
        },
      }
      waiting.add(each)
      if (!isRunning) {
        isRunning = true
        Effect.runForkWith(services)(rounds)
      }
      return Effect.onInterrupt(Deferred.await(end), () =>
        waiting.delete(each) ? Effect.void : Effect.exit(Deferred.await(end)),
      )
    })
}

/** Whether somebody's work ended as it decided, and not by the database. */
const isRefusal = (cause: Cause.Cause<unknown>): boolean => !Cause.hasDies(cause) && !isSqlError(Cause.squash(cause))
