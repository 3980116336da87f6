import { defaultPool } from "@proxy-session/domain/DefaultPool"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { Held } from "@proxy-session/domain/Routing"
import * as RoutingRequest from "@proxy-session/domain/RoutingRequest"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { Routed } from "@proxy-session/repo/CallRouter"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import { DatabaseError } from "../DatabaseError.ts"
import { type Database, tenantKey } from "./database.ts"
import type { StoreFailure } from "./failure.ts"
import * as Interactions from "./interactions.ts"
import * as Row from "./row.ts"

/** A connector that a call can be for, and what the caller holds there. */
interface Candidate extends Row.Row {
  readonly connector: bigint | number
  readonly voice_connector_id: string
  readonly fallback: string | null
  readonly has_dialled: bigint | boolean | number
  readonly has_caller: bigint | boolean | number
  readonly has_pool: bigint | boolean | number
  readonly session: string | null
  readonly now: bigint | number
  readonly secret: string
}

const trusted = { disableChecks: true } as const
const phoneNumber = (text: string): PhoneNumber => PhoneNumber.make(text, trusted)
/** The numbers that a connector without any of its own has. */
const defaultNumbers: ReadonlySet<string> = new Set(defaultPool.map((each) => each.phoneNumber))

/** What is known of a number that no connector has. */
const nowhere = { connectors: 0, held: undefined, fallback: undefined, isProxyNumber: () => false } as const

/** Decides calls and texts by one statement, and writes each by another. */
export const make = (database: Database, interactions: Interactions.Interactions) => {
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
  const fallbackOf = sql.onDialectOrElse({
    pg: () => sql`c.configuration::json ->> 'fallBackPhoneNumber'`,
    orElse: () => sql`json_extract(c.configuration, '$.fallBackPhoneNumber')`,
  })

  /** The connectors that a call can be for, at most two of them, each with the session that the caller has there. */
  const candidates = Effect.fnUntraced(function* (caller: string, dialled: string, named: string | undefined) {
    const tenant = tenantKey(yield* Tenant)
    const instant = yield* database.instant
    const own = (number: string) =>
      sql`EXISTS (SELECT 1 FROM pool_number WHERE connector = c.id AND number = ${number})`
    return yield* sql<Candidate>`
      SELECT s.id, s.state, s.created, s.updated, s.ends, s.first, s.second, s.proxy, s.rest, c.id AS connector, c.voice_connector_id,
        ${fallbackOf} AS fallback, h.session, ${instant} AS now, ${own(dialled)} AS has_dialled,
        ${own(caller)} AS has_caller,
        EXISTS (SELECT 1 FROM pool_number WHERE connector = c.id) AS has_pool, (SELECT secret FROM store) AS secret
      FROM connector AS c
      LEFT JOIN hold AS h ON h.connector = c.id AND h.participant = ${caller} AND h.proxy = ${dialled}
      LEFT JOIN session AS s ON s.connector = c.id AND s.id = h.session
      WHERE c.tenant = ${tenant} AND ${
        named === undefined
          ? sql`c.id IN (SELECT connector FROM pool_number WHERE number = ${dialled})`
          : sql`c.voice_connector_id = ${named}`
      } LIMIT 2`
  })

  const isOwn = (connector: number, number: string) =>
    Effect.map(
      sql`SELECT 1 AS own FROM pool_number WHERE connector = ${connector} AND number = ${number}`,
      (rows) => rows.length > 0,
    )

  const decide = Effect.fnUntraced(function* (
    route: RoutingRequest.ParsedRoute,
  ): Effect.fn.Return<Interactions.Decided, StoreFailure> {
    const caller = route.caller._tag === "Number" ? route.caller.number : ""
    const { dialled = "" } = route
    const rows = yield* candidates(caller, dialled, route.request.voiceConnectorId)
    const isKnown = (row: Candidate, number: string, own: boolean) => (row.has_pool ? own : defaultNumbers.has(number))
    const found = rows.filter((row) => isKnown(row, dialled, Boolean(Number(row.has_dialled))))
    const [row] = found
    if (row === undefined) return { decision: RoutingRequest.decide(route, nowhere), ...(yield* present) }
    const connector = Number(row.connector)
    const now = forward(row.now)
    const voiceConnectorId = VoiceConnectorId.make(row.voice_connector_id, trusted)
    const session = row.session === null ? undefined : yield* Effect.fromResult(Row.toSession(voiceConnectorId, row))
    const held: Held | undefined =
      session === undefined
        ? undefined
        : {
            voiceConnectorId,
            proxySessionId: session.proxySessionId,
            other: session.participants[1 - Interactions.placeOf(session, caller)]?.phoneNumber ?? phoneNumber(caller),
            capabilities: session.capabilities,
            live: session.status !== "Closed" && Number(row.ends) > now,
          }
    const fallback = row.fallback === null ? undefined : phoneNumber(row.fallback)
    const decideWith = (hasFallback: boolean) =>
      RoutingRequest.decide(route, {
        connectors: found.length,
        held,
        fallback,
        isProxyNumber: (number) =>
          isKnown(row, number, number === fallback ? hasFallback : Boolean(Number(row.has_caller))),
      })
    const decision = decideWith(false)
    const checked =
      decision._tag === "Connect" && decision.via === "Fallback" && fallback !== undefined
        ? decideWith(yield* isOwn(connector, fallback))
        : decision
    const of = session === undefined || checked.proxySessionId === undefined ? {} : { of: { connector, session } }
    return { decision: checked, now, secret: row.secret, ...of }
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
