/**
 * Postgres for several replicas: `effect/sql`'s `SqlClient` over `@effect/sql-pg`, which the application installs.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as SqlClient from "effect/sql/SqlClient"
import { DatabaseError, fromSqlError } from "./DatabaseError.ts"

/**
 * Where the database is, and how many connections are opened.
 *
 * - `url`: `postgres://user:password@host:5432/database`, with the parameters below
 * - `maxConnections`: default 10
 *
 * @category models
 */
export interface PostgresOptions {
  readonly url: Redacted.Redacted
  readonly maxConnections?: number
}

const supported = ["application_name", "connect_timeout", "dbname", "host", "options", "password", "port", "user"]
const own = ["pgbouncer", "sslmode", "sslrootcert"]

const refuse = (hint: string) => new DatabaseError({ reason: "Configuration", hint })

/** The URL without the parameters that are read here, and what they say. Never tells a value, which can be a secret. */
const read = Effect.fnUntraced(function* (
  text: string,
): Effect.fn.Return<
  { readonly url: string; readonly prepare: boolean; readonly certificate: string | undefined },
  DatabaseError
> {
  const url = yield* Effect.try({
    try: () => new URL(text),
    catch: () => refuse("The URL is not of the form postgres://user:password@host:port/database."),
  })
  const unknown = [...url.searchParams.keys()].find((name) => ![...supported, ...own].includes(name))
  if (unknown !== undefined) {
    return yield* refuse(`The URL has the parameter ${unknown}; known are ${[...supported, ...own].join(", ")}.`)
  }
  const certificate = url.searchParams.get("sslrootcert") ?? undefined
  const pgbouncer = url.searchParams.get("pgbouncer") ?? "false"
  if (pgbouncer !== "true" && pgbouncer !== "false") return yield* refuse("pgbouncer must be true or false.")
  if (
    certificate !== undefined &&
    !/^(?:require|verify-ca|verify-full)$/u.test(url.searchParams.get("sslmode") ?? "")
  ) {
    return yield* refuse("sslrootcert needs sslmode=verify-full.")
  }
  for (const name of ["pgbouncer", "sslrootcert"]) url.searchParams.delete(name)
  return { url: url.href, prepare: pgbouncer === "false", certificate }
})

/**
 * A `SqlClient` over a pool of connections to Postgres 15 or newer.
 *
 * Parameters of the URL:
 *
 * - `sslmode`: `disable`, `prefer` (the default), `require`, `verify-ca` or `verify-full`. The last three are one: the
 *   connection is encrypted, and the server's certificate and name are verified
 * - `sslrootcert`: a file with the certificates of the authority, in PEM form; without it, those of the system
 * - `pgbouncer=true`: for a PgBouncer in transaction mode, which cannot keep prepared statements
 * - `application_name`, `connect_timeout` (seconds), `options`, and libpq's ways to spell host, user and database
 *
 * Any other parameter is refused by name. Fails with `DatabaseError` where the URL is wrong or nobody answers.
 *
 * @category layers
 */
export const layer = ({
  maxConnections = 10,
  url,
}: PostgresOptions): Layer.Layer<SqlClient.SqlClient, DatabaseError, FileSystem.FileSystem> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { certificate, prepare, url: plain } = yield* read(Redacted.value(url))
      const files = yield* FileSystem.FileSystem
      const ssl =
        certificate === undefined
          ? {}
          : {
              ssl: {
                ca: yield* Effect.mapError(files.readFileString(certificate), ({ reason }) =>
                  refuse(`The file of sslrootcert cannot be read: ${reason._tag}.`),
                ),
              },
            }
      return PgClient.layer({
        url: Redacted.make(plain),
        applicationName: "proxy-session",
        maxConnections,
        prepare,
        ...ssl,
      }).pipe(Layer.catch((error) => Layer.effectContext(Effect.fail(fromSqlError(error)))))
    }),
  )
