/**
 * The databases that the benchmarks of `packages/sql` open, by URL.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type { DatabaseError } from "@proxy-session/sql/DatabaseError"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as Postgres from "@proxy-session/sql/Postgres"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

export const layer = (url: string, maxConnections = 6): Layer.Layer<SqlClient.SqlClient> =>
  Layer.orDie(opened(url, maxConnections))

const opened = (url: string, maxConnections: number): Layer.Layer<SqlClient.SqlClient, DatabaseError | SqlError> =>
  url.startsWith("sqlite:")
    ? NodeSqlite.layer({ filename: url.slice("sqlite:".length) })
    : Postgres.layer({ url: Redacted.make(url), maxConnections }).pipe(Layer.provide(NodeFileSystem.layer))
