import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Agent, get } from "node:http"
import * as Monitoring from "../src/Monitoring.ts"
import * as NodeServer from "../src/NodeServer.ts"
import * as Readiness from "../src/Readiness.ts"
import { layerServer, port, request, sessionsPath } from "./support.ts"

const onItsOwnPort = (ready: Effect.Effect<boolean>) =>
  Monitoring.layer({ ready }).pipe(
    Layer.provideMerge(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })),
  )

/** Requests of a client that would use its connection again. */
const keepingAlive = Effect.gen(function* () {
  const agent = yield* Effect.acquireRelease(
    Effect.sync(() => new Agent({ keepAlive: true })),
    (opened) => Effect.sync(() => opened.destroy()),
  )
  const options = { agent, port: yield* port, host: "127.0.0.1" }
  return (path: string) =>
    Effect.callback<readonly [number | undefined, string | undefined]>((resume) => {
      get({ ...options, path }, (response) => {
        response.resume().once("end", () => {
          resume(Effect.succeed([response.statusCode, response.headers.connection]))
        })
      })
    })
})

describe("the readiness of a server", () => {
  it.effect("is that of what it stands on, from its beginning until it drains", () =>
    Effect.gen(function* () {
      const readiness = yield* Readiness.make
      let isReachable = true
      yield* Effect.gen(function* () {
        const told = Effect.map(request("GET", "/ready"), ({ status, text }) => [status, text] as const)
        const [ready, notReady] = [[200, `{"status":"ready"}`] as const, [503, `{"status":"not ready"}`] as const]
        assert.deepStrictEqual(yield* told, notReady)
        yield* readiness.begin(Effect.sync(() => isReachable))
        assert.deepStrictEqual(yield* told, ready)
        isReachable = false
        assert.deepStrictEqual(yield* told, notReady)
        isReachable = true
        assert.deepStrictEqual(yield* told, ready)
        const draining = yield* Effect.forkChild(readiness.drain("5 seconds"), { startImmediately: true })
        assert.deepStrictEqual(yield* told, notReady)
        assert.strictEqual((yield* request("GET", "/health")).status, 200)
        yield* TestClock.adjust("4999 millis")
        assert.isUndefined(draining.pollUnsafe())
        yield* TestClock.adjust("1 millis")
        yield* Fiber.join(draining)
        assert.strictEqual((yield* request("POST", "/ready")).status, 405)
      }).pipe(Effect.provide(onItsOwnPort(readiness.check)))
    }),
  )

  it.effect("asks clients of a server that drains not to use their connection again, whatever the answer", () =>
    Effect.gen(function* () {
      const readiness = yield* Readiness.make
      yield* Effect.gen(function* () {
        const get = yield* keepingAlive
        assert.deepStrictEqual(yield* get(sessionsPath), [200, "keep-alive"])
        yield* readiness.drain("0 seconds")
        assert.deepStrictEqual(yield* get(sessionsPath), [200, "close"])
        assert.deepStrictEqual(yield* get(`${sessionsPath}/nothing`), [404, "close"])
        assert.deepStrictEqual(yield* get("/nowhere"), [404, "close"])
      }).pipe(Effect.provide(layerServer({ authentication: "none", readiness })))
    }),
  )
})
