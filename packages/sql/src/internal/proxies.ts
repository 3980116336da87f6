import * as Decide from "@proxy-session/domain/Decide"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { Rules } from "@proxy-session/domain/Rules"
import type { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { DatabaseError } from "../DatabaseError.ts"
import { compiled } from "./compiled.ts"
import { type Database, tenantKey } from "./database.ts"
import type { Failure } from "./failure.ts"

interface ConnectorRow {
  readonly id: bigint | number | null
  readonly configuration: string | null
  readonly provisioned: bigint | number
  readonly now: bigint | number
  readonly secret: string | null
}

const Configuration = Schema.fromJsonString(ProxyConfiguration)
const encodeConfiguration = Schema.encodeSync(Configuration)
const decodeConfiguration = Schema.decodeUnknownResult(Configuration)

/** The configuration that a connector has, if it has one: nobody else has the object. */
const read = (text: string | null): Result.Result<ProxyConfiguration | undefined, DatabaseError> =>
  text === null
    ? Result.succeed(undefined)
    : Result.mapError(
        decodeConfiguration(text),
        () => new DatabaseError({ reason: "Unreadable", hint: "A configuration is not as written." }),
      )

/** Connectors have few different configurations. One with a fallback number is not kept: it is somebody's. */
const decoded = new Map<string, ProxyConfiguration>()

/** The configuration that a connector has, to be looked at only. */
export const configurationOf = (text: string | null): Result.Result<ProxyConfiguration | undefined, DatabaseError> => {
  const known = text === null ? undefined : decoded.get(text)
  if (known !== undefined) return Result.succeed(known)
  const found = read(text)
  if (text !== null && Result.isSuccess(found) && found.success?.fallBackPhoneNumber === undefined) {
    if (found.success !== undefined && decoded.size < 1000) decoded.set(text, found.success)
  }
  return found
}

/** Finds a connector by its id, and says what a decision about it asks for. */
export const connectors = (database: Database) => {
  const { forward, instantAt, sql } = database
  const find = compiled<
    ConnectorRow,
    { readonly clock: number; readonly tenant: string; readonly voiceConnectorId: string }
  >(
    sql,
    (at) => sql`
      SELECT c.id, c.configuration, p.provisioned, ${instantAt(at("clock"))} AS now, (SELECT secret FROM store) AS secret
      FROM (SELECT EXISTS (SELECT 1 FROM tenant WHERE tenant = ${at("tenant")} AND provisioned = 1) AS provisioned) AS p
      LEFT JOIN connector AS c ON c.tenant = ${at("tenant")} AND c.voice_connector_id = ${at("voiceConnectorId")}`,
  )
  return (voiceConnectorId: string) =>
    database.asking((tenant, clock) =>
      Effect.flatMap(find({ clock, tenant: tenantKey(tenant), voiceConnectorId }), ([row]) =>
        row === undefined
          ? Effect.fail(new DatabaseError({ reason: "Unreadable" }))
          : Effect.succeed({
              id: row.id === null ? undefined : Number(row.id),
              configuration: row.configuration,
              facts: { exists: row.id !== null, provisioned: Boolean(row.provisioned) },
              now: forward(row.now),
              secret: row.secret ?? "",
            }),
      ),
    )
}

/** The three operations on the configuration of a connector. */
export const make = (database: Database, rules: Rules) => {
  const { sql } = database
  const connectorOf = connectors(database)

  const putProxy = (request: PutVoiceConnectorProxy): Effect.Effect<ProxyConfiguration, Failure> =>
    database.transaction(
      Effect.gen(function* () {
        const { facts } = yield* connectorOf(request.voiceConnectorId)
        const configuration = yield* Effect.fromResult(Decide.putVoiceConnectorProxy(rules, request, facts))
        const row = {
          tenant: tenantKey(yield* Tenant),
          voice_connector_id: request.voiceConnectorId,
          configuration: encodeConfiguration(configuration),
        }
        yield* sql`INSERT INTO connector ${sql.insert(row)}
          ON CONFLICT (tenant, voice_connector_id) DO UPDATE SET configuration = excluded.configuration`
        return configuration
      }),
    )

  const getProxy = ({ voiceConnectorId }: VoiceConnectorProxyKey): Effect.Effect<ProxyConfiguration, Failure> =>
    Effect.gen(function* () {
      const { configuration } = yield* connectorOf(voiceConnectorId)
      const found = yield* Effect.fromResult(read(configuration))
      return yield* Effect.fromResult(Decide.getVoiceConnectorProxy(rules, found))
    })

  const deleteProxy = (key: VoiceConnectorProxyKey): Effect.Effect<void, Failure> =>
    database.transaction(
      Effect.gen(function* () {
        const { facts, id } = yield* connectorOf(key.voiceConnectorId)
        yield* Effect.fromResult(Decide.deleteVoiceConnectorProxy(rules, key, facts))
        if (id !== undefined) yield* sql`UPDATE connector SET configuration = NULL WHERE id = ${id}`
      }),
    )

  return { putProxy, getProxy, deleteProxy }
}
