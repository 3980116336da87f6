import { defaultPool } from "@proxy-session/domain/DefaultPool"
import { normalize, type PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import type { Decision, Held } from "@proxy-session/domain/Routing"
import type { Rules } from "@proxy-session/domain/Rules"
import * as RoutingRequest from "@proxy-session/domain/RoutingRequest"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { Routed } from "@proxy-session/repo/CallRouter"
import * as Brand from "effect/Brand"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { DatabaseError } from "../DatabaseError.ts"
import { compiled } from "./compiled.ts"
import { Configuration } from "./content.ts"
import { type Database, tenantKey } from "./database.ts"
import type { StoreFailure } from "./failure.ts"
import type * as Interactions from "./interactions.ts"
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

/** A decision, when it was made, the store's secret, and what it was made by, unless no connector has the number. */
interface Found {
  readonly decision: Decision
  readonly now: number
  readonly secret: string
  readonly row?: Candidate
}

const phoneNumber = Brand.nominal<PhoneNumber>()
const sessionId = Brand.nominal<ProxySessionId>()
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
  const { forward, instantAt, sql } = database

  const columns = sql.literal(`s.id, s.state, s.created, s.updated, s.ends, s.first, s.second, s.proxy, s.rest,
    c.id AS connector, c.voice_connector_id, c.configuration, p.number AS own, h.session,
    (SELECT secret FROM store) AS secret`)

  interface Asked {
    readonly clock: number
    readonly tenant: string
    readonly caller: string
    readonly dialled: string
  }
  const ofAny = compiled<Candidate, Asked>(
    sql,
    (at) => sql`
      SELECT ${columns}, ${instantAt(at("clock"))} AS now
      FROM pool_number AS p JOIN connector AS c ON c.id = p.connector AND c.tenant = ${at("tenant")}
      LEFT JOIN hold AS h ON h.connector = c.id AND h.participant = ${at("caller")} AND h.proxy = ${at("dialled")}
      LEFT JOIN session AS s ON s.connector = c.id AND s.id = h.session
      WHERE p.number = ${at("dialled")} LIMIT 2`,
  )
  const ofNamed = compiled<Candidate, Asked & { readonly named: string }>(
    sql,
    (at) => sql`
      SELECT ${columns}, ${instantAt(at("clock"))} AS now
      FROM connector AS c LEFT JOIN pool_number AS p ON p.connector = c.id AND p.number = ${at("dialled")}
      LEFT JOIN hold AS h ON h.connector = c.id AND h.participant = ${at("caller")} AND h.proxy = ${at("dialled")}
      LEFT JOIN session AS s ON s.connector = c.id AND s.id = h.session
      WHERE c.tenant = ${at("tenant")} AND c.voice_connector_id = ${at("named")} LIMIT 2`,
  )

  /** The connectors that a call can be for, at most two of them, each with the session that the caller has there. */
  const candidates = (caller: string, dialled: string, named: string | undefined) =>
    database.asking((of, clock) => {
      const asked = { clock, tenant: tenantKey(of), caller, dialled }
      return named === undefined ? ofAny(asked) : ofNamed({ ...asked, named })
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

  /** What the caller holds, by a session that nobody needs as a whole yet. */
  const heldBy = (row: Candidate, caller: string, now: number): Result.Result<Held | undefined, DatabaseError> =>
    row.session === null
      ? Result.succeed(undefined)
      : Result.map(Row.readRest(row.rest), ({ capabilities }) => ({
          voiceConnectorId: connectorId(row.voice_connector_id),
          proxySessionId: sessionId(row.id),
          other: phoneNumber(row.first === caller ? row.second : row.first),
          capabilities,
          live: Row.isLive(row) && Number(row.ends) > now,
        }))

  const decide = (route: RoutingRequest.ParsedRoute): Effect.Effect<Found, StoreFailure> => {
    const caller = route.caller._tag === "Number" ? route.caller.number : ""
    return Effect.flatMap(
      candidates(caller, route.dialled ?? "", route.request.voiceConnectorId),
      (rows): Effect.Effect<Found, StoreFailure> => {
        const [row] = rows
        if (row === undefined) {
          return Effect.map(present, (found) => ({ decision: RoutingRequest.decide(route, nowhere), ...found }))
        }
        const found = { now: forward(row.now), secret: row.secret, row }
        const held = heldBy(row, caller, found.now)
        if (Result.isFailure(held)) return Effect.fail(held.failure)
        const facts = { ...nowhere, connectors: rows.length, held: held.success }
        if (row.own !== null) {
          // Nearly every call is connected, and needs nothing else.
          const decision = RoutingRequest.decide(route, facts)
          if (decision._tag === "Connect" || rows.length > 1) return Effect.succeed({ decision, ...found })
        }
        return Effect.map(withNumbers(route, row, caller, facts), (decision) => ({ decision, ...found }))
      },
    )
  }

  /** Decides what needs to know which numbers are the connector's, and its fallback. */
  const withNumbers = Effect.fnUntraced(function* (
    route: RoutingRequest.ParsedRoute,
    row: Candidate,
    caller: string,
    facts: Parameters<typeof RoutingRequest.decide>[1],
  ): Effect.fn.Return<Decision, StoreFailure> {
    const { dialled = "" } = route
    const fallback = yield* fallbackOf(row.configuration)
    const numbers = yield* known(Number(row.connector), [dialled, caller, fallback ?? ""])
    return RoutingRequest.decide(route, {
      ...facts,
      connectors: numbers.has(dialled) ? 1 : 0,
      fallback,
      isProxyNumber: (number) => numbers.has(number),
    })
  })

  /** Writes a call that was decided, with the session that the decision concerns. */
  const record = (
    route: RoutingRequest.ParsedRoute,
    { decision, now, row, secret }: Found,
  ): Effect.Effect<Routed, StoreFailure> => {
    if (row === undefined || row.session === null || decision.proxySessionId === undefined) {
      return interactions.begin(route, { decision, now, secret })
    }
    const connector = Number(row.connector)
    return Effect.flatMap(Effect.fromResult(Row.toSession(connectorId(row.voice_connector_id), row)), (session) =>
      interactions.begin(route, { decision, now, secret, of: { connector, session } }),
    )
  }

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
      : database.checked(Effect.flatMap(decide(route), (found) => record(route, found)))
}
