/**
 * What the control API costs the operations: signed GetProxySession requests for each second of processor time that a
 * server with it takes, and one without, by turns, so that a machine that is busy is busy for both.
 *
 *     node bench/server/control.ts
 *
 * The server with it has 10,000 faults that wait, its journal is full, and a reader of its events never reads. No two
 * processes are compiled alike, so there are several pairs of them, and each says one ratio: that of the medians of its turns.
 * Prints their median and quartiles and the heap of both, writes `bench/results/control.json`, and exits with 1 if the median
 * is below 0.9.
 */
import type { Socket } from "node:net"
import * as Results from "../results.ts"
import { ask, host, inFlight, open, type Served, signed, withServer } from "./served.ts"

const machine = Results.machine()
/** How many pairs of processes there are, and how many turns of each of them. */
const pairs = 9
const turns = 10
const bound = 0.9
const milliseconds = 250
/** How many turns each server has before it is measured: until then it is compiled as it runs. */
const warmUp = 12
const faults = 10_000

/** A server and the connections to it, which stay open, since to make one costs as much as several requests. */
interface Asked {
  readonly server: Served
  readonly sockets: ReadonlyArray<Socket>
}

interface Rate {
  readonly cpu: number
  readonly wall: number
}

/** How many requests are answered in one turn for each second of the server's processor time, and for each second. */
const turn = async ({ server, sockets }: Asked): Promise<Rate> => {
  const requests = server.paths.map((path) => signed("GET", path))
  let answered = 0
  const before = await server.processorTime()
  const begun = performance.now()
  const end = begun + milliseconds
  await Promise.all(
    sockets.map(async (socket, index) => {
      const request = requests[index % requests.length] ?? Buffer.alloc(0)
      while (performance.now() < end) {
        const answer = await ask(socket, request)
        if (!answer.startsWith("HTTP/1.1 200")) throw new Error(answer.slice(0, 200))
        answered++
      }
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  return { cpu: answered / (((await server.processorTime()) - before) / 1e6), wall: answered / seconds }
}

const fill = async ({ sockets }: Asked): Promise<void> => {
  const body = JSON.stringify({ operation: "DeleteProxySession", after: 1000, delay: "1 second" })
  const head = `POST /_proxy-session/faults HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json`
  const request = Buffer.from(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  let left = faults
  await Promise.all(
    sockets.map(async (socket) => {
      while (left-- > 0) {
        const answer = await ask(socket, request)
        if (!answer.startsWith("HTTP/1.1 201")) throw new Error(answer.slice(0, 200))
      }
    }),
  )
}

/** Fills the journal, and what the network holds of the events, with requests that are long and refused at once. */
const flood = async ({ sockets }: Asked): Promise<void> => {
  const request = Buffer.from(`GET /${"x".repeat(255)} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
  let left = 20_000
  await Promise.all(
    sockets.map(async (socket) => {
      while (left-- > 0) await ask(socket, request)
    }),
  )
}

const ratios: Array<Rate> = []
const heap = { with: 0, without: 0 }

const connected = async (server: Served): Promise<Asked> => ({
  server,
  sockets: await Promise.all(Array.from({ length: inFlight }, () => open(server.port))),
})

const medians = (rates: ReadonlyArray<Rate>): Rate => ({
  cpu: Results.median(rates.map(({ cpu }) => cpu)),
  wall: Results.median(rates.map(({ wall }) => wall)),
})

/** Two servers of their own, by turns. */
const compare = (without: Served) => async (withIt: Served) => {
  const [off, on] = [await connected(without), await connected(withIt)]
  await fill(on)
  const stuck = (await open(withIt.port)).pause()
  stuck.write(`GET /_proxy-session/events HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
  // Both, so that both are compiled for the same requests.
  await Promise.all([flood(on), flood(off)])
  for (let count = 0; count < warmUp; count++) for (const server of [on, off]) await turn(server)
  const [controlled, bare]: [Array<Rate>, Array<Rate>] = [[], []]
  for (let count = 0; count < turns; count++) {
    const isFirst = count % 2 === 0
    if (isFirst) controlled.push(await turn(on))
    bare.push(await turn(off))
    if (!isFirst) controlled.push(await turn(on))
  }
  const [one, other] = [medians(controlled), medians(bare)]
  ratios.push({ cpu: one.cpu / other.cpu, wall: one.wall / other.wall })
  for (const socket of [stuck, ...on.sockets, ...off.sockets]) socket.destroy()
  heap.with = await withIt.heapUsed()
  heap.without = await without.heapUsed()
}

for (let pair = 0; pair < pairs; pair++) {
  await withServer((off) => withServer(compare(off), { control: true }))
}
const cpu = ratios.map(({ cpu }) => cpu).toSorted((one, other) => one - other)
const results = {
  ofProcessorTime: Results.median(cpu),
  quartiles: [0.25, 0.75].map((part) => cpu[Math.floor(cpu.length * part)]),
  ofTime: Results.median(ratios.map(({ wall }) => wall)),
  heapMegabytes: { with: heap.with / 1e6, without: heap.without / 1e6 },
}
console.log(JSON.stringify(results, undefined, 2))
Results.write("control", { bench: "control", ...machine, pairs, turns, faults, inFlight, results }, {})
if (results.ofProcessorTime < bound) process.exitCode = 1
