/**
 * The command's server beside its floor, by turns in one run: signed gets and creates a second with 64 in flight.
 *
 *     node bench/server/run.ts [rounds] [seconds]
 *
 * `proxy-session serve` runs as users start it, over memory and over SQLite in a file; each server is a process of its own.
 * Writes `bench/results/server.json`. Ratios are medians of each round's ratio to the floor.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as FileSystem from "node:fs"
import type { Socket } from "node:net"
import * as Os from "node:os"
import * as Path from "node:path"
import { key } from "../client/floors.ts"
import * as Results from "../results.ts"
import { ask, inFlight, open, sessions, signedWith } from "./served.ts"

const [rounds = 9, seconds = 1] = process.argv.slice(2).map(Number)
const machine = Results.machine()
const folder = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-bench-"))
const command = Path.join(import.meta.dirname, "../../packages/cli/src/bin.ts")
const signed = signedWith({ id: key.accessKeyId, secret: key.secretAccessKey })

const start = async (file: string, ...args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey },
  })
  const [line] = await once(child.stdout, "data")
  const port = Number(/(\d+)\/?\s*$/u.exec(String(line))?.[1])
  const sockets = await Promise.all(Array.from({ length: inFlight }, () => open(port)))
  return { child, sockets }
}

/** The microseconds of processor time that a process has taken. */
const cpuOf = (pid: number | undefined): number => {
  const fields = FileSystem.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

interface Taken {
  readonly perSecond: number
  readonly cpu: number
  readonly p99: number
}

const measure = async (
  pid: number | undefined,
  sockets: ReadonlyArray<Socket>,
  requestOf: (index: number) => Buffer,
): Promise<Taken> => {
  const took: Array<number> = []
  const before = cpuOf(pid)
  const begun = performance.now()
  const end = begun + seconds * 1000
  await Promise.all(
    sockets.map(async (socket, index) => {
      for (let sent = performance.now(); sent < end; sent = performance.now()) {
        const answer = await ask(socket, requestOf(index))
        if (!answer.startsWith("HTTP/1.1 20")) throw new Error(answer.slice(0, 200))
        took.push(performance.now() - sent)
      }
    }),
  )
  const elapsed = (performance.now() - begun) / 1000
  took.sort((one, other) => one - other)
  return {
    perSecond: took.length / elapsed,
    cpu: (cpuOf(pid) - before) / took.length,
    p99: took[Math.floor((took.length - 1) * 0.99)] ?? 0,
  }
}

let created = 0
const creation = () =>
  signed(
    "POST",
    sessions,
    JSON.stringify({
      // Nobody is in two sessions, so that the pool does not run out of numbers.
      ParticipantPhoneNumbers: [`+1206${2_000_000 + ++created}`, `+1401${2_000_000 + created}`],
      Capabilities: ["Voice"],
    }),
  )

const serve = async (database: string) => {
  const server = await start(command, "serve", "--port", "0", "--database", database)
  const [socket] = server.sockets
  if (socket === undefined) throw new Error("no connection")
  const configuration = JSON.stringify({ DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] })
  await ask(socket, signed("PUT", sessions.replace("proxy-sessions", "programmable-numbers/proxy"), configuration))
  const gets: Array<Buffer> = []
  for (let i = 0; i < inFlight; i++) {
    const answer = await ask(socket, creation())
    const id = /"ProxySessionId":"([^"]+)"/u.exec(answer)?.[1]
    if (id === undefined) throw new Error(answer)
    gets.push(signed("GET", `${sessions}/${id}`))
  }
  return { ...server, get: (index: number) => gets[index] ?? Buffer.alloc(0) }
}

const floor = await start(Path.join(import.meta.dirname, "floor.ts"))
const memory = await serve("memory:")
const sqlite = await serve(`sqlite:${Path.join(folder, "bench.db")}`)
const floorGet = signed("GET", `${sessions}/00000001-cca2-3955-fc3b-e2d6cc953cd7`)
const kinds: Readonly<Record<string, () => Promise<Taken>>> = {
  floor: () => measure(floor.child.pid, floor.sockets, () => floorGet),
  "memory, get": () => measure(memory.child.pid, memory.sockets, memory.get),
  "memory, create": () => measure(memory.child.pid, memory.sockets, creation),
  "SQLite, get": () => measure(sqlite.child.pid, sqlite.sockets, sqlite.get),
  "SQLite, create": () => measure(sqlite.child.pid, sqlite.sockets, creation),
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
  for (const { child, sockets } of [floor, memory, sqlite]) {
    for (const socket of sockets) socket.destroy()
    child.kill()
  }
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
