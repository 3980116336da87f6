/**
 * What becomes of calls when a client of ours has more of them than connections, and of connections without calls.
 */
import { assert, describe, it } from "@effect/vitest"
import { Request } from "@proxy-session/http/Exchange"
import type * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as NodeTransport from "@proxy-session/http/NodeTransport"
import * as Transport from "@proxy-session/http/Transport"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { unlistened } from "../../packages/http/test/server.ts"
import { calls, live, over, session } from "./clients.ts"
import * as Endpoint from "./endpoint.ts"

const good = Endpoint.answer(200, session())

/** Repositories over the same connections. */
const sharing = (url: string) =>
  Effect.map(
    Transport.Transport,
    (transport) => (options?: HttpRepo.Options) => over(Layer.succeed(Transport.Transport, transport), url, options),
  )

/** Sends a request that was not admitted, so that it waits in the platform's own queue. */
const send = (transport: Transport.Transport["Service"], origin: string) =>
  transport.send(
    new Request({ method: "GET", origin, path: "/", headers: {}, body: undefined }),
    1000,
    Number.POSITIVE_INFINITY,
    () => undefined,
  )

const clients = { NodeTransport, UndiciTransport } as const

for (const name of ["NodeTransport", "UndiciTransport"] as const) {
  const client = clients[name]
  const one = client.layer({ connections: 1 })

  describe(`where all connections are taken, ${name}`, () => {
    it.live("lets a call wait for one without counting that against its attempt", () =>
      Effect.gen(function* () {
        const endpoint = yield* Endpoint.start(Endpoint.after(150, good))
        const repository = over(one, endpoint.url, { attemptTimeout: 500 })
        yield* Effect.all(
          Array.from({ length: 8 }, () => calls.create),
          { concurrency: 8 },
        ).pipe(Effect.provide(repository))
        assert.strictEqual(endpoint.arrivals.length, 8)
        assert.strictEqual(endpoint.connections(), 1)
      }),
    )

    it.live("ends a call that gets none in its time as certainly not sent, and keeps the place of no other", () =>
      Effect.gen(function* () {
        const endpoint = yield* Endpoint.start(Endpoint.silence, good)
        const repository = yield* sharing(endpoint.url)
        const holding = yield* Effect.forkChild(Effect.provide(calls.get, repository()))
        yield* endpoint.arrived(1)
        const error = yield* Effect.flip(Effect.provide(calls.create, repository({ operationTimeout: 200 })))
        assert.include(error, { _tag: "TransportError", reason: "Timeout", outcome: "NotSent", attempts: 1 })
        const given = yield* Effect.forkChild(Effect.provide(calls.create, repository()), { startImmediately: true })
        const waiting = yield* Effect.forkChild(Effect.provide(calls.get, repository()), { startImmediately: true })
        yield* Fiber.interrupt(given)
        yield* Fiber.interrupt(holding)
        yield* Fiber.join(waiting)
        assert.deepStrictEqual(
          endpoint.arrivals.map(({ line }) => line.split(" ")[0]),
          ["GET", "GET"],
        )
      }).pipe(Effect.provide(one)),
    )

    it.live("holds none while a call waits for its next attempt", () =>
      Effect.gen(function* () {
        const later = Endpoint.fault(503, "ServiceUnavailableException", { "x-amz-retry-after": "2000" })
        const endpoint = yield* Endpoint.start(later, good)
        const repository = yield* sharing(endpoint.url)
        const paused = yield* Effect.forkChild(Effect.provide(calls.get, repository()))
        yield* Effect.andThen(endpoint.arrived(1), endpoint.settled)
        yield* Effect.timeout(Effect.provide(calls.get, repository()), "1 second")
        yield* Fiber.interrupt(paused)
      }).pipe(Effect.provide(one)),
    )

    it.live("has others for another endpoint", () =>
      Effect.gen(function* () {
        const [silent, other] = yield* Effect.all([Endpoint.start(Endpoint.silence), Endpoint.start(good)])
        const holding = yield* Effect.forkChild(Effect.provide(calls.get, (yield* sharing(silent.url))()))
        yield* silent.arrived(1)
        yield* Effect.provide(calls.get, (yield* sharing(other.url))({ operationTimeout: "1 second" }))
        yield* Fiber.interrupt(holding)
      }).pipe(Effect.provide(one)),
    )

    it.live("has 64 of them, unless told otherwise", () =>
      Effect.gen(function* () {
        const endpoint = yield* Endpoint.start(Endpoint.silence)
        const repository = yield* sharing(endpoint.url)
        const hold = Effect.forkChild(Effect.provide(calls.get, repository({ attemptTimeout: "1 minute" })))
        const outcome = Effect.provide(calls.create, repository({ operationTimeout: 200 })).pipe(
          Effect.flip,
          Effect.map((error) => error._tag === "TransportError" && error.outcome),
        )
        for (let count = 1; count <= 63; count++) yield* hold
        yield* endpoint.arrived(63)
        assert.strictEqual(yield* outcome, "Unknown", "the 64th was sent")
        yield* hold
        yield* endpoint.arrived(65)
        assert.strictEqual(yield* outcome, "NotSent", "there is no 65th")
      }).pipe(Effect.provide(client.layer())),
    )
  })

  describe(`where a request has not begun, ${name}`, () => {
    /** Speaks no TLS, which a client only notices once it has begun the handshake. */
    const broken = (meet: (socket: Socket) => void) =>
      Effect.acquireRelease(
        Effect.promise(async () => {
          const sockets = new Set<Socket>()
          const server = createServer((socket) => {
            sockets.add(socket.on("error", () => undefined))
            socket.once("data", () => meet(socket))
          })
          server.listen(0, "127.0.0.1")
          await once(server, "listening")
          return { server, sockets }
        }),
        ({ server, sockets }) =>
          Effect.promise(async () => {
            for (const socket of sockets) socket.destroy()
            await new Promise((resolve) => server.close(resolve))
          }),
      ).pipe(Effect.map(({ server }) => `https://127.0.0.1:${(server.address() as AddressInfo).port}`))

    it.live("knows that it was not sent, though the handshake is reset, answered in plain or takes too long", () =>
      Effect.gen(function* () {
        const attempt = { attemptTimeout: 200, retry: { maxAttempts: 1 } }
        for (const [meet, hint] of [
          [(socket: Socket) => socket.resetAndDestroy(), /^Check the endpoint and the network\.$/u],
          [(socket: Socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), /^The endpoint does not speak TLS/u],
        ] as const) {
          const cut = yield* Effect.flip(Effect.provide(calls.create, over(one, yield* broken(meet), attempt)))
          assert.include(cut, { _tag: "TransportError", reason: "Connect", outcome: "NotSent" })
          assert.match("hint" in cut ? cut.hint : "", hint)
        }
        const silent = yield* broken(() => undefined)
        const late = yield* Effect.flip(Effect.provide(calls.create, over(one, silent, attempt)))
        assert.include(late, { _tag: "TransportError", reason: "Timeout", outcome: "NotSent" })
      }),
    )

    it.live("knows it of one that has taken over a handshake from another that was given up", () =>
      Effect.gen(function* () {
        const silent = yield* broken(() => undefined)
        yield* Effect.gen(function* () {
          const repository = (yield* sharing(silent))({ retry: { maxAttempts: 1 } })
          yield* Fiber.interrupt(
            yield* Effect.forkChild(Effect.provide(calls.get, repository), { startImmediately: true }),
          )
          const late = yield* Effect.flip(Effect.provide(calls.create, repository))
          assert.include(late, { _tag: "TransportError", reason: "Connect", outcome: "NotSent" })
        }).pipe(Effect.provide(client.layer({ connections: 1, connectTimeout: 200 })))
      }),
    )

    // Over `node:http` each of them has a connection of its own, which ends with it.
    if (client === UndiciTransport) {
      it.live("lets those that were given up before their connection was made end none of those that are", () =>
        Effect.gen(function* () {
          const endpoint = yield* Endpoint.start(good)
          const repository = (yield* sharing(endpoint.url))()
          for (let given = 0; given < 200; given++) {
            yield* Fiber.interrupt(
              yield* Effect.forkChild(Effect.provide(calls.get, repository), { startImmediately: true }),
            )
          }
          yield* Effect.provide(Effect.all([calls.get, calls.create]), repository)
          assert.strictEqual(endpoint.connections(), 1)
        }).pipe(Effect.provide(one)),
      )
    }
  })

  describe(`where calls follow each other, ${name}`, () => {
    // undici tells of an answer before the connection is free, and so makes a second one.
    const count = client === NodeTransport ? 1 : 2
    it.live(`makes them over ${count === 1 ? "one connection" : "two connections"}`, () =>
      Effect.gen(function* () {
        const endpoint = yield* Endpoint.start(good)
        yield* Effect.all(Array.from({ length: 20 }, () => calls.get)).pipe(Effect.provide(live(name, endpoint.url)))
        assert.strictEqual(endpoint.connections(), count)
      }),
    )
  })

  describe(`where nobody calls, ${name}`, () => {
    it.live("gives a connection up after four seconds unless told otherwise, whatever the server allows", () =>
      Effect.gen(function* () {
        const endpoint = yield* Endpoint.start(Endpoint.answer(200, session(), { "keep-alive": "timeout=60" }))
        yield* Effect.gen(function* () {
          yield* calls.get
          const began = performance.now()
          yield* Effect.timeout(endpoint.closed, "6 seconds")
          assert.isAtLeast(performance.now() - began, 2900)
        }).pipe(Effect.provide(live(name, endpoint.url)))
      }),
    )
  })

  describe(`where its one connection fails, ${name}`, () => {
    it.live("makes another for the next call, which may follow at once", () =>
      Effect.gen(function* () {
        const repository = over(one, yield* unlistened, { retry: { maxAttempts: 1 } })
        const errors = yield* Effect.all(
          Array.from({ length: 6 }, () => Effect.flip(calls.create)),
          { concurrency: 2 },
        ).pipe(Effect.provide(repository))
        for (const error of errors) assert.include(error, { reason: "Connect", outcome: "NotSent" })
      }),
    )
  })

  describe(`where its Layer is closed, ${name}`, () => {
    it.live("sends nothing any more, neither what waits nor what is asked later", () =>
      Effect.gen(function* () {
        const endpoint = yield* Endpoint.start(Endpoint.silence, good)
        const scope = yield* Scope.make()
        const transport = Context.get(yield* Layer.buildWithScope(one, scope), Transport.Transport)
        const repository = over(Layer.succeed(Transport.Transport, transport), endpoint.url)
        const fork = Effect.forkChild(Effect.flip(Effect.provide(calls.create, repository)), { startImmediately: true })
        const underWay = yield* fork
        yield* endpoint.arrived(1)
        const waiting = yield* fork
        const queued = yield* Effect.forkChild(Effect.flip(send(transport, endpoint.url)), { startImmediately: true })
        yield* Effect.timeout(Scope.close(scope, Exit.void), "1 second")
        assert.include(yield* Fiber.join(underWay), { _tag: "TransportError", outcome: "Unknown" })
        assert.include(yield* Fiber.join(waiting), { _tag: "TransportError", outcome: "NotSent" })
        assert.include(yield* Fiber.join(queued), { _tag: "TransportFailure", outcome: "NotSent" })
        const later = yield* Effect.flip(Effect.provide(calls.create, repository))
        assert.include(later, { _tag: "TransportError", outcome: "NotSent" })
        assert.strictEqual(endpoint.arrivals.length, 1)
      }),
    )

    it.live("ends the requests under way, and waits for none", () =>
      Effect.gen(function* () {
        const endpoint = yield* Endpoint.start(Endpoint.silence)
        const scope = yield* Scope.make()
        const transport = Context.get(yield* Layer.buildWithScope(client.layer(), scope), Transport.Transport)
        const request = yield* Effect.forkChild(Effect.flip(send(transport, endpoint.url)))
        yield* endpoint.arrived(1)
        yield* Effect.timeout(Scope.close(scope, Exit.void), "1 second")
        assert.include(yield* Fiber.join(request), { _tag: "TransportFailure", outcome: "Unknown" })
        yield* Effect.timeout(endpoint.closed, "1 second")
      }),
    )
  })
}
