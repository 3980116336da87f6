/**
 * A transport over `node:http` alone: nothing to install, and the quickest start.
 *
 * Effect's own Layer over `node:http` hands bodies out as streams and brings its sockets, sinks and resolvers along, a
 * fifth of a bundle. Like `UndiciTransport`, which makes more calls a second, this one limits the time to connect and the
 * number of connections, and knows whether a request had begun.
 */
import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import * as Layer from "effect/Layer"
import type * as Http from "node:http"
import type { Socket } from "node:net"
import { admission, type ConnectionOptions, limitsOf } from "./ConnectionOptions.ts"
import type { Request } from "./Exchange.ts"
import { type Done, Receiver, sendWith } from "./internal/receiver.ts"
import type { OptionsError } from "./OptionsError.ts"
import { make, Transport } from "./Transport.ts"

/**
 * Sends requests over sockets of its own, which are closed with the Layer's scope.
 *
 * **Example** (The live Layer with nothing but Node)
 *
 * ```ts
 * import { Credentials } from "@proxy-session/http/Credentials"
 * import * as HttpRepo from "@proxy-session/http/HttpRepo"
 * import * as NodeTransport from "@proxy-session/http/NodeTransport"
 * import * as Layer from "effect/Layer"
 *
 * export const live = HttpRepo.layerConfig().pipe(
 *   Layer.provide([Credentials.layerConfig(), NodeTransport.layer()])
 * )
 * ```
 *
 * @category layers
 */
export const layer = (options: ConnectionOptions = {}): Layer.Layer<Transport, OptionsError> =>
  Layer.effect(
    Transport,
    Effect.gen(function* () {
      const { connections, connectTimeout, keepAliveTimeout } = yield* limitsOf("NodeTransport", options)
      const agent = { keepAlive: true, maxSockets: connections, scheduling: "lifo", timeout: keepAliveTimeout } as const
      const sockets = yield* Effect.acquireRelease(
        Effect.sync(() => new Sockets(agent, connectTimeout)),
        (sockets) => Effect.sync(() => sockets.close()),
      )
      const send = sendWith((request, limit, onBegin, done) => new NodeReceiver(sockets, request, limit, onBegin, done))
      return make({ admit: admission(connections), send })
    }),
  )

/**
 * The modules of Node when they are first needed. To import `node:http` would read each of its members, one of which loads
 * all of `fetch`, a third of the time to the first answer; and to import `node:process` opens the standard input.
 */
const modules = {
  // oxlint-disable-next-line no-restricted-globals -- see above
  "http:": () => process.getBuiltinModule("node:http"),
  // oxlint-disable-next-line no-restricted-globals -- see above
  "https:": () => process.getBuiltinModule("node:https"),
} as const

/** Where requests to an origin go. */
interface Target {
  readonly request: typeof Http.request
  readonly agent: Http.Agent
  readonly hostname: string
  readonly port: string
}

/** The sockets of a transport, and the requests that have one or wait for one. */
class Sockets {
  readonly connectTimeout: number
  readonly options: Http.AgentOptions
  readonly targets = new Map<string, Target>()
  readonly underWay = new Set<Http.ClientRequest>()
  isClosed = false

  constructor(options: Http.AgentOptions, connectTimeout: number) {
    this.options = options
    this.connectTimeout = connectTimeout
  }

  request({ headers, method, origin, path }: Request): Http.ClientRequest {
    if (this.isClosed) throw closed
    const { request, ...target } = this.targets.get(origin) ?? this.target(origin)
    return request({ ...target, path, method, headers: { ...headers } })
  }

  target(origin: string): Target {
    const { hostname, port, protocol } = new URL(origin)
    const { Agent, request } = modules[protocol === "https:" ? protocol : "http:"]()
    const target = { request, agent: new Agent(this.options), hostname: hostname.replace(/^\[|\]$/gu, ""), port }
    this.targets.set(origin, target)
    return target
  }

  /** Requests in an agent's queue would make connections of their own once the present ones are closed. */
  close(): void {
    this.isClosed = true
    for (const request of this.underWay) request.destroy(closed)
    for (const { agent } of this.targets.values()) agent.destroy()
  }
}

class NodeReceiver extends Receiver {
  readonly sockets: Sockets
  readonly request: Http.ClientRequest | undefined
  isWhole = false
  stopTimer = constVoid

  constructor(sockets: Sockets, request: Request, limit: number, onBegin: () => void, done: Done) {
    super(limit, onBegin, done)
    this.sockets = sockets
    try {
      this.request = sockets.request(request)
    } catch (cause) {
      this.broken(cause)
      return
    }
    sockets.underWay.add(this.request)
    this.request
      .on("socket", (socket) => this.wait(socket))
      .on("response", (response) => this.receive(response))
      .on("error", (cause) => this.broken(cause))
      .on("close", () => {
        if (!this.isWhole) this.broken(hungUp)
      })
      .end(request.body)
  }

  /** What is written to a socket before it is connected stays with it, so that nothing of the request has left. */
  wait(socket: Socket): void {
    const isSecuring = Reflect.get(socket, "secureConnecting") === true
    if (!socket.connecting && !isSecuring) return this.connected()
    socket.once(isSecuring ? "secureConnect" : "connect", () => this.connected())
    // oxlint-disable-next-line no-restricted-globals -- it is a socket of the platform that is waited for
    const timer = setTimeout(() => this.request?.destroy(tooSlow), this.sockets.connectTimeout)
    this.stopTimer = () => clearTimeout(timer)
  }

  connected(): void {
    this.stopTimer()
    this.begin()
  }

  receive(response: Http.IncomingMessage): void {
    this.receiveHead(response.statusCode ?? 0, response.headers)
    response
      .on("data", (chunk: Uint8Array) => this.receiveData(chunk))
      .on("error", (cause) => this.broken(cause))
      .on("end", () => {
        this.isWhole = true
        // Only then is the connection free again. Told earlier, the caller would open another one for the next request.
        queueMicrotask(() => this.whole())
      })
  }

  override end(result: Parameters<Done>[0]): void {
    this.leave()
    super.end(result)
  }

  abort(): void {
    this.leave()
    this.request?.destroy(givenUp)
  }

  leave(): void {
    this.stopTimer()
    if (this.request !== undefined) this.sockets.underWay.delete(this.request)
  }
}

const givenUp = new Error("the request was given up")
const tooSlow = Object.assign(new Error("the connection was not made in time"), {
  code: "ETIMEDOUT",
  syscall: "connect",
})
const hungUp = Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" })
const closed = new Error("the transport was closed")
