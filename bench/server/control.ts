/**
 * What the control API costs the operations: signed GetProxySession requests for each second of processor time that a
 * server with it takes, and one without, by turns, so that a machine that is busy is busy for both.
 *
 *     node bench/server/control.ts
 *
 * The server with it has 10,000 faults that wait, its journal is full, and a reader of its events never reads. Prints the
 * median ratio of all turns and the heap of both, writes `bench/results/control.json`, and exits with 1 if the
 * median is below 0.9.
 */
import * as Results from "../results.ts"
import { ask, host, inFlight, open, type Served, signed, withServer } from "./served.ts"

const machine = Results.machine()
/** How many pairs of processes there are, since no two processes are compiled alike, and how many turns of each. */
const pairs = 4
const turns = 20
const bound = 0.9
const milliseconds = 250
/** How many turns each server has before it is measured: until then it is compiled as it runs. */
const warmUp = 16
const faults = 10_000

/** How many requests are answered in one turn for each second of the server's processor time, and for each second. */
const turn = async ({
  paths,
  port,
  processorTime,
}: Served): Promise<{ readonly cpu: number; readonly wall: number }> => {
  const requests = paths.map((path) => signed("GET", path))
  const before = await processorTime()
  let answered = 0
  const sockets = await Promise.all(Array.from({ length: inFlight }, () => open(port)))
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
      socket.destroy()
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  return { cpu: answered / (((await processorTime()) - before) / 1e6), wall: answered / seconds }
}

const fill = async ({ port }: Served): Promise<void> => {
  const fault = JSON.stringify({ operation: "DeleteProxySession", after: 1000, delay: "1 second" })
  for (let count = 0; count < faults; count++) {
    const { status } = await fetch(`http://${host}:${port}/_proxy-session/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: fault,
    })
    if (status !== 201) throw new Error(`a fault was answered with ${status}`)
  }
}

/** Fills the journal, and what the network holds of the events, with requests that are long and refused at once. */
const flood = async ({ port }: Served): Promise<void> => {
  const request = Buffer.from(`GET /${"x".repeat(255)} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
  const sockets = await Promise.all(Array.from({ length: inFlight }, () => open(port)))
  let left = 20_000
  await Promise.all(
    sockets.map(async (socket) => {
      while (left-- > 0) await ask(socket, request)
      socket.destroy()
    }),
  )
}

interface Ratio {
  readonly cpu: number
  readonly wall: number
}

const ratios: Array<Ratio> = []
const heap = { with: 0, without: 0 }

/** Two servers of their own, by turns. */
const compare = (off: Served) => async (on: Served) => {
  await fill(on)
  const stuck = (await open(on.port)).pause()
  stuck.write(`GET /_proxy-session/events HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
  // Both, so that both are compiled for the same requests.
  await Promise.all([flood(on), flood(off)])
  for (let count = 0; count < warmUp; count++) for (const server of [on, off]) await turn(server)
  for (let count = 0; count < turns; count++) {
    const isFirst = count % 2 === 0
    const [one, other] = [await turn(isFirst ? on : off), await turn(isFirst ? off : on)]
    const [controlled, bare] = isFirst ? [one, other] : [other, one]
    ratios.push({ cpu: controlled.cpu / bare.cpu, wall: controlled.wall / bare.wall })
  }
  stuck.destroy()
  heap.with = await on.heapUsed()
  heap.without = await off.heapUsed()
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
