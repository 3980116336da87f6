import type { ConnectorFacts } from "@proxy-session/domain/Decide"
import { maxResults } from "@proxy-session/domain/Namespace"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import { type Database, tenantKey } from "./database.ts"

/** What an operation on connectors and numbers begins with. */
export interface Begun {
  readonly tenant: Tenant
  readonly key: string
  readonly provisioned: boolean
  readonly now: number
}

/** The tenant that an operation is for, and its connectors. */
export const make = ({ forward, instant, sql }: Database) => {
  /** Takes the tenant for the rest of a transaction: what changes its connectors and numbers happens one by one. */
  const lock: Effect.Effect<Begun, SqlError> = Effect.gen(function* () {
    const tenant = yield* Tenant
    const key = tenantKey(tenant)
    const [row] = yield* sql<{ readonly provisioned: bigint | number; readonly now: bigint | number }>`
      INSERT INTO tenant ${sql.insert({ tenant: key, provisioned: 0 })}
      ON CONFLICT (tenant) DO UPDATE SET tenant = excluded.tenant RETURNING provisioned, ${yield* instant} AS now`
    return { tenant, key, provisioned: Number(row?.provisioned) === 1, now: forward(row?.now ?? 0) }
  })

  /** The number of a connector of a tenant, if it exists. */
  const connectorOf = (key: string, voiceConnectorId: string): Effect.Effect<number | undefined, SqlError> =>
    Effect.map(
      sql<{ readonly id: bigint | number }>`
        SELECT id FROM connector WHERE tenant = ${key} AND voice_connector_id = ${voiceConnectorId}`,
      ([row]) => (row === undefined ? undefined : Number(row.id)),
    )

  /** What a listing is sealed with, and how long its pages are. */
  const scope = Effect.gen(function* () {
    const tenant = yield* Tenant
    const [store] = yield* sql<{ readonly secret: string }>`SELECT secret FROM store`
    return { maxResults: maxResults[tenant.namespace], secret: `${store?.secret ?? ""}\n${tenantKey(tenant)}` }
  })

  return {
    lock,
    connectorOf,
    scope,
    key: Effect.map(Tenant, tenantKey),
    facts: ({ provisioned }: Begun, connector: number | undefined): ConnectorFacts => ({
      exists: connector !== undefined,
      provisioned,
    }),
  }
}
