/**
 * How cost grows with six sizes: one chart of the cost of a unit against the size, and `bench/results/growth.json`.
 *
 *     node bench/growth/run.ts [inFlight|sessions|sqlite|page|connections|cassette|none ...]
 *
 * A part that is not named keeps its figures; `none` only draws the chart anew. Takes about ten minutes. Each point is of a process of its own or the median of several.
 */
import * as Chart from "../chart.ts"
import { recommended } from "../client/clients.ts"
import * as Results from "../results.ts"
import { read } from "../tables.ts"

type Points = ReadonlyArray<readonly [x: number, y: number]>

/** Microseconds of a unit by size, for each line. */
type Growth = () => Promise<Readonly<Record<string, Points>>>

/** From units a second to microseconds of a unit. */
const micros = (perSecond: number): number => 1e6 / perSecond

/** How many sessions a store holds. */
const sizes = [10, 100, 1000, 10_000, 100_000, 1_000_000]

const inFlight: Growth = () =>
  Results.withServer(async (url) => {
    const levels = [1, 4, 16, 64, 256, 1024, 4096, 10_000]
    const args = levels.flatMap((level) => [String(level), "1"])
    const samples = Array.from({ length: 5 }, () => Results.child("client/one.ts", [recommended, url, "1.5", ...args]))
    const points = levels.map(
      (level) => [level, micros(Results.median(samples.map((each) => each[level].callsPerSecond)))] as const,
    )
    return { "a get over undici, by calls in flight": points }
  })

interface Memory {
  readonly sessions: number
  readonly createsPerSecond: number
  readonly getsPerSecond: number
}

const growths: Readonly<Record<string, Growth>> = {
  inFlight,
  sessions: async () => {
    const rows: ReadonlyArray<Memory> = sizes.flatMap(
      (size) => Results.child("memory.ts", [String(size)], ["--max-old-space-size=6000"]).results,
    )
    return {
      "a get in memory, by sessions": rows.map(({ getsPerSecond, sessions }) => [sessions, micros(getsPerSecond)]),
      "a create in memory, by sessions": rows.map(({ createsPerSecond, sessions }) => [
        sessions,
        micros(createsPerSecond),
      ]),
    }
  },
  sqlite: async () => {
    const rows: ReadonlyArray<{ readonly size: number; readonly get: number; readonly create: number }> = Results.child(
      "growth/sqlite.ts",
      sizes.map(String),
    )
    return {
      "a get in SQLite, by sessions": rows.map(({ get, size }) => [size, get]),
      "a create in SQLite, by sessions": rows.map(({ create, size }) => [size, create]),
    }
  },
  page: async () => {
    const { memory }: { readonly memory: Points } = Results.child("growth/list.ts", [])
    return { "a session of a list, by the page": memory.map(([size, whole]) => [size, whole / size]) }
  },
  connections: async () => {
    const points: Points = Results.child("growth/connections.ts", [])
    return { "an answer of the server, by connections": points.map(([size, perSecond]) => [size, micros(perSecond)]) }
  },
  cassette: async () => {
    const rows = [100, 1000, 10_000, 100_000].map((size) => ({
      size,
      ...Results.child("replay.ts", [String(size)]).warm,
    }))
    return {
      "a call opened, by the cassette": rows.map(({ openMs, size }) => [size, (openMs / size) * 1000]),
      "a call played, by the cassette": rows.map(({ perCallMicros, size }) => [size, perCallMicros]),
    }
  },
}

const named = process.argv.slice(2)
// A part that is measured by itself takes the place of its former figures.
const result: Record<string, { readonly measured: string; readonly lines: Readonly<Record<string, Points>> }> =
  read("growth") ?? {}
for (const [name, growth] of Object.entries(growths)) {
  if (named.length > 0 && !named.includes(name)) continue
  const machine = Results.machine()
  const lines = await growth()
  result[name] = { ...machine, lines }
  process.stdout.write(`${JSON.stringify({ [name]: lines })}\n`)
}
const parts = Object.values(result)
const days = [...new Set(parts.map(({ measured }) => measured))].toSorted()
const chart = Chart.lines({
  title: "What a unit costs, by size",
  note: `As a multiple of the least that it costs at any size. Measured on ${days.join(", ")}.`,
  x: "size",
  y: "times the least",
  lines: parts.flatMap(({ lines }) =>
    Object.entries(lines).map(([name, points]) => {
      const least = Math.min(...points.map(([, cost]) => cost))
      return { name, points: points.map(([size, cost]) => [size, cost / least] as const) }
    }),
  ),
})
Results.write("growth", result, { growth: chart })
