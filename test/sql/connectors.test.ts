/**
 * What happens when connectors and numbers are changed at the same time, by several replicas.
 */
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Tenant } from "@proxy-session/repo/Tenant"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Postgres from "./postgres.ts"

const numbers = ["+12065550190", "+12065550191"].map((number) => PhoneNumber.make(number))

/** A connector with numbers of its own, and a configuration. */
const provisioned = Effect.gen(function* () {
  const connectors = yield* VoiceConnectors
  yield* connectors.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers: numbers })
  const { voiceConnectorId } = yield* connectors.create({ name: "Rides", requireEncryption: false })
  yield* connectors.associatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers: numbers })
  yield* VoiceConnectorProxyRepo.use((proxies) =>
    proxies.put({ voiceConnectorId, defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] }),
  )
  return voiceConnectorId
})

describe("numbers of connectors", () => {
  for (const [name, database] of [
    ["SQLite", Layer.orDie(NodeSqlite.layer({ filename: ":memory:" }))],
    ["Postgres", Layer.orDie(Postgres.layer())],
  ] as const) {
    it.live(
      `are given to one connector only in ${name}, however many ask at once`,
      () =>
        Effect.gen(function* () {
          const connectors = yield* VoiceConnectors
          const first = yield* provisioned
          yield* connectors.disassociatePhoneNumbers({ voiceConnectorId: first, e164PhoneNumbers: numbers })
          const made = yield* Effect.forEach(
            Array.from({ length: 8 }, (_, n) => `Rides ${n}`),
            (each) => connectors.create({ name: each, requireEncryption: false }),
            { concurrency: 8 },
          )
          const answers = yield* Effect.forEach(
            made,
            ({ voiceConnectorId }) => connectors.associatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers: numbers }),
            { concurrency: 8 },
          )
          const refused = answers.filter(({ phoneNumberErrors }) => phoneNumberErrors.length > 0)
          assert.strictEqual(refused.length, 7)
          const { phoneNumbers } = yield* connectors.listPhoneNumbers({ status: "Assigned" })
          assert.deepStrictEqual(
            phoneNumbers.map(({ associations }) => associations.length),
            [1, 1],
          )
        }).pipe(Effect.provide(Layer.provideMerge(SqlRepo.layer(), database))),
      30_000,
    )
  }

  it.effect("and connectors are those of their tenant, also where another has the same number", () =>
    Effect.gen(function* () {
      const connectors = yield* VoiceConnectors
      const [number = ""] = numbers
      const elsewhere = Effect.provideService(Tenant, { ...Tenant.defaultValue(), region: "eu-west-1" })
      yield* elsewhere(provisioned)
      const key = { voiceConnectorId: "made-on-demand" }
      const put = VoiceConnectorProxyRepo.use((proxies) =>
        proxies.put({ ...key, defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] }),
      )
      // A connector of the other tenant refuses unknown ones there, and not here.
      yield* put
      assert.strictEqual((yield* Effect.flip(elsewhere(put)))._tag, "NotFoundException")
      yield* connectors.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers: [number] })
      const found = yield* connectors.getPhoneNumber({ phoneNumberId: number })
      assert.deepStrictEqual([found.status, found.associations], ["Unassigned", []])
      const added = yield* connectors.associatePhoneNumbers({ ...key, e164PhoneNumbers: [number] })
      assert.deepStrictEqual(added.phoneNumberErrors, [])
      const other = yield* elsewhere(connectors.getPhoneNumber({ phoneNumberId: number }))
      assert.strictEqual(other.associations.length, 1)
      assert.notStrictEqual(other.associations[0]?.value, key.voiceConnectorId)
      yield* connectors.create({ name: "Rides", requireEncryption: false })
      assert.strictEqual(
        (yield* Effect.flip(connectors.associatePhoneNumbers({ voiceConnectorId: "x", e164PhoneNumbers: [number] })))
          ._tag,
        "NotFoundException",
      )
    }).pipe(Effect.provide(SqlRepo.layer().pipe(Layer.provide(NodeSqlite.layer({ filename: ":memory:" }))))),
  )

  it.live(
    "that are lost while a create runs are not given to its session",
    () =>
      Effect.gen(function* () {
        const voiceConnectorId = yield* provisioned
        const sql = yield* SqlClient.SqlClient
        const repo = yield* ProxySessionRepo
        const [lost = ""] = numbers
        const [taken, done] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        // Another replica takes the first number away, and has not committed yet.
        const losing = yield* Effect.forkChild(
          sql.withTransaction(
            sql`DELETE FROM pool_number WHERE number = ${lost}`.pipe(
              Effect.andThen(Deferred.succeed(taken, undefined)),
              Effect.andThen(Deferred.await(done)),
            ),
          ),
        )
        yield* Deferred.await(taken)
        const creating = yield* Effect.forkChild(
          repo.create({
            voiceConnectorId,
            participantPhoneNumbers: ["+14155550101", "+14155550102"],
            capabilities: ["Voice"],
          }),
        )
        // The create has chosen the number, and waits for what becomes of it.
        const waiting = sql<{ readonly waiting: unknown }>`
          SELECT count(*) AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock'`
        yield* Effect.repeat(waiting, { until: ([row]) => Number(row?.waiting) > 0 })
        yield* Deferred.succeed(done, undefined)
        yield* Fiber.join(losing)
        const session = yield* Fiber.join(creating)
        assert.strictEqual(session.participants[0]?.proxyPhoneNumber, numbers[1])
      }).pipe(Effect.provide(Layer.provideMerge(SqlRepo.layer(), Layer.orDie(Postgres.layer())))),
    30_000,
  )
})
