/**
 * The floor of a get over Postgres: a server with the same parts before and behind it as the command's, which answers each
 * request with a ready text after one prepared statement: `select.ts URL`. Prints its port.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { layer } from "./database.ts"

const [, , url = ""] = process.argv
const ready = JSON.stringify({ ProxySession: "x".repeat(500) })

const app = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{
    readonly id: string
    readonly connector: unknown
  }>`SELECT id, connector FROM session LIMIT 1`
  const [text] = sql`SELECT * FROM session WHERE connector = ${0} AND id = ${""}`.compile()
  const params = [rows[0]?.connector, rows[0]?.id]
  return HttpServer.serve(
    Effect.map(Effect.orDie(sql.unsafe(text, params)), () =>
      HttpServerResponse.text(ready, { contentType: "application/json" }),
    ),
  )
})

const address = Layer.effectDiscard(
  Effect.map(HttpServer.HttpServer, (server) =>
    process.stdout.write(`${new URL(HttpServer.formatAddress(server.address)).port}\n`),
  ),
)

Effect.runFork(
  Layer.launch(
    Layer.unwrap(app).pipe(
      Layer.merge(address),
      Layer.provide(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })),
      Layer.provide(layer(url, 10)),
    ),
  ),
)
