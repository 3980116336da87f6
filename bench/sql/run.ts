/**
 * Everything about the database that has a figure, on SQLite and on a Postgres of its own: `run.ts [SECONDS] [CREATES]`.
 *
 * Prints a table for `docs/operating.md`. Each race has its control in the same run: the same statements without the
 * condition that keeps a live session's number.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import * as Postgres from "../../test/sql/postgres.ts"
import { kill } from "./kill.ts"
import { race } from "./race.ts"

const [, , seconds = "20", creates = "10000"] = process.argv

const program = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-bench-"))),
    (path) => Effect.sync(() => FileSystem.rmSync(path, { recursive: true })),
  )
  const server = yield* Postgres.server({})
  const databases = [
    ["SQLite", `sqlite:${Path.join(folder, "bench.db")}`],
    ["Postgres", server.url],
  ] as const
  for (const [name, url] of databases) {
    const real = yield* race(url, Number(seconds), false)
    const control = yield* race(url, Number(seconds), true)
    process.stdout.write(`| ${name}, race of two processes | ${real.sessions} sessions, ${real.overlaps} overlaps |\n`)
    process.stdout.write(`| ${name}, control | ${control.sessions} sessions, ${control.overlaps} overlaps |\n`)
    const killed = yield* kill(url, 10, Number(creates))
    process.stdout.write(
      `| ${name}, writer killed 10 times | ${killed.acknowledged} acknowledged, ${killed.lost} lost, ${killed.doubled} doubled, ${killed.integrity} |\n`,
    )
  }
})

await Effect.runPromise(Effect.scoped(program))
