import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { Expired } from "@proxy-session/repo/SessionEvents"
import type { Tenant } from "@proxy-session/repo/Tenant"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { type Database, tenantOf } from "./database.ts"
import type { StoreFailure } from "./failure.ts"

interface ExpiredRow {
  readonly now: bigint | number
  readonly tenant: string | null
  readonly voice_connector_id: string | null
  readonly session: string | null
  readonly ends: bigint | number | null
}

const trusted = { disableChecks: true } as const

/** The end of a session, as it is told. */
export const endOf = (tenant: Tenant, voiceConnectorId: string, session: string, ended: number): Expired => ({
  tenant: { account: tenant.account, namespace: tenant.namespace, region: tenant.region },
  voiceConnectorId: VoiceConnectorId.make(voiceConnectorId, trusted),
  proxySessionId: ProxySessionId.make(session, trusted),
  endedTimestamp: DateTime.makeUnsafe(ended),
})

/** The sessions that ended after an instant and up to the present one; without an instant, nothing but the present. */
export const make =
  ({ forward, instant, sql }: Database) =>
  (
    since: number | undefined,
  ): Effect.Effect<{ readonly now: number; readonly sessions: ReadonlyArray<Expired> }, StoreFailure> =>
    Effect.gen(function* () {
      const at = yield* instant
      const rows = yield* sql<ExpiredRow>`
        WITH at AS (SELECT ${at} AS now)
        SELECT at.now, c.tenant, c.voice_connector_id, s.id AS session, s.ends FROM at
        LEFT JOIN session AS s ON s.ends > ${since ?? Number.MAX_SAFE_INTEGER} AND s.ends <= at.now
        LEFT JOIN connector AS c ON c.id = s.connector
        ORDER BY s.ends, s.id`
      const sessions: Array<Expired> = []
      for (const { ends, session, tenant, voice_connector_id } of rows) {
        if (tenant === null || voice_connector_id === null || session === null) continue
        sessions.push(endOf(yield* tenantOf(tenant), voice_connector_id, session, Number(ends)))
      }
      return { now: forward(rows[0]?.now ?? 0), sessions }
    })
