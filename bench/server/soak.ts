/**
 * Whether the server's heap stays flat: requests of all kinds at half of what it takes, for minutes.
 *
 *     node bench/server/soak.ts [minutes] [requests a second] [control]
 *
 * 10 minutes at 5,000 a second unless told otherwise. A minute in ten is to warm up; from then on the heap, after
 * collections, may grow by 1 KiB for 10,000 requests; else this exits with 1.
 *
 * With `control` the server has the control API, one reader of its events never reads, another one does, and all the
 * while a tester adds and drops faults, moves the time of an account, resets it, and reads state and journal. A minute or
 * two will do: in the second half of its time the heap may grow by 1 MB.
 */
import { setTimeout } from "node:timers/promises"
import { ask, host, inFlight, open, type Served, sessions, signed, withServer } from "./served.ts"

const control = process.argv.includes("control")
const [minutes = 10, perSecond = 5000] = process.argv
  .slice(2)
  .filter((word) => word !== "control")
  .map(Number)
const rounds = 20

/** What is sent, with the status to expect. Nothing of it creates, since closed sessions are kept, as AWS kept them. */
const kinds = (paths: ReadonlyArray<string>): ReadonlyArray<readonly [status: number, request: Buffer]> => {
  const update = JSON.stringify({ Capabilities: ["Voice", "SMS"], ExpiryMinutes: 60 })
  const get = paths.map((path) => [200, signed("GET", path)] as const)
  return [
    ...get,
    ...get,
    ...paths.slice(0, 16).map((path) => [201, signed("POST", path, update)] as const),
    [200, signed("GET", sessions)],
    [404, signed("GET", `${sessions}/nobody`)],
    [400, signed("POST", sessions, "{}")],
    [403, Buffer.from(`GET ${sessions} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)],
  ]
}

/** A control call, whose answer is read to its end. */
const controlled = async (port: number, method: string, call: string, body?: object): Promise<void> => {
  const answer = await fetch(`http://${host}:${port}/_proxy-session/${call}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  })
  if (!answer.ok) throw new Error(`${method} ${call} was answered with ${answer.status}`)
  await answer.arrayBuffer()
}

/** Everything a tester does, once, to an account that is nobody else's. */
const testerRound = async (port: number): Promise<void> => {
  const account = "444455556666"
  for (let fault = 0; fault < 100; fault++) {
    await controlled(port, "POST", "faults", { account, error: "ThrottledClientException", times: 1000 })
  }
  await controlled(port, "POST", "clock", { account, advance: "1 hour" })
  await controlled(port, "POST", "clock", { account, set: new Date().toISOString() })
  await controlled(port, "GET", "faults")
  await controlled(port, "GET", "journal?limit=100")
  await controlled(port, "GET", "state?reveal=true")
  await controlled(port, "POST", `reset?account=${account}`)
}

/** Readers of the events: one who never reads and one who does. */
const readers = async (port: number) => {
  const request = `GET /_proxy-session/events HTTP/1.1\r\nhost: ${host}\r\n\r\n`
  const stuck = (await open(port)).pause()
  const quick = (await open(port)).resume()
  for (const socket of [stuck, quick]) socket.write(request)
  return [stuck, quick]
}

const soak = async ({ heapUsed, paths, port }: Served) => {
  const listening = control ? await readers(port) : []
  const sockets = await Promise.all(Array.from({ length: inFlight }, () => open(port)))
  const seconds = (minutes * 60) / rounds
  const heap: Array<number> = []
  const took: Array<number> = []
  let sent = 0
  for (let round = 0; round < rounds; round++) {
    // Signatures are good for five minutes.
    const requests = kinds(paths)
    const started = performance.now()
    const until = started + seconds * 1000
    let turn = 0
    const tester = async () => {
      if (!control) return
      while (performance.now() < until) await testerRound(port)
    }
    await Promise.all([
      tester(),
      ...sockets.map(async (socket) => {
        while (performance.now() < until) {
          const due = started + (turn++ * 1000) / perSecond
          const wait = due - performance.now()
          if (wait > 1) await setTimeout(wait)
          const [status, request] = requests[turn % requests.length] ?? [0, Buffer.alloc(0)]
          const before = performance.now()
          const answer = await ask(socket, request)
          if (!answer.startsWith(`HTTP/1.1 ${status} `)) throw new Error(answer.slice(0, 200))
          if (round === rounds - 1) took.push(performance.now() - before)
          sent++
        }
      }),
    ])
    heap.push(await heapUsed())
    process.stderr.write(`${sent} requests, ${heap.at(-1)} bytes in use\n`)
  }
  if (listening.some(({ destroyed }) => destroyed)) throw new Error("a reader of the events was dropped")
  for (const socket of [...listening, ...sockets]) socket.destroy()
  const settled = heap.slice(rounds / 10)
  const slope = (slopeOf(settled) / (sent / rounds)) * 10_000
  took.sort((one, other) => one - other)
  const p99 = Number((took[Math.floor(took.length * 0.99)] ?? 0).toFixed(2))
  const result = { minutes, perSecond: Math.round(sent / (minutes * 60)), sent, p99, bytesPer10000: Math.round(slope) }
  process.stdout.write(`${JSON.stringify({ ...result, heap })}\n`)
  const half = heap.slice(rounds / 2)
  const isFlat = control ? (half.at(-1) ?? 0) - (half[0] ?? 0) < 1e6 : slope <= 1024
  if (!isFlat) process.exitCode = 1
}

/** By how much values grow from one to the next: the median over all pairs, which a single late collection cannot move. */
const slopeOf = (values: ReadonlyArray<number>): number => {
  const slopes = values
    .flatMap((one, x) => values.slice(x + 1).map((other, distance) => (other - one) / (distance + 1)))
    .toSorted((one, other) => one - other)
  return slopes[Math.floor(slopes.length / 2)] ?? 0
}

await withServer(soak, { control })
