/**
 * Compares the clients: each in a process of its own, in interleaved rounds against one server, as ratios to what was taken
 * in the same run.
 *
 * The headline is the recommended client beside the floor that signs the same way (see `floors.ts`), as the median of each
 * round's ratio: that depends least on the machine. The ratio to the AWS SDK is told beside it. Writes `bench/results/client.json` and `client.svg`, or `client-quick` of either.
 *
 *     npx -y pnpm@12.21.0 bench            every client, 1, 16, 64 and 256 calls in flight, 7 rounds: 17 minutes
 *     npx -y pnpm@12.21.0 bench --rounds 3 the same in fewer rounds
 *     npx -y pnpm@12.21.0 bench --quick    the main ones, 64 in flight, 3 short rounds: two minutes
 *     npx -y pnpm@12.21.0 bench --json     one JSON object on stdout, talk on stderr
 */
import * as Chart from "../chart.ts"
import * as Results from "../results.ts"
import { ceiling, clients, fastest, floors, recommended, reference } from "./clients.ts"
import type { Figures } from "./measure.ts"

const isQuick = process.argv.includes("--quick")
const isJson = process.argv.includes("--json")
const told = process.argv.indexOf("--rounds")
const rounds = told > 0 ? Number(process.argv[told + 1]) : isQuick ? 3 : 7
/** V8 goes on optimising for hundreds of thousands of calls; most of it is over by then. */
const warmUp = isQuick ? 2.5 : 3
/** Seconds for each number of calls in flight. */
const levels: Readonly<Record<string, number>> = isQuick ? { "64": 2 } : { "1": 1, "16": 1, "64": 3, "256": 1 }
const names = isQuick ? [reference, recommended, fastest, floors.smithy, floors.hand, ceiling] : Object.keys(clients)

const say = (line: string) => (isJson ? process.stderr : process.stdout).write(`${line}\n`)

const machine = Results.machine()
const samples = await Results.withServer(async (url) => {
  const taken: Array<{ readonly name: string; readonly figures: Readonly<Record<string, Figures>> }> = []
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}`)
    // Whoever comes after a heavy one shall not always be the same.
    const order = names
      .map((_, i) => names[(i + round) % names.length] ?? "")
      .filter((name) => name !== ceiling || round === 1 || !isQuick)
    for (const name of order) {
      const args = Object.entries(levels).flatMap(([inFlight, seconds]) => [inFlight, String(seconds)])
      taken.push({ name, figures: Results.child("client/one.ts", [name, url, String(warmUp), ...args]) })
    }
  }
  return taken
})

const summary = (name: string, level: string) => {
  const figures = samples.flatMap((sample) => (sample.name === name ? [sample.figures[level]] : []))
  const of = (key: keyof Figures) => Results.median(figures.map((each) => each?.[key] ?? Number.NaN))
  return {
    callsPerSecond: of("callsPerSecond"),
    /** Microseconds. */
    cpuPerCall: of("cpuPerCall"),
    /** Milliseconds. */
    p50: of("p50"),
    p99: of("p99"),
  }
}
const ratios = (name: string, level: string) => {
  const own = summary(name, level)
  const base = summary(reference, level)
  return {
    callsPerSecond: own.callsPerSecond / base.callsPerSecond,
    cpuPerCall: own.cpuPerCall / base.cpuPerCall,
    p99: own.p99 / base.p99,
  }
}

/** The median of each round's ratio, of calls a second and of processor time. */
const beside = (name: string, floor: string, level: string) => {
  const taken = (of: string) => samples.flatMap((sample) => (sample.name === of ? [sample.figures[level]] : []))
  const base = taken(floor)
  const ratio = (key: keyof Figures) =>
    Results.median(taken(name).map((own, i) => (own?.[key] ?? Number.NaN) / (base[i]?.[key] ?? Number.NaN)))
  return { callsPerSecond: ratio("callsPerSecond"), cpuPerCall: ratio("cpuPerCall"), p99: ratio("p99") }
}

const doubt = Results.doubt(
  machine,
  samples.flatMap(({ figures, name }) => (name === floors.hand ? [figures["64"]?.callsPerSecond ?? Number.NaN] : [])),
)

for (const level of Object.keys(levels)) {
  for (const [name, floor] of [
    [recommended, floors.smithy],
    [fastest, floors.hand],
    ["ours, fetch", "AWS SDK, fetch"],
    [floors.fetchSmithy, "AWS SDK, fetch"],
  ] as const) {
    if (!names.includes(floor)) continue
    const { callsPerSecond, cpuPerCall } = beside(name, floor, level)
    say(`\n${level} in flight, ${name} ÷ ${floor}: calls/s ${callsPerSecond.toFixed(2)}, CPU ${cpuPerCall.toFixed(2)}`)
  }
  say(`\n${level} in flight, medians of ${rounds} processes; ratios to the ${reference}`)
  say(`${"client".padEnd(46)}${"calls/s".padStart(10)}${"ratio".padStart(8)}${"CPU".padStart(8)}${"p99".padStart(8)}`)
  for (const name of names) {
    const { callsPerSecond, cpuPerCall, p99 } = ratios(name, level)
    say(
      name.padEnd(46) +
        summary(name, level).callsPerSecond.toFixed(0).padStart(10) +
        [callsPerSecond, cpuPerCall, p99].map((ratio) => ratio.toFixed(2).padStart(8)).join(""),
    )
  }
}

const result = {
  bench: isQuick ? "client, quick" : "client",
  ...machine,
  rounds,
  doubt,
  headline: {
    "÷ floor, smithy": beside(recommended, floors.smithy, "64"),
    "÷ floor, fastest signer": beside(fastest, floors.hand, "64"),
    "÷ AWS SDK": ratios(recommended, "64"),
  },
  serverCeilingPerSecond: summary(ceiling, "64").callsPerSecond,
  inFlight: Object.fromEntries(
    Object.keys(levels).map((level) => [
      level,
      Object.fromEntries(names.map((name) => [name, { ...summary(name, level), ratios: ratios(name, level) }])),
    ]),
  ),
}
const svg = Chart.bars({
  title: "GetProxySession, 64 calls in flight",
  note: `Ratios to the AWS SDK in the same run; medians of ${rounds} processes. ${machine.measured}, Node ${machine.node}, ${machine.cores} cores.`,
  unit: "calls/s ÷ AWS SDK (more is better)",
  headings: ["CPU/call", "p99"],
  bars: names
    .filter((name) => name !== ceiling)
    .map((name) => {
      const { callsPerSecond, cpuPerCall, p99 } = ratios(name, "64")
      const more = [cpuPerCall.toFixed(2), p99.toFixed(2)]
      return { name, value: callsPerSecond, isOurs: name.startsWith("ours"), more }
    }),
})
if (doubt !== undefined) say(`\nThis run means little: ${doubt}.`)
const name = isQuick ? "client-quick" : "client"
Results.write(name, result, { [name]: svg })
if (isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
