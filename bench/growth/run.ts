/**
 * How cost grows: a chart for each of five sizes, and `bench/results/growth.json` with all of them.
 *
 *     node bench/growth/run.ts [inFlight|sessions|page|connections|cassette ...]
 *
 * Takes about six minutes. Each point is of a process of its own or the median of several.
 */
import * as Chart from "../chart.ts"
import { recommended, reference } from "../client/clients.ts"
import * as Results from "../results.ts"
import { read } from "../tables.ts"

type Points = ReadonlyArray<readonly [x: number, y: number]>

interface Growth {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly lines: () => Promise<Readonly<Record<string, Points>>>
}

const inFlight = async () => {
  const levels = [1, 4, 16, 64, 256, 1024, 4096]
  const args = levels.flatMap((level) => [String(level), "1"])
  const lines: Record<string, Points> = {}
  await Results.withServer(async (url) => {
    const names = [reference, recommended, `${recommended}, FastSigner`]
    const samples = Array.from({ length: 5 }, () =>
      names.map((name) => ({ name, figures: Results.child("client/one.ts", [name, url, "1.5", ...args]) })),
    ).flat()
    for (const name of names) {
      lines[name] = levels.map((level) => {
        const own = samples.filter((sample) => sample.name === name)
        return [level, Results.median(own.map(({ figures }) => figures[level].callsPerSecond))]
      })
    }
  })
  return lines
}

interface Memory {
  readonly sessions: number
  readonly createsPerSecond: number
  readonly getsPerSecond: number
}

const growths: Readonly<Record<string, Growth>> = {
  inFlight: {
    title: "Calls a second by calls in flight",
    x: "calls in flight",
    y: "calls/s",
    lines: inFlight,
  },
  sessions: {
    title: "The memory repository by sessions it holds",
    x: "live sessions",
    y: "calls/s",
    lines: async () => {
      const sizes = [100, 1000, 10_000, 100_000, 1_000_000]
      const rows: ReadonlyArray<Memory> = sizes.flatMap(
        (size) => Results.child("memory.ts", [String(size)], ["--max-old-space-size=6000"]).results,
      )
      return {
        get: rows.map(({ getsPerSecond, sessions }) => [sessions, getsPerSecond] as const),
        create: rows.map(({ createsPerSecond, sessions }) => [sessions, createsPerSecond] as const),
      }
    },
  },
  page: {
    title: "A list by the size of its page",
    x: "sessions on the page",
    y: "µs",
    lines: async () => {
      const { live, memory } = Results.child("growth/list.ts", [])
      return { "live Layer, answer at hand": live, "memory repository": memory }
    },
  },
  connections: {
    title: "The server by connections that ask at once",
    x: "connections",
    y: "answers/s",
    lines: async () => ({ server: Results.child("growth/connections.ts", []) }),
  },
  cassette: {
    title: "Replay by calls on the cassette",
    x: "calls on the cassette",
    y: "µs/call",
    lines: async () => {
      const sizes = [100, 1000, 10_000, 100_000]
      const rows = sizes.map((size) => ({ size, ...Results.child("replay.ts", [String(size)]).second }))
      return {
        open: rows.map(({ openMs, size }) => [size, (openMs / size) * 1000] as const),
        play: rows.map(({ perCallMicros, size }) => [size, perCallMicros] as const),
      }
    },
  },
}

const named = process.argv.slice(2)
// A part that is measured by itself takes the place of its former figures.
const result: Record<string, object> = read("growth") ?? {}
const charts: Record<string, string> = {}
for (const [name, { lines, title, x, y }] of Object.entries(growths)) {
  if (named.length > 0 && !named.includes(name)) continue
  const machine = Results.machine()
  const found = await lines()
  result[name] = { ...machine, x, y, lines: found }
  charts[`growth-${name}`] = Chart.lines({
    title,
    note: `${machine.measured}, Node ${machine.node}, ${machine.cores} cores, load ${machine.load} when it began.`,
    x,
    y,
    lines: Object.entries(found).map(([name, points]) => ({ name, points })),
  })
  process.stdout.write(`${JSON.stringify({ [name]: found })}\n`)
}
Results.write("growth", result, charts)
