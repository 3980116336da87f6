import { assert, describe, it } from "@effect/vitest"
import { ThrottledClientException } from "@proxy-session/domain/ServiceError"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { IncomingMessage } from "node:http"
import { connect } from "node:net"
import { fromRecord } from "../src/Authentication.ts"
import type * as Call from "../src/Call.ts"
import {
  creation,
  layerServer,
  port,
  raw,
  request,
  sessionsPath,
  signLikeBotocore,
  type Signing,
  Stub,
} from "./support.ts"

const signing: Signing = {
  accessKeyId: "AKIDEXAMPLE",
  secret: "example",
  date: "19700101T000000Z",
  region: "eu-west-1",
  service: "chime",
}
const keys = fromRecord({
  AKIDEXAMPLE: { secretAccessKey: Redacted.make("example"), account: "111122223333" },
  AKIDREADER: { secretAccessKey: Redacted.make("example"), rights: "read-only" },
})

const send = (method: string, change: Partial<Signing> = {}, path = sessionsPath) => {
  const body = method === "POST" ? JSON.stringify(creation) : ""
  const headers = signLikeBotocore({ ...signing, ...change }, { method, path, body, headers: { host: "127.0.0.1" } })
  return request(
    method,
    path,
    method === "POST" ? body : undefined,
    ["x-amz-date", "authorization"].map((name) => `${name}: ${headers[name]}`),
  )
}
const tenant = { ...Tenant.defaultValue(), region: "eu-west-1", account: "111122223333" }
const slow = new ThrottledClientException({ message: "Slow down", code: "Throttled" })

/** A server that wraps calls, and takes down what it was told of each request. */
const server = (around: Call.Around | undefined, authentication: "none" | "signatures" = "signatures") => {
  const answered: Array<Call.Answered> = []
  const layer = layerServer({
    authentication: authentication === "none" ? "none" : { keys },
    ...(around === undefined ? {} : { around }),
    observe: (each) => Effect.sync(() => void answered.push(each)),
  })
  return { answered, layer }
}

describe("around a call", () => {
  it.effect("its caller is known: key, account, region and operation, and its answer's request id", () => {
    const calls: Array<Call.Call> = []
    const { layer } = server((call, run) => {
      calls.push(call)
      return run
    })
    return Effect.gen(function* () {
      const { headers, status } = yield* send("GET")
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(calls, [
        {
          requestId: headers["x-amzn-requestid"] ?? "",
          operation: "ListProxySessions",
          tenant,
          accessKeyId: "AKIDEXAMPLE",
        },
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("without signatures it is of the key and the region that the request names, if it names any", () => {
    const calls: Array<Call.Call> = []
    const { layer } = server((call, run) => {
      calls.push(call)
      return run
    }, "none")
    return Effect.gen(function* () {
      yield* send("GET", { secret: "wrong" })
      yield* request("GET", sessionsPath)
      assert.deepStrictEqual(
        calls.map(({ accessKeyId, tenant: { account, region } }) => [accessKeyId, account, region]),
        [
          ["AKIDEXAMPLE", "000000000000", "eu-west-1"],
          [undefined, "000000000000", "us-east-1"],
        ],
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("nothing happens for a request whose caller is not known, or has no right to it", () => {
    const { answered, layer } = server(() => Effect.die("never"))
    return Effect.gen(function* () {
      assert.strictEqual((yield* send("GET", { secret: "wrong" })).status, 403)
      assert.strictEqual((yield* send("POST", { accessKeyId: "AKIDREADER" })).status, 403)
      assert.strictEqual((yield* send("GET", {}, "/nowhere")).status, 404)
      assert.deepStrictEqual(
        answered.map(({ error }) => error?.type),
        ["InvalidSignatureException", "ForbiddenException", "UnknownOperationException"],
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("the body is at hand, although it has been read", () => {
    const bodies: Array<unknown> = []
    const { layer } = server((_, run) =>
      Effect.flatMap(HttpServerRequest, ({ json }) =>
        Effect.flatMap(Effect.orDie(json), (body) => {
          bodies.push(body)
          return run
        }),
      ),
    )
    return Effect.gen(function* () {
      assert.strictEqual((yield* send("POST")).status, 201)
      assert.deepStrictEqual(bodies, [creation])
    }).pipe(Effect.provide(layer))
  })

  it.effect("an error can take the place of the work, or of its result", () => {
    let when: "after" | "before" = "before"
    const { layer } = server((_, run) =>
      when === "before" ? Effect.fail(slow) : Effect.andThen(run, Effect.fail(slow)),
    )
    return Effect.gen(function* () {
      const { calls } = yield* Stub
      for (const time of ["before", "after"] as const) {
        when = time
        const { headers, json, status } = yield* send("POST")
        assert.deepStrictEqual([status, json.Code, json.Message], [429, "Throttled", "Slow down"])
        assert.strictEqual(headers["x-amzn-errortype"], "ThrottledClientException:")
        assert.deepStrictEqual(calls, time === "before" ? [] : ["create"])
      }
    }).pipe(Effect.provide(layer))
  })

  it.effect("the operation's own errors can be seen and answered otherwise", () => {
    const { layer } = server((_, run) =>
      Effect.catchTag(run, "NotFoundException", () => Effect.succeed(HttpServerResponse.text("gone", { status: 502 }))),
    )
    return Effect.gen(function* () {
      const { headers, status, text } = yield* send("GET", {}, `${sessionsPath}/nobody`)
      assert.deepStrictEqual([status, text, headers["content-type"]], [502, "gone", "text/plain"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("another clock is that of the repository alone: signatures and Date keep the server's", () => {
    const hour = 3_600_000
    const { answered, layer } = server((_, run) =>
      Effect.flatMap(Clock.Clock, (clock) => {
        const later: Clock.Clock = {
          currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + hour,
          currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => now + hour),
          currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe() + BigInt(hour) * 1_000_000n,
          currentTimeNanos: Effect.map(clock.currentTimeNanos, (now) => now + BigInt(hour) * 1_000_000n),
          monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
          monotonicTimeNanos: clock.monotonicTimeNanos,
          sleep: (duration) => clock.sleep(duration),
        }
        return Effect.provideService(run, Clock.Clock, later)
      }),
    )
    return Effect.gen(function* () {
      const stub = yield* Stub
      const seen: Array<number> = []
      stub.instead = Effect.flatMap(Clock.currentTimeMillis, (now) => {
        seen.push(now)
        return Effect.die("seen")
      })
      const { headers, status } = yield* send("GET")
      assert.strictEqual(status, 500)
      assert.deepStrictEqual(seen, [hour])
      assert.strictEqual(headers["date"], "Thu, 01 Jan 1970 00:00:00 GMT")
      assert.strictEqual(answered[0]?.at, 0)
    }).pipe(Effect.provide(layer))
  })

  it.live("a connection can be reset, and an answer cut off", () => {
    const start = new TextEncoder().encode("half an")
    // Node writes what it was given once its queue is empty.
    const cut = Stream.fromEffect(
      Effect.callback<never, string>((resume) => {
        setImmediate(() => resume(Effect.fail("cut")))
      }),
    )
    const faults: ReadonlyArray<Call.Around> = [
      () =>
        Effect.flatMap(HttpServerRequest, ({ source }) => {
          if (source instanceof IncomingMessage) source.socket.resetAndDestroy()
          return Effect.never
        }),
      (_, run) =>
        Effect.map(run, () =>
          HttpServerResponse.stream(Stream.concat(Stream.make(start), cut), {
            contentLength: 100,
            contentType: "text/plain",
          }),
        ),
    ]
    let next = 0
    const { answered, layer } = server((call, run) => faults[next++]?.(call, run) ?? run, "none")
    return Effect.gen(function* () {
      const reset = yield* request("GET", sessionsPath)
      assert.deepStrictEqual([reset.status, reset.text], [Number.NaN, ""])
      const cut = yield* request("GET", sessionsPath)
      assert.deepStrictEqual([cut.status, cut.text, cut.headers["content-length"]], [200, "half an", "100"])
      assert.deepStrictEqual((yield* request("GET", sessionsPath)).json.ProxySessions, [])
      assert.deepStrictEqual(
        answered.map(({ response }) => response?.status),
        [undefined, 200, 200],
      )
    }).pipe(Effect.provide(layer))
  })
})

describe("of each request, an observer", () => {
  for (const end of ["destroy", "resetAndDestroy"] as const) {
    it.live(`is told of a client that went away within its body, once, by ${end}`, () =>
      Effect.gen(function* () {
        const answered = yield* Queue.unbounded<Call.Answered>()
        const layer = layerServer({
          authentication: "none",
          observe: (each) => Effect.asVoid(Queue.offer(answered, each)),
        })
        yield* Effect.gen(function* () {
          const client = connect(yield* port, "127.0.0.1")
          const head = `POST ${sessionsPath} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{`
          client.write(head, () => client[end]())
          const { body, error, operation, response } = yield* Queue.take(answered)
          assert.deepStrictEqual(
            [operation, body, error, response],
            ["CreateProxySession", undefined, undefined, undefined],
          )
          yield* request("GET", sessionsPath)
          assert.strictEqual((yield* Queue.take(answered)).operation, "ListProxySessions")
          assert.strictEqual(yield* Queue.size(answered), 0)
        }).pipe(Effect.provide(layer))
      }),
    )
  }

  it.effect("is told what was sent, what came of it, and how long it took", () => {
    const { answered, layer } = server((_, run) => Effect.andThen(TestClock.adjust("2 seconds"), run))
    return Effect.gen(function* () {
      const made = yield* send("POST")
      const [create] = answered
      assert.deepInclude(create, {
        requestId: made.headers["x-amzn-requestid"] ?? "",
        at: 0,
        seconds: 2,
        method: "POST",
        path: sessionsPath,
        query: "",
        operation: "CreateProxySession",
        tenant,
        accessKeyId: "AKIDEXAMPLE",
        error: undefined,
      })
      assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(create?.body)), creation)
      assert.strictEqual(create?.response?.status, 201)
      assert.strictEqual(create?.response?.headers["x-amzn-requestid"], create?.requestId)
    }).pipe(Effect.provide(layer))
  })

  it.effect("is told why a request was refused, by whom it says it was sent, and its query", () => {
    const { answered, layer } = server(undefined)
    return Effect.gen(function* () {
      yield* send("GET", { accessKeyId: "NOBODY" })
      yield* request("GET", "/nowhere?a=b&c")
      const missing = yield* send("GET", {}, `${sessionsPath}/nobody`)
      assert.strictEqual(missing.status, 404)
      assert.deepStrictEqual(
        answered.map(({ accessKeyId, error, operation, path, query, tenant }) => ({
          accessKeyId,
          error: error?.type,
          operation,
          path,
          query,
          account: tenant?.account,
        })),
        [
          {
            accessKeyId: "NOBODY",
            error: "InvalidSignatureException",
            operation: "ListProxySessions",
            path: sessionsPath,
            query: "",
            account: undefined,
          },
          {
            accessKeyId: undefined,
            error: "UnknownOperationException",
            operation: undefined,
            path: "/nowhere",
            query: "a=b&c",
            account: undefined,
          },
          {
            accessKeyId: "AKIDEXAMPLE",
            error: "NotFoundException",
            operation: "GetProxySession",
            path: `${sessionsPath}/nobody`,
            query: "",
            account: "111122223333",
          },
        ],
      )
    }).pipe(Effect.provide(layer))
  })

  it.live("is told of a client that went away, once, and nothing is logged as a defect", () =>
    Effect.gen(function* () {
      const logged: Array<unknown> = []
      const answered = yield* Queue.unbounded<Call.Answered>()
      const started = yield* Queue.unbounded<void>()
      const layer = layerServer({
        authentication: "none",
        around: () => Effect.andThen(Queue.offer(started, undefined), Effect.never),
        observe: (each) => Effect.asVoid(Queue.offer(answered, each)),
      }).pipe(Layer.provideMerge(Logger.layer([Logger.make(({ message }) => void logged.push(message))])))
      yield* Effect.gen(function* () {
        const client = yield* Effect.forkChild(raw(`GET ${sessionsPath} HTTP/1.1\r\nHost: localhost\r\n\r\n`))
        yield* Queue.take(started)
        yield* Fiber.interrupt(client)
        assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(client)))
        const { error, operation, response } = yield* Queue.take(answered)
        assert.deepStrictEqual([operation, error, response], ["ListProxySessions", undefined, undefined])
        assert.strictEqual(yield* Queue.size(answered), 0)
        assert.deepStrictEqual(logged, [])
      }).pipe(Effect.provide(layer))
    }),
  )
})
