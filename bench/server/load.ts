/**
 * What the server takes: signed GetProxySession requests a second on one core, with 64 in flight, and how long the slowest
 * in a hundred waits; alone, then with 10,000 idle connections held open, then beside hostile clients.
 *
 *     node bench/server/load.ts [slow]
 *
 * The server is a process of its own and the load comes from this one, over plain sockets, from requests that are signed
 * beforehand. With `slow` it is only held beside 1,000 slow clients. Prints a table and one JSON object; takes about half a minute. Two cores are needed for it to mean anything.
 */
import type { Socket } from "node:net"
import { median } from "../results.ts"
import { ask, host, inFlight, open, type Served, sessions, signed, withServer } from "./served.ts"

interface Measured {
  readonly name: string
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Keeps every connection busy with one request at a time and tells what came of it. */
const measure = async (
  name: string,
  sockets: ReadonlyArray<Socket>,
  requests: ReadonlyArray<Buffer>,
  seconds: number,
): Promise<Measured> => {
  const took: Array<number> = []
  const started = performance.now()
  const end = started + seconds * 1000
  await Promise.all(
    sockets.map(async (socket, index) => {
      const request = requests[index % requests.length] ?? Buffer.alloc(0)
      while (performance.now() < end) {
        const sent = performance.now()
        const answer = await ask(socket, request)
        if (!answer.startsWith("HTTP/1.1 200")) throw new Error(answer.slice(0, 200))
        took.push(performance.now() - sent)
      }
    }),
  )
  const elapsed = (performance.now() - started) / 1000
  took.sort((one, other) => one - other)
  const at = (part: number) => Number((took[Math.floor((took.length - 1) * part)] ?? 0).toFixed(2))
  return { name, perSecond: Math.round(took.length / elapsed), p50: at(0.5), p99: at(0.99), max: at(1) }
}

/** Clients that send, over and over, what costs a server most, until they are told to stop. */
const hostile = async (port: number, count: number, request: Buffer) => {
  const stop = new AbortController()
  let answers = 0
  const clients = Array.from({ length: count }, async () => {
    let socket = await open(port)
    while (!stop.signal.aborted) {
      await ask(socket, request).then(
        () => void answers++,
        async () => void (socket = await open(port)),
      )
    }
    socket.destroy()
  })
  return async () => {
    stop.abort()
    await Promise.all(clients)
    return answers
  }
}

/** Beside 1,000 clients that begin a request and do not end it, by turns with none of them; the ratio is that of the p99s. */
const slowly = async (port: number, sockets: ReadonlyArray<Socket>, requests: ReadonlyArray<Buffer>) => {
  const ratios: Array<number> = []
  let beside: Measured | undefined
  for (let round = 0; round < 7; round++) {
    const alone = await measure("alone", sockets, requests, 1)
    const slow = await Promise.all(Array.from({ length: 1000 }, () => open(port)))
    for (const socket of slow) socket.write(`POST ${sessions} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 9\r\n\r\n`)
    beside = await measure("beside 1,000 slow ones", sockets, requests, 1)
    for (const socket of slow) socket.destroy()
    ratios.push(beside.p99 / alone.p99)
  }
  if (beside === undefined) throw new Error("no rounds")
  const ratio = median(ratios)
  process.stdout.write(`p99 beside 1,000 slow ones ÷ alone: ${ratio.toFixed(2)}\n`)
  return { beside, ratio }
}

const load = async ({ paths, port }: Served) => {
  const requests = paths.map((path) => signed("GET", path))
  const sockets = await Promise.all(Array.from({ length: inFlight }, () => open(port)))
  const results: Array<Measured> = []

  await measure("warm-up", sockets, requests, 3)
  results.push(await measure("alone", sockets, requests, 6))

  const idle: Array<Socket> = []
  while (idle.length < 10_000) idle.push(...(await Promise.all(Array.from({ length: 250 }, () => open(port)))))
  results.push(await measure("with 10,000 idle connections", sockets, requests, 6))
  const dropped = idle.filter(({ destroyed }) => destroyed).length
  for (const socket of idle) socket.destroy()

  const unsigned = Buffer.from(`GET ${sessions} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
  const stopUnsigned = await hostile(port, 16, unsigned)
  results.push(await measure("beside 16 without signatures", sockets, requests, 5))
  await stopUnsigned()

  const wrong = JSON.stringify({ Capabilities: Array.from({ length: 10_000 }, () => "x") })
  const stopWrong = await hostile(port, 1, signed("POST", sessions, wrong))
  results.push(await measure("beside 1 with a key and 10,000 mistakes", sockets, requests, 5))
  const mistakes = await stopWrong()

  const { beside, ratio } = await slowly(port, sockets, requests)
  results.push(beside)
  for (const socket of sockets) socket.destroy()

  for (const { max, name, p50, p99, perSecond } of results) {
    process.stdout.write(`${name.padEnd(42)}${perSecond} / s   p50 ${p50} ms   p99 ${p99} ms   max ${max} ms\n`)
  }
  process.stdout.write(`${JSON.stringify({ inFlight, dropped, mistakes, slowP99Ratio: ratio, results })}\n`)
}

await withServer(
  process.argv.includes("slow")
    ? async ({ paths, port }) => {
        const sockets = await Promise.all(Array.from({ length: inFlight }, () => open(port)))
        const requests = paths.map((path) => signed("GET", path))
        await measure("warm-up", sockets, requests, 3)
        await slowly(port, sockets, requests)
        for (const socket of sockets) socket.destroy()
      }
    : load,
)
