/**
 * Two processes over one database, and a judge: `race.ts URL [SECONDS]`. Prints how many sessions were made, and how often
 * one person had one number in two of them at once: never, and in the control some.
 */
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as Path from "node:path"
import { layer } from "./database.ts"
import { numbers, voiceConnectorId } from "./racer.ts"

export interface Verdict {
  readonly sessions: number
  readonly overlaps: number
}

const pool = numbers("+120655501", 12)

export const prepare = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM connector`
  yield* VoiceConnectorProxyRepo.use((proxies) =>
    proxies.put({
      voiceConnectorId: VoiceConnectorId.make(voiceConnectorId),
      defaultSessionExpiryMinutes: 60,
      phoneNumberPoolCountries: ["US"],
    }),
  )
  for (const [place, number] of pool.entries()) {
    yield* sql`INSERT INTO pool_number (connector, number, country, place) SELECT id, ${number}, 'US', ${place} FROM connector`
  }
})

const judge = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly sessions: unknown; readonly overlaps: unknown }>`
    WITH held AS (
      SELECT id, created, ends, first AS person, proxy FROM session
      UNION ALL SELECT id, created, ends, second, proxy FROM session),
    following AS (
      SELECT ends, lead(created) OVER (PARTITION BY person, proxy ORDER BY created, id) AS next FROM held)
    SELECT (SELECT count(*) FROM session) AS sessions, (SELECT count(*) FROM following WHERE next < ends) AS overlaps`
  return { sessions: Number(row?.sessions), overlaps: Number(row?.overlaps) }
})

const racer = async (...args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [Path.join(import.meta.dirname, "racer.ts"), ...args], { stdio: "inherit" })
  const [code] = await once(child, "exit")
  if (code !== 0) throw new Error(`A racer ended with ${String(code)}`)
}

export const race = (url: string, seconds: number, control: boolean): Effect.Effect<Verdict> =>
  Effect.gen(function* () {
    yield* prepare
    const args = [url, String(seconds), ...(control ? ["control"] : [])]
    yield* Effect.promise(() => Promise.all([racer(...args), racer(...args)]))
    return yield* judge
  }).pipe(Effect.provide(Layer.orDie(SqlRepo.layer().pipe(Layer.provideMerge(layer(url))))), Effect.orDie)

if (import.meta.main) {
  const [, , url = "", seconds = "4"] = process.argv
  for (const control of [false, true]) {
    const { overlaps, sessions } = await Effect.runPromise(race(url, Number(seconds), control))
    process.stdout.write(`${control ? "control" : "race   "}  ${sessions} sessions, ${overlaps} overlaps\n`)
  }
}
