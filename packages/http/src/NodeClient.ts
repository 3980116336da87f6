/**
 * An `HttpClient` over `node:http` alone, for answers that fit into memory: nothing to install, and the quickest start.
 *
 * Effect's own Layer over `node:http` hands bodies out as streams and brings its sockets, sinks and resolvers along, which
 * is a fifth of a bundle. This client sends bytes, text or nothing, reads the answer whole and ends the request when its
 * fiber is interrupted. Like `UndiciClient`, which makes more calls a second, it limits the time to connect and the number
 * of sockets.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Http from "node:http"
import type { Socket } from "node:net"
import type { ConnectionOptions } from "./ConnectionOptions.ts"
import { limitsOf, slotsOf } from "./internal/connections.ts"
import type { Exchange, Progress, Sent } from "./internal/exchange.ts"
import { clientOf } from "./internal/exchangeClient.ts"
import { givenUp, Reception } from "./internal/reception.ts"
import type { OptionsError } from "./OptionsError.ts"

/**
 * Provides the client, whose sockets are closed with the Layer's scope.
 *
 * It opens no span and adds no tracing headers. A body that is a stream or a form is an `EncodeError`.
 *
 * **Example** (The live Layer with nothing but Node)
 *
 * ```ts
 * import { Credentials } from "@proxy-session/http/Credentials"
 * import * as HttpRepo from "@proxy-session/http/HttpRepo"
 * import * as NodeClient from "@proxy-session/http/NodeClient"
 * import * as Layer from "effect/Layer"
 *
 * export const live = HttpRepo.layerConfig().pipe(
 *   Layer.provide([Credentials.layerConfig(), NodeClient.layer()])
 * )
 * ```
 *
 * @category layers
 */
export const layer = (options: ConnectionOptions = {}): Layer.Layer<HttpClient.HttpClient, OptionsError> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const { connections, connectTimeout, keepAliveTimeout } = yield* limitsOf("NodeClient", options)
      const sockets = yield* Effect.acquireRelease(
        Effect.sync(() => new Sockets(connections, connectTimeout, keepAliveTimeout)),
        (sockets) => Effect.sync(() => sockets.close()),
      )
      const start: Exchange["start"] = (sent, limit, progress, done) => {
        const reception = new NodeReception(done, limit, progress, sockets)
        reception.start(sent)
        return () => reception.giveUp()
      }
      return clientOf({ start, connections: slotsOf(connections) })
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

/** The sockets of a client, and the requests that have or wait for one. */
class Sockets {
  readonly connectTimeout: number
  readonly options: Http.AgentOptions
  readonly targets = new Map<string, Target>()
  readonly underWay = new Set<NodeReception>()
  isClosed = false

  constructor(connections: number, connectTimeout: number, keepAliveTimeout: number) {
    this.connectTimeout = connectTimeout
    this.options = { keepAlive: true, maxSockets: connections, scheduling: "lifo", timeout: keepAliveTimeout }
  }

  target(origin: string): Target {
    if (this.isClosed) throw closed
    const known = this.targets.get(origin)
    if (known !== undefined) return known
    const { hostname, port, protocol } = new URL(origin)
    const { Agent, request } = modules[protocol === "https:" ? protocol : "http:"]()
    const target = { request, agent: new Agent(this.options), hostname: hostname.replace(/^\[|\]$/gu, ""), port }
    this.targets.set(origin, target)
    return target
  }

  /** Requests in an agent's queue would make connections of their own once the present ones are closed. */
  close(): void {
    this.isClosed = true
    for (const reception of this.underWay) reception.request?.destroy(closed)
    for (const { agent } of this.targets.values()) agent.destroy()
  }
}

/** Takes an answer from `node:http`. */
class NodeReception extends Reception {
  readonly sockets: Sockets
  request: Http.ClientRequest | undefined
  isWhole = false
  stopTimer = () => {}

  constructor(done: Reception["done"], limit: number, progress: Progress, sockets: Sockets) {
    super(done, limit, progress)
    this.sockets = sockets
  }

  start({ body, headers, method, origin, path }: Sent): void {
    try {
      const { request, ...target } = this.sockets.target(origin)
      this.request = request({ ...target, path, method, headers: { ...headers } })
    } catch (cause) {
      this.end(cause)
      return
    }
    this.sockets.underWay.add(this)
    this.request
      .on("socket", (socket) => this.wait(socket))
      .on("response", (response) => this.receive(response))
      .on("error", (cause) => this.end(cause))
      .on("close", () => {
        if (!this.isWhole) this.end(hungUp)
      })
      .end(body)
  }

  /** What is written to a socket before it is connected stays with it, so that nothing of the request has left. */
  wait(socket: Socket): void {
    const isSecuring = Reflect.get(socket, "secureConnecting") === true
    if (!socket.connecting && !isSecuring) return this.begin()
    socket.once(isSecuring ? "secureConnect" : "connect", () => this.begin())
    // oxlint-disable-next-line no-restricted-globals -- it is a socket of the platform that is waited for
    const timer = setTimeout(() => this.request?.destroy(tooSlow), this.sockets.connectTimeout)
    this.stopTimer = () => clearTimeout(timer)
  }

  begin(): void {
    this.stopTimer()
    this.progress.isBegun = true
  }

  receive(response: Http.IncomingMessage): void {
    this.status = response.statusCode ?? 0
    this.headers = response.headers
    response
      .on("data", (chunk: Uint8Array) => {
        if (!this.add(chunk)) this.request?.destroy(givenUp)
      })
      .on("error", (cause) => this.end(cause))
      .on("end", () => {
        this.isWhole = true
        // Only then is the connection free again: whoever is told earlier would open another one for the next request.
        queueMicrotask(() => this.end(undefined))
      })
  }

  override end(failure: unknown): void {
    this.leave()
    super.end(failure)
  }

  giveUp(): void {
    this.isDone = true
    this.leave()
    this.request?.destroy(givenUp)
  }

  leave(): void {
    this.stopTimer()
    this.sockets.underWay.delete(this)
  }
}

const tooSlow = Object.assign(new Error("the connection was not made in time"), { syscall: "connect" })
const hungUp = Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" })
const closed = new Error("the client was closed")
