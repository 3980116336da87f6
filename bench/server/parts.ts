/**
 * Where the time of a signed get goes: the processor time of the server over memory, beside that without one of its parts
 * (`without.ts`), within the server (`inside.ts`), and of all of it when it is served over sockets.
 *
 *     node bench/server/parts.ts [rounds] [seconds]
 *
 * A part costs what its absence saves. Everything runs by turns, and of the turns that counts which took least, since what else
 * runs on the machine only ever adds to it. Writes `bench/results/server-parts.json`.
 */
import * as Path from "node:path"
import { pathToFileURL } from "node:url"
import * as Results from "../results.ts"
import { measure, serve, startFloor, stop } from "./process.ts"
import { control, everything, parts } from "./without.ts"

const [rounds = 5, seconds = 0.5] = process.argv.slice(2).map(Number)
const machine = Results.machine()
interface Beside {
  readonly whole: number
  readonly without: number
}

const hook = pathToFileURL(Path.join(import.meta.dirname, "without.ts")).href
const insides = Array.from({ length: rounds }, (): Readonly<Record<string, Beside>> =>
  Results.child("server/inside.ts", [], ["--import", hook]),
)
const least: { [name: string]: number } = {}
const take = (name: string, micros: number) => void (least[name] = Math.min(least[name] ?? Infinity, micros))
const floorRates: Array<number> = []
const floor = await startFloor()
const server = await serve("memory:")
try {
  for (let turn = 0; turn < 4 * rounds; turn++) {
    const byHand = await measure(floor, floor.get, seconds)
    floorRates.push(byHand.perSecond)
    take("served by hand", byHand.cpu)
    take("served", (await measure(server, server.get, seconds)).cpu)
  }
} finally {
  stop(floor)
  stop(server)
}

const of = (name: string) => least[name] ?? Number.NaN
const besides = (name: string) => insides.flatMap((each) => each[name] ?? [])
const saved = (name: string) => Results.median(besides(name).map(({ whole, without }) => whole - without))
const left = (name: string) => Results.median(besides(name).map(({ without }) => without))
const whole = Results.median(insides.flatMap(Object.values<Beside>).map((each) => each.whole))
const named = [control, ...parts].reduce((sum, name) => sum + saved(name), 0)
const result = {
  ...machine,
  rounds,
  doubt: Results.doubt(machine, floorRates),
  cpuMicros: { served: of("served"), byHand: of("served by hand"), inside: whole },
  parts: {
    "sockets, parsing and writing, beyond what is within the process": of("served") - whole,
    "Node's request and response": left("bare"),
    "Effect's server: a fiber, a scope, its request and response": left(everything) - left("bare"),
    [control]: saved(control),
    ...Object.fromEntries(parts.map((name) => [name, saved(name)])),
    "what joins ours: effects, context, errors, interruption": saved(everything) - named,
  },
}
for (const [name, micros] of Object.entries(result.parts)) {
  const share = ((micros / of("served")) * 100).toFixed(1)
  process.stdout.write(`${share.padStart(6)} %  ${micros.toFixed(1).padStart(6)} µs  ${name}\n`)
}
if (result.doubt !== undefined) process.stdout.write(`This run means little: ${result.doubt}.\n`)
Results.write("server-parts", { bench: "server-parts", ...result }, {})
