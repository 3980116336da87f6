import { assert, describe, it } from "@effect/vitest"
import * as SDK from "@aws-sdk/client-chime-sdk-voice"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { Tenant } from "@proxy-session/repo/Tenant"
import type { Answered } from "@proxy-session/server/Call"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Net from "node:net"
import * as Control from "../src/Control.ts"
import * as StandInService from "../src/StandIn.ts"
import { accounts, create, layerStandIn, StandIn, statusOf, VoiceConnectorId } from "./support.ts"

const [mine, theirs] = accounts

interface Told {
  readonly type: string
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Reads the stream as a client of any language would, from the moment on in which it listens. */
const listen = (query: string) =>
  Effect.gen(function* () {
    const { url } = yield* StandIn
    const stop = new AbortController()
    yield* Effect.addFinalizer(() => Effect.sync(() => stop.abort()))
    const answer = yield* Effect.promise(() => fetch(`${url}/_proxy-session/events${query}`, { signal: stop.signal }))
    assert.strictEqual(answer.headers.get("content-type"), "text/event-stream")
    const told = yield* Queue.unbounded<Told>()
    const read = Effect.tryPromise(async () => {
      let text = ""
      for await (const chunk of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
        const events = `${text}${chunk}`.split("\n\n")
        text = events.pop() ?? ""
        for (const event of events) Queue.offerUnsafe(told, JSON.parse(event.replace(/^data: /u, "")))
      }
    })
    yield* Effect.forkScoped(Effect.ignore(read))
    assert.strictEqual((yield* Queue.take(told)).type, "Listening")
    return Queue.take(told)
  })

const nameOf = ({ data, type }: Told) => (type === "RequestAnswered" ? String(data["operation"]) : type)

const run = (
  title: string,
  test: Effect.Effect<void, never, Scope.Scope | StandIn>,
  options?: Parameters<typeof layerStandIn>[0],
) => it.live(title, () => Effect.scoped(test).pipe(Effect.provide(layerStandIn(options))))

describe("the stream of events", () => {
  run(
    "tells of sessions and requests as they happen, without a number, and of one account to whoever asks for it",
    Effect.gen(function* () {
      const { client } = yield* StandIn
      const ours = yield* listen(`?account=${mine}`)
      const everybody = yield* listen("")
      yield* create(client(theirs))
      const id = yield* create(client(mine))
      yield* Effect.promise(() =>
        client(mine).send(new SDK.DeleteProxySessionCommand({ VoiceConnectorId, ProxySessionId: id })),
      )
      const told = yield* Effect.all([ours, ours, ours, ours])
      assert.deepStrictEqual(told.map(nameOf), [
        "SessionCreated",
        "CreateProxySession",
        "SessionClosed",
        "DeleteProxySession",
      ])
      assert.strictEqual(told[0].data["proxySessionId"], id)
      assert.strictEqual(told[1].data["account"], mine)
      assert.notInclude(JSON.stringify(told), "5550100")
      const all = yield* Effect.replicateEffect(everybody, 6)
      assert.deepStrictEqual(all.map(nameOf).slice(0, 2), ["SessionCreated", "CreateProxySession"])
      assert.strictEqual(all[1]?.data["account"], theirs)
    }).pipe(Effect.orDie),
  )

  run(
    "tells at once what expires when an account's time moves, and of that account alone",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      const id = yield* create(client(mine))
      yield* create(client(theirs))
      const everybody = yield* listen("")
      yield* control("POST /clock", { account: mine, advance: "61 minutes" })
      const closed = yield* everybody
      assert.deepInclude(closed, { type: "SessionClosed" })
      assert.deepInclude(closed.data, { proxySessionId: id })
      assert.strictEqual(yield* statusOf(client(mine), id), "Closed")
      assert.strictEqual(nameOf(yield* everybody), "GetProxySession")
      yield* control("POST /clock", { advance: "61 minutes" })
      const other = yield* everybody
      assert.strictEqual(other.type, "SessionClosed")
      assert.notStrictEqual(other.data["proxySessionId"], id)
    }),
  )

  run(
    "does not tell that a session is over whose account lives in the past, until its own time comes",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      const told = yield* listen(`?account=${mine}`)
      yield* control("POST /clock", { account: mine, set: "2026-04-06T23:00:00Z" })
      yield* create(client(mine))
      assert.deepStrictEqual([nameOf(yield* told), nameOf(yield* told)], ["SessionCreated", "CreateProxySession"])
      yield* control("POST /clock", { account: mine, advance: "59 minutes" })
      yield* create(client(mine))
      assert.deepStrictEqual([nameOf(yield* told), nameOf(yield* told)], ["SessionCreated", "CreateProxySession"])
      yield* control("POST /clock", { account: mine, advance: "2 minutes" })
      const closed = yield* told
      assert.strictEqual(closed.type, "SessionClosed")
      assert.match(closed.timestamp, /^2026-04-07T00:00:0/u)
    }),
  )

  run(
    "does not tell again of what a snapshot says is over",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      yield* create(client(mine))
      yield* control("POST /clock", { account: mine, advance: "61 minutes" })
      const { body } = yield* control(`GET /state?account=${mine}`)
      yield* control(`POST /reset?account=${mine}`)
      const told = yield* listen(`?account=${mine}`)
      yield* control("POST /clock", { account: mine, advance: "2 hours" })
      yield* control(`PUT /state?account=${mine}`, body)
      yield* control("POST /clock", { account: mine, advance: "2 hours" })
      yield* statusOf(client(mine), "none")
      assert.strictEqual(nameOf(yield* told), "GetProxySession")
    }),
  )

  run(
    "tells again of what happens again, in a state that was put back or a time that has gone back",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      const told = yield* listen(`?account=${mine}`)
      const id = yield* create(client(mine))
      yield* Effect.all([told, told])
      const state = yield* control(`GET /state?account=${mine}`)
      const clock = yield* control(`GET /clock?account=${mine}`)
      const closed = Effect.gen(function* () {
        yield* control("POST /clock", { account: mine, advance: "61 minutes" })
        const { data, type } = yield* told
        return [type, data["proxySessionId"]]
      })
      assert.deepStrictEqual(yield* closed, ["SessionClosed", id])
      yield* control(`POST /reset?account=${mine}`)
      yield* control(`PUT /state?account=${mine}`, state.body)
      assert.deepStrictEqual(yield* closed, ["SessionClosed", id])
      yield* control("POST /clock", { account: mine, set: clock.body.now })
      assert.deepStrictEqual(yield* closed, ["SessionClosed", id])
    }),
  )

  it.live("ends when the server is told to stop, and does not hold it up", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const http = NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })
      const services = yield* Layer.build(StandInService.layer().pipe(Layer.provide(http))).pipe(Scope.provide(scope))
      const { url } = Context.get(services, StandInService.StandIn)
      const answer = yield* Effect.promise(() => fetch(`${url}/_proxy-session/events`))
      const end = yield* Effect.forkChild(Effect.exit(Effect.tryPromise(() => answer.text())), {
        startImmediately: true,
      })
      const stopped = yield* Effect.timeoutOption(Scope.close(scope, Exit.void), "5 seconds")
      assert.isTrue(stopped._tag === "Some")
      yield* Fiber.join(end)
    }).pipe(Effect.scoped),
  )
})

const request = (number: number): Answered => ({
  requestId: String(number),
  at: number,
  seconds: 0.001,
  method: "GET",
  path: `/voice-connectors/${"x".repeat(2000)}`,
  query: "",
  body: undefined,
  operation: "GetProxySession",
  tenant: { ...Tenant.defaultValue(), account: mine },
  accessKeyId: undefined,
  error: undefined,
  response: HttpServerResponse.empty(),
})

describe("a slow reader", () => {
  it.live("is told how many events it missed, and then of those that came after", () =>
    Effect.gen(function* () {
      const control = yield* Control.Control
      const pull = yield* Stream.toPull(control.events(mine))
      yield* pull
      for (let number = 0; number < 2500; number++) yield* control.observe(request(number))
      const first = yield* pull
      assert.strictEqual(first.length, 1000)
      yield* control.observe(request(2500))
      const [missed, latest] = yield* pull
      assert.deepInclude(missed, { _tag: "EventsMissed", count: 1500, at: DateTime.makeUnsafe(2500) })
      assert.deepInclude(latest, { _tag: "RequestAnswered", requestId: "2500" })
    }).pipe(
      Effect.scoped,
      Effect.orDie,
      Effect.provide(Control.layer({ store: "memory" }).pipe(Layer.provide(MemoryRepo.layer()))),
    ),
  )

  it.live("that does not read its socket has little kept for it however much happens, and is told of the gap", () =>
    Effect.gen(function* () {
      const { control, url } = yield* StandInService.StandIn
      const { hostname, port } = new URL(url)
      const socket = yield* Effect.acquireRelease(
        Effect.sync(() => Net.connect(Number(port), hostname)),
        (socket) => Effect.sync(() => socket.destroy()),
      )
      const first = new Promise((resolve) => socket.once("readable", resolve))
      socket.write(`GET /_proxy-session/events HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`)
      yield* Effect.promise(() => first)
      const turn = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      // Some 40 MB of events, of which the queue has room for 1 MB, and sockets for some more.
      for (let number = 0; number < 40_000; number++) {
        yield* control.observe({ ...request(number), query: "y".repeat(256) })
        if (number % 100 === 0) yield* turn
      }
      const health = yield* Effect.promise(() => fetch(`${url}/_proxy-session/health`))
      assert.strictEqual(health.status, 200)
      let bytes = 0
      let latest = ""
      let missed = false
      socket.on("data", (chunk: Buffer) => {
        bytes += chunk.length
        latest = `${latest.slice(-2048)}${chunk.toString()}`
        missed ||= latest.includes("EventsMissed")
      })
      while (!latest.includes('"requestId":"-1"')) {
        yield* control.observe(request(-1))
        yield* turn
      }
      assert.isTrue(missed)
      assert.isBelow(bytes, 20 * 1024 * 1024)
    }).pipe(
      Effect.scoped,
      Effect.provide(
        StandInService.layer().pipe(
          Layer.provide(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })),
        ),
      ),
    ),
  )
})
