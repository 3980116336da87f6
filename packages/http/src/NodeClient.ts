/**
 * An `HttpClient` over `node:http` alone, for answers that fit into memory: nothing to install, and the quickest start.
 *
 * Effect's own Layer over `node:http` hands bodies out as streams and brings its sockets, sinks and resolvers along, which
 * is a fifth of a bundle. This client sends a body of bytes or none, reads the answer whole and ends the request when its
 * fiber is interrupted. Like `UndiciClient`, which makes more calls a second, it limits the time to connect and the number
 * of sockets.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Http from "node:http"
import type { ConnectionOptions } from "./ConnectionOptions.ts"
import { limitsOf, slotsOf } from "./internal/connections.ts"
import type { Exchange, Sent } from "./internal/exchange.ts"
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
 * export const live = HttpRepo.layerConfig.pipe(
 *   Layer.provide([Credentials.layerConfig, NodeClient.layer()])
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
      const kept = { keepAlive: true, maxSockets: connections, scheduling: "lifo", timeout: keepAliveTimeout } as const
      const agents = yield* Effect.acquireRelease(
        Effect.sync(() => new Map<Protocol, Http.Agent>()),
        (agents) => Effect.sync(() => agents.forEach((agent) => agent.destroy())),
      )
      const agentOf = (protocol: Protocol) => {
        const agent = agents.get(protocol) ?? new (modules[protocol]().Agent)(kept)
        agents.set(protocol, agent)
        return agent
      }
      return clientOf({ start: over(agentOf, connectTimeout), connections: slotsOf(connections) })
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

type Protocol = keyof typeof modules

const over =
  (agentOf: (protocol: Protocol) => Http.Agent, connectTimeout: number): Exchange["start"] =>
  (sent, limit, progress, done) => {
    const reception = new NodeReception(done, limit, progress)
    reception.start(sent, agentOf, connectTimeout)
    return () => reception.giveUp()
  }

/** Takes an answer from `node:http`. */
class NodeReception extends Reception {
  request: Http.ClientRequest | undefined
  isWhole = false
  stopTimer = () => {}

  start(sent: Sent, agentOf: (protocol: Protocol) => Http.Agent, connectTimeout: number): void {
    const { hostname, port } = new URL(sent.origin)
    const protocol = sent.origin.startsWith("https:") ? "https:" : "http:"
    const { headers, method, path } = sent
    try {
      const target = { hostname: hostname.replace(/^\[|\]$/gu, ""), port, path, method }
      this.request = modules[protocol]().request({ ...target, headers: { ...headers }, agent: agentOf(protocol) })
    } catch (cause) {
      this.end(cause)
      return
    }
    this.request
      .on("socket", (socket) => {
        if (!socket.connecting) return this.begin()
        // What is written before that is kept by the socket, so that nothing of it has left the machine.
        socket.once(protocol === "https:" ? "secureConnect" : "connect", () => this.begin())
        // oxlint-disable-next-line no-restricted-globals -- it is a socket of the platform that is waited for
        const timer = setTimeout(() => this.request?.destroy(tooSlow), connectTimeout)
        this.stopTimer = () => clearTimeout(timer)
      })
      .on("response", (response) => this.receive(response))
      .on("error", (cause) => this.end(cause))
      .on("close", () => {
        if (!this.isWhole) this.end(new Error("the connection was closed"))
      })
      .end(sent.body)
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
    this.stopTimer()
    super.end(failure)
  }

  giveUp(): void {
    this.isDone = true
    this.stopTimer()
    this.request?.destroy(givenUp)
  }
}

const tooSlow = Object.assign(new Error("the connection was not made in time"), { syscall: "connect" })
