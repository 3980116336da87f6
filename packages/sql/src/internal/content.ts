import type { Entry } from "@proxy-session/domain/Inventory"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { PhoneNumberOrder } from "@proxy-session/domain/PhoneNumberOrder"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
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
import * as Connectors from "./connectors.ts"
import * as NumberRow from "./numberRow.ts"
import * as PhoneNumbers from "./phoneNumbers.ts"
import * as Row from "./row.ts"

/** A configuration, as it is kept in `connector.configuration`. */
export const Configuration = Schema.fromJsonString(ProxyConfiguration)

const decodeConfiguration = Schema.decodeUnknownEffect(Configuration)

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

/** What one tenant has. */
interface Content {
  readonly created: number
  readonly provisioned: boolean
  readonly connectors: Array<ConnectorSnapshot>
  readonly numbers: Array<Entry>
  readonly orders: Array<PhoneNumberOrder>
}

/** The whole content of the database, as it is at one instant. */
export const make = ({ forward, instant, snapshot, sql }: Database): Effect.Effect<Snapshot, StoreFailure> => {
  const connectorOf = Effect.fnUntraced(function* (
    row: ConnectorRow,
    now: DateTime.Utc,
  ): Effect.fn.Return<ConnectorSnapshot, StoreFailure> {
    const voiceConnectorId = VoiceConnectorId.make(row.voice_connector_id, { disableChecks: true })
    const numbers = yield* sql<NumberRow.PoolRow>`
      SELECT number, country, associated FROM pool_number WHERE connector = ${row.id} ORDER BY place`
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
      ...(yield* Connectors.fromRow(row)),
      ...(numbers.length === 0 ? {} : { pool: numbers.map(NumberRow.toPoolNumber) }),
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
      const empty = () => ({ created: 0, provisioned: false, connectors: [], numbers: [], orders: [] })
      const stores = new Map<string, Content>(
        tenants.map(({ created, provisioned, tenant }) => [
          tenant,
          { ...empty(), created: Number(created), provisioned: Number(provisioned) === 1 },
        ]),
      )
      const of = (tenant: string): Content => {
        const known = stores.get(tenant) ?? empty()
        stores.set(tenant, known)
        return known
      }
      for (const row of yield* sql<ConnectorRow>`SELECT * FROM connector ORDER BY id`) {
        of(row.tenant).connectors.push(yield* connectorOf(row, now))
      }
      for (const row of yield* sql<NumberRow.Row & { readonly tenant: string }>`
        SELECT * FROM inventory ORDER BY tenant, place`) {
        of(row.tenant).numbers.push(NumberRow.toEntry(row))
      }
      for (const row of yield* sql<{ readonly tenant: string; readonly content: string }>`
        SELECT tenant, content FROM number_order ORDER BY tenant, created, id`) {
        of(row.tenant).orders.push(yield* PhoneNumbers.orderOf(row.content))
      }
      return {
        format: "proxy-session-memory/1" as const,
        ...(store === undefined ? {} : { secret: store.secret }),
        stores: yield* Effect.forEach(stores, ([tenant, content]) =>
          Effect.map(tenantOf(tenant), (names): StoreSnapshot => {
            const made = content.connectors.reduce((sum, { sessions = [] }) => sum + 1 + sessions.length, 0)
            return { ...names, ...content, created: Math.max(content.created, made) }
          }),
        ),
      }
    }),
  )
}
