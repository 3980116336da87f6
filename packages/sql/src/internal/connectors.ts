import * as Provision from "@proxy-session/domain/Provision"
import type { RequestOf } from "@proxy-session/domain/Operations"
import type { Rules } from "@proxy-session/domain/Rules"
import { VoiceConnector } from "@proxy-session/domain/VoiceConnector"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { ConnectorSnapshot } from "@proxy-session/repo/Snapshot"
import { untoldMillis } from "@proxy-session/repo/SessionEvents"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { DatabaseError } from "../DatabaseError.ts"
import type { Database } from "./database.ts"
import { endOf } from "./expiry.ts"
import * as Tenancy from "./tenancy.ts"

const { voiceConnectorId: _, ...details } = VoiceConnector.fields

/** What a connector was made with, beyond its id, as it is kept in `connector.details`. */
const Details = Schema.fromJsonString(Schema.Struct(details))

const decode = Schema.decodeUnknownEffect(Details)

/** The columns of a connector that its details are in. */
export const columnsOf = (connector: ConnectorSnapshot | VoiceConnector) => ({
  created: connector.createdTimestamp === undefined ? 0 : DateTime.toEpochMillis(connector.createdTimestamp),
  details: encode(connector),
})

const encode = Schema.encodeSync(Details)

/** The connector of a row. */
export const fromRow = (row: {
  readonly voice_connector_id: string
  readonly details: string | null
}): Effect.Effect<VoiceConnector, DatabaseError> => {
  const voiceConnectorId = VoiceConnectorId.make(row.voice_connector_id, { disableChecks: true })
  return row.details === null
    ? Effect.succeed(new VoiceConnector({ voiceConnectorId }, { disableChecks: true }))
    : Effect.mapBoth(decode(row.details), {
        onSuccess: (given) => new VoiceConnector({ ...given, voiceConnectorId }, { disableChecks: true }),
        onFailure: () =>
          new DatabaseError({ reason: "Unreadable", hint: "A row of the table connector is not as written." }),
      })
}

/** An id as AWS gives them: 22 small letters and digits. */
const nextId = Effect.map(Effect.all(Array.from({ length: 22 }, () => Random.nextIntBetween(0, 36))), (digits) =>
  VoiceConnectorId.make(digits.map((digit) => digit.toString(36)).join(""), { disableChecks: true }),
)

interface Row {
  readonly id: bigint | number
  readonly voice_connector_id: string
  readonly details: string | null
  readonly numbers: bigint | number
}

/** Connectors, each operation in one transaction that has the tenant for itself if it writes. */
export const make = (database: Database, rules: Rules) => {
  const { sql } = database
  const tenancy = Tenancy.make(database)

  const found = Effect.fnUntraced(function* (voiceConnectorId: string) {
    const [row] = yield* sql<Row>`
      SELECT c.*, (SELECT count(*) FROM pool_number AS n WHERE n.connector = c.id) AS numbers FROM connector AS c
      WHERE tenant = ${yield* tenancy.key} AND voice_connector_id = ${voiceConnectorId}`
    return row === undefined ? undefined : { id: row.id, numbers: Number(row.numbers), connector: yield* fromRow(row) }
  })

  return {
    create: (request: RequestOf["CreateVoiceConnector"]) =>
      database.transaction(
        Effect.gen(function* () {
          const { key, now, tenant } = yield* tenancy.lock
          const [row] = yield* sql<{ readonly count: bigint | number }>`
            SELECT count(*) AS count FROM connector WHERE tenant = ${key}`
          const facts = { count: Number(row?.count ?? 0), now, tenant, voiceConnectorId: yield* nextId }
          const connector = yield* Effect.fromResult(Provision.createVoiceConnector(rules, request, facts))
          const { voiceConnectorId } = connector
          yield* sql`INSERT INTO connector ${sql.insert({
            tenant: key,
            voice_connector_id: voiceConnectorId,
            ...columnsOf(connector),
          })}`
          yield* sql`UPDATE tenant SET provisioned = 1, created = created + 1 WHERE tenant = ${key}`
          return connector
        }),
      ),

    get: ({ voiceConnectorId }: RequestOf["GetVoiceConnector"]) =>
      Effect.flatMap(found(voiceConnectorId), (row) => Effect.fromResult(Provision.findVoiceConnector(row?.connector))),

    list: (request: RequestOf["ListVoiceConnectors"]) =>
      Effect.gen(function* () {
        const query = yield* Effect.fromResult(Provision.listVoiceConnectors(request, yield* tenancy.scope))
        const { created, id } = query.after ?? { created: Number.MIN_SAFE_INTEGER, id: "" }
        const rows = yield* sql<Row>`SELECT * FROM connector
          WHERE tenant = ${yield* tenancy.key} AND (created, voice_connector_id) > (${created}, ${id})
          ORDER BY created, voice_connector_id LIMIT ${query.limit}`
        return Provision.voiceConnectorPage(query, yield* Effect.forEach(rows, fromRow))
      }),

    update: (request: RequestOf["UpdateVoiceConnector"]) =>
      database.transaction(
        Effect.gen(function* () {
          const { now } = yield* tenancy.lock
          const row = yield* found(request.voiceConnectorId)
          const updated = yield* Effect.fromResult(Provision.updateVoiceConnector(request, row?.connector, now))
          if (row !== undefined) yield* sql`UPDATE connector SET details = ${encode(updated)} WHERE id = ${row.id}`
          return updated
        }),
      ),

    delete: ({ voiceConnectorId }: RequestOf["DeleteVoiceConnector"]) =>
      database.transaction(
        Effect.gen(function* () {
          const { now, tenant } = yield* tenancy.lock
          const row = yield* found(voiceConnectorId)
          const facts = row === undefined ? undefined : { pool: Array.from({ length: row.numbers }) }
          const value = yield* Effect.fromResult(Provision.deleteVoiceConnector(facts))
          if (row === undefined) return { value, ended: [] }
          const sessions = yield* sql<{ readonly id: string; readonly ends: bigint | number }>`
            SELECT id, ends FROM session WHERE connector = ${row.id} AND ends > ${now - untoldMillis} ORDER BY ends, id`
          yield* sql`DELETE FROM connector WHERE id = ${row.id}`
          const ended = sessions.map(({ ends, id }) => endOf(tenant, voiceConnectorId, id, Math.min(Number(ends), now)))
          return { value, ended }
        }),
      ),
  }
}
