/**
 * A plain HTTP server on the loopback that notes what it is sent, byte for byte, and answers as a test says.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Transport from "@proxy-session/http/Transport"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { once } from "node:events"
import * as Http from "node:http"
import * as Net from "node:net"
import type { AddressInfo, Socket } from "node:net"

export interface Received {
  readonly method: string
  readonly target: string
  readonly headers: Http.IncomingHttpHeaders
  readonly names: ReadonlyArray<string>
  readonly body: string
}

export interface Server {
  readonly url: string
  readonly port: number
  readonly received: Array<Received>
  /** The connections that are open. */
  readonly sockets: Set<Socket>
  /** How many connections there have been. */
  readonly connections: () => number
}

export type Handler = (request: Received, response: Http.ServerResponse) => void

/** Answers with a status, a body and headers. */
export const reply =
  (status: number, body: string | Uint8Array = "", headers: Record<string, string> = {}): Handler =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", "x-amzn-requestid": "request-1", ...headers })
    response.end(body)
  }

export const start = (handler: Handler) =>
  Effect.acquireRelease(
    Effect.callback<Server & { readonly close: () => void }>((resume) => {
      const received: Array<Received> = []
      const sockets = new Set<Socket>()
      let connections = 0
      const server = Http.createServer((message, response) => {
        const chunks: Array<Buffer> = []
        message.on("data", (chunk: Buffer) => chunks.push(chunk))
        message.on("end", () => {
          const request = {
            method: message.method ?? "",
            target: message.url ?? "",
            headers: message.headers,
            names: message.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()),
            body: Buffer.concat(chunks).toString("utf8"),
          }
          received.push(request)
          handler(request, response)
        })
      })
      server.on("connection", (socket) => {
        connections++
        sockets.add(socket)
        socket.on("error", () => undefined)
        socket.on("close", () => sockets.delete(socket))
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        const close = () => {
          server.close()
          server.closeAllConnections()
        }
        resume(
          Effect.succeed({
            url: `http://127.0.0.1:${port}`,
            port,
            received,
            sockets,
            connections: () => connections,
            close,
          }),
        )
      })
    }),
    (server) => Effect.sync(server.close),
  )

/** A URL where nobody listens, nor can: its port is the near end of a connection. One that is just free could be taken. */
export const unlistened = Effect.acquireRelease(
  Effect.promise(async () => {
    const server = Net.createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    const socket = Net.connect((server.address() as Net.AddressInfo).port, "127.0.0.1")
    await once(socket, "connect")
    return { server, socket }
  }),
  ({ server, socket }) =>
    Effect.sync(() => {
      socket.destroy()
      server.close()
    }),
).pipe(Effect.map(({ socket }) => `http://127.0.0.1:${socket.localPort}`))

/** `fetch` itself, and every client that Effect has for Node. */
export const transports = {
  fetch: Transport.layerFetch(),
  "Effect's fetch": Layer.provide(Transport.layerHttpClient(), FetchHttpClient.layer),
  "Effect's undici": Layer.provide(Transport.layerHttpClient(), NodeHttpClient.layerUndici),
  "Effect's node:http": Layer.provide(
    Transport.layerHttpClient(),
    NodeHttpClient.layerNodeHttpOptions({ keepAlive: true }),
  ),
}
