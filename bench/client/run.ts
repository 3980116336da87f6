/**
 * Compares the clients: each in a process of its own, in interleaved rounds against one server, medians as ratios to the
 * AWS SDK of the same run.
 *
 *     npx -y pnpm@12.21.0 bench            every client, 7 rounds
 *     npx -y pnpm@12.21.0 bench --quick    the main ones, 3 short rounds, under a minute
 *     npx -y pnpm@12.21.0 bench --json     one JSON object on stdout, talk on stderr
 */
import { spawn, spawnSync } from "node:child_process"
import * as Path from "node:path"
import { clients } from "./clients.ts"
import type { Figures } from "./measure.ts"

const isQuick = process.argv.includes("--quick")
const isJson = process.argv.includes("--json")
const rounds = isQuick ? 3 : 7
const seconds = isQuick ? 2 : 3
const inFlight = 64
const reference = "AWS SDK"
const headline = "ours, recommended"
const names = isQuick
  ? [reference, "ours, fetch", "ours, undici", headline, "ours, recommended, NodeSigner"]
  : Object.keys(clients)

const file = (name: string) => Path.join(import.meta.dirname, name)
const say = (line: string) => (isJson ? process.stderr : process.stdout).write(`${line}\n`)

const server = spawn(process.execPath, [file("server.ts")], { stdio: ["ignore", "pipe", "inherit"] })
const port = await new Promise<string>((resolve) => server.stdout.once("data", (data) => resolve(String(data).trim())))

const one = (name: string): Figures => {
  const args = [file("one.ts"), name, `http://127.0.0.1:${port}`, String(inFlight), String(seconds)]
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 })
  if (status !== 0) throw new Error(`${name} failed:\n${stderr}`)
  return JSON.parse(stdout)
}

const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN

const figures = new Map<string, Array<Figures>>(names.map((name) => [name, []]))
try {
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}`)
    for (const name of names) figures.get(name)?.push(one(name))
  }
} finally {
  server.kill()
}

const summary = (name: string) => {
  const of = (key: keyof Figures) => median((figures.get(name) ?? []).map((each) => each[key]))
  return { callsPerSecond: of("callsPerSecond"), cpuPerCall: of("cpuPerCall"), p99: of("p99") }
}
const base = summary(reference)
const ratios = (name: string) => {
  const own = summary(name)
  return {
    callsPerSecond: own.callsPerSecond / base.callsPerSecond,
    cpuPerCall: own.cpuPerCall / base.cpuPerCall,
    p99: own.p99 / base.p99,
  }
}

say(`\n${inFlight} in flight, medians of ${rounds} processes; ratios to the ${reference}`)
say(`${"client".padEnd(34)}${"calls/s".padStart(10)}${"ratio".padStart(8)}${"CPU".padStart(8)}${"p99".padStart(8)}`)
for (const name of names) {
  const { callsPerSecond, cpuPerCall, p99 } = ratios(name)
  say(
    name.padEnd(34) +
      summary(name).callsPerSecond.toFixed(0).padStart(10) +
      [callsPerSecond, cpuPerCall, p99].map((ratio) => ratio.toFixed(2).padStart(8)).join(""),
  )
}
if (isJson) {
  const all = Object.fromEntries(names.map((name) => [name, { ...summary(name), ratios: ratios(name) }]))
  process.stdout.write(`${JSON.stringify({ inFlight, rounds, headline: ratios(headline), clients: all })}\n`)
}
