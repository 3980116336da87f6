/**
 * A service at its worst: a server of bare sockets that meets each request as a test says, and notes what it was sent.
 */
import * as Effect from "effect/Effect"
import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"

/** What an attempt meets, once its request has been read whole; `answered` is called if it gets its whole answer. */
export type Behaviour = (socket: Socket, answered: () => void) => void

/** One request that has arrived. */
export interface Arrival {
  /** Milliseconds, on a clock that only goes forward. */
  readonly at: number
  readonly line: string
  readonly headers: ReadonlyMap<string, string>
}

export interface Endpoint {
  readonly url: string
  readonly arrivals: ReadonlyArray<Arrival>
  readonly sockets: ReadonlySet<Socket>
  /** How many connections there have been. */
  readonly connections: () => number
  /** The bytes that have left for the client, over all connections. */
  readonly bytesSent: () => number
  /** Waits until as many requests have arrived. */
  readonly arrived: (count: number) => Effect.Effect<void>
  /** Waits until no connection is open that has a request without an answer to its end. */
  readonly settled: Effect.Effect<void>
  /** Waits until no connection is open. */
  readonly closed: Effect.Effect<void>
}

/** Meets the first request as the first behaviour says and so on, and all further ones as the last one. */
export const start = (...behaviours: ReadonlyArray<Behaviour>) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const arrivals: Array<Arrival> = []
        const sockets = new Set<Socket>()
        const busy = new Set<Socket>()
        const changed = new EventTarget()
        const tell = () => changed.dispatchEvent(new Event("change"))
        let connections = 0
        let bytesOfClosed = 0

        const server = createServer((socket) => {
          connections++
          sockets.add(socket)
          socket.setNoDelay()
          // What a client does to its end is for the client's side of the test to judge.
          socket.on("error", () => undefined)
          socket.on("close", () => {
            sockets.delete(socket)
            busy.delete(socket)
            bytesOfClosed += socket.bytesWritten - socket.writableLength
            tell()
          })
          let received = ""
          socket.on("data", (chunk) => {
            received += chunk.toString("latin1")
            const end = received.indexOf("\r\n\r\n")
            if (end < 0) return
            const [line = "", ...fields] = received.slice(0, end).split("\r\n")
            const headers = new Map(
              fields.map((field) => {
                const colon = field.indexOf(":")
                return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const
              }),
            )
            const length = Number(headers.get("content-length") ?? 0)
            if (received.length < end + 4 + length) return
            received = received.slice(end + 4 + length)
            arrivals.push({ at: performance.now(), line, headers })
            busy.add(socket)
            behaviours[Math.min(arrivals.length, behaviours.length) - 1]?.(socket, () => {
              busy.delete(socket)
              tell()
            })
            tell()
          })
        })
        server.listen(0, "127.0.0.1")
        await once(server, "listening")
        const { port } = server.address() as AddressInfo

        const until = (condition: () => boolean) =>
          Effect.callback<void>((resume) => {
            const look = () => {
              if (condition()) resume(Effect.void)
            }
            changed.addEventListener("change", look)
            look()
            return Effect.sync(() => changed.removeEventListener("change", look))
          })

        const endpoint: Endpoint = {
          url: `http://127.0.0.1:${port}`,
          arrivals,
          sockets,
          connections: () => connections,
          bytesSent: () =>
            Array.from(sockets).reduce((sum, each) => sum + each.bytesWritten - each.writableLength, bytesOfClosed),
          arrived: (count) => until(() => arrivals.length >= count),
          settled: until(() => busy.size === 0),
          closed: until(() => sockets.size === 0),
        }
        return { endpoint, server }
      }),
      ({ endpoint, server }) =>
        Effect.promise(async () => {
          for (const socket of endpoint.sockets) socket.destroy()
          await new Promise((resolve) => server.close(resolve))
        }),
    ),
    ({ endpoint }) => endpoint,
  )

const reasons = new Map([
  [200, "OK"],
  [204, "No Content"],
])

const head = (status: number, headers: Readonly<Record<string, string>>) =>
  [
    `HTTP/1.1 ${status} ${reasons.get(status) ?? "Status"}`,
    ...Object.entries({ "x-amzn-requestid": "request-1", "content-type": "application/json", ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
    "",
    "",
  ].join("\r\n")

/** A whole answer, with a length where a status may have a body. */
export const answer =
  (status: number, body: string | Uint8Array = "", headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (socket, answered) => {
    const length: Readonly<Record<string, string>> =
      status === 204 ? {} : { "content-length": String(Buffer.byteLength(body)) }
    socket.write(head(status, { ...length, ...headers }))
    if (body.length > 0) socket.write(body)
    answered()
  }

/** An error of the service in its own form. */
export const fault = (status: number, type: string, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  answer(status, `{"Code":"${type.replace(/Exception$/u, "")}","Message":"no"}`, {
    "x-amzn-errortype": type,
    ...headers,
  })

/** Breaks the connection without a word. */
export const reset: Behaviour = (socket) => void socket.resetAndDestroy()

/** Ends the connection in good order, without an answer. */
export const end: Behaviour = (socket) => void socket.end()

/** Takes its time. */
export const after =
  (millis: number, then: Behaviour): Behaviour =>
  (socket, answered) =>
    void setTimeout(() => then(socket, answered), millis)

/** Says nothing. */
export const silence: Behaviour = () => undefined

/** Sends bytes that need be no HTTP, and then breaks or ends the connection, or leaves it open. */
export const bytes =
  (text: string, then: "end" | "reset" | "stay"): Behaviour =>
  (socket) => {
    socket.write(text, () => {
      if (then === "end") socket.end()
      if (then === "reset") socket.resetAndDestroy()
    })
  }

/** The head of an answer and the beginning of its body, and then the end, a break, or nothing more. */
export const partOf = (body: string, then: "end" | "reset" | "stay"): Behaviour =>
  bytes(head(200, { "content-length": String(body.length) }) + body.slice(0, body.length / 2), then)

/** Sends byte after byte, for as long as somebody listens. */
const drip = (socket: Socket, text: string) => {
  let sent = 0
  const timer = setInterval(() => {
    if (sent < text.length) socket.write(text.charAt(sent++))
  }, 20)
  socket.once("close", () => clearInterval(timer))
}

/** An answer's head that never ends. */
export const drippingHead: Behaviour = (socket) => drip(socket, `HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(1000)}`)

/** An answer's body that takes for ever. */
export const drippingBody: Behaviour = (socket) => {
  socket.write(head(200, { "content-length": "10000" }))
  drip(socket, " ".repeat(10_000))
}

/** A whole answer, each byte in a chunk of its own. */
export const crumbs =
  (body: string): Behaviour =>
  (socket, answered) => {
    socket.write(head(200, { "transfer-encoding": "chunked" }))
    for (const byte of Buffer.from(body)) socket.write(Buffer.from(`1\r\n${String.fromCharCode(byte)}\r\n`, "latin1"))
    socket.write("0\r\n\r\n")
    answered()
  }

/** An answer of so many bytes, announced or in chunks, as fast as the client takes it. */
export const flood =
  (size: number, announced: boolean): Behaviour =>
  (socket, answered) => {
    socket.write(head(200, announced ? { "content-length": String(size) } : { "transfer-encoding": "chunked" }))
    const piece = Buffer.alloc(64 * 1024, " ")
    const chunk = announced
      ? piece
      : Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")])
    let sent = 0
    const pour = () => {
      while (sent < size && socket.writable) {
        sent += piece.length
        if (!socket.write(chunk)) return
      }
      if (sent >= size) {
        if (!announced) socket.write("0\r\n\r\n")
        answered()
      }
    }
    socket.on("drain", pour)
    pour()
  }

/** Two answers to one request. */
export const twice =
  (first: Behaviour, second: Behaviour): Behaviour =>
  (socket, answered) => {
    socket.cork()
    first(socket, answered)
    second(socket, answered)
    socket.uncork()
  }
