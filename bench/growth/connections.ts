/**
 * What the server answers in a second by the number of connections that ask at once.
 */
import { ask, open, signed, withServer } from "../server/served.ts"

const counts = [1, 4, 16, 64, 256, 1024, 4096]

await withServer(async ({ paths, port }) => {
  const requests = paths.map((path) => signed("GET", path))
  const perSecond = async (connections: number, seconds: number) => {
    const sockets: Array<Awaited<ReturnType<typeof open>>> = []
    while (sockets.length < connections) {
      const missing = Math.min(connections - sockets.length, 250)
      sockets.push(...(await Promise.all(Array.from({ length: missing }, () => open(port)))))
    }
    let answers = 0
    const begun = performance.now()
    const end = begun + seconds * 1000
    await Promise.all(
      sockets.map(async (socket, i) => {
        const request = requests[i % requests.length] ?? Buffer.alloc(0)
        while (performance.now() < end) {
          const answer = await ask(socket, request)
          if (!answer.startsWith("HTTP/1.1 200")) throw new Error(answer.slice(0, 200))
          answers++
        }
      }),
    )
    const result = (answers / (performance.now() - begun)) * 1000
    for (const socket of sockets) socket.destroy()
    return result
  }
  await perSecond(64, 3)
  const points: Array<readonly [number, number]> = []
  for (const count of counts) points.push([count, await perSecond(count, 2)])
  process.stdout.write(`${JSON.stringify(points)}\n`)
})
