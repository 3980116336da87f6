import * as Decide from "@proxy-session/domain/Decide"
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { type CreateProxySession, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import type { Rules } from "@proxy-session/domain/Rules"
import { Invocation, keyOf, remembered } from "@proxy-session/repo/Invocation"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { compiled } from "./compiled.ts"
import { type Database, tenantKey } from "./database.ts"
import type { Failure } from "./failure.ts"
import { configurationOf } from "./proxies.ts"
import * as Row from "./row.ts"
import * as Writing from "./writing.ts"

type Pair = readonly [PhoneNumber, PhoneNumber]

const trusted = { disableChecks: true } as const
const number = (text: string): PhoneNumber => PhoneNumber.make(text, trusted)
const sessionId = (text: string): ProxySessionId => ProxySessionId.make(text, trusted)

/** Two people in one order, so that rows are locked in one order and a pair has one name. */
const ordered = ([one, other]: Pair): Pair => (one < other ? [one, other] : [other, one])

const pairOf = (pair: Pair): string => ordered(pair).join(" ")

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0").slice(-digits)

/** Something that a create depends on. */
interface Fact {
  readonly kind: bigint | number
  readonly amount: bigint | number | null
  readonly one: string | null
  readonly other: string | null
}

/** Makes sessions: reads what a decision asks for in one statement, and writes what it decides. */
export const make = (
  database: Database,
  rules: Rules,
  get: (key: ProxySessionKey) => Effect.Effect<ProxySession, Failure>,
) => {
  const { forward, instantAt, sql } = database
  const write = Writing.make(database)

  /** Ids sort by the time of their creation, and within one process by its order. */
  let count = 0
  const nextId = (now: number, random: { readonly nextIntUnsafe: () => number }): ProxySessionId => {
    const order = `${hex(Math.max(0, now), 12)}${hex(count++ % 65536, 4)}`
    const text = `${order}${hex(random.nextIntUnsafe() >>> 0, 8)}${hex(random.nextIntUnsafe() >>> 0, 8)}`
    return sessionId(text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, "$1-$2-$3-$4-$5"))
  }

  /** Everything that a create depends on. */
  const read = compiled<
    Fact,
    Pick<Writing.Written, "first" | "invocation" | "pair" | "second" | "tenant"> & {
      readonly clock: number
      readonly voiceConnectorId: string
    }
  >(
    sql,
    (at) => sql`
      WITH at AS (SELECT ${instantAt(at("clock"))} AS now), named AS (
        SELECT id, configuration FROM connector
        WHERE tenant = ${at("tenant")} AND voice_connector_id = ${at("voiceConnectorId")})
      SELECT 0 AS kind, now AS amount, NULL AS one, NULL AS other FROM at
      UNION ALL SELECT 1, id, configuration, NULL FROM named
      UNION ALL SELECT 2, 1, NULL, NULL FROM tenant WHERE tenant = ${at("tenant")} AND provisioned = 1
      UNION ALL SELECT 3, place, number, country FROM pool_number WHERE connector IN (SELECT id FROM named)
      UNION ALL SELECT 4, NULL, proxy, NULL FROM hold
        WHERE connector IN (SELECT id FROM named) AND participant IN (${at("first")}, ${at("second")})
          AND ends > (SELECT now FROM at)
      UNION ALL SELECT 5, NULL, proxy, NULL FROM habit
        WHERE connector IN (SELECT id FROM named) AND pair = ${at("pair")}
      UNION ALL SELECT 6, NULL, session, NULL FROM invocation
        WHERE tenant = ${at("tenant")} AND invocation = ${at("invocation")} AND connector IN (SELECT id FROM named)`,
  )

  const factsOf = Effect.fnUntraced(function* (
    { voiceConnectorId }: CreateProxySession,
    participants: Pair,
    invocation: string,
  ) {
    const [first, second] = participants
    const random = yield* Random.Random
    const asked = { pair: pairOf(participants), first, second, voiceConnectorId, invocation }
    const { rows, tenant } = yield* database.asking((of, clock) => {
      const tenant = tenantKey(of)
      return Effect.map(read({ ...asked, clock, tenant }), (rows) => ({ rows, tenant }))
    })
    const ofKind = (kind: number) => rows.filter((row) => Number(row.kind) === kind)
    const [connector] = ofKind(1)
    const configuration = yield* Effect.fromResult(configurationOf(connector?.one ?? null))
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
        connector: connector === undefined ? undefined : { configuration, pool: pool.length === 0 ? undefined : pool },
        provisioned: ofKind(2).length > 0,
        held: new Set(ofKind(4).map(({ one }) => number(one ?? ""))),
        last: habit === undefined ? undefined : number(habit.one ?? ""),
        proxySessionId: nextId(now, random),
        now,
      },
    }
  })

  return (request: CreateProxySession): Effect.Effect<ProxySession, Failure> =>
    database.checked(
      Effect.gen(function* () {
        const participants = Decide.participantsOf(request)
        const invocation = yield* Invocation
        const attempt = invocation === undefined ? "" : keyOf(invocation)
        const { facts, id, made, tenant } = yield* factsOf(request, participants, attempt)
        if (made !== undefined) {
          const { voiceConnectorId } = request
          return yield* get(new ProxySessionKey({ voiceConnectorId, proxySessionId: sessionId(made) }, trusted))
        }
        const session = yield* Effect.fromResult(Decide.createProxySession(rules, request, facts))
        const proxy = session.participants[0]?.proxyPhoneNumber
        if (id === undefined || proxy === undefined) return session
        const [first, second] = participants
        const [one, other] = ordered(participants)
        const { now } = facts
        const written = {
          ...Row.changeable(session),
          connector: id,
          id: session.proxySessionId,
          created: DateTime.toEpochMillis(session.createdTimestamp),
          first,
          second,
          proxy,
          one,
          other,
          pair: pairOf(participants),
          now,
          tenant,
          invocation: attempt,
          expires: now + hour,
        }
        yield* write(written, facts.connector?.pool !== undefined)
        return session
      }),
    )
}

const hour = Duration.toMillis(remembered)
