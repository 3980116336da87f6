/**
 * A service that does as it is told, and counts: started by `run.ts` as a process of its own, and spoken to over IPC.
 */
import { createServer, type Socket } from "node:net"

/** How requests are met: all well, those with a key of the last second alone, one in twenty badly, all badly, or not at all. */
export type Mode = "good" | "fresh" | "mixed" | "outage" | "silent"

export interface Count {
  /** Requests since the mode was set. */
  readonly requests: number
  readonly openSockets: number
  /** The most sockets that were open at once. */
  readonly mostSockets: number
  /** The access keys that requests were signed with. */
  readonly keys: number
  /** Requests that were refused since their key was too old. */
  readonly refused: number
}

const session = JSON.stringify({
  ProxySession: {
    VoiceConnectorId: "abcdef1ghij2klmno3pqr4",
    ProxySessionId: "one",
    Status: "Open",
    Capabilities: ["Voice"],
    CreatedTimestamp: "2026-11-23T09:00:00.000Z",
    UpdatedTimestamp: "2026-11-23T09:00:00.000Z",
  },
})

const answer = (status: number, body: string, headers = "") =>
  `HTTP/1.1 ${status} Status\r\ncontent-length: ${body.length}\r\nx-amzn-requestid: r\r\n${headers}\r\n${body}`

const good = answer(200, session)
const expired = answer(403, '{"Message":"no"}', "x-amzn-errortype: ExpiredTokenException\r\n")
const failure = answer(500, '{"Message":"no"}', "x-amzn-errortype: ServiceFailureException\r\n")

type Fault = (socket: Socket) => void
const faults: ReadonlyArray<Fault> = [
  (socket) => void socket.resetAndDestroy(),
  (socket) => void socket.end(),
  (socket) => void socket.end(good.slice(0, -20)),
  (socket) => void socket.write(failure),
  (socket) => void socket.write(answer(502, "<html></html>")),
  (socket) => void socket.write(answer(503, "", "x-amz-retry-after: 20\r\n")),
  (socket) => void socket.write(answer(429, "{}", "x-amzn-errortype: ThrottledClientException\r\n")),
  (socket) => void socket.write("SSH-2.0-OpenSSH_9.2\r\n"),
  () => undefined,
]

let mode: Mode = "good"
let requests = 0
let refused = 0
let mostSockets = 0
const sockets = new Set<Socket>()
const keys = new Set<string>()

const server = createServer({ noDelay: true }, (socket) => {
  sockets.add(socket)
  mostSockets = Math.max(mostSockets, sockets.size)
  socket.on("close", () => sockets.delete(socket))
  socket.on("error", () => socket.destroy())
  let received = ""
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1")
    for (let end = received.indexOf("\r\n\r\n"); end >= 0; end = received.indexOf("\r\n\r\n")) {
      const key = /Credential=([^/]+)/u.exec(received)?.[1]
      if (key !== undefined) keys.add(key)
      // The digits of a key tell when it was made.
      const isOld = mode === "fresh" && Date.now() - Number(key?.replace(/\D/gu, "")) > 1000
      received = received.slice(end + 4)
      requests++
      if (mode === "outage") socket.write(failure)
      else if (isOld) {
        refused++
        socket.write(expired)
      } else if (mode === "good" || mode === "fresh" || (mode === "mixed" && requests % 20 !== 0)) socket.write(good)
      else if (mode === "mixed") faults[(requests / 20) % faults.length]?.(socket)
    }
  })
})

process.on("message", (message: Mode | "count") => {
  if (message === "count") {
    const count: Count = { requests, openSockets: sockets.size, mostSockets, keys: keys.size, refused }
    process.send?.(count)
    return
  }
  mode = message
  requests = 0
  mostSockets = sockets.size
  process.send?.("ready")
})
process.on("disconnect", () => process.exit())
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => process.send?.(server.address()))
