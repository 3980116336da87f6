import * as NodeRedis from "@effect/platform-node/NodeRedis"
import { assert, describe, it } from "@effect/vitest"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as RateLimited from "@proxy-session/repo/RateLimited"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Stub from "@proxy-session/testing/Stub"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as TestClock from "effect/testing/TestClock"
import { spawn, spawnSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { lacking } from "../../../test/lacking.ts"

const { key } = Fixtures

const stub = (calls: Array<number> = []) =>
  Stub.layer({
    get: () =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        calls.push(now)
        return Fixtures.proxySession
      }),
  })

const get = Effect.flatMap(ProxySessionRepo, (repo) => repo.get(key))

describe("RateLimited", () => {
  it.effect("lets a burst through and has the others wait for their turn", () =>
    Effect.gen(function* () {
      const calls: Array<number> = []
      const layer = RateLimited.layer({ limit: 2, window: "1 second" }).pipe(Layer.provide(stub(calls)))
      const all = Effect.all([get, get, get, get], { concurrency: "unbounded" })
      const fiber = yield* Effect.forkChild(Effect.provide(all, layer))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(calls, [0, 0, 500, 1000])
    }),
  )

  it.effect("who no longer waits does not call", () =>
    Effect.gen(function* () {
      const calls: Array<number> = []
      const layer = RateLimited.layer({ limit: 1, window: "1 second" }).pipe(Layer.provide(stub(calls)))
      yield* Effect.gen(function* () {
        yield* get
        const fiber = yield* Effect.forkChild(get, { startImmediately: true })
        yield* Fiber.interrupt(fiber)
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(calls.length, 1)
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("does not count a request that breaks the model", () =>
    Effect.gen(function* () {
      const layer = RateLimited.layer({ limit: 1, window: "1 second", onExceeded: "fail" }).pipe(Layer.provide(stub()))
      const broken = { ...key, proxySessionId: ProxySessionId.make("", { disableChecks: true }) }
      yield* Effect.gen(function* () {
        const repo = yield* ProxySessionRepo
        assert.strictEqual((yield* Effect.flip(repo.get(broken)))._tag, "InvalidRequest")
        yield* get
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("a store that cannot be reached is a TransportError, and nothing was sent", () =>
    Effect.gen(function* () {
      const fail = Effect.fail(
        new RateLimiter.RateLimiterError({ reason: new RateLimiter.RateLimitStoreError({ message: "no store" }) }),
      )
      const calls: Array<number> = []
      const limiter = Layer.effect(
        RateLimiter.RateLimiter,
        Effect.map(RateLimiter.make, (sound) => ({ ...sound, consume: () => fail })),
      ).pipe(Layer.provide(RateLimiter.layerStoreMemory))
      const layer = RateLimited.layerLimiter({ limit: 1, window: "1 second" }).pipe(
        Layer.provide(Layer.merge(stub(calls), limiter)),
      )
      const error = yield* Effect.flip(Effect.provide(get, layer))
      assert.deepInclude(error, { _tag: "TransportError", outcome: "NotSent", operation: "GetProxySession" })
      assert.deepStrictEqual(calls, [])
    }),
  )
})

/** What every store has to do; live, since Redis keeps its own time, with a window that does not end during a test. */
const stores = (name: string, store: Layer.Layer<RateLimiter.RateLimiterStore, unknown>, available: boolean) =>
  describe(name, () => {
    if (!available) return lacking("shares one limit in a fleet", "redis-server is not installed")
    /** One process of a fleet: a repository and a limiter of its own, over the shared store. */
    const member = (options: Partial<RateLimited.RateLimitedOptions>) =>
      RateLimited.layerLimiter({ limit: 3, window: "1 hour", onExceeded: "fail", ...options }).pipe(
        Layer.provide(RateLimiter.layer),
        Layer.provide(stub()),
        Layer.fresh,
      )

    it.live("a fleet shares one limit, and what exceeds it is a ThrottledClientException", () =>
      Effect.gen(function* () {
        const outcome = Effect.match(get, { onSuccess: () => "answered", onFailure: ({ _tag }) => _tag })
        const outcomes = yield* Effect.forEach(
          [1, 2, 3, 4, 5],
          () => Effect.provide(outcome, member({}), { local: true }),
          {
            concurrency: "unbounded",
          },
        )
        assert.deepStrictEqual(outcomes.toSorted(), [
          "ThrottledClientException",
          "ThrottledClientException",
          "answered",
          "answered",
          "answered",
        ])
      }).pipe(Effect.provide(store)),
    )

    it.live("tenants and keys have limits of their own", () =>
      Effect.gen(function* () {
        const one = member({ limit: 1, key: "one" })
        const tenant = yield* Tenant
        const other = Effect.provideService(get, Tenant, { ...tenant, account: "111111111111" })
        yield* Effect.all([get, other]).pipe(Effect.provide(one))
        yield* Effect.provide(get, member({ limit: 1, key: "two" }))
        assert.strictEqual((yield* Effect.flip(Effect.provide(get, one)))._tag, "ThrottledClientException")
      }).pipe(Effect.provide(store)),
    )
  })

stores("RateLimited within a process", RateLimiter.layerStoreMemory, true)

const redisCommand = "redis-server"
const installed = spawnSync(redisCommand, ["--version"]).status === 0

/** A Redis of its own on a socket of its own, gone with the scope. */
const redisServer = Effect.acquireRelease(
  Effect.callback<{ readonly path: string; readonly stop: () => void }, Error>((resume) => {
    const folder = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-redis-"))
    const path = Path.join(folder, "redis.sock")
    const server = spawn(redisCommand, ["--port", "0", "--unixsocket", path, "--save", "", "--dir", folder])
    const stop = () => {
      server.kill()
      FileSystem.rmSync(folder, { recursive: true, force: true })
    }
    server.once("error", (error) => resume(Effect.fail(error)))
    server.stdout.on("data", (chunk: Buffer) => {
      if (chunk.includes("ready to accept connections")) resume(Effect.succeed({ path, stop }))
    })
    return Effect.sync(stop)
  }),
  ({ stop }) => Effect.sync(stop),
)

const redis = Layer.unwrap(
  Effect.map(redisServer, ({ path }) =>
    RateLimiter.layerStoreRedis().pipe(Layer.provide(NodeRedis.layer({ socket: { path, tls: false } }))),
  ),
)

stores("RateLimited over Redis", redis, installed)
