import { searchAvailablePhoneNumbers } from "@proxy-session/domain/AvailableNumbers"
import * as Decide from "@proxy-session/domain/Decide"
import * as Inventory from "@proxy-session/domain/Inventory"
import type { RequestOf } from "@proxy-session/domain/Operations"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { PhoneNumberErrors } from "@proxy-session/domain/PhoneNumberError"
import { PhoneNumberOrder } from "@proxy-session/domain/PhoneNumberOrder"
import { PhoneNumberOrderId } from "@proxy-session/domain/PhoneNumberOrderId"
import type { Rules } from "@proxy-session/domain/Rules"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { Expired } from "@proxy-session/repo/SessionEvents"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { DatabaseError } from "../DatabaseError.ts"
import type { Database } from "./database.ts"
import { endOf } from "./expiry.ts"
import type { StoreFailure } from "./failure.ts"
import * as NumberRow from "./numberRow.ts"
import * as Row from "./row.ts"
import * as Tenancy from "./tenancy.ts"

const trusted = { disableChecks: true } as const

const Order = Schema.fromJsonString(PhoneNumberOrder)

/** An order as it is kept. */
export const encodeOrder = Schema.encodeSync(Order)
const decodeOrder = Schema.decodeUnknownEffect(Order)

/** The order that was kept. */
export const orderOf = (content: string): Effect.Effect<PhoneNumberOrder, DatabaseError> =>
  Effect.mapError(
    decodeOrder(content),
    () => new DatabaseError({ reason: "Unreadable", hint: "A row of the table number_order is not as written." }),
  )

const nextOrderId = Effect.map(Effect.all(Array.from({ length: 4 }, () => Random.nextInt)), (parts) => {
  const hex = parts.map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("")
  return PhoneNumberOrderId.make(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, "$1-$2-$3-$4-$5"), trusted)
})

/** Numbers and orders, each operation in one transaction that has the tenant for itself if it writes. */
export const make = (database: Database, rules: Rules) => {
  const { forUpdate, sql } = database
  const tenancy = Tenancy.make(database)

  const numbersOf = (connector: number) =>
    Effect.map(
      sql<{ readonly number: string }>`SELECT number FROM pool_number WHERE connector = ${connector} ORDER BY place`,
      (rows) => rows.map(({ number }) => PhoneNumber.make(number, trusted)),
    )

  /** What numbers are associated with, in the order of the connectors. */
  const associationsOf = (key: string, numbers: ReadonlyArray<string>) =>
    numbers.length === 0
      ? Effect.succeed([])
      : sql<NumberRow.AssociationRow>`
          SELECT n.number, n.associated, c.id, c.voice_connector_id FROM pool_number AS n JOIN connector AS c ON c.id = n.connector
          WHERE c.tenant = ${key} AND n.${sql.in("number", numbers)} ORDER BY c.id`

  /** Ends the live sessions of a connector on a number, those who hold it first, as every operation does, and returns them. */
  const end = Effect.fnUntraced(function* (
    connector: number,
    number: string,
    now: number,
  ): Effect.fn.Return<ReadonlyArray<string>, StoreFailure> {
    yield* sql`SELECT participant FROM hold
      WHERE connector = ${connector} AND proxy = ${number} AND ends > ${now} ORDER BY participant ${forUpdate}`
    const rows = yield* sql<Row.Row>`SELECT * FROM session
      WHERE connector = ${connector} AND state < 2 AND ends > ${now} AND proxy = ${number} ORDER BY id ${forUpdate}`
    for (const row of rows) {
      const session = yield* Effect.fromResult(Row.toSession(VoiceConnectorId.make("", trusted), row))
      const columns = Row.changeable(Decide.endProxySession(session, now))
      yield* sql`UPDATE hold SET ends = ${columns.ends} WHERE connector = ${connector} AND session = ${row.id}`
      yield* sql`UPDATE session SET ${sql.update(columns)} WHERE connector = ${connector} AND id = ${row.id}`
    }
    return rows.map(({ id }) => id)
  })

  /** Takes a number away. Returns the sessions that end with it. */
  const lose = (connector: number, number: string, now: number): Effect.Effect<ReadonlyArray<string>, StoreFailure> =>
    Effect.andThen(
      sql`DELETE FROM pool_number WHERE connector = ${connector} AND number = ${number}`,
      end(connector, number, now),
    )

  const touch = (key: string, number: string, now: number): Effect.Effect<unknown, SqlError> =>
    sql`UPDATE inventory SET updated = ${now} WHERE tenant = ${key} AND number = ${number}`

  const errors = (phoneNumberErrors: PhoneNumberErrors["phoneNumberErrors"]) =>
    new PhoneNumberErrors({ phoneNumberErrors }, trusted)

  const associate = (request: RequestOf["AssociatePhoneNumbersWithVoiceConnector"]) =>
    database.transaction(
      Effect.gen(function* () {
        const begun = yield* tenancy.lock
        const { key, now } = begun
        const { voiceConnectorId } = request
        const connector = yield* tenancy.connectorOf(key, voiceConnectorId)
        const asked = Inventory.numbersOf(request)
        const known = yield* entries(key, asked)
        const owners = yield* associationsOf(key, asked)
        const associations = new Map(
          known.map(({ phoneNumber }) => [
            phoneNumber,
            owners
              .filter(({ number }) => number === phoneNumber)
              .map((owner) => VoiceConnectorId.make(owner.voice_connector_id, trusted)),
          ]),
        )
        const { added, lost, phoneNumberErrors } = yield* Effect.fromResult(
          Inventory.associatePhoneNumbers(rules, request, { ...tenancy.facts(begun, connector), associations }),
        )
        const ended: Array<Expired> = []
        for (const { phoneNumber, voiceConnectorId: loser } of lost) {
          const owner = owners.find((each) => each.voice_connector_id === loser)
          if (owner === undefined) continue
          const sessions = yield* lose(Number(owner.id), phoneNumber, now)
          ended.push(...sessions.map((session) => endOf(begun.tenant, loser, session, now)))
        }
        if (added.length > 0) {
          yield* sql`INSERT INTO connector ${sql.insert({ tenant: key, voice_connector_id: voiceConnectorId })}
            ON CONFLICT (tenant, voice_connector_id) DO NOTHING`
          const id = yield* tenancy.connectorOf(key, voiceConnectorId)
          for (const phoneNumber of added) {
            yield* sql`INSERT INTO pool_number (connector, number, country, place, associated)
              SELECT ${id ?? 0}, number, country,
                (SELECT coalesce(max(place), -1) + 1 FROM pool_number WHERE connector = ${id ?? 0}), ${now}
              FROM inventory WHERE tenant = ${key} AND number = ${phoneNumber}`
            yield* touch(key, phoneNumber, now)
          }
        }
        return { value: errors(phoneNumberErrors), ended }
      }),
    )

  const disassociate = (request: RequestOf["DisassociatePhoneNumbersFromVoiceConnector"]) =>
    database.transaction(
      Effect.gen(function* () {
        const { key, now, tenant } = yield* tenancy.lock
        const connector = yield* tenancy.connectorOf(key, request.voiceConnectorId)
        const pool = connector === undefined ? undefined : yield* numbersOf(connector)
        const { phoneNumberErrors, removed } = yield* Effect.fromResult(
          Inventory.disassociatePhoneNumbers(request, pool),
        )
        const ended: Array<Expired> = []
        for (const phoneNumber of removed) {
          const sessions = connector === undefined ? [] : yield* lose(connector, phoneNumber, now)
          ended.push(...sessions.map((session) => endOf(tenant, request.voiceConnectorId, session, now)))
          yield* touch(key, phoneNumber, now)
        }
        return { value: errors(phoneNumberErrors), ended }
      }),
    )

  const entries = (key: string, numbers: ReadonlyArray<string>) =>
    numbers.length === 0
      ? Effect.succeed([])
      : Effect.map(
          sql<NumberRow.Row>`SELECT * FROM inventory WHERE tenant = ${key} AND ${sql.in("number", numbers)}`,
          (rows) => rows.map(NumberRow.toEntry),
        )

  const listNumbers = (request: RequestOf["ListPhoneNumbers"]) =>
    Effect.gen(function* () {
      const query = yield* Effect.fromResult(Inventory.listPhoneNumbers(request, yield* tenancy.scope))
      const key = yield* tenancy.key
      const owned = sql`SELECT 1 FROM pool_number AS n JOIN connector AS c ON c.id = n.connector
        WHERE n.number = i.number AND c.tenant = i.tenant`
      const { filterName, filterValue = "", status } = request
      const rows = yield* sql<NumberRow.Row>`SELECT * FROM inventory AS i
        WHERE tenant = ${key} AND place > ${query.after?.created ?? -1}
          AND ${status === "Assigned" ? sql`EXISTS (${owned})` : status === "Unassigned" ? sql`NOT EXISTS (${owned})` : sql`TRUE`}
          AND ${filterName === undefined ? sql`TRUE` : sql`EXISTS (${owned} AND c.voice_connector_id = ${filterValue})`}
        ORDER BY place LIMIT ${query.limit}`
      const owners = yield* associationsOf(
        key,
        rows.map(({ number }) => number),
      )
      const listed = rows.map((row) => NumberRow.toListed(row, owners))
      return Inventory.inventoryPage(
        query,
        listed.filter((each) => Inventory.isListed(request, each)),
      )
    })

  const getNumber = (request: RequestOf["GetPhoneNumber"]) =>
    Effect.gen(function* () {
      const key = yield* tenancy.key
      const number = Inventory.numberOf(request)
      const [row] =
        number === undefined
          ? []
          : yield* sql<NumberRow.Row>`SELECT * FROM inventory WHERE tenant = ${key} AND number = ${number}`
      const found = row && NumberRow.toListed(row, yield* associationsOf(key, [row.number]))
      return yield* Effect.fromResult(Inventory.getPhoneNumber(found))
    })

  const search = (request: RequestOf["SearchAvailablePhoneNumbers"]) =>
    Effect.gen(function* () {
      // Only fictional numbers are found by a search.
      const rows = yield* sql<{ readonly number: string }>`SELECT number FROM inventory
        WHERE tenant = ${yield* tenancy.key} AND (number LIKE '+1___55501__' OR number LIKE '+447700900___')`
      const held = new Set(rows.map(({ number }) => PhoneNumber.make(number, trusted)))
      const { secret } = yield* tenancy.scope
      return yield* Effect.fromResult(searchAvailablePhoneNumbers(request, { held, secret }))
    })

  const order = (request: RequestOf["CreatePhoneNumberOrder"]) =>
    database.transaction(
      Effect.gen(function* () {
        const { key, now } = yield* tenancy.lock
        const [row] = yield* sql<{ readonly count: bigint | number; readonly next: bigint | number }>`
          SELECT count(*) AS count, coalesce(max(place), -1) + 1 AS next FROM inventory WHERE tenant = ${key}`
        const known = yield* entries(key, Inventory.numbersOf(request))
        const { acquired, order } = yield* Effect.fromResult(
          Inventory.createPhoneNumberOrder(rules, request, {
            count: Number(row?.count ?? 0),
            held: new Set(known.map(({ phoneNumber }) => phoneNumber)),
            now,
            phoneNumberOrderId: yield* nextOrderId,
          }),
        )
        for (const [index, entry] of acquired.entries()) {
          const place = Number(row?.next ?? 0) + index
          yield* sql`INSERT INTO inventory ${sql.insert({ tenant: key, place, ...NumberRow.fromEntry(entry) })}`
        }
        yield* sql`INSERT INTO number_order ${sql.insert({
          tenant: key,
          id: order.phoneNumberOrderId,
          created: DateTime.toEpochMillis(order.createdTimestamp ?? DateTime.makeUnsafe(now)),
          content: encodeOrder(order),
        })}`
        yield* sql`UPDATE tenant SET created = created + 1 WHERE tenant = ${key}`
        return order
      }),
    )

  const getOrder = ({ phoneNumberOrderId }: RequestOf["GetPhoneNumberOrder"]) =>
    Effect.gen(function* () {
      const [row] = yield* sql<{ readonly content: string }>`
        SELECT content FROM number_order WHERE tenant = ${yield* tenancy.key} AND id = ${phoneNumberOrderId}`
      return yield* Effect.fromResult(
        Inventory.getPhoneNumberOrder(row === undefined ? undefined : yield* orderOf(row.content)),
      )
    })

  return { associate, disassociate, listNumbers, getNumber, search, order, getOrder }
}
