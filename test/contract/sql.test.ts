import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import { Faulty } from "@proxy-session/repo/Faulty"
import * as Contract from "@proxy-session/testing/Contract"
import { hooks as storeHooks } from "@proxy-session/testing/ContractHooks"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Path from "node:path"
import * as Postgres from "../sql/postgres.ts"
import { temporaryFolder } from "../sql/temporary.ts"

const hooks = { ...storeHooks, connectors: VoiceConnectors }

/** The database under the test clock, in which nothing exists but what is provisioned, with faults over it. */
const over = <E>(database: Layer.Layer<SqlClient.SqlClient, E>, options: SqlRepo.SqlRepoOptions = {}) =>
  Faulty.layer(
    SqlRepo.layer({ unknownConnectors: "refused", time: "effect", ...options }).pipe(Layer.provide(database)),
  )

const file = Layer.unwrap(
  Effect.map(temporaryFolder, (folder) => NodeSqlite.layer({ filename: Path.join(folder, "test.db") })),
)

Contract.suite("SQLite in memory", over(NodeSqlite.layer({ filename: ":memory:" })), hooks)
Contract.suite("SQLite in a file", over(file), hooks)
Contract.suite(
  "SQLite that closes what is deleted",
  over(NodeSqlite.layer({ filename: ":memory:" }), { deleteMode: "close" }),
  {
    ...hooks,
    deleteMode: "close",
  },
)
Contract.suite("Postgres", over(Postgres.layer()), hooks)
