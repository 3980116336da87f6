/**
 * Everything about the databases that has a figure, on SQLite and on a Postgres of its own, with the control of each:
 * `run.ts [quick] [part]`. Writes `bench/results/sql.json`; takes about ten minutes, or three with `quick`. With a part, as in
 * `race`, only those whose name has the word run, and the other figures stay.
 *
 * It prints a line after each part, and does the parts one after the other, since they would slow each other down.
 */
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import * as Postgres from "../../test/sql/postgres.ts"
import { machine, write } from "../results.ts"
import { gets } from "./http.ts"
import { kill } from "./kill.ts"
import { pages } from "./page.ts"
import { rates } from "./postgres-rate.ts"
import { race } from "./race.ts"
import { replicas } from "./replicas.ts"
import { skew } from "./skew.ts"

const words = process.argv.slice(2)
const isQuick = words.includes("quick")
const wanted = words.find((word) => word !== "quick") ?? ""
const amount = isQuick
  ? { seconds: 8, creates: 2000, sessions: 200_000, skewed: 80, rounds: 5 }
  : { seconds: 12, creates: 10_000, sessions: 1_000_000, skewed: 200, rounds: 8 }

const before = Path.join(import.meta.dirname, "../results/sql.json")
const results: Record<string, unknown> = {
  ...(wanted !== "" && FileSystem.existsSync(before) ? JSON.parse(FileSystem.readFileSync(before, "utf8")) : {}),
  ...machine(),
}

/**
 * Runs one part and keeps its figures, with the load of the minute in which it ended. Where what must hold does not, whatever
 * the machine, the whole run fails.
 */
const part = <A extends object>(name: string, run: Effect.Effect<A>, holds: (figures: A) => boolean = () => true) =>
  Effect.gen(function* () {
    if (!name.includes(wanted)) return
    const found = yield* run
    const figures = { ...found, isQuick, load: Os.loadavg()[0] }
    results[name] = figures
    process.stdout.write(`${name}: ${JSON.stringify(figures)}${holds(found) ? "" : "  FAILS"}\n`)
    if (!holds(found)) process.exitCode = 1
  })

/** One row inserted by each of 16 clients, as quick as Postgres goes, for comparison. */
const pgbench = (port: number, folder: string) =>
  Effect.sync(() => {
    const script = Path.join(folder, "insert.sql")
    FileSystem.writeFileSync(script, "INSERT INTO pgbench_probe (n) VALUES (1);\n")
    const connection = ["--host=127.0.0.1", `--port=${port}`, "--username=test"]
    const bin = (program: string) => Path.join(Postgres.programs ?? "", program)
    spawnSync(bin("psql"), [...connection, "--command=CREATE TABLE pgbench_probe (n integer)", "postgres"])
    const { stdout } = spawnSync(
      bin("pgbench"),
      [...connection, "--no-vacuum", "--client=16", "--jobs=2", "--time=5", `--file=${script}`, "postgres"],
      { encoding: "utf8" },
    )
    return { insertsPerSecond: Number(/tps = ([\d.]+)/u.exec(stdout)?.[1]) }
  })

const program = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-bench-"))),
    (path) => Effect.sync(() => FileSystem.rmSync(path, { recursive: true })),
  )
  const server = yield* Postgres.server({})
  const file = (name: string) => `sqlite:${Path.join(folder, name)}`
  for (const [name, url] of [
    ["SQLite", file("race.db")],
    ["Postgres", server.url],
  ] as const) {
    yield* part(`${name}, race of two processes`, race(url, amount.seconds, false), ({ overlaps }) => overlaps === 0)
    yield* part(`${name}, race without the condition`, race(url, amount.seconds, true), ({ overlaps }) => overlaps > 0)
    yield* part(
      `${name}, writer killed 10 times`,
      kill(url, 10, amount.creates),
      ({ doubled, integrity, lost }) => lost + doubled === 0 && integrity === "ok",
    )
    yield* part(`${name}, page of 100 Open`, pages(name === "SQLite" ? file("page.db") : url, amount.sessions))
    yield* part(
      `${name}, gets through HTTP`,
      Effect.promise(() => gets(name === "SQLite" ? file("http.db") : url, amount.rounds)),
    )
  }
  yield* part("Postgres, clock 400 ms fast", skew(server.url, amount.skewed, "database"), ({ early }) => early === 0)
  yield* part(
    "Postgres, clock 400 ms fast, own clocks",
    skew(server.url, amount.skewed, "effect"),
    ({ early }) => early > 0,
  )
  yield* part("Postgres, creates over 16 connections", rates(server.url, amount.rounds))
  yield* part("Postgres, pgbench", pgbench(server.port, folder))
  yield* part(
    "three replicas, one killed, then one drained",
    Effect.promise(() => replicas(server.url, amount.seconds)),
    ({ drained, killed }) => killed.elsewhere + drained.elsewhere + drained.failed === 0 && killed.lastFailure < 1000,
  )
  write("sql", results, {})
})

await Effect.runPromise(Effect.scoped(program))
