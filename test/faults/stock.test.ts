/**
 * What the documents say of Effect's own Layers over undici and `node:http`, as of the version in use.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Transport from "@proxy-session/http/Transport"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { calls, over, session } from "./clients.ts"
import * as Endpoint from "./endpoint.ts"

const overClient = (client: Layer.Layer<HttpClient.HttpClient>) => Layer.provide(Transport.layerHttpClient(), client)

const slow = Endpoint.after(100, Endpoint.answer(200, session()))
const four = Effect.all([calls.get, calls.get, calls.get, calls.get], { concurrency: 4 })

/** How many connections four calls at once take. */
const connectionsOver = (client: Layer.Layer<HttpClient.HttpClient>) =>
  Effect.gen(function* () {
    const endpoint = yield* Endpoint.start(slow)
    yield* Effect.provide(four, over(overClient(client), endpoint.url))
    return endpoint.connections()
  })

/** The first bytes of a TLS handshake, in which the protocols are offered by their names, each after its length (RFC 7301). */
const hello = (transport: Parameters<typeof over>[0]) =>
  Effect.gen(function* () {
    const first = Promise.withResolvers<string>()
    const server = createServer((socket) => {
      socket.on("error", () => undefined)
      socket.on("data", (bytes) => {
        first.resolve(bytes.toString("latin1"))
        socket.destroy()
      })
    })
    yield* Effect.addFinalizer(() => Effect.sync(() => void server.close()))
    yield* Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening"))
    const { port } = server.address() as AddressInfo
    const options = { attemptTimeout: 1000, retry: { maxAttempts: 1 } }
    yield* Effect.flip(calls.get).pipe(Effect.provide(over(transport, `https://127.0.0.1:${port}`, options)))
    return yield* Effect.promise(() => first.promise)
  })

describe("Effect's Layer over undici", () => {
  it.live("limits the time to connect if told to, so that a create was certainly not sent then", () =>
    Effect.gen(function* () {
      const endpoint = yield* Endpoint.start(Endpoint.silence)
      const client = NodeHttpClient.layerUndiciOptions({ connect: { timeout: 200 } })
      const url = endpoint.url.replace("http:", "https:")
      const times = { operationTimeout: "20 seconds", attemptTimeout: "10 seconds", retry: { maxAttempts: 1 } } as const
      const error = yield* Effect.flip(calls.create).pipe(Effect.provide(over(overClient(client), url, times)))
      assert.include(error, { reason: "Connect", outcome: "NotSent", code: "UND_ERR_CONNECT_TIMEOUT" })
    }),
  )

  it.live("limits the number of sockets if told to, and has no limit otherwise", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* connectionsOver(NodeHttpClient.layerUndiciOptions({ connections: 1 })), 1)
      assert.strictEqual(yield* connectionsOver(NodeHttpClient.layerUndici), 4)
    }),
  )

  it.live("offers HTTP/2, where UndiciTransport does not, whatever it connects with", () =>
    Effect.gen(function* () {
      assert.include(yield* hello(overClient(NodeHttpClient.layerUndici)), "\u0002h2")
      for (const options of [{}, { connect: { keepAlive: true } }, { connect: { allowH2: true } as object }]) {
        assert.notInclude(yield* hello(UndiciTransport.layer(options)), "\u0002h2")
      }
    }),
  )
})

describe("Effect's Layer over node:http", () => {
  it.live("limits the number of sockets if told to", () =>
    Effect.gen(function* () {
      const limited = NodeHttpClient.layerNodeHttpOptions({ keepAlive: true, maxSockets: 1 })
      assert.strictEqual(yield* connectionsOver(limited), 1)
    }),
  )
})
