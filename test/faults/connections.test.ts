/**
 * What happens to connections: stale ones, interrupted ones, answers nobody asked for, and places where nobody listens.
 */
import { assert, describe, it } from "@effect/vitest"
import * as NodeTransport from "@proxy-session/http/NodeTransport"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { unlistened } from "../../packages/http/test/server.ts"
import { calls, type Client, live, names, over, session } from "./clients.ts"
import * as Endpoint from "./endpoint.ts"
import { packed } from "./rows.ts"

const good = Endpoint.answer(200, session())
const gone = Endpoint.fault(404, "NotFoundException")

/** Clients that unpack what says that it is packed. */
const unpacks: ReadonlySet<string> = new Set(["fetch", "Effect's fetch"])

for (const client of names) {
  describe(`over ${client}`, () => {
    it.live("a connection that was kept, and broke, costs one attempt of a get, not the call", () =>
      Effect.gen(function* () {
        const endpoint = yield* Endpoint.start(good, Endpoint.reset, good)
        yield* Effect.gen(function* () {
          yield* calls.get
          yield* calls.get
        }).pipe(Effect.provide(live(client, endpoint.url)))
        assert.strictEqual(endpoint.arrivals.length, 3)
        assert.strictEqual(endpoint.connections(), 2)
      }),
    )

    it.live("a connection that the service ended while nobody asked is not used again, not even for a create", () =>
      Effect.gen(function* () {
        const endpoint = yield* Endpoint.start((socket, answered) => {
          good(socket, answered)
          socket.end()
        }, good)
        yield* Effect.gen(function* () {
          yield* calls.get
          yield* endpoint.closed
          yield* calls.create
        }).pipe(Effect.provide(live(client, endpoint.url)))
        assert.strictEqual(endpoint.arrivals.length, 2)
        assert.strictEqual(endpoint.connections(), 2)
      }),
    )

    it.live("a second answer to one request is never given to the next", () =>
      Effect.gen(function* () {
        const other = Endpoint.answer(200, session({ ProxySessionId: "another" }))
        const endpoint = yield* Endpoint.start(Endpoint.twice(good, other), good)
        const ids = yield* Effect.all([calls.get, calls.get]).pipe(
          Effect.map((sessions) => sessions.map(({ proxySessionId }) => String(proxySessionId))),
          Effect.provide(live(client, endpoint.url)),
        )
        assert.deepStrictEqual(ids, ["one", "one"])
      }),
    )

    it.live("an interrupted call frees its connection within a second, and nothing follows", () =>
      Effect.gen(function* () {
        for (const behaviour of [Endpoint.silence, Endpoint.drippingHead, Endpoint.drippingBody]) {
          const endpoint = yield* Endpoint.start(behaviour)
          yield* Effect.gen(function* () {
            const fiber = yield* Effect.forkChild(calls.get)
            yield* endpoint.arrived(1)
            yield* Fiber.interrupt(fiber)
            yield* Effect.timeout(endpoint.settled, "1 second")
          }).pipe(Effect.provide(live(client, endpoint.url)))
          assert.strictEqual(endpoint.arrivals.length, 1)
        }
      }),
    )

    it.live("a body that drips cannot pass the deadline of the whole operation", () =>
      Effect.gen(function* () {
        const endpoint = yield* Endpoint.start(Endpoint.drippingBody)
        const began = performance.now()
        const error = yield* Effect.flip(calls.get).pipe(
          Effect.provide(live(client, endpoint.url, { operationTimeout: 300 })),
        )
        assert.include(error, { _tag: "TransportError", reason: "Timeout", outcome: "Unknown", attempts: 1 })
        assert.isBelow(performance.now() - began, 1500)
        yield* Effect.timeout(endpoint.settled, "1 second")
      }),
    )

    it.live("a call interrupted between two attempts makes no other", () =>
      Effect.gen(function* () {
        const endpoint = yield* Endpoint.start(
          Endpoint.fault(503, "ServiceUnavailableException", { "x-amz-retry-after": "3000" }),
        )
        const exit = yield* Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(calls.get)
          yield* Effect.timeout(Effect.andThen(endpoint.arrived(1), endpoint.settled), "1 second")
          yield* Fiber.interrupt(fiber)
          return yield* Fiber.await(fiber)
        }).pipe(Effect.provide(live(client, endpoint.url)))
        assert.isTrue(Exit.hasInterrupts(exit))
        assert.strictEqual(endpoint.arrivals.length, 1)
      }),
    )

    it.live("a delete whose answer was lost is done if the service then knows nothing of the session", () =>
      Effect.gen(function* () {
        for (const lost of [Endpoint.reset, Endpoint.fault(500, "ServiceFailureException")]) {
          const endpoint = yield* Endpoint.start(lost, gone)
          yield* calls.delete.pipe(Effect.provide(live(client, endpoint.url)))
          assert.strictEqual(endpoint.arrivals.length, 2)
        }
        const endpoint = yield* Endpoint.start(Endpoint.fault(400, "RequestTimeoutException"), gone)
        const error = yield* Effect.flip(calls.delete).pipe(Effect.provide(live(client, endpoint.url)))
        assert.strictEqual(error._tag, "NotFoundException", "the first attempt certainly was not carried out")
      }),
    )

    it.live("a redirect is an error, and the place it points to hears nothing", () =>
      Effect.gen(function* () {
        const elsewhere = yield* Endpoint.start(good)
        for (const status of [301, 302, 303, 307, 308]) {
          const endpoint = yield* Endpoint.start(Endpoint.answer(status, "", { location: `${elsewhere.url}/` }))
          for (const call of [calls.get, calls.create]) {
            const error = yield* Effect.flip(call).pipe(Effect.provide(live(client, endpoint.url)))
            assert.include(error, { _tag: "TransportError", reason: "Redirect", attempts: 1 })
          }
          assert.strictEqual(endpoint.arrivals.length, 2)
        }
        assert.strictEqual(elsewhere.arrivals.length, 0)
      }),
    )

    it.live("a body that nobody asked to be packed is read, or told to be malformed", () =>
      Effect.gen(function* () {
        const endpoint = yield* Endpoint.start(packed)
        const result = yield* Effect.result(calls.get).pipe(Effect.provide(live(client, endpoint.url)))
        assert.strictEqual(
          result._tag === "Success" ? "read" : result.failure._tag,
          unpacks.has(client) ? "read" : "MalformedResponse",
        )
        assert.strictEqual(endpoint.arrivals.length, 1)
      }),
    )

    it.live("where nobody listens, even a create is tried three times, and certainly was not carried out", () =>
      Effect.gen(function* () {
        for (const url of [yield* unlistened, "http://nobody.invalid"]) {
          for (const call of [calls.get, calls.create]) {
            const error = yield* Effect.flip(call).pipe(
              Effect.provide(live(client, url, { operationTimeout: "20 seconds", attemptTimeout: "10 seconds" })),
            )
            assert.include(error, { _tag: "TransportError", reason: "Connect", outcome: "NotSent", attempts: 3 })
          }
        }
      }),
    )

    if (!client.endsWith("fetch")) {
      it.live("all connections are closed when the Layer's scope is", () =>
        Effect.gen(function* () {
          const endpoint = yield* Endpoint.start(good)
          yield* Effect.all([calls.get, calls.get, calls.get], { concurrency: 3 }).pipe(
            Effect.provide(live(client, endpoint.url)),
          )
          yield* Effect.timeout(endpoint.closed, "1 second")
          assert.strictEqual(endpoint.connections(), 3)
        }),
      )
    }
  })
}

it.live("fetch sends what is misdirected once more by itself, as its standard says, and the others do not", () =>
  Effect.gen(function* () {
    const misdirected = Endpoint.answer(421, "{}")
    for (const client of names) {
      const endpoint = yield* Endpoint.start(misdirected)
      const error = yield* Effect.flip(calls.create).pipe(Effect.provide(live(client, endpoint.url)))
      assert.include(error, { _tag: "UnmodeledServiceError", status: 421, outcome: "NotSent" })
      assert.strictEqual(endpoint.arrivals.length, client.endsWith("fetch") ? 2 : 1, client)
    }
  }),
)

describe("where a connection is begun and never made", () => {
  /** It takes the socket and never answers the handshake. */
  const unmade = Effect.map(Endpoint.start(Endpoint.silence), ({ closed, connections, url }) => ({
    closed,
    connections,
    url: url.replace("http:", "https:"),
  }))

  // Timers of undici tick twice a second.
  it.live.each(Object.entries({ UndiciTransport, NodeTransport }))(
    "%s gives up in time, so that even a create is tried three times",
    ([, own]) =>
      Effect.gen(function* () {
        const endpoint = yield* unmade
        const began = performance.now()
        const client = own.layer({ connectTimeout: 200 })
        const error = yield* Effect.flip(calls.create).pipe(
          Effect.tap(() => Effect.timeout(endpoint.closed, "1 second")),
          Effect.provide(over(client, endpoint.url, { operationTimeout: "20 seconds", attemptTimeout: "10 seconds" })),
        )
        assert.include(error, { _tag: "TransportError", reason: "Connect", outcome: "NotSent", attempts: 3 })
        assert.strictEqual(endpoint.connections(), 3)
        assert.isBelow(performance.now() - began, 8000)
      }),
  )

  it.live.each(["UndiciTransport", "NodeTransport"] as const)(
    "%s gives up after three seconds unless told otherwise",
    (own) =>
      Effect.gen(function* () {
        const endpoint = yield* unmade
        const began = performance.now()
        const error = yield* Effect.flip(calls.get).pipe(
          Effect.provide(live(own, endpoint.url, { retry: { maxAttempts: 1 } })),
        )
        assert.include(error, { _tag: "TransportError", reason: "Connect", outcome: "NotSent" })
        assert.isAtLeast(performance.now() - began, 2900)
      }),
  )

  const telling: ReadonlyArray<Client> = ["NodeTransport", "UndiciTransport", "UndiciTransport, FastSigner"]
  for (const client of telling) {
    it.live(`${client} knows that nothing was sent, though it is the attempt's time that ends it`, () =>
      Effect.gen(function* () {
        const endpoint = yield* unmade
        const error = yield* Effect.flip(calls.create).pipe(
          Effect.provide(live(client, endpoint.url, { attemptTimeout: 200 })),
        )
        assert.include(error, { _tag: "TransportError", reason: "Timeout", outcome: "NotSent", attempts: 3 })
      }),
    )
  }

  for (const client of names.filter((name) => !telling.includes(name))) {
    it.live(`${client} tells nothing of it, so that the attempt's time ends it and a create is not repeated`, () =>
      Effect.gen(function* () {
        const endpoint = yield* unmade
        const error = yield* Effect.flip(calls.create).pipe(
          Effect.provide(live(client, endpoint.url, { attemptTimeout: 200 })),
        )
        assert.include(error, { _tag: "TransportError", reason: "Timeout", outcome: "Unknown", attempts: 1 })
        assert.strictEqual(endpoint.connections(), 1)
      }),
    )
  }
})
