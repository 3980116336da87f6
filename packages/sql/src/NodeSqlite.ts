/**
 * SQLite in one file, by the module that Node brings along: `effect/sql`'s `SqlClient` over `node:sqlite`.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { classifySqliteError, SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"

/**
 * Where the database is, and how it is written.
 *
 * - `filename`: the file, made if it does not exist; `":memory:"` for a database that ends with its Layer.
 * - `synchronous`: `"FULL"` (the default) survives a power cut; `"NORMAL"` survives the end of the process, may lose the
 *   last commits in a power cut, and makes about 2.5 times the commits a second.
 * - `busyTimeout`: how long a statement waits for another process that writes; default 5 seconds. The wait is on Effect's
 *   clock, so the process goes on serving meanwhile.
 *
 * @category models
 */
export interface NodeSqliteOptions {
  readonly filename: string
  readonly synchronous?: "FULL" | "NORMAL"
  readonly busyTimeout?: Duration.Input
}

const make = Effect.fnUntraced(function* ({
  busyTimeout = "5 seconds",
  filename,
  synchronous = "FULL",
}: NodeSqliteOptions): Effect.fn.Return<SqlClient.SqlClient, SqlError, Reactivity.Reactivity | Scope.Scope> {
  const database = yield* Effect.acquireRelease(open(filename, synchronous, Duration.toMillis(busyTimeout)), (opened) =>
    Effect.sync(() => opened.close()),
  )
  const timeout = Duration.toMillis(busyTimeout)
  const prepare = cached((sql) => rowsOf(database.prepare(sql)))
  const patient: Busy = (operation, step) => wait(operation, timeout, step)
  const acquirers = SqlClient.makeSqliteAcquirers({
    connection: Effect.succeed(connect(database, prepare, patient)),
    semaphore: yield* Semaphore.make(1),
    isTransaction: () => database.isTransaction,
  })
  // A statement is one step, which needs the connection for itself only while it waits for another process. Whether a
  // transaction has begun is asked in the step, since a fiber can lose its turn anywhere before it.
  const free = connect(
    database,
    prepare,
    (operation, step) => acquirers.borrower(() => attempt(operation, patient, step)),
    () => !database.isTransaction,
  )
  return yield* SqlClient.make({
    ...acquirers,
    borrower: (use) => use(free),
    driver: "sqlite-node",
    compiler: Statement.makeCompilerSqlite(),
    // A transaction that begins by reading and then writes fails at once when another process has written meanwhile.
    beginTransaction: "BEGIN IMMEDIATE",
    prepareTransactionControls: true,
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
    spanAttributes: [["db.system.name", "sqlite"]],
  })
})

/**
 * Copies the whole database, as it is at this instant, into a file that does not exist or is empty.
 *
 * Other processes go on reading and writing meanwhile; this one stands still, since `node:sqlite` is synchronous. The copy
 * is a database like any other, without what was removed.
 *
 * **Example** (A copy of a database)
 *
 * ```ts
 * import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
 * import * as Effect from "effect/Effect"
 *
 * export const program = NodeSqlite.backup("copy.db").pipe(
 *   Effect.provide(NodeSqlite.layer({ filename: "proxy-session.db" }))
 * )
 * ```
 *
 * @category combinators
 */
export const backup = (destination: string): Effect.Effect<void, SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => Effect.asVoid(sql`VACUUM INTO ${destination}`))

/**
 * A `SqlClient` over one SQLite database, in write-ahead mode. What is removed is overwritten.
 *
 * Statements of one process run one after the other; several processes can use one file. Opening fails with a `SqlError`
 * where the file cannot be opened or is no database. Needs Node 22.13 or newer; Node 22 prints an `ExperimentalWarning`.
 *
 * **Gotchas**
 *
 * `node:sqlite` is synchronous: the event loop stops for the time of a statement, and for each commit of `"FULL"`.
 * Streaming of rows is not supported.
 *
 * **Example** (A database that ends with its program)
 *
 * ```ts
 * import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
 * import * as Effect from "effect/Effect"
 * import * as SqlClient from "effect/sql/SqlClient"
 *
 * const program = Effect.gen(function*() {
 *   const sql = yield* SqlClient.SqlClient
 *   return yield* sql`SELECT 1 + ${1} AS two`
 * }).pipe(Effect.provide(NodeSqlite.layer({ filename: ":memory:" })))
 *
 * await Effect.runPromise(program) // => [{ two: 2 }]
 * ```
 *
 * @category layers
 */
export const layer = (options: NodeSqliteOptions): Layer.Layer<SqlClient.SqlClient, SqlError> =>
  Layer.effect(SqlClient.SqlClient, make(options)).pipe(Layer.provide(Reactivity.layer))

const open = (filename: string, synchronous: string, timeout: number): Effect.Effect<DatabaseSync, SqlError> =>
  attempt(
    "open",
    (operation, step) => wait(operation, timeout, step),
    () => {
      const database = new DatabaseSync(filename, { timeout: 0 })
      try {
        database.exec(
          `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON`,
        )
        return database
      } catch (cause) {
        database.close()
        throw cause
      }
    },
  )

const connect = (
  database: DatabaseSync,
  prepare: (sql: string) => Prepared,
  busy: Busy,
  isFree = () => true,
): Connection => {
  const run = (sql: string, params: ReadonlyArray<unknown>) =>
    attempt("execute", busy, () => prepare(sql)(params.map(bound)), isFree)
  const execute: Connection["execute"] = (sql, params, transformRows) =>
    transformRows === undefined ? run(sql, params) : Effect.map(run(sql, params), transformRows)
  const values: Connection["executeValues"] = (sql, params) =>
    attempt(
      "execute",
      busy,
      () => {
        const statement = database.prepare(sql)
        statement.setReturnArrays(true)
        return statement.all(...params.map(bound)).map((row) => Object.values(row))
      },
      isFree,
    )
  return {
    execute,
    executeUnprepared: execute,
    executeRaw: run,
    executeValues: values,
    executeValuesUnprepared: values,
    executeStream: () => Stream.die(new Error("node:sqlite does not stream rows here; select pages")),
  }
}

/** At most 256 prepared statements; the one that was prepared first makes room. */
const cached = (prepare: (sql: string) => Prepared): ((sql: string) => Prepared) => {
  const statements = new Map<string, Prepared>()
  return (sql) => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = prepare(sql)
    const [oldest] = statements.keys()
    if (oldest !== undefined && statements.size >= 256) statements.delete(oldest)
    statements.set(sql, statement)
    return statement
  }
}

type Prepared = (params: ReadonlyArray<SQLInputValue>) => ReturnType<StatementSync["all"]>

/**
 * Runs a statement for its rows. Whether it has any is asked once, since asking costs as much as reading one. Rows come as
 * arrays and become objects here, which takes less time than to have them made as objects without a prototype.
 */
const rowsOf = (statement: StatementSync): Prepared => {
  let names = namesOf(statement)
  if (names.length === 0) {
    return (params) => {
      statement.run(...params)
      return []
    }
  }
  statement.setReturnArrays(true)
  return (params) => {
    const rows = statement.all(...params)
    const [first] = rows
    // `*` is every column that a table has by now.
    if (first !== undefined && first["length"] !== names.length) names = namesOf(statement)
    return rows.map((values) => {
      const row: (typeof rows)[number] = {}
      for (let place = 0; place < names.length; place++) row[names[place] ?? ""] = values[place] ?? null
      return row
    })
  }
}

const namesOf = (statement: StatementSync) => statement.columns().map(({ name }) => name)

/** SQLite has no booleans; whatever else it cannot hold is refused by name of its type, never by value. */
const bound = (value: unknown): SQLInputValue => {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "bigint")
    return value
  if (typeof value === "boolean") return value ? 1 : 0
  if (value instanceof Uint8Array) return value
  throw new TypeError(`SQLite holds text, numbers and bytes, not ${typeof value}`)
}

/** What is done about a step that another process, or a transaction of this one, keeps from running. */
type Busy = <A>(operation: string, step: () => A) => Effect.Effect<A, SqlError>

/** Runs one synchronous step. */
const attempt = <A>(operation: string, busy: Busy, step: () => A, isFree = () => true): Effect.Effect<A, SqlError> =>
  Effect.suspend(() => {
    if (!isFree()) return busy(operation, step)
    try {
      return Effect.succeed(step())
    } catch (cause) {
      return isBusy(cause) ? busy(operation, step) : Effect.fail(failure(cause, operation))
    }
  })

/** Repeats a step while another process writes, until the time is up. */
const wait = Effect.fnUntraced(function* <A>(
  operation: string,
  timeout: number,
  step: () => A,
): Effect.fn.Return<A, SqlError> {
  const until = (yield* Clock.currentTimeMillis) + timeout
  for (let delay = 1; ; delay = Math.min(2 * delay, 50)) {
    yield* Effect.sleep(delay)
    try {
      return step()
    } catch (cause) {
      if (!isBusy(cause) || (yield* Clock.currentTimeMillis) >= until) return yield* failure(cause, operation)
    }
  }
})

const errcode = (cause: unknown): number | undefined => {
  const code = typeof cause === "object" && cause !== null && "errcode" in cause ? cause.errcode : undefined
  return typeof code === "number" ? code : undefined
}

/** `SQLITE_BUSY`, and its extended codes. Nothing of such a statement has been done. */
const isBusy = (cause: unknown): boolean => ((errcode(cause) ?? 0) & 0xff) === 5

/** SQLite's own text of a code holds no value; its message may. */
const failure = (cause: unknown, operation: string): SqlError => {
  const text =
    typeof cause === "object" && cause !== null && "errstr" in cause ? String(cause.errstr) : "not SQLite's own"
  const code = errcode(cause)
  return new SqlError({
    reason: classifySqliteError(
      { errno: code, message: text },
      { message: `SQLite: ${operation} failed: ${text}${code === undefined ? "" : ` (${code})`}`, operation },
    ),
  })
}
