import * as Decide from "@proxy-session/domain/Decide"
import * as Interaction from "@proxy-session/domain/Interaction"
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { Connect, type Decision, RefusalReason, Refuse } from "@proxy-session/domain/Routing"
import type { InteractionsRequest, ParsedRoute, RecordRequest } from "@proxy-session/domain/RoutingRequest"
import type { NotFoundException } from "@proxy-session/domain/ServiceError"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { type Recorded, remembered, type Routed } from "@proxy-session/repo/CallRouter"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { fromSqlError } from "../DatabaseError.ts"
import { compiled } from "./compiled.ts"
import { type Database, tenantKey } from "./database.ts"
import { NumberTaken, type StoreFailure } from "./failure.ts"
import * as InteractionRow from "./interactionRow.ts"
import * as Row from "./row.ts"

/** A decision, when it was made, the store's secret, and the session that the decision concerns. */
export interface Decided {
  readonly secret: string
  readonly decision: Decision
  readonly now: number
  readonly of?: { readonly connector: number; readonly session: ProxySession }
}

/** What an earlier delivery of a call was answered with. */
interface Answer {
  readonly id: bigint | number
  readonly expires: bigint | number
  readonly via: string | null
  readonly reason: string | null
  readonly fallback: string | null
  readonly caller: bigint | number | null
  readonly session: string | null
  readonly voice_connector_id: string | null
  readonly first: string | null
  readonly second: string | null
  readonly proxy: string | null
}

/** The columns of a call that is new. */
const columns = [
  ...(["tenant", "provider", "provider_id", "channel", "content", "connector", "session"] as const),
  ...(["caller", "via", "reason", "fallback", "at", "expires"] as const),
]

interface Written extends Readonly<Record<"at" | "expires", number>> {
  readonly tenant: string
  readonly provider: string
  readonly provider_id: string
  readonly channel: string
  readonly content: string
  readonly connector: number | null
  readonly session: string | null
  readonly caller: 0 | 1 | null
  readonly via: string | null
  readonly reason: string | null
  readonly fallback: string | null
}

/** What a session becomes by its first call. */
interface Progress extends Pick<Written, "connector" | "session"> {
  readonly state: number
  readonly updated: number
}

/** The place of a caller among the participants of a session. */
export const placeOf = (session: ProxySession, caller: string): 0 | 1 =>
  session.participants[0]?.phoneNumber === caller ? 0 : 1

const callerOf = ({ caller }: ParsedRoute): string => (caller._tag === "Number" ? caller.number : "")

/** A checksum of what makes a call another one than the same id has brought before. No number is written. */
const contentOf = (secret: string, { request: { caller, dialled, voiceConnectorId } }: ParsedRoute): string => {
  const content = JSON.stringify([secret, caller, dialled, voiceConnectorId])
  return [content, `${content}.`].map((text) => (Hash.string(text) >>> 0).toString(36)).join(".")
}

const hour = Duration.toMillis(remembered)

/** Whether a call is the first that its session connects. */
const progresses = ({ decision, of }: Decided): boolean =>
  of?.session.status === "Open" && decision._tag === "Connect" && decision.via === "Session"

/** The session was deleted between reading and writing (SQLSTATE 23503). */
const isOvertaken = (error: SqlError): boolean => fromSqlError(error).code === "23503"

export type Interactions = ReturnType<typeof make>

/** What is kept of calls and texts. */
export const make = (database: Database) => {
  const { forUpdate, forward, sql } = database

  const insert = (at: (name: keyof Written) => unknown) => sql`
    INSERT INTO interaction ${sql.insert(Object.fromEntries(columns.map((name) => [name, at(name)])))}
    ON CONFLICT (tenant, provider, provider_id, channel, content) DO NOTHING RETURNING id`
  const progress = (at: (name: keyof Progress) => unknown) => sql`
    UPDATE session SET state = ${at("state")}, updated = ${at("updated")}
    WHERE connector = ${at("connector")} AND id = ${at("session")} AND state = 0`
  const insertOnly = compiled<{ readonly id: bigint | number }, Written>(sql, insert)
  const insertAndProgress = sql.onDialectOrElse({
    // One statement is one round trip.
    pg: () =>
      compiled<{ readonly id: bigint | number }, Progress & Written>(
        sql,
        (at) => sql`
          WITH made AS (${insert(at)}), progressed AS (${progress(at)} AND EXISTS (SELECT 1 FROM made))
          SELECT id FROM made`,
      ),
    orElse: () => {
      const progressOnly = compiled<object, Progress>(sql, progress)
      return (written: Progress & Written) =>
        Effect.tap(insertOnly(written), (made) => (made.length > 0 ? progressOnly(written) : Effect.void))
    },
  })

  /** Writes a call, and puts its session in progress. It returns whether the call is the first of its kind. */
  const write = Effect.fnUntraced(function* (
    route: ParsedRoute,
    decided: Decided,
  ): Effect.fn.Return<boolean, SqlError> {
    const { decision, now, of, secret } = decided
    const written = {
      tenant: tenantKey(yield* Tenant),
      ...InteractionRow.keyOf(route.request),
      content: contentOf(secret, route),
      connector: of?.connector ?? null,
      session: of?.session.proxySessionId ?? null,
      caller: of === undefined ? null : placeOf(of.session, callerOf(route)),
      via: decision._tag === "Connect" ? decision.via : null,
      reason: decision._tag === "Refuse" ? decision.reason : null,
      fallback: decision._tag === "Connect" && decision.via === "Fallback" ? decision.to : null,
      at: now,
      expires: now + hour,
    }
    if (of === undefined || !progresses(decided)) return (yield* insertOnly(written)).length > 0
    const at = Math.max(now, DateTime.toEpochMillis(of.session.updatedTimestamp))
    const { state, updated } = Row.changeable(Lifecycle.interact(of.session, DateTime.makeUnsafe(at)))
    return (yield* insertAndProgress({ ...written, state, updated })).length > 0
  })

  /** What a call is answered with: the decision, or what was decided when it came before. */
  const begin = Effect.fnUntraced(function* (
    route: ParsedRoute,
    decided: Decided,
  ): Effect.fn.Return<Routed, StoreFailure> {
    const { decision, now, of } = decided
    const isFirst = yield* Effect.mapError(write(route, decided), (error) =>
      isOvertaken(error) ? new NumberTaken() : error,
    )
    if (!isFirst) {
      const before = yield* answer(route, decided)
      if (before === undefined) return { decision }
      if (before.session !== null || Number(before.expires) > now)
        return { decision: decisionOf(before, route) ?? decision }
      yield* sql`DELETE FROM interaction WHERE id = ${before.id}`
      return yield* begin(route, decided)
    }
    if (of === undefined) return { decision }
    const { proxySessionId, voiceConnectorId } = of.session
    const interaction = Interaction.begin(route.request, decision, {
      at: DateTime.makeUnsafe(now),
      caller: placeOf(of.session, callerOf(route)),
    })
    const key = new ProxySessionKey({ proxySessionId, voiceConnectorId }, trusted)
    return { decision, began: { key, interaction, progressed: progresses(decided) } }
  })

  /** The answer that a call got before, if it is the same call. */
  const answer = Effect.fnUntraced(function* (route: ParsedRoute, { secret }: Decided) {
    const tenant = tenantKey(yield* Tenant)
    const { channel, provider, provider_id } = InteractionRow.keyOf(route.request)
    const [row] = yield* sql<Answer>`
      SELECT i.id, i.expires, i.via, i.reason, i.fallback, i.caller, i.session, c.voice_connector_id, s.first, s.second, s.proxy
      FROM interaction AS i LEFT JOIN connector AS c ON c.id = i.connector
      LEFT JOIN session AS s ON s.connector = i.connector AND s.id = i.session
      WHERE i.tenant = ${tenant} AND i.provider = ${provider} AND i.provider_id = ${provider_id}
        AND i.channel = ${channel} AND i.content = ${contentOf(secret, route)}`
    return row
  })

  const record = (request: RecordRequest): Effect.Effect<ReadonlyArray<Recorded>, NotFoundException | StoreFailure> =>
    database.transaction(
      Effect.gen(function* () {
        const tenant = tenantKey(yield* Tenant)
        const { channel, provider, provider_id } = InteractionRow.keyOf(request)
        const rows = yield* sql<
          InteractionRow.Row & {
            readonly now: bigint | number
            readonly session: string
            readonly voice_connector_id: string
          }
        >`
          SELECT *, ${yield* database.instant} AS now,
            (SELECT voice_connector_id FROM connector WHERE id = interaction.connector) AS voice_connector_id
          FROM interaction
          WHERE tenant = ${tenant} AND provider = ${provider} AND provider_id = ${provider_id} AND channel = ${channel}
            AND session IS NOT NULL AND via IS NOT NULL ORDER BY id ${forUpdate}`
        if (rows.length === 0) return yield* Effect.fromResult(Decide.notFound())
        const changed: Array<Recorded> = []
        for (const row of rows) {
          const before = yield* Effect.fromResult(InteractionRow.toInteraction(row))
          const after = Interaction.report(before, request, DateTime.makeUnsafe(forward(row.now)))
          if (after !== undefined) {
            yield* sql`UPDATE interaction SET ${sql.update(InteractionRow.reported(after))} WHERE id = ${row.id}`
            changed.push({
              key: new ProxySessionKey(
                {
                  voiceConnectorId: VoiceConnectorId.make(row.voice_connector_id, trusted),
                  proxySessionId: ProxySessionId.make(row.session, trusted),
                },
                trusted,
              ),
              interaction: after,
            })
          }
        }
        return changed
      }),
    )

  const interactions = ({
    proxySessionId,
    voiceConnectorId,
  }: InteractionsRequest): Effect.Effect<ReadonlyArray<Interaction.Interaction>, NotFoundException | StoreFailure> =>
    Effect.gen(function* () {
      const tenant = tenantKey(yield* Tenant)
      const isNamed = voiceConnectorId === undefined ? sql`` : sql`AND voice_connector_id = ${voiceConnectorId}`
      const rows = yield* sql<InteractionRow.Row | { readonly id: null }>`
        SELECT i.* FROM session AS s LEFT JOIN interaction AS i ON i.connector = s.connector AND i.session = s.id
        WHERE s.connector IN (SELECT id FROM connector WHERE tenant = ${tenant} ${isNamed})
          AND s.id = ${proxySessionId} ORDER BY i.at, i.id`
      if (rows.length === 0) return yield* Effect.fromResult(Decide.notFound())
      const found: Array<Interaction.Interaction> = []
      for (const row of rows) {
        if (row.id !== null) found.push(yield* Effect.fromResult(InteractionRow.toInteraction(row)))
      }
      return found
    })

  return { begin, interactions, record }
}

const trusted = { disableChecks: true } as const
const number = (text: string | null): PhoneNumber => PhoneNumber.make(text ?? "", trusted)

/** The decision of a row, unless the row is about other people: checksums can be equal by chance. */
const decisionOf = (row: Answer, route: ParsedRoute): Decision | undefined => {
  const { dialled } = route
  const people = [number(row.first), number(row.second)] as const
  const caller = row.caller === null ? undefined : Number(row.caller) === 0 ? 0 : 1
  if (caller !== undefined && (people[caller] !== callerOf(route) || row.proxy !== dialled)) return undefined
  const key =
    row.session === null || row.voice_connector_id === null
      ? {}
      : {
          voiceConnectorId: VoiceConnectorId.make(row.voice_connector_id, trusted),
          proxySessionId: ProxySessionId.make(row.session, trusted),
        }
  if (isReason(row.reason)) return new Refuse({ reason: row.reason, ...key }, trusted)
  if (dialled === undefined) return undefined
  return row.via === "Session" && caller !== undefined
    ? new Connect({ to: people[caller === 0 ? 1 : 0], callerId: dialled, via: "Session", ...key }, trusted)
    : new Connect({ to: number(row.fallback), callerId: dialled, via: "Fallback", ...key }, trusted)
}

const isReason = Schema.is(RefusalReason)
