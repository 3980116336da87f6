/**
 * The recommended transport on Node, straight over undici's dispatcher: the most calls a second.
 *
 * Effect's own Layer over undici serves every use: it parses a URL, opens a span and wires an abort signal for each
 * request, and hands bodies out as streams. This one sends text, reads the response whole and aborts when its fiber is
 * interrupted. It also knows whether a request had begun when its connection failed.
 */
import * as Undici from "@effect/platform-node/Undici"
import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import * as Layer from "effect/Layer"
import { admission, type ConnectionOptions, limitsOf } from "./ConnectionOptions.ts"
import type { Send } from "./Exchange.ts"
import { Receiver, sendWith } from "./internal/receiver.ts"
import { OptionsError } from "./OptionsError.ts"
import { make, Transport } from "./Transport.ts"

/** The options of undici that are not the user's to choose. */
type Own =
  | "allowH2"
  | "bodyTimeout"
  | "connect"
  | "factory"
  | "headersTimeout"
  | "keepAliveMaxTimeout"
  | "pipelining"
  | keyof ConnectionOptions

/**
 * The options of undici's `Agent`, such as `connect: { ca }` for a certificate authority of one's own.
 *
 * Left out are those that would undo what this package promises: HTTP/2 and pipelining, with which undici repeats requests by
 * itself, `factory`, and the timeouts of heads and bodies, since attempts and operations have deadlines of their own. The
 * connections are those of `ConnectionOptions`, of which `connect` as a function takes no `connectTimeout`.
 *
 * @category models
 */
export interface Options extends Omit<Undici.Agent.Options, Own>, ConnectionOptions {
  readonly connect?: Connector | OmitOfEach<ConnectObject, "allowH2" | "preferH2" | "timeout">
}

type OmitOfEach<Union, Keys extends PropertyKey> = Union extends unknown ? Omit<Union, Keys> : never
type Connector = Extract<Undici.Agent.Options["connect"], (...args: never) => void>
type ConnectObject = Exclude<Undici.Agent.Options["connect"], Connector | undefined>

/**
 * Sends requests over an agent of its own, which is destroyed with the Layer's scope.
 *
 * **Example** (The live Layer at its fastest)
 *
 * ```ts
 * import { Credentials } from "@proxy-session/http/Credentials"
 * import * as FastSigner from "@proxy-session/http/FastSigner"
 * import * as HttpRepo from "@proxy-session/http/HttpRepo"
 * import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
 * import * as Layer from "effect/Layer"
 *
 * export const live = HttpRepo.layerConfig().pipe(
 *   Layer.provide([Credentials.layerConfig(), UndiciTransport.layer(), FastSigner.layer()])
 * )
 * ```
 *
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Transport, OptionsError> =>
  Layer.effect(
    Transport,
    Effect.gen(function* () {
      const { connections, connectTimeout, keepAliveTimeout } = yield* limitsOf("UndiciTransport", options)
      const { connect } = options
      const agentOptions: Undici.Agent.Options = {
        ...options,
        connections,
        connectTimeout,
        connect: typeof connect === "function" ? connect : { ...connect, allowH2: false },
        // Over HTTP/2 undici repeats what a server refuses by itself, a create among it, and takes a broken body for whole.
        allowH2: false,
        pipelining: 1,
        keepAliveTimeout,
        // What a server allows may be less, not more.
        keepAliveMaxTimeout: keepAliveTimeout,
        headersTimeout: 0,
        bodyTimeout: 0,
      }
      yield* checked(agentOptions)
      const agent = yield* Effect.acquireRelease(
        Effect.sync(() => new Undici.Agent(agentOptions)),
        (agent) => Effect.promise(() => agent.destroy()),
      )
      return make({ admit: admission(connections), send: over(agent) })
    }),
  )

/** An agent looks at most of its options when it makes its first connection. */
const checked = (options: Undici.Agent.Options): Effect.Effect<void, OptionsError> =>
  Effect.try({
    try: () => void new Undici.Client("http://localhost", options).destroy(),
    catch: (cause) => {
      const rule = cause instanceof Error ? cause.message : "is refused by undici"
      return new OptionsError({ of: "UndiciTransport", violations: [{ path: "options", rule }] })
    },
  })

/**
 * Sends requests over a dispatcher of one's own, such as undici's `ProxyAgent` or `MockAgent`, which the caller closes.
 *
 * No attempt waits for a connection, and a dispatcher may send without telling, so what it does not prove is unknown. Give an
 * agent `allowH2: false`: over HTTP/2, undici repeats requests by itself.
 *
 * @category layers
 */
export const fromDispatcher = (dispatcher: Undici.Dispatcher): Layer.Layer<Transport> =>
  Layer.succeed(Transport, make({ send: over(dispatcher, (receiver) => receiver.begin()) }))

const over = (dispatcher: Undici.Dispatcher, prepare: (receiver: UndiciReceiver) => void = constVoid): Send =>
  sendWith((request, limit, onBegin, done) => {
    const receiver = new UndiciReceiver(limit, onBegin, done)
    prepare(receiver)
    const { body = null, headers, method, origin, path } = request
    try {
      dispatcher.dispatch({ body, headers, method, origin, path }, receiver)
    } catch (cause) {
      receiver.broken(cause)
    }
    return receiver
  })

class UndiciReceiver extends Receiver implements Undici.Dispatcher.DispatchHandler {
  controller: Undici.Dispatcher.DispatchController | undefined

  onRequestStart(controller: Undici.Dispatcher.DispatchController): void {
    // To abort what was given up before it began would end the connection that has just been made for it, and with as
    // many of them as a slow handshake leaves time for, no later call would ever get one.
    if (this.isDone) throw givenUp
    this.controller = controller
    this.begin()
  }

  onResponseStart(
    _: Undici.Dispatcher.DispatchController,
    status: number,
    headers: Parameters<Receiver["receiveHead"]>[1],
  ): void {
    // An informational response is followed by the real one.
    if (status >= 200) this.receiveHead(status, headers)
  }

  onResponseData(_: Undici.Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.receiveData(chunk)
  }

  onResponseEnd(): void {
    this.whole()
  }

  onResponseError(_: Undici.Dispatcher.DispatchController, cause: unknown): void {
    // The caller may send the next request at once, for which the connection that failed must have been put away.
    queueMicrotask(() => this.broken(cause ?? new Error("the response broke off")))
  }

  abort(): void {
    this.controller?.abort(givenUp)
  }
}

const givenUp = new Error("the request was given up")
