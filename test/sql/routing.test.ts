/**
 * Calls that several replicas route at the same time, over one database.
 */
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { CallRouter } from "@proxy-session/repo/CallRouter"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import { assert, describe, it } from "@effect/vitest"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Scope } from "effect/Scope"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Path from "node:path"
import { server } from "./postgres.ts"
import { temporaryFolder } from "./temporary.ts"

/** Two people who are no numbers of the default pool, so that none of their calls is a loop. */
const people = [PhoneNumber.make("+447700900101"), PhoneNumber.make("+447700900102")] as const
const [rider, driver] = people
const { voiceConnectorId } = Fixtures

const databases: Readonly<Record<string, Effect.Effect<Layer.Layer<SqlClient.SqlClient>, unknown, Scope>>> = {
  SQLite: Effect.map(temporaryFolder, (folder) =>
    Layer.orDie(NodeSqlite.layer({ filename: Path.join(folder, "test.db") })),
  ),
  Postgres: Effect.map(server(), ({ url }) =>
    Layer.orDie(PgClient.layer({ url: Redacted.make(url), maxConnections: 4 })),
  ),
}

const replica = (database: Layer.Layer<SqlClient.SqlClient>) =>
  Effect.map(Layer.build(Layer.fresh(SqlRepo.layer().pipe(Layer.provide(Layer.fresh(database))))), (context) => ({
    repo: Context.get(context, ProxySessionRepo),
    proxies: Context.get(context, VoiceConnectorProxyRepo),
    router: Context.get(context, CallRouter),
  }))

describe("calls over several replicas", () => {
  for (const [name, make] of Object.entries(databases)) {
    it.live(
      `${name}: one call is routed once, and no call is connected by a session that was deleted`,
      () =>
        Effect.gen(function* () {
          const database = yield* make
          const one = yield* replica(database)
          const other = yield* replica(database)
          yield* one.proxies.put(Fixtures.putVoiceConnectorProxy)
          for (let round = 0; round < 10; round++) {
            const session = yield* one.repo.create({ ...Fixtures.createProxySession, participantPhoneNumbers: people })
            const call = (router: CallRouter["Service"], caller: string, providerId: string) =>
              router.route({
                channel: "Voice",
                caller,
                dialled: session.participants[0]?.proxyPhoneNumber ?? "",
                voiceConnectorId,
                provider: "test",
                providerId: `${round}-${providerId}`,
              })
            const decisions = yield* Effect.all(
              Array.from({ length: 8 }, (_, n) => call(n % 2 === 0 ? one.router : other.router, rider, "same")),
              { concurrency: "unbounded" },
            )
            for (const decision of decisions) assert.deepInclude(decision, { _tag: "Connect", to: driver })
            assert.lengthOf(yield* other.router.interactions(session), 1)
            assert.strictEqual((yield* one.repo.get(session)).status, "InProgress")
            const [, ...raced] = yield* Effect.all(
              [
                one.repo.delete(session),
                ...Array.from({ length: 4 }, (_, n) => call(other.router, driver, `call-${n}`)),
              ],
              { concurrency: "unbounded" },
            )
            for (const decision of raced) {
              if (decision !== undefined && decision._tag === "Refuse")
                assert.strictEqual(decision.reason, "UnknownCaller")
            }
            const late = yield* call(one.router, rider, "same")
            assert.deepInclude(late, { _tag: "Refuse", reason: "UnknownCaller" })
          }
        }),
      60_000,
    )
  }
})
