/**
 * The command's server beside its floor, by turns in one run: signed gets and creates a second with 64 in flight.
 *
 *     node bench/server/run.ts [rounds] [seconds]
 *
 * `proxy-session serve` runs as users start it, over memory and over SQLite in a file; each server is a process of its own.
 * Writes `bench/results/server.json`. Ratios are medians of each round's ratio to the floor.
 */
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import * as Results from "../results.ts"
import { creations, measure, serve, startFloor, stop, type Taken } from "./process.ts"
import { inFlight } from "./served.ts"

const [rounds = 9, seconds = 1] = process.argv.slice(2).map(Number)
const machine = Results.machine()
const folder = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-bench-"))

const floor = await startFloor()
const memory = await serve("memory:")
const sqlite = await serve(`sqlite:${Path.join(folder, "bench.db")}`)
const kinds: Readonly<Record<string, () => Promise<Taken>>> = {
  floor: () => measure(floor, floor.get, seconds),
  "memory, get": () => measure(memory, memory.get, seconds),
  "memory, create": () => measure(memory, creations(seconds), seconds),
  "SQLite, get": () => measure(sqlite, sqlite.get, seconds),
  "SQLite, create": () => measure(sqlite, creations(seconds), seconds),
}
const taken: Record<string, Array<Taken>> = {}
try {
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of Object.entries(kinds)) {
      const figures = await run()
      // The first round warms up.
      if (round > 0) (taken[name] ??= []).push(figures)
    }
  }
} finally {
  for (const server of [floor, memory, sqlite]) stop(server)
  FileSystem.rmSync(folder, { recursive: true })
}

const floorRounds = taken["floor"] ?? []
const results = Object.fromEntries(
  Object.entries(taken).map(([name, all]) => [
    name,
    {
      perSecond: Results.median(all.map(({ perSecond }) => perSecond)),
      cpuMicros: Results.median(all.map(({ cpu }) => cpu)),
      p99: Results.median(all.map(({ p99 }) => p99)),
      besideFloor: Results.median(all.map(({ perSecond }, i) => perSecond / (floorRounds[i]?.perSecond ?? Number.NaN))),
      cpuBesideFloor: Results.median(all.map(({ cpu }, i) => (floorRounds[i]?.cpu ?? Number.NaN) / cpu)),
    },
  ]),
)
const doubt = Results.doubt(
  machine,
  floorRounds.map(({ perSecond }) => perSecond),
)
for (const [name, { besideFloor, cpuBesideFloor, cpuMicros, p99, perSecond }] of Object.entries(results)) {
  process.stdout.write(
    `${name.padEnd(16)}${perSecond.toFixed(0).padStart(8)} / s ÷ floor ${besideFloor.toFixed(2)}` +
      `   CPU ${cpuMicros.toFixed(0)} µs, floor ÷ it ${cpuBesideFloor.toFixed(2)}   p99 ${p99.toFixed(1)} ms\n`,
  )
}
if (doubt !== undefined) process.stdout.write(`This run means little: ${doubt}.\n`)
Results.write("server", { bench: "server", ...machine, rounds, doubt, inFlight, results }, {})
