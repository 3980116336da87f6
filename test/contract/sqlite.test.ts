import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Postgres from "../sql/postgres.ts"
import * as Contract from "@proxy-session/testing/Contract"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"

let count = 0
const connector = Effect.fnUntraced(function* (pool: ReadonlyArray<PoolNumber>) {
  const sql = yield* SqlClient.SqlClient
  const id = `connector-${++count}`
  const tenant = "chime-sdk-voice\nus-east-1\n000000000000"
  const [row] = yield* sql<{
    id: number
  }>`INSERT INTO connector ${sql.insert({ tenant, voice_connector_id: id })} RETURNING id`
  for (const [place, { country, phoneNumber }] of pool.entries())
    yield* sql`INSERT INTO pool_number ${sql.insert({ connector: row?.id, place, number: phoneNumber, country })}`
  return VoiceConnectorId.make(id)
}, Effect.orDie)

Contract.suite(
  "SQLite",
  SqlRepo.layer({ unknownConnectors: "refused" }).pipe(Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" }))),
  { connector },
)

Contract.suite(
  "Postgres",
  SqlRepo.layer({ unknownConnectors: "refused", time: "effect" }).pipe(Layer.provideMerge(Postgres.layer())),
  { connector },
)
