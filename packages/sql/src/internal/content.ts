import { normalize, PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { ConnectorSnapshot, Snapshot, StoreSnapshot } from "@proxy-session/repo/Snapshot"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import * as Schema from "effect/Schema"
import { DatabaseError } from "../DatabaseError.ts"
import { type Database, tenantKey, tenantOf } from "./database.ts"
import type { StoreFailure } from "./failure.ts"
import { poolOf } from "./pool.ts"
import * as Row from "./row.ts"

const Configuration = Schema.fromJsonString(ProxyConfiguration)
const decodeConfiguration = Schema.decodeUnknownEffect(Configuration)
const encodeConfiguration = Schema.encodeSync(Configuration)

const phoneNumber = (text: string): PhoneNumber => PhoneNumber.make(text, { disableChecks: true })

/** The whole content of the database, out and in. Both happen in one transaction. */
export const make = ({ forward, instant, sql }: Database) => {
  const exported: Effect.Effect<Snapshot, StoreFailure> = sql.withTransaction(
    Effect.gen(function* () {
      const [clock] = yield* sql<{ readonly now: bigint | number }>`SELECT ${yield* instant} AS now`
      const now = DateTime.makeUnsafe(forward(clock?.now ?? 0))
      const provisioned = new Map(
        (yield* sql<{ readonly tenant: string; readonly provisioned: bigint | number }>`SELECT * FROM tenant`).map(
          (row) => [row.tenant, Boolean(Number(row.provisioned))] as const,
        ),
      )
      const rows = yield* sql<{
        readonly id: bigint | number
        readonly tenant: string
        readonly voice_connector_id: string
        readonly configuration: string | null
      }>`SELECT * FROM connector ORDER BY id`
      const stores = new Map<string, Array<ConnectorSnapshot>>([...provisioned.keys()].map((tenant) => [tenant, []]))
      for (const row of rows) {
        const connectors = stores.get(row.tenant) ?? []
        stores.set(row.tenant, connectors)
        connectors.push(yield* connectorOf(row, now))
      }
      return {
        format: "proxy-session-memory/1" as const,
        stores: yield* Effect.forEach(stores, ([tenant, connectors]) =>
          Effect.map(tenantOf(tenant), (of): StoreSnapshot => ({
            ...of,
            created: connectors.reduce((sum, { sessions = [] }) => sum + sessions.length, 0),
            provisioned: provisioned.get(tenant) ?? false,
            connectors,
          })),
        ),
      }
    }),
  )

  const connectorOf = Effect.fnUntraced(function* (
    row: { readonly id: bigint | number; readonly voice_connector_id: string; readonly configuration: string | null },
    now: DateTime.Utc,
  ): Effect.fn.Return<ConnectorSnapshot, StoreFailure> {
    const voiceConnectorId = VoiceConnectorId.make(row.voice_connector_id, { disableChecks: true })
    const pool = yield* poolOf(sql, row.id)
    const sessions: Array<ProxySession> = []
    for (const each of yield* sql<Row.Row>`SELECT * FROM session WHERE connector = ${row.id} ORDER BY created, id`) {
      sessions.push(Lifecycle.settle(yield* Effect.fromResult(Row.toSession(voiceConnectorId, each)), now))
    }
    const habits = yield* sql<{ readonly pair: string; readonly proxy: string }>`
      SELECT pair, proxy FROM habit WHERE connector = ${row.id} ORDER BY pair`
    const configuration =
      row.configuration === null
        ? {}
        : {
            configuration: yield* Effect.mapError(
              decodeConfiguration(row.configuration),
              () => new DatabaseError({ reason: "Unreadable", hint: "A configuration is not as written." }),
            ),
          }
    return {
      voiceConnectorId,
      ...(pool === undefined ? {} : { pool }),
      ...configuration,
      sessions,
      lastNumbers: habits.map(({ pair, proxy }) => {
        const [one = "", other = ""] = pair.split(" ")
        return { participants: [phoneNumber(one), phoneNumber(other)] as const, proxyPhoneNumber: phoneNumber(proxy) }
      }),
    }
  })

  const write = Effect.fnUntraced(function* (
    connector: number,
    session: ProxySession,
  ): Effect.fn.Return<void, StoreFailure> {
    const [first, second] = session.participants
    if (first === undefined || second === undefined) return
    const proxy = normalize(first.proxyPhoneNumber)
    const columns = Row.changeable(session)
    yield* sql`INSERT INTO session ${sql.insert({
      connector,
      id: session.proxySessionId,
      ...columns,
      created: DateTime.toEpochMillis(session.createdTimestamp),
      first: normalize(first.phoneNumber),
      second: normalize(second.phoneNumber),
      proxy,
    })}`
    for (const { phoneNumber: participant } of session.participants) {
      // Of several sessions that had the number, the one that ends last is what a caller holds.
      yield* sql`INSERT INTO hold ${sql.insert({
        connector,
        participant: normalize(participant),
        proxy,
        session: session.proxySessionId,
        ends: columns.ends,
      })} ON CONFLICT (connector, participant, proxy) DO UPDATE
        SET session = excluded.session, ends = excluded.ends WHERE hold.ends < excluded.ends`
    }
  })

  const imported = (snapshot: Snapshot): Effect.Effect<void, StoreFailure> =>
    sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`DELETE FROM connector`
        yield* sql`DELETE FROM tenant`
        for (const { connectors, provisioned, ...names } of snapshot.stores) {
          const tenant = tenantKey({ ...Tenant.defaultValue(), ...names })
          yield* sql`INSERT INTO tenant ${sql.insert({ tenant, provisioned: (provisioned ?? connectors.length > 0) ? 1 : 0 })}`
          for (const { configuration, lastNumbers = [], pool = [], sessions = [], voiceConnectorId } of connectors) {
            const [row] = yield* sql<{ readonly id: bigint | number }>`INSERT INTO connector ${sql.insert({
              tenant,
              voice_connector_id: voiceConnectorId,
              configuration: configuration === undefined ? null : encodeConfiguration(configuration),
            })} RETURNING id`
            const connector = Number(row?.id)
            for (const [place, { country, phoneNumber: number }] of pool.entries()) {
              yield* sql`INSERT INTO pool_number ${sql.insert({ connector, number: normalize(number), country, place })}`
            }
            for (const session of sessions) yield* write(connector, session)
            for (const { participants, proxyPhoneNumber } of lastNumbers) {
              const pair = participants.map(normalize).toSorted().join(" ")
              yield* sql`INSERT INTO habit ${sql.insert({ connector, pair, proxy: normalize(proxyPhoneNumber) })}
                ON CONFLICT (connector, pair) DO UPDATE SET proxy = excluded.proxy`
            }
          }
        }
      }),
    )

  return { exported, imported }
}
