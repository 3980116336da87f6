import * as Decide from "@proxy-session/domain/Decide"
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import { maxResults } from "@proxy-session/domain/Namespace"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import {
  type CreateProxySession,
  type ListProxySessions,
  ProxySessionKey,
  type UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import type { Rules } from "@proxy-session/domain/Rules"
import type { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { Invocation, keyOf, remembered } from "@proxy-session/repo/Invocation"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import type { Fragment } from "effect/sql/Statement"
import { DatabaseError, fromSqlError } from "../DatabaseError.ts"
import { type Database, tenantKey } from "./database.ts"
import { type Failure, NumberTaken, type StoreFailure } from "./failure.ts"
import * as Row from "./row.ts"

type Pair = readonly [PhoneNumber, PhoneNumber]

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

const configurationOf = (
  text: string | null | undefined,
): Result.Result<ProxyConfiguration | undefined, DatabaseError> =>
  text === null || text === undefined
    ? Result.succeed(undefined)
    : Result.mapError(
        decodeConfiguration(text),
        () => new DatabaseError({ reason: "Unreadable", hint: "A configuration is not as written." }),
      )

const trusted = { disableChecks: true } as const
const number = (text: string): PhoneNumber => PhoneNumber.make(text, trusted)
const sessionId = (text: string): ProxySessionId => ProxySessionId.make(text, trusted)

/** Two people in one order, so that rows are locked in one order and a pair has one name. */
const ordered = ([one, other]: Pair): Pair => (one < other ? [one, other] : [other, one])

const pairOf = (pair: Pair): string => ordered(pair).join(" ")

/**
 * Whether another create was quicker: the number is taken (SQLSTATE 23502), the connector is gone (23503), or another
 * attempt of the same call made the session (23505).
 */
const isOvertaken = (error: SqlError, isAttempt: boolean): boolean => {
  const { code } = fromSqlError(error)
  return code === "23502" || code === "23503" || (isAttempt && code === "23505")
}

/** The eight operations: each reads what a decision asks for, and writes what it decides. */
export const make = (database: Database, rules: Rules) => {
  const { forUpdate, forward, sql } = database
  const transaction = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E | SqlError> => sql.withTransaction(effect)

  /** On Postgres a create reads in one statement and writes in another, which checks what could have changed. */
  const inTransaction: typeof transaction = sql.onDialectOrElse({ pg: () => identity, orElse: () => transaction })

  const connectorOf = (voiceConnectorId: string) =>
    Effect.gen(function* () {
      const tenant = tenantKey(yield* Tenant)
      const instant = yield* database.instant
      const [row] = yield* sql<ConnectorRow>`
        SELECT c.id, c.configuration, p.provisioned, ${instant} AS now, (SELECT secret FROM store) AS secret
        FROM (SELECT EXISTS (SELECT 1 FROM tenant WHERE tenant = ${tenant} AND provisioned = 1) AS provisioned) AS p
        LEFT JOIN connector AS c ON c.tenant = ${tenant} AND c.voice_connector_id = ${voiceConnectorId}`
      if (row === undefined) return yield* new DatabaseError({ reason: "Unreadable" })
      return {
        id: row.id === null ? undefined : Number(row.id),
        configuration: row.configuration,
        facts: { exists: row.id !== null, provisioned: Boolean(row.provisioned) },
        now: forward(row.now),
        secret: row.secret ?? "",
      }
    })

  /** Ids sort by the time of their creation, and within one process by its order. */
  let count = 0
  const nextId = (now: number) =>
    Effect.map(Effect.all([Random.nextInt, Random.nextInt]), ([one, other]) => {
      const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0").slice(-digits)
      const order = `${hex(Math.max(0, now), 12)}${hex(count++ % 65536, 4)}`
      const text = `${order}${hex(one >>> 0, 8)}${hex(other >>> 0, 8)}`
      const id = text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, "$1-$2-$3-$4-$5")
      return sessionId(id)
    })

  /** Everything that a create depends on, in one statement. */
  const factsOf = (request: CreateProxySession, participants: Pair, invocation: string | undefined) =>
    Effect.gen(function* () {
      const tenant = tenantKey(yield* Tenant)
      const instant = yield* database.instant
      const rows = yield* sql<{
        readonly kind: bigint | number
        readonly amount: bigint | number | null
        readonly one: string | null
        readonly other: string | null
      }>`
        WITH at AS (SELECT ${instant} AS now), named AS (
          SELECT id, configuration FROM connector
          WHERE tenant = ${tenant} AND voice_connector_id = ${request.voiceConnectorId})
        SELECT 0 AS kind, now AS amount, NULL AS one, NULL AS other FROM at
        UNION ALL SELECT 1, id, configuration, NULL FROM named
        UNION ALL SELECT 2, 1, NULL, NULL FROM tenant WHERE tenant = ${tenant} AND provisioned = 1
        UNION ALL SELECT 3, place, number, country FROM pool_number WHERE connector IN (SELECT id FROM named)
        UNION ALL SELECT 4, NULL, proxy, NULL FROM hold
          WHERE connector IN (SELECT id FROM named) AND participant IN ${sql.in(participants)}
            AND ends > (SELECT now FROM at)
        UNION ALL SELECT 5, NULL, proxy, NULL FROM habit
          WHERE connector IN (SELECT id FROM named) AND pair = ${pairOf(participants)}
        UNION ALL SELECT 6, NULL, session, NULL FROM invocation
          WHERE tenant = ${tenant} AND invocation = ${invocation ?? ""} AND connector IN (SELECT id FROM named)`
      const ofKind = (kind: number) => rows.filter((row) => Number(row.kind) === kind)
      const [connector] = ofKind(1)
      const configuration = yield* Effect.fromResult(configurationOf(connector?.one))
      const pool = ofKind(3)
        .toSorted((one, other) => Number(one.amount) - Number(other.amount))
        .map(({ one, other }): PoolNumber => ({ phoneNumber: number(one ?? ""), country: other ?? "" }))
      const now = forward(ofKind(0)[0]?.amount ?? 0)
      const [habit] = ofKind(5)
      const [made] = ofKind(6)
      return {
        tenant,
        made: made?.one ?? undefined,
        id: connector === undefined ? undefined : Number(connector.amount),
        facts: {
          connector:
            connector === undefined ? undefined : { configuration, pool: pool.length === 0 ? undefined : pool },
          provisioned: ofKind(2).length > 0,
          held: new Set(ofKind(4).map(({ one }) => number(one ?? ""))),
          last: habit === undefined ? undefined : number(habit.one ?? ""),
          proxySessionId: yield* nextId(now),
          now,
        },
      }
    })

  /**
   * Writes a session: both people hold its number, or nothing is written and the create begins again.
   *
   * The key of `hold` admits one row for a person and a number, and the condition on `ends` decides what is free in the same
   * step. A number of an ended session is taken over; that session then ends in writing, so that no clock can bring it back.
   */
  const write = (
    connector: number,
    session: ProxySession,
    participants: Pair,
    proxy: PhoneNumber,
    isOwn: boolean,
    now: number,
    invocation: { readonly tenant: string; readonly invocation: string } | undefined,
  ) => {
    const columns = Row.changeable(session)
    const [one, other] = ordered(participants)
    const held = { connector, proxy, session: session.proxySessionId, ends: columns.ends }
    const [first, second] = participants
    const created = DateTime.toEpochMillis(session.createdTimestamp)
    const row = { connector, id: session.proxySessionId, ...columns, created, first, second, proxy }
    const hold = sql`
      INSERT INTO hold ${sql.insert([
        { ...held, participant: one },
        { ...held, participant: other },
      ])}
      ON CONFLICT (connector, participant, proxy) DO UPDATE
        SET session = excluded.session, ends = excluded.ends, previous = hold.session
        WHERE hold.ends <= ${now}
      RETURNING previous`
    const close = (previous: Fragment) => sql`
      UPDATE session SET state = 2, updated = ends WHERE connector = ${connector} AND state < 2 AND id IN ${previous}`
    const remember = sql`
      INSERT INTO habit ${sql.insert({ connector, pair: pairOf(participants), proxy })}
      ON CONFLICT (connector, pair) DO UPDATE SET proxy = excluded.proxy WHERE habit.proxy <> excluded.proxy`
    const attempt =
      invocation === undefined
        ? undefined
        : sql`INSERT INTO invocation ${sql.insert({
            ...invocation,
            connector,
            session: session.proxySessionId,
            expires: now + Duration.toMillis(remembered),
          })}`
    // A number that the connector loses meanwhile ends no session that is not there yet, so it must stay until this one is.
    const still = isOwn
      ? sql`EXISTS (SELECT 1 FROM pool_number WHERE connector = ${connector} AND number = ${proxy} FOR KEY SHARE)`
      : sql`TRUE`
    return sql.onDialectOrElse({
      // One statement is one round trip. An id that is NULL undoes all of it.
      pg: () =>
        sql`
          WITH held AS (${hold}),
            closed AS (${close(sql`(SELECT previous FROM held WHERE previous IS NOT NULL)`)}),
            habitual AS (${remember})${attempt === undefined ? sql`` : sql`, attempt AS (${attempt})`}
          INSERT INTO session (connector, id, state, created, updated, ends, first, second, proxy, rest)
          SELECT ${connector}::bigint, CASE WHEN (SELECT count(*) FROM held) = 2 AND ${still} THEN ${row.id} END, ${row.state}::bigint,
            ${created}::bigint, ${row.updated}::bigint, ${row.ends}::bigint, ${first}, ${second}, ${proxy}, ${row.rest}`.pipe(
          Effect.mapError((error) => (isOvertaken(error, attempt !== undefined) ? new NumberTaken() : error)),
        ),
      orElse: () =>
        Effect.gen(function* () {
          const taken = yield* Effect.map(hold, (rows) => rows.map(({ previous }) => previous))
          if (taken.length < 2) return yield* new NumberTaken()
          const previous = taken.filter((id) => id !== null)
          if (previous.length > 0) yield* close(sql`${sql.in(previous)}`)
          yield* sql`INSERT INTO session ${sql.insert(row)}`
          yield* remember
          if (attempt !== undefined) yield* attempt
        }),
    })
  }

  const create = (request: CreateProxySession): Effect.Effect<ProxySession, Failure> =>
    inTransaction(
      Effect.gen(function* () {
        const participants = Decide.participantsOf(request)
        const invocation = Option.getOrUndefined(Option.map(Option.fromNullishOr(yield* Invocation), keyOf))
        const { facts, id, made, tenant } = yield* factsOf(request, participants, invocation)
        if (made !== undefined) {
          const { voiceConnectorId } = request
          return yield* get(new ProxySessionKey({ voiceConnectorId, proxySessionId: sessionId(made) }, trusted))
        }
        const session = yield* Effect.fromResult(Decide.createProxySession(rules, request, facts))
        const proxy = session.participants[0]?.proxyPhoneNumber
        if (id !== undefined && proxy !== undefined) {
          const attempt = invocation === undefined ? undefined : { tenant, invocation }
          yield* write(id, session, participants, proxy, facts.connector?.pool !== undefined, facts.now, attempt)
        }
        return session
      }),
    )

  /** A session as it was last written, and the present. */
  const stored = ({ proxySessionId, voiceConnectorId }: ProxySessionKey, lock: Fragment = sql``) =>
    database.asking((tenant, instant) =>
      Effect.flatMap(
        sql<Row.Row & { readonly connector: bigint | number; readonly now: bigint | number }>`
          SELECT *, ${instant} AS now FROM session
          WHERE connector = (SELECT id FROM connector WHERE tenant = ${tenantKey(tenant)} AND voice_connector_id = ${voiceConnectorId})
            AND id = ${proxySessionId} ${lock}`,
        ([row]) => {
          if (row === undefined) return Effect.succeed(undefined)
          const found = Result.map(Row.toSession(voiceConnectorId, row), (session) => ({
            connector: Number(row.connector),
            session,
            now: forward(row.now),
          }))
          return Effect.fromResult(found)
        },
      ),
    )

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
    transaction(
      Effect.gen(function* () {
        const before = yield* stored(key)
        if (before !== undefined) {
          yield* sql`SELECT participant FROM hold
            WHERE connector = ${before.connector} AND session = ${key.proxySessionId} ORDER BY participant ${forUpdate}`
        }
        const found = before === undefined ? undefined : yield* stored(key, forUpdate)
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

  const putProxy = (request: PutVoiceConnectorProxy): Effect.Effect<ProxyConfiguration, Failure> =>
    transaction(
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
      const decoded = yield* Effect.fromResult(configurationOf(configuration))
      return yield* Effect.fromResult(Decide.getVoiceConnectorProxy(rules, decoded))
    })

  const deleteProxy = (key: VoiceConnectorProxyKey): Effect.Effect<void, Failure> =>
    transaction(
      Effect.gen(function* () {
        const { facts, id } = yield* connectorOf(key.voiceConnectorId)
        yield* Effect.fromResult(Decide.deleteVoiceConnectorProxy(rules, key, facts))
        if (id !== undefined) yield* sql`UPDATE connector SET configuration = NULL WHERE id = ${id}`
      }),
    )

  return {
    create,
    get,
    list,
    update: (request: UpdateProxySession) =>
      changed(request, (session, now) => Decide.updateProxySession(rules, request, session, now)),
    delete: (key: ProxySessionKey) =>
      Effect.asVoid(change(key, (session, now) => Decide.deleteProxySession(rules, session, now))),
    interact: (key: ProxySessionKey) => changed(key, (session, now) => Decide.interact(session, now)),
    putProxy,
    getProxy,
    deleteProxy,
  }
}
