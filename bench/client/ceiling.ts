/**
 * No client at all: what the server can answer, asked with ready bytes over plain sockets, several at a time on each.
 */
import { once } from "node:events"
import * as Net from "node:net"
import type { Calls } from "./measure.ts"

const end = "\r\n\r\n"

/** How many requests of those in flight share a socket. */
const together = 4

export const calls = (url: string, path: string): Calls => {
  const { host, hostname, port } = new URL(url)
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nx-padding: ${"x".repeat(400)}${end}`)

  const keepBusy = async (many: number, goesOn: (now: number) => boolean, took: (millis: number) => void) => {
    const socket = Net.connect(Number(port), hostname).setNoDelay()
    await once(socket, "connect")
    socket.write(request)
    const [first] = await once(socket, "data")
    const answer = Buffer.from(first)
    if (!answer.includes("2020-04-15T16:10:10.288Z")) throw new Error("a call gave a wrong answer")
    const requests = Buffer.concat(Array<Buffer>(many).fill(request))
    const answers = Buffer.concat(Array<Buffer>(many).fill(answer))
    await new Promise<void>((resolve, reject) => {
      let begun = performance.now()
      let received = 0
      socket.on("data", (chunk) => {
        if (chunk.compare(answers, received, received + chunk.length) !== 0) reject(new Error("a wrong answer"))
        received += chunk.length
        if (received < answers.length) return
        received = 0
        const now = performance.now()
        for (let i = 0; i < many; i++) took(now - begun)
        begun = now
        if (goesOn(now)) socket.write(requests)
        else resolve()
      })
      socket.once("error", reject)
      socket.write(requests)
    })
    socket.destroy()
  }

  return async (inFlight, goesOn, took) => {
    const many = Math.min(inFlight, together)
    await Promise.all(Array.from({ length: inFlight / many }, () => keepBusy(many, goesOn, took)))
  }
}
