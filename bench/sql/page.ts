/**
 * A page of 100 `Open` sessions among a million, beside a control that reads the same rows by the order of a listing and
 * filters them: `page.ts URL [SESSIONS]`.
 *
 * All sessions have ended by now but the last 1,000, and those before them that nobody has closed in writing.
 */
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { median } from "../results.ts"
import { layer } from "./database.ts"
import { prepare } from "./race.ts"
import { voiceConnectorId } from "./racer.ts"

/** Milliseconds: a page by the repository, the last one, and the first by the control. */
export interface Pages {
  readonly sessions: number
  readonly first: number
  readonly last: number
  readonly control: number
  /** The first page's rows by their statement alone, which no repository can be quicker than. */
  readonly statement: number
}

const live = 1000

/** The rounds in which a server that has just begun becomes as quick as it is from then on. */
const warmUp = 15

const fill = (sessions: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const rest = JSON.stringify({ capabilities: ["Voice"] })
    const numbers = sql.onDialectOrElse({
      pg: () => sql`SELECT n FROM generate_series(1, ${sessions}::bigint) AS s (n)`,
      orElse: () =>
        sql`WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${sessions}) SELECT n FROM s`,
    })
    const text = (n: string) =>
      sql.literal(sql.onDialectOrElse({ pg: () => `(${n})::text`, orElse: () => `CAST(${n} AS TEXT)` }))
    // The last 1,000 live for an hour. The 1,000 before them have ended, and say that they are open.
    yield* sql`INSERT INTO session (connector, id, state, created, updated, ends, first, second, proxy, rest)
      SELECT (SELECT id FROM connector), 'session-' || ${text("1000000000 + n")},
        CASE WHEN n > ${sessions - 2 * live} THEN 0 ELSE 2 END, ${now - sessions} + n, ${now - sessions} + n,
        CASE WHEN n > ${sessions - live} THEN ${now + 3_600_000} ELSE ${now - sessions} + n END,
        '+1' || ${text("2000000000 + n")}, '+1' || ${text("4000000000 + n")}, '+12065550100', ${rest} FROM (${numbers}) AS numbers`
    yield* sql.onDialectOrElse({ pg: () => sql`VACUUM ANALYZE session`, orElse: () => sql`ANALYZE` })
  })

const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const started = performance.now()
    const value = yield* effect
    return [performance.now() - started, value] as const
  })

export const pages = (url: string, sessions: number): Effect.Effect<Pages> =>
  Effect.gen(function* () {
    yield* prepare
    yield* fill(sessions)
    const sql = yield* SqlClient.SqlClient
    const repo = yield* ProxySessionRepo
    const page = (nextToken?: string) =>
      timed(
        repo.list({
          voiceConnectorId: VoiceConnectorId.make(voiceConnectorId),
          status: "Open",
          maxResults: 100,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      )
    const first: Array<number> = []
    const last: Array<number> = []
    const statement: Array<number> = []
    for (let round = 0; round < 2 * warmUp; round++) {
      const now = yield* Clock.currentTimeMillis
      const [rows] = yield* timed(sql`SELECT * FROM session WHERE connector = (SELECT id FROM connector)
        AND state = 0 AND ends > ${now} ORDER BY created, id LIMIT 101`)
      statement.push(rows)
      let token: string | undefined
      for (let place = 0; place < live / 100; place++) {
        const [took, { nextToken, proxySessions }] = yield* page(token)
        if (proxySessions.length !== 100) throw new Error(`A page has ${proxySessions.length} sessions`)
        if (place === 0) first.push(took)
        if (nextToken === undefined) last.push(took)
        token = nextToken
      }
    }
    const control: Array<number> = []
    for (let round = 0; round < 3; round++) {
      const now = yield* Clock.currentTimeMillis
      // In the order of a listing, looking at each row.
      const rows = sql.onDialectOrElse({
        pg: () => sql`SELECT * FROM (SELECT * FROM session WHERE connector = (SELECT id FROM connector) ORDER BY created, id OFFSET 0)
          AS in_order WHERE state = 0 AND ends > ${now} LIMIT 100`,
        orElse: () => sql`SELECT * FROM session INDEXED BY session_order WHERE connector = (SELECT id FROM connector)
          AND state + 0 = 0 AND ends > ${now} ORDER BY created, id LIMIT 100`,
      })
      const [took, found] = yield* timed(rows)
      if (found.length !== 100) throw new Error(`The control has ${found.length} sessions`)
      control.push(took)
    }
    return {
      sessions,
      first: median(first.slice(warmUp)),
      last: median(last.slice(warmUp)),
      control: median(control),
      statement: median(statement.slice(warmUp)),
    }
  }).pipe(Effect.provide(Layer.orDie(SqlRepo.layer().pipe(Layer.provideMerge(layer(url))))), Effect.orDie)

if (import.meta.main) {
  const [, , url = "", sessions = "1000000"] = process.argv
  const { control, first, last, statement } = await Effect.runPromise(pages(url, Number(sessions)))
  process.stdout.write(
    `first ${first.toFixed(2)} ms, last ${last.toFixed(2)} ms (${(last / first).toFixed(1)} times), control ${control.toFixed(0)} ms (1/${(control / first).toFixed(0)}), ` +
      `the statement alone ${statement.toFixed(2)} ms (1/${(control / statement).toFixed(0)})\n`,
  )
}
