import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { VoiceConnector } from "@proxy-session/domain/VoiceConnector"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { ConnectorSnapshot, InteractionSnapshot, Snapshot, StoreSnapshot } from "@proxy-session/repo/Snapshot"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import * as Schema from "effect/Schema"
import { DatabaseError } from "../DatabaseError.ts"
import { type Database, tenantOf } from "./database.ts"
import type { StoreFailure } from "./failure.ts"
import * as InteractionRow from "./interactionRow.ts"
import { poolOf } from "./pool.ts"
import * as Row from "./row.ts"

const { name, requireEncryption, createdTimestamp, updatedTimestamp } = VoiceConnector.fields

/** What a connector was made with, beyond its id, as it is kept in `connector.details`. */
export const Details = Schema.fromJsonString(
  Schema.Struct({ name, requireEncryption, createdTimestamp, updatedTimestamp }),
)

/** A configuration, as it is kept in `connector.configuration`. */
export const Configuration = Schema.fromJsonString(ProxyConfiguration)

const decodeConfiguration = Schema.decodeUnknownEffect(Configuration)
const decodeDetails = Schema.decodeUnknownEffect(Details)

const unreadable = () =>
  new DatabaseError({ reason: "Unreadable", hint: "A row of the table connector is not as written." })

const phoneNumber = (text: string): PhoneNumber => PhoneNumber.make(text, { disableChecks: true })

interface ConnectorRow {
  readonly id: bigint | number
  readonly tenant: string
  readonly voice_connector_id: string
  readonly configuration: string | null
  readonly details: string | null
}

/** The whole content of the database, as it is at one instant. */
export const make = ({ forward, instant, snapshot, sql }: Database): Effect.Effect<Snapshot, StoreFailure> => {
  const connectorOf = Effect.fnUntraced(function* (
    row: ConnectorRow,
    now: DateTime.Utc,
  ): Effect.fn.Return<ConnectorSnapshot, StoreFailure> {
    const voiceConnectorId = VoiceConnectorId.make(row.voice_connector_id, { disableChecks: true })
    const pool = yield* poolOf(sql, row.id)
    const sessions: Array<ProxySession> = []
    for (const each of yield* sql<Row.Row>`SELECT * FROM session WHERE connector = ${row.id} ORDER BY created, id`) {
      sessions.push(Lifecycle.settle(yield* Effect.fromResult(Row.toSession(voiceConnectorId, each)), now))
    }
    const interactions: Array<typeof InteractionSnapshot.Type> = []
    const calls = yield* sql<InteractionRow.Row & { readonly session: string }>`
      SELECT i.* FROM interaction AS i JOIN session AS s ON s.connector = i.connector AND s.id = i.session
      WHERE i.connector = ${row.id} ORDER BY s.created, s.id, i.at, i.id`
    for (const call of calls) {
      const interaction = yield* Effect.fromResult(InteractionRow.toInteraction(call))
      const proxySessionId = ProxySessionId.make(call.session, { disableChecks: true })
      interactions.push({ ...interaction, proxySessionId })
    }
    const habits = yield* sql<{ readonly pair: string; readonly proxy: string }>`
      SELECT pair, proxy FROM habit WHERE connector = ${row.id} ORDER BY pair`
    return {
      ...(row.details === null ? {} : yield* Effect.mapError(decodeDetails(row.details), unreadable)),
      voiceConnectorId,
      ...(pool === undefined ? {} : { pool }),
      ...(row.configuration === null
        ? {}
        : { configuration: yield* Effect.mapError(decodeConfiguration(row.configuration), unreadable) }),
      sessions,
      ...(interactions.length === 0 ? {} : { interactions }),
      lastNumbers: habits.map(({ pair, proxy }) => {
        const [one = "", other = ""] = pair.split(" ")
        return { participants: [phoneNumber(one), phoneNumber(other)] as const, proxyPhoneNumber: phoneNumber(proxy) }
      }),
    }
  })

  return snapshot(
    Effect.gen(function* () {
      const [store] = yield* sql<{ readonly now: bigint | number; readonly secret: string }>`
        SELECT ${yield* instant} AS now, secret FROM store`
      const now = DateTime.makeUnsafe(forward(store?.now ?? 0))
      const tenants = yield* sql<{
        readonly tenant: string
        readonly provisioned: bigint | number
        readonly created: bigint | number
      }>`SELECT * FROM tenant ORDER BY tenant`
      const stores = new Map<string, { created: number; provisioned: boolean; connectors: Array<ConnectorSnapshot> }>(
        tenants.map(({ created, provisioned, tenant }) => [
          tenant,
          { created: Number(created), provisioned: Number(provisioned) === 1, connectors: [] },
        ]),
      )
      for (const row of yield* sql<ConnectorRow>`SELECT * FROM connector ORDER BY id`) {
        const known = stores.get(row.tenant) ?? { created: 0, provisioned: false, connectors: [] }
        stores.set(row.tenant, known)
        known.connectors.push(yield* connectorOf(row, now))
      }
      return {
        format: "proxy-session-memory/1" as const,
        ...(store === undefined ? {} : { secret: store.secret }),
        stores: yield* Effect.forEach(stores, ([tenant, { connectors, created, provisioned }]) =>
          Effect.map(tenantOf(tenant), (names): StoreSnapshot => {
            const made = connectors.reduce((sum, { sessions = [] }) => sum + 1 + sessions.length, 0)
            return { ...names, created: Math.max(created, made), provisioned, connectors }
          }),
        ),
      }
    }),
  )
}
