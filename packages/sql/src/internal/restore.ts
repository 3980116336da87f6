import type { Entry } from "@proxy-session/domain/Inventory"
import { normalize, type PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ConnectorSnapshot, Snapshot, StoreSnapshot } from "@proxy-session/repo/Snapshot"
import { Tenant } from "@proxy-session/repo/Tenant"
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import * as Connectors from "./connectors.ts"
import { Configuration } from "./content.ts"
import { type Database, tenantKey } from "./database.ts"
import type { StoreFailure } from "./failure.ts"
import * as InteractionRow from "./interactionRow.ts"
import * as NumberRow from "./numberRow.ts"
import * as PhoneNumbers from "./phoneNumbers.ts"
import * as Row from "./row.ts"

const encodeConfiguration = Schema.encodeSync(Configuration)

/** How many rows one statement writes: both databases limit the parameters of a statement. */
const rowsAtOnce = 500

type Rows = ReadonlyArray<Record<string, number | string | null>>

const inOrder = (one: PhoneNumber, other: PhoneNumber) => (one < other ? [one, other] : [other, one])

/** The rows of a connector: the tables' own rules are those that a snapshot was checked by. */
const rowsOf = (
  tenant: string,
  connector: number,
  { interactions = [], lastNumbers = [], pool = [], sessions = [] }: ConnectorSnapshot,
) => {
  const session: Array<Record<string, number | string>> = []
  const holds = new Map<string, Record<string, number | string> & { readonly ends: number }>()
  const habits = new Map<string, string>()
  const remember = (one: PhoneNumber, other: PhoneNumber, proxy: PhoneNumber) =>
    void habits.set(inOrder(normalize(one), normalize(other)).join(" "), normalize(proxy))
  const created = (one: ProxySession) => DateTime.toEpochMillis(one.createdTimestamp)
  const oldestFirst = sessions.toSorted(
    (one, other) => created(one) - created(other) || (one.proxySessionId < other.proxySessionId ? -1 : 1),
  )
  for (const each of oldestFirst) {
    const [first, second] = each.participants
    if (first === undefined || second === undefined) throw new Error("A session of a snapshot has two participants")
    const proxy = normalize(first.proxyPhoneNumber)
    const columns = Row.changeable(each)
    const people = [normalize(first.phoneNumber), normalize(second.phoneNumber)] as const
    const id = each.proxySessionId
    session.push({ connector, id, ...columns, created: created(each), first: people[0], second: people[1], proxy })
    remember(...people, proxy)
    for (const participant of people) {
      // Of several sessions that had the number, the one that ends last is what a caller holds.
      const key = `${participant} ${proxy}`
      if ((holds.get(key)?.ends ?? Number.NEGATIVE_INFINITY) < columns.ends) {
        holds.set(key, { connector, participant, proxy, session: id, ends: columns.ends })
      }
    }
  }
  for (const { participants, proxyPhoneNumber } of lastNumbers) remember(...participants, proxyPhoneNumber)
  return {
    pool_number: pool.map(({ associatedTimestamp, country, phoneNumber }, place) => ({
      connector,
      number: normalize(phoneNumber),
      country,
      place,
      associated: NumberRow.millis(associatedTimestamp),
    })),
    session,
    hold: [...holds.values()],
    interaction: interactions.map((each, place) => InteractionRow.imported(tenant, connector, each, place)),
    habit: Array.from(habits, ([pair, proxy]) => ({ connector, pair, proxy })),
  }
}

/** The numbers of a tenant in their order, those of its connectors that are not among them last; and its orders. */
const inventoryOf = (tenant: string, { connectors, numbers = [], orders = [] }: StoreSnapshot) => {
  const entries = new Map<string, Entry>(numbers.map((entry) => [normalize(entry.phoneNumber), entry]))
  for (const { pool = [] } of connectors) {
    for (const { country, phoneNumber } of pool) {
      const number = normalize(phoneNumber)
      if (!entries.has(number)) entries.set(number, { country, phoneNumber })
    }
  }
  return {
    inventory: Array.from(entries.values(), (entry, place) => ({ tenant, place, ...NumberRow.fromEntry(entry) })),
    number_order: orders.map((order, place) => ({
      tenant,
      id: order.phoneNumberOrderId,
      created: NumberRow.millis(order.createdTimestamp) ?? place,
      content: PhoneNumbers.encodeOrder(order),
    })),
  }
}

/** Puts a snapshot in the place of everything that the database holds, in one transaction. */
export const make = ({ sql }: Database) => {
  const insert = (table: string, rows: Rows): Effect.Effect<void, SqlError> =>
    Effect.forEach(
      Arr.chunksOf(rows, rowsAtOnce),
      (chunk: NonEmptyReadonlyArray<Rows[number]>) => sql`INSERT INTO ${sql(table)} ${sql.insert(chunk)}`,
    ).pipe(Effect.asVoid)

  return ({ secret, stores }: Snapshot): Effect.Effect<void, StoreFailure> =>
    sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`DELETE FROM connector`
        yield* sql`DELETE FROM interaction`
        yield* sql`DELETE FROM inventory`
        yield* sql`DELETE FROM number_order`
        yield* sql`DELETE FROM tenant`
        const fresh = sql.onDialectOrElse({
          pg: () => sql`md5(gen_random_uuid()::text)`,
          orElse: () => sql`lower(hex(randomblob(16)))`,
        })
        yield* sql`UPDATE store SET secret = ${secret === undefined ? fresh : sql`${secret}`}`
        for (const store of stores) {
          const { connectors, created = 0, numbers: _numbers, orders: _orders, provisioned, ...names } = store
          const tenant = tenantKey({ ...Tenant.defaultValue(), ...names })
          yield* insert("tenant", [{ tenant, created, provisioned: (provisioned ?? connectors.length > 0) ? 1 : 0 }])
          for (const [table, rows] of Object.entries(inventoryOf(tenant, store))) yield* insert(table, rows)
          for (const connector of connectors) {
            const { configuration, voiceConnectorId } = connector
            const [row] = yield* sql<{ readonly id: bigint | number }>`INSERT INTO connector ${sql.insert({
              tenant,
              voice_connector_id: voiceConnectorId,
              configuration: configuration === undefined ? null : encodeConfiguration(configuration),
              ...Connectors.columnsOf(connector),
            })} RETURNING id`
            for (const [table, rows] of Object.entries(rowsOf(tenant, Number(row?.id), connector)))
              yield* insert(table, rows)
          }
        }
      }),
    )
}
