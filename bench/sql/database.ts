/**
 * The databases that the benchmarks of `packages/sql` open, by URL.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as Postgres from "@proxy-session/sql/Postgres"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export const layer = (url: string, maxConnections = 6) =>
  url.startsWith("sqlite:")
    ? NodeSqlite.layer({ filename: url.slice("sqlite:".length) })
    : Postgres.layer({ url: Redacted.make(url), maxConnections }).pipe(Layer.provide(NodeFileSystem.layer))
