/**
 * A create that a client repeats happens once, in memory and in a database.
 */
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { Invocation } from "@proxy-session/repo/Invocation"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Tenant } from "@proxy-session/repo/Tenant"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Postgres from "../sql/postgres.ts"

const call: Invocation = { accessKeyId: "AKIAEXAMPLE", id: "6f1b7d1e-0000-4000-8000-000000000001", requestHash: "a" }
const create = (invocation: Invocation | undefined, tenant = Tenant.defaultValue()) =>
  ProxySessionRepo.use((repo) => repo.create(Fixtures.createProxySession)).pipe(
    Effect.map(({ proxySessionId }) => proxySessionId),
    Effect.provideService(Invocation, invocation),
    Effect.provideService(Tenant, tenant),
  )
const put = (tenant = Tenant.defaultValue()) =>
  Effect.provideService(
    VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy)),
    Tenant,
    tenant,
  )

const stores = {
  memory: MemoryRepo.layer(),
  SQLite: SqlRepo.layer().pipe(Layer.provide(NodeSqlite.layer({ filename: ":memory:" }))),
  Postgres: SqlRepo.layer({ time: "effect" }).pipe(Layer.provide(Postgres.layer())),
}

for (const [name, store] of Object.entries(stores)) {
  layer(Layer.orDie(store))(`a repeated create, ${name}`, (it) => {
    it.effect("makes one session for all attempts of one call", () =>
      Effect.gen(function* () {
        yield* put()
        const attempts = yield* Effect.all(
          Array.from({ length: 8 }, () => create(call)),
          { concurrency: "unbounded" },
        )
        assert.strictEqual(new Set(attempts).size, 1)
        const { proxySessions } = yield* ProxySessionRepo.use((repo) =>
          repo.list({ voiceConnectorId: Fixtures.voiceConnectorId }),
        )
        assert.strictEqual(proxySessions.length, 1)
      }),
    )

    it.effect("makes another session for another call, key, content or tenant, and without a call", () =>
      Effect.gen(function* () {
        const elsewhere = { ...Tenant.defaultValue(), region: "us-west-2" }
        yield* put(elsewhere)
        const ids = yield* Effect.all([
          create(call),
          create({ ...call, id: "6f1b7d1e-0000-4000-8000-000000000002" }),
          create({ ...call, accessKeyId: "AKIAOTHER" }),
          create({ ...call, requestHash: "b" }),
          create(call, elsewhere),
          create(undefined),
          create(undefined),
        ])
        assert.strictEqual(new Set(ids).size, ids.length)
        assert.strictEqual(yield* create(call), ids[0])
      }),
    )

    it.effect("returns the session as it is now, and makes a new one after it was deleted", () =>
      Effect.gen(function* () {
        const other = { ...call, id: "6f1b7d1e-0000-4000-8000-000000000003" }
        const first = yield* create(other)
        const key = { voiceConnectorId: Fixtures.voiceConnectorId, proxySessionId: first }
        yield* ProxySessionRepo.use((repo) => repo.update({ ...key, capabilities: ["SMS"] }))
        const again = yield* ProxySessionRepo.use((repo) => repo.create(Fixtures.createProxySession)).pipe(
          Effect.provideService(Invocation, other),
        )
        assert.deepStrictEqual(again.capabilities, ["SMS"])
        yield* ProxySessionRepo.use((repo) => repo.delete(key))
        assert.notStrictEqual(yield* create(other), first)
      }),
    )

    it.effect("remembers a call for an hour", () =>
      Effect.gen(function* () {
        const later = { ...call, id: "6f1b7d1e-0000-4000-8000-000000000004" }
        const first = yield* create(later)
        yield* TestClock.adjust("59 minutes")
        assert.strictEqual(yield* create(later), first)
      }),
    )

    it.effect("a create that failed is no session, so that its next attempt can succeed", () =>
      Effect.gen(function* () {
        const refused = { ...call, id: "6f1b7d1e-0000-4000-8000-000000000005" }
        const tenant = { ...Tenant.defaultValue(), region: "eu-west-1" }
        assert.strictEqual((yield* Effect.flip(create(refused, tenant)))._tag, "BadRequestException")
        yield* put(tenant)
        yield* create(refused, tenant)
      }),
    )
  })
}
