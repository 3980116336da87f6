import { defaultPool } from "@proxy-session/domain/DefaultPool"
import { normalize, type PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { Decision, Held } from "@proxy-session/domain/Routing"
import type { Rules } from "@proxy-session/domain/Rules"
import * as RoutingRequest from "@proxy-session/domain/RoutingRequest"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { Routed } from "@proxy-session/repo/CallRouter"
import * as Brand from "effect/Brand"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { DatabaseError } from "../DatabaseError.ts"
import { Configuration } from "./content.ts"
import { type Database, tenantKey } from "./database.ts"
import type { StoreFailure } from "./failure.ts"
import * as Interactions from "./interactions.ts"
import * as Row from "./row.ts"

/** A connector that a call can be for, and what the caller holds there. */
interface Candidate extends Row.Row {
  readonly connector: bigint | number
  readonly voice_connector_id: string
  readonly configuration: string | null
  /** The dialled number, where it is one of the connector's own. */
  readonly own: string | null
  readonly session: string | null
  readonly now: bigint | number
  readonly secret: string
}

const phoneNumber = Brand.nominal<PhoneNumber>()
const connectorId = Brand.nominal<VoiceConnectorId>()

const decodeConfiguration = Schema.decodeUnknownEffect(Configuration)

/** The fallback number of a configuration, with its `+`. */
const fallbackOf = (configuration: string | null): Effect.Effect<PhoneNumber | undefined, DatabaseError> =>
  configuration === null
    ? Effect.succeed(undefined)
    : Effect.matchEffect(decodeConfiguration(configuration), {
        onFailure: () =>
          Effect.fail(new DatabaseError({ reason: "Unreadable", hint: "A configuration is not as written." })),
        onSuccess: ({ fallBackPhoneNumber }) =>
          Effect.succeed(fallBackPhoneNumber === undefined ? undefined : normalize(fallBackPhoneNumber)),
      })

/** The numbers that a connector without any of its own has. */
const defaultNumbers: ReadonlySet<string> = new Set(defaultPool.map((each) => each.phoneNumber))

/** What is known of a number that no connector has. */
const nowhere = { connectors: 0, held: undefined, fallback: undefined, isProxyNumber: () => false } as const

/** Decides calls and texts by one statement, and writes each by another. */
export const make = (
  database: Database,
  interactions: Interactions.Interactions,
  { defaultPool: isDefault }: Pick<Rules, "defaultPool">,
) => {
  const { forward, sql } = database
  const transaction = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E | SqlError> => sql.withTransaction(effect)

  /** On Postgres a route reads in one statement and writes in another, which checks what could have changed. */
  const inTransaction = sql.onDialectOrElse({
    pg:
      () =>
      <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E | SqlError> =>
        effect,
    orElse: () => transaction,
  })
  const columns = sql.literal(`s.id, s.state, s.created, s.updated, s.ends, s.first, s.second, s.proxy, s.rest,
    c.id AS connector, c.voice_connector_id, c.configuration, p.number AS own, h.session,
    (SELECT secret FROM store) AS secret`)

  /** The connectors that a call can be for, at most two of them, each with the session that the caller has there. */
  const candidates = (caller: string, dialled: string, named: string | undefined) =>
    database.asking((of, instant) => {
      const tenant = tenantKey(of)
      return named === undefined
        ? sql<Candidate>`
            SELECT ${columns}, ${instant} AS now
            FROM pool_number AS p JOIN connector AS c ON c.id = p.connector AND c.tenant = ${tenant}
            LEFT JOIN hold AS h ON h.connector = c.id AND h.participant = ${caller} AND h.proxy = ${dialled}
            LEFT JOIN session AS s ON s.connector = c.id AND s.id = h.session
            WHERE p.number = ${dialled} LIMIT 2`
        : sql<Candidate>`
            SELECT ${columns}, ${instant} AS now
            FROM connector AS c LEFT JOIN pool_number AS p ON p.connector = c.id AND p.number = ${dialled}
            LEFT JOIN hold AS h ON h.connector = c.id AND h.participant = ${caller} AND h.proxy = ${dialled}
            LEFT JOIN session AS s ON s.connector = c.id AND s.id = h.session
            WHERE c.tenant = ${tenant} AND c.voice_connector_id = ${named} LIMIT 2`
    })

  /** Which of some numbers a connector has: its own ones, or where it has none, those of the default pool. */
  const known = (connector: number, numbers: ReadonlyArray<string>) =>
    Effect.map(
      sql<{ readonly number: string | null }>`
        SELECT number FROM pool_number WHERE connector = ${connector} AND number IN ${sql.in(numbers)}
        UNION ALL SELECT NULL WHERE EXISTS (SELECT 1 FROM pool_number WHERE connector = ${connector})`,
      (rows): ReadonlySet<string | null> =>
        rows.length > 0 ? new Set(rows.map(({ number }) => number)) : isDefault ? defaultNumbers : new Set(),
    )

  const heldBy = (session: ProxySession, caller: string, ends: number, now: number): Held => ({
    voiceConnectorId: session.voiceConnectorId,
    proxySessionId: session.proxySessionId,
    other: session.participants[1 - Interactions.placeOf(session, caller)]?.phoneNumber ?? phoneNumber(caller),
    capabilities: session.capabilities,
    live: session.status !== "Closed" && ends > now,
  })

  const decide = Effect.fnUntraced(function* (
    route: RoutingRequest.ParsedRoute,
  ): Effect.fn.Return<Interactions.Decided, StoreFailure> {
    const caller = route.caller._tag === "Number" ? route.caller.number : ""
    const { dialled = "" } = route
    const rows = yield* candidates(caller, dialled, route.request.voiceConnectorId)
    const [row] = rows
    if (row === undefined) return { decision: RoutingRequest.decide(route, nowhere), ...(yield* present) }
    const connector = Number(row.connector)
    const now = forward(row.now)
    const found = { now, secret: row.secret }
    const voiceConnectorId = connectorId(row.voice_connector_id)
    const session = row.session === null ? undefined : yield* Effect.fromResult(Row.toSession(voiceConnectorId, row))
    const held = session === undefined ? undefined : heldBy(session, caller, Number(row.ends), now)
    const facts = { ...nowhere, connectors: rows.length, held }
    const concerns = ({ proxySessionId }: Decision) =>
      session === undefined || proxySessionId === undefined ? {} : { of: { connector, session } }
    if (row.own !== null) {
      // Nearly every call is connected, and needs nothing else.
      const decision = RoutingRequest.decide(route, facts)
      if (decision._tag === "Connect" || rows.length > 1) return { decision, ...found, ...concerns(decision) }
    }
    const fallback = yield* fallbackOf(row.configuration)
    const numbers = yield* known(connector, [dialled, caller, fallback ?? ""])
    const decision = RoutingRequest.decide(route, {
      ...facts,
      connectors: numbers.has(dialled) ? 1 : 0,
      fallback,
      isProxyNumber: (number) => numbers.has(number),
    })
    return { decision, ...found, ...concerns(decision) }
  })

  const present = Effect.gen(function* () {
    const [row] = yield* sql<{ readonly now: bigint | number; readonly secret: string }>`
      SELECT ${yield* database.instant} AS now, secret FROM store`
    return row === undefined
      ? yield* new DatabaseError({ reason: "Schema", hint: "The table store is empty." })
      : { now: forward(row.now), secret: row.secret }
  })

  return (route: RoutingRequest.ParsedRoute): Effect.Effect<Routed, StoreFailure> =>
    route.request.dryRun === true
      ? Effect.map(decide(route), ({ decision }) => ({ decision }))
      : inTransaction(Effect.flatMap(decide(route), (decided) => interactions.begin(route, decided)))
}
