import * as Decide from "@proxy-session/domain/Decide"
import { normalize, type PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { Rules } from "@proxy-session/domain/Rules"
import type { NotFoundException } from "@proxy-session/domain/ServiceError"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import type { NumberOwner, NumberUse } from "@proxy-session/repo/CallRouter"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Effect from "effect/Effect"
import { type Database, tenantKey, tenantOf } from "./database.ts"
import type { StoreFailure } from "./failure.ts"
import { poolOf } from "./pool.ts"

/** What a store knows about numbers. */
export const make = ({ forward, instant, sql }: Database, rules: Rules) => ({
  ofNumber: (number: PhoneNumber): Effect.Effect<ReadonlyArray<NumberOwner>, StoreFailure> =>
    Effect.flatMap(
      sql<{ readonly tenant: string; readonly voice_connector_id: string }>`
        SELECT tenant, voice_connector_id FROM connector
        WHERE id IN (SELECT connector FROM pool_number WHERE number = ${normalize(number)}) ORDER BY id`,
      Effect.forEach((row) =>
        Effect.map(tenantOf(row.tenant), (tenant) => ({
          tenant,
          voiceConnectorId: VoiceConnectorId.make(row.voice_connector_id, { disableChecks: true }),
        })),
      ),
    ),

  tenants: Effect.flatMap(
    sql<{ readonly tenant: string }>`SELECT tenant FROM connector GROUP BY tenant ORDER BY min(id)`,
    Effect.forEach(({ tenant }) => tenantOf(tenant)),
  ) satisfies Effect.Effect<ReadonlyArray<Tenant>, StoreFailure>,

  numbers: ({
    voiceConnectorId,
  }: VoiceConnectorProxyKey): Effect.Effect<ReadonlyArray<NumberUse>, NotFoundException | StoreFailure> =>
    Effect.gen(function* () {
      const tenant = tenantKey(yield* Tenant)
      const [connector] = yield* sql<{ readonly id: bigint | number; readonly now: bigint | number }>`
        SELECT id, ${yield* instant} AS now FROM connector
        WHERE tenant = ${tenant} AND voice_connector_id = ${voiceConnectorId}`
      if (connector === undefined) return yield* Effect.fromResult(Decide.notFound())
      const live = yield* sql<{ readonly proxy: string; readonly sessions: bigint | number }>`
        SELECT proxy, count(*) AS sessions FROM session
        WHERE connector = ${connector.id} AND state < 2 AND ends > ${forward(connector.now)} GROUP BY proxy`
      const sessions = new Map(live.map((row) => [row.proxy, Number(row.sessions)]))
      const pool = Decide.poolOf(rules, yield* poolOf(sql, connector.id))
      return pool.map((number) => ({ ...number, liveSessions: sessions.get(number.phoneNumber) ?? 0 }))
    }),
})
