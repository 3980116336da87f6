/**
 * What the control API costs the operations: signed GetProxySession requests for each second of processor time that a
 * server with it takes, and one without, by turns, so that a machine that is busy is busy for both.
 *
 *     node bench/server/control.ts
 *
 * The server with it has 10,000 faults that wait, and its journal is full. Prints the ratio of each turn, their median, and
 * the heap of both.
 */
import { ask, host, inFlight, open, type Served, signed, withServer } from "./served.ts"

const turns = 15
const milliseconds = 1000
const faults = 10_000

/** How many requests are answered in one turn for each second of the server's processor time. */
const turn = async ({ paths, port, processorTime }: Served): Promise<number> => {
  const requests = paths.map((path) => signed("GET", path))
  const before = await processorTime()
  let answered = 0
  const sockets = await Promise.all(Array.from({ length: inFlight }, () => open(port)))
  const end = performance.now() + milliseconds
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
  return Math.round(answered / (((await processorTime()) - before) / 1e6))
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

await withServer(async (off) => {
  await withServer(
    async (on) => {
      await fill(on)
      await Promise.all([turn(off), turn(on)])
      const ratios: Array<number> = []
      for (let count = 0; count < turns; count++) {
        const order = count % 2 === 0
        const first = order ? await turn(on) : await turn(off)
        const second = order ? await turn(off) : await turn(on)
        ratios.push(order ? first / second : second / first)
        console.log(`with ${order ? first : second} a second of processor time, without ${order ? second : first}`)
      }
      const sorted = ratios.toSorted((one, other) => one - other)
      const heap = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
      console.log(`ratio: median ${sorted[turns >> 1]?.toFixed(3)}, least ${sorted[0]?.toFixed(3)}`)
      console.log(`heap: with ${heap(await on.heapUsed())}, without ${heap(await off.heapUsed())}`)
    },
    { control: true },
  )
})
