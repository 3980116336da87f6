/**
 * What a database lets go, and when.
 */
import { CallRouter } from "@proxy-session/repo/CallRouter"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Invocation } from "@proxy-session/repo/Invocation"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as Postgres from "./postgres.ts"

const create = ProxySessionRepo.use((repo) => repo.create(Fixtures.createProxySession))
const put = VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy))
const count = (table: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql<{ readonly count: unknown }>`SELECT count(*) AS count FROM ${sql(table)}`
    return Number(row?.count)
  })

const call = (caller: string, providerId: string) =>
  Effect.gen(function* () {
    const repo = yield* ProxySessionRepo
    const { voiceConnectorId } = Fixtures
    const { proxySessions } = yield* repo.list({ voiceConnectorId })
    const router = yield* CallRouter
    return yield* router.route({
      channel: "Voice",
      caller,
      dialled: proxySessions[0]?.participants[0]?.proxyPhoneNumber ?? "",
      voiceConnectorId,
      provider: "test",
      providerId,
    })
  })

const program = (retention?: SqlRepo.SqlRepoOptions["retention"]) =>
  Effect.gen(function* () {
    yield* put
    yield* Effect.repeat(create, { times: 4 })
    yield* Effect.provideService(create, Invocation, { accessKeyId: "a", id: "b", requestHash: "c" })
    assert.strictEqual((yield* call("+14015550101", "call-1"))._tag, "Connect")
    assert.strictEqual((yield* call("+14015550109", "call-2"))._tag, "Refuse")
    // Their lives of 60 minutes are over, and the retention of 30 days too, but for its last minute.
    yield* TestClock.adjust("43259 minutes")
    yield* create
    const before = [yield* count("session"), yield* count("hold"), yield* count("interaction")]
    yield* TestClock.adjust("1 minute")
    yield* create
    const after = [yield* count("session"), yield* count("hold"), yield* count("interaction")]
    return { before, after, invocations: yield* count("invocation") }
  }).pipe(Effect.provide(SqlRepo.layer({ time: "effect", ...(retention === undefined ? {} : { retention }) })))

describe("retention", () => {
  for (const [name, database] of [
    ["SQLite", Layer.orDie(NodeSqlite.layer({ filename: ":memory:" }))],
    ["Postgres", Layer.orDie(Postgres.layer())],
  ] as const) {
    it.effect(
      `${name} removes sessions that ended longer ago, with what they hold, and forgets calls after an hour`,
      () =>
        Effect.gen(function* () {
          const { after, before, invocations } = yield* Effect.provide(program("30 days"), database)
          assert.strictEqual(before[0], 7)
          assert.strictEqual(after[0], 2)
          assert.strictEqual(after[1], 4)
          assert.deepStrictEqual([before[2], after[2]], [1, 0])
          assert.strictEqual(invocations, 0)
        }),
    )
  }

  it.effect("without a retention, every session is kept", () =>
    Effect.gen(function* () {
      const { after, invocations } = yield* Effect.provide(
        program(),
        Layer.orDie(NodeSqlite.layer({ filename: ":memory:" })),
      )
      assert.strictEqual(after[0], 8)
      assert.strictEqual(after[2], 1)
      assert.strictEqual(invocations, 0)
    }),
  )
})
