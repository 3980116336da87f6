import * as Decide from "@proxy-session/domain/Decide"
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import { maxResults } from "@proxy-session/domain/Namespace"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import {
  type ListProxySessions,
  type ProxySessionKey,
  type UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import type { Rules } from "@proxy-session/domain/Rules"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Fragment } from "effect/sql/Statement"
import { DatabaseError } from "../DatabaseError.ts"
import { compiled } from "./compiled.ts"
import * as Create from "./create.ts"
import { type Database, tenantKey } from "./database.ts"
import type { Failure, StoreFailure } from "./failure.ts"
import * as Proxies from "./proxies.ts"
import * as Row from "./row.ts"

/** The five operations on sessions: each reads what a decision asks for, and writes what it decides. */
export const make = (database: Database, rules: Rules) => {
  const { forUpdate, forward, instantAt, sql } = database
  const connectorOf = Proxies.connectors(database)

  const reading = (lock: Fragment) => {
    const find = compiled<
      Row.Row & { readonly connector: bigint | number; readonly now: bigint | number },
      {
        readonly clock: number
        readonly tenant: string
        readonly voiceConnectorId: string
        readonly proxySessionId: string
      }
    >(
      sql,
      (at) => sql`
        SELECT *, ${instantAt(at("clock"))} AS now FROM session
        WHERE connector = (
            SELECT id FROM connector WHERE tenant = ${at("tenant")} AND voice_connector_id = ${at("voiceConnectorId")})
          AND id = ${at("proxySessionId")} ${lock}`,
    )
    return ({ proxySessionId, voiceConnectorId }: ProxySessionKey) =>
      database.asking((tenant, clock) =>
        Effect.flatMap(find({ clock, tenant: tenantKey(tenant), voiceConnectorId, proxySessionId }), ([row]) => {
          if (row === undefined) return Effect.succeed(undefined)
          const found = Result.map(Row.toSession(voiceConnectorId, row), (session) => ({
            connector: Number(row.connector),
            session,
            now: forward(row.now),
          }))
          return Effect.fromResult(found)
        }),
      )
  }

  /** A session as it was last written, and the present. */
  const stored = reading(sql``)

  /** The same, and nobody else changes the session before the transaction has ended. */
  const locked = reading(forUpdate)

  const get = (key: ProxySessionKey): Effect.Effect<ProxySession, Failure> =>
    Effect.flatMap(stored(key), (found) =>
      Effect.fromResult(Decide.getProxySession(rules, found?.session, found?.now ?? 0)),
    )

  /**
   * Changes a session in one transaction. What is held is locked before the session, as a create does, so that no two
   * transactions wait for each other; the clock is read after both.
   */
  const change = <E extends Decide.Refusal>(
    key: ProxySessionKey,
    decide: (session: ProxySession | undefined, now: number) => Result.Result<ProxySession | undefined, E>,
  ): Effect.Effect<ProxySession | undefined, E | StoreFailure> =>
    database.transaction(
      Effect.gen(function* () {
        const before = yield* stored(key)
        if (before !== undefined) {
          yield* sql`SELECT participant FROM hold
            WHERE connector = ${before.connector} AND session = ${key.proxySessionId} ORDER BY participant ${forUpdate}`
        }
        const found = before === undefined ? undefined : yield* locked(key)
        const decided = yield* Effect.fromResult(decide(found?.session, found?.now ?? 0))
        if (found === undefined) return decided
        const { connector } = found
        if (decided === undefined) {
          // What the two people hold goes with it.
          yield* sql`DELETE FROM session WHERE connector = ${connector} AND id = ${key.proxySessionId}`
          return undefined
        }
        const columns = Row.changeable(decided)
        yield* sql`UPDATE hold SET ends = ${columns.ends}
          WHERE connector = ${connector} AND session = ${key.proxySessionId}`
        yield* sql`UPDATE session SET ${sql.update(columns)}
          WHERE connector = ${connector} AND id = ${key.proxySessionId}`
        return decided
      }),
    )

  const changed = <E extends Decide.Refusal>(
    key: ProxySessionKey,
    decide: (session: ProxySession | undefined, now: number) => Result.Result<ProxySession, E>,
  ): Effect.Effect<ProxySession, E | StoreFailure> =>
    Effect.flatMap(change(key, decide), (session) =>
      session === undefined ? Effect.fail(new DatabaseError({ reason: "Unreadable" })) : Effect.succeed(session),
    )

  /** The rows of a page: by an index that has their order, whatever the status. */
  const pageOf = (connector: number, { after, limit, status }: Decide.ListQuery, now: number) => {
    const created = after?.created ?? Number.MIN_SAFE_INTEGER
    const id = after?.id ?? ""
    const select = (condition: Fragment) => sql`
      SELECT * FROM session WHERE connector = ${connector} AND ${condition} AND (created, id) > (${created}, ${id})
      ORDER BY created, id LIMIT ${limit}`
    if (status === undefined) return sql<Row.Row>`${select(sql`TRUE`)}`
    const live = (state: number, condition: Fragment) =>
      sql`SELECT * FROM (${select(sql`state = ${state} AND ${condition}`)}) AS of_state`
    return status === "Closed"
      ? sql<Row.Row>`${live(2, sql`TRUE`)} UNION ALL ${live(0, sql`ends <= ${now}`)} UNION ALL
          ${live(1, sql`ends <= ${now}`)} ORDER BY created, id LIMIT ${limit}`
      : sql<Row.Row>`${live(Row.stateOf(status), sql`ends > ${now}`)}`
  }

  const list = (request: ListProxySessions) =>
    Effect.gen(function* () {
      const tenant = yield* Tenant
      const connector = yield* connectorOf(request.voiceConnectorId)
      const query = yield* Effect.fromResult(
        Decide.listProxySessions(rules, request, {
          maxResults: maxResults[tenant.namespace],
          secret: `${connector.secret}\n${tenantKey(tenant)}`,
        }),
      )
      const rows = connector.id === undefined ? [] : yield* pageOf(connector.id, query, connector.now)
      const now = DateTime.makeUnsafe(connector.now)
      const sessions = yield* Effect.fromResult(
        Result.all(
          rows.map((row) =>
            Result.map(Row.toSession(request.voiceConnectorId, row), (session) => Lifecycle.settle(session, now)),
          ),
        ),
      )
      return yield* Effect.fromResult(Decide.proxySessionPage(rules, query, { ...connector.facts, sessions }))
    })

  return {
    create: Create.make(database, rules, get),
    get,
    list,
    update: (request: UpdateProxySession) =>
      changed(request, (session, now) => Decide.updateProxySession(rules, request, session, now)),
    delete: (key: ProxySessionKey) =>
      Effect.asVoid(change(key, (session, now) => Decide.deleteProxySession(rules, session, now))),
    interact: (key: ProxySessionKey) => changed(key, (session, now) => Decide.interact(session, now)),
  }
}
