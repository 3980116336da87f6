/**
 * Kills a writer at random, over and over, and looks for what was acknowledged: `kill.ts URL [KILLS] [CREATES]`.
 */
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as Path from "node:path"
import { layer } from "./database.ts"
import { prepare } from "./race.ts"

export interface Losses {
  readonly acknowledged: number
  readonly lost: number
  readonly doubled: number
  /** What SQLite's `integrity_check` says; `"ok"` on Postgres, which has none. */
  readonly integrity: string
}

/** Runs a writer until it has acknowledged about so many creates, and kills it in the middle of the next ones. */
const round = (url: string, from: number, creates: number) =>
  Effect.promise(async () => {
    const acknowledged: Array<readonly [index: number, id: string]> = []
    const child = spawn(process.execPath, [Path.join(import.meta.dirname, "writer.ts"), url, String(from)], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    let rest = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n")
      rest = lines.pop() ?? ""
      for (const [index = "", id = ""] of lines.map((line) => line.split(" "))) acknowledged.push([Number(index), id])
      if (acknowledged.length >= creates) child.kill("SIGKILL")
    })
    await once(child, "close")
    return acknowledged
  })

export const kill = (url: string, kills: number, creates: number): Effect.Effect<Losses> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* prepare
    const acknowledged = new Map<number, string>()
    for (let times = 0; times < kills; times++) {
      const share = Math.round((creates / kills) * (0.5 + Math.random()))
      for (const [index, id] of yield* round(url, times * creates, share)) acknowledged.set(index, id)
    }
    const rows = yield* sql<{ readonly id: string; readonly rest: string }>`SELECT id, rest FROM session`
    const ids = new Set(rows.map(({ id }) => id))
    const names = rows.map(({ rest }) => rest)
    const check = sql.onDialectOrElse({
      pg: () => Effect.succeed([["ok"]]),
      orElse: () => sql`PRAGMA integrity_check`.values,
    })
    return {
      acknowledged: acknowledged.size,
      lost: [...acknowledged.values()].filter((id) => !ids.has(id)).length,
      doubled: names.length - new Set(names).size,
      integrity: String((yield* check)[0]?.[0]),
    }
  }).pipe(Effect.provide(Layer.orDie(SqlRepo.layer().pipe(Layer.provideMerge(layer(url))))), Effect.orDie)

if (import.meta.main) {
  const [, , url = "", kills = "10", creates = "10000"] = process.argv
  const { acknowledged, doubled, integrity, lost } = await Effect.runPromise(kill(url, Number(kills), Number(creates)))
  process.stdout.write(`${kills} kills, ${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled, ${integrity}\n`)
}
