import { Server, type ServerResponse } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import type { Limits } from "../NodeServer.ts"
import { GatheredResponse, sendAll } from "./gatheredResponse.ts"
import { WholeRequest } from "./wholeRequest.ts"
import { unparsed } from "./unparsed.ts"

/** How many milliseconds a client gets to read the last answer on its connection. */
const grace = 500

/** A server that answers what is no request by itself, and whose end nobody can put off. */
export class LimitedServer extends Server {
  /** The connections, each with the answer to its latest request. */
  readonly #latest = new Map<Duplex, ServerResponse | undefined>()

  constructor({ maxConnections, ...options }: Limits) {
    super({
      ...options,
      insecureHTTPParser: false,
      requireHostHeader: true,
      IncomingMessage: WholeRequest,
      ServerResponse: GatheredResponse,
    })
    this.maxConnections = maxConnections
    this.maxHeadersCount = 0
    this.on("connection", (socket: Socket) => {
      this.#latest.set(socket, undefined)
      socket.once("close", () => this.#latest.delete(socket))
    })
    const hear = ({ socket }: { readonly socket: Socket }, response: ServerResponse) =>
      void this.#latest.set(socket, response)
    this.on("request", hear)
    this.on("checkContinue", (request, response) => {
      hear(request, response)
      if (this.listenerCount("checkContinue") > 1) return
      // As Node does where nobody listens.
      response.writeContinue()
      this.emit("request", request, response)
    })
    this.on("clientError", (error: NodeJS.ErrnoException, socket) => {
      // What follows may end the connection, so nothing that is ready may be left behind.
      sendAll()
      refuse(error.code, socket, this.#latest.get(socket))
    })
  }

  override close(callback?: (error?: Error) => void): this {
    super.close(callback)
    for (const [socket, response] of this.#latest) {
      // A stream has no end that could be waited for.
      const isStream = response instanceof GatheredResponse && response.isStream
      if (response === undefined || response.writableFinished || isStream) socket.destroy()
      else {
        response.shouldKeepAlive = false
        response.once("close", () => socket.end())
      }
    }
    return this
  }
}

/**
 * Answers what is no request, in its turn: those before it on the connection are answered first. One whose own body is
 * broken gets this answer instead of its own.
 */
const refuse = (code: string | undefined, socket: Duplex, response: ServerResponse | undefined): void => {
  if (socket.writableEnded || socket.destroyed) return
  const close = () => {
    if (!socket.writable) {
      socket.destroy()
      return
    }
    // Whoever goes on sending is no longer read.
    socket.pause()
    socket.end(unparsed(code))
    if ("setTimeout" in socket && typeof socket.setTimeout === "function") {
      socket.setTimeout(grace, () => socket.destroy())
    }
  }
  if (response === undefined || response.writableFinished) return close()
  if (response.req.complete) return void response.once("close", close)
  // The answer to a broken body must not be taken for that to an earlier request, nor for the rest of an answer.
  if (response.socket === null || response.headersSent) return void socket.destroy()
  close()
}
