import * as Undici from "@effect/platform-node/Undici"
import { assert, describe, it } from "@effect/vitest"
import { Request } from "@proxy-session/http/Exchange"
import * as Transport from "@proxy-session/http/Transport"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"

/** A dispatcher that keeps what it is asked to do. */
class Waiting extends Undici.Dispatcher {
  readonly handlers: Array<Undici.Dispatcher.DispatchHandler> = []
  override dispatch(_: Undici.Dispatcher.DispatchOptions, handler: Undici.Dispatcher.DispatchHandler): boolean {
    this.handlers.push(handler)
    return true
  }
}

/** A dispatcher that answers at once. */
class Answering extends Undici.Dispatcher {
  readonly answer: (handler: Undici.Dispatcher.DispatchHandler) => void
  constructor(answer: (handler: Undici.Dispatcher.DispatchHandler) => void) {
    super()
    this.answer = answer
  }
  override dispatch(_: Undici.Dispatcher.DispatchOptions, handler: Undici.Dispatcher.DispatchHandler): boolean {
    this.answer(handler)
    return true
  }
}

const controlling = () => {
  const aborts: Array<Error> = []
  const controller: Undici.Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    abort: (reason) => void aborts.push(reason),
    pause: () => {},
    resume: () => {},
  }
  return { aborts, controller }
}

const request = new Request({ method: "GET", origin: "http://service.test", path: "/", headers: {}, body: undefined })

/** Sends a request over a dispatcher. */
const send = (dispatcher: Undici.Dispatcher, limit = 1000, onBegin = () => {}) =>
  Effect.flatMap(Layer.build(UndiciTransport.fromDispatcher(dispatcher)), (context) =>
    Context.get(context, Transport.Transport).send(request, limit, Number.POSITIVE_INFINITY, onBegin),
  )

describe("UndiciTransport.layer", () => {
  const refused = (options: UndiciTransport.Options) =>
    Effect.map(Effect.flip(Effect.scoped(Layer.build(UndiciTransport.layer(options)))), ({ message }) => message)

  it.effect("refuses options out of their range by name", () =>
    Effect.gen(function* () {
      for (const connections of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        assert.match(
          yield* refused({ connections }),
          /^UndiciTransport: connections must be (?:at least 1|a whole number)/u,
        )
      }
      assert.strictEqual(
        yield* refused({ connections: 0, connectTimeout: 0, keepAliveTimeout: "26 days" }),
        "UndiciTransport: connections must be at least 1; connectTimeout must be longer than nothing; " +
          "keepAliveTimeout must be shorter than 25 days",
      )
    }),
  )

  it.effect("refuses what undici refuses, before any call", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* refused({ maxHeaderSize: -1 }), "UndiciTransport: options invalid maxHeaderSize")
      assert.include(yield* refused({ localAddress: 5 as never }), "localAddress")
    }),
  )
})

describe("UndiciTransport.fromDispatcher", () => {
  it.effect("refuses to begin a request that was given up before, and leaves its connection alone", () =>
    Effect.gen(function* () {
      const dispatcher = new Waiting()
      const fiber = yield* Effect.forkChild(send(dispatcher), { startImmediately: true })
      const [handler] = dispatcher.handlers
      yield* Fiber.interrupt(fiber)
      const { aborts, controller } = controlling()
      assert.throws(() => handler?.onRequestStart?.(controller, {}), "the request was given up")
      assert.strictEqual(aborts.length, 0)
    }),
  )

  it.effect("never says that a request was not sent because its dispatcher did not tell that it began", () =>
    Effect.gen(function* () {
      const { controller } = controlling()
      let begins = 0
      for (const dispatcher of [
        new Answering((handler) => {
          handler.onResponseError?.(controller, Object.assign(new Error("reset"), { code: "ECONNRESET" }))
        }),
        new Answering(() => {
          throw Object.assign(new Error("reset"), { code: "ECONNRESET" })
        }),
      ]) {
        const failure = yield* Effect.flip(send(dispatcher, 10, () => begins++))
        assert.include(failure, { _tag: "TransportFailure", reason: "Reset", outcome: "Unknown", code: "ECONNRESET" })
      }
      assert.strictEqual(begins, 2)
    }),
  )

  it.effect("aborts one under way once, and none that has been answered", () =>
    Effect.gen(function* () {
      const dispatcher = new Waiting()
      const fibers = yield* Effect.forEach([1, 2], () => Effect.forkChild(send(dispatcher), { startImmediately: true }))
      const [interrupted, answered] = [controlling(), controlling()]
      const [first, second] = dispatcher.handlers
      first?.onRequestStart?.(interrupted.controller, {})
      second?.onRequestStart?.(answered.controller, {})
      second?.onResponseStart?.(answered.controller, 204, {}, "No Content")
      second?.onResponseEnd?.(answered.controller, {})
      yield* Fiber.interruptAll(fibers)
      assert.deepStrictEqual([interrupted.aborts.length, answered.aborts.length], [1, 0])
    }),
  )

  it.effect("takes a body of as many bytes as its limit, and gives a longer one up, whatever undici says of that", () =>
    Effect.gen(function* () {
      const told = (sizes: ReadonlyArray<number>, headers = {}) => {
        const { aborts, controller } = controlling()
        const dispatcher = new Answering((handler) => {
          handler.onRequestStart?.(controller, {})
          handler.onResponseStart?.(controller, 200, headers, "OK")
          for (const size of sizes) handler.onResponseData?.(controller, Buffer.alloc(size))
          const [reason] = aborts
          if (reason === undefined) handler.onResponseEnd?.(controller, {})
          else handler.onResponseError?.(controller, reason)
        })
        return Effect.match(send(dispatcher, 10), {
          onFailure: ({ head, reason }) => [reason, head?.status, aborts.length],
          onSuccess: ({ body }) => [body.byteLength, aborts.length],
        })
      }
      assert.deepStrictEqual(yield* told([10]), [10, 0])
      assert.deepStrictEqual(yield* told([4, 6]), [10, 0])
      assert.deepStrictEqual(yield* told([11]), ["TooLarge", 200, 1])
      assert.deepStrictEqual(yield* told([4, 7]), ["TooLarge", 200, 1])
      assert.deepStrictEqual(yield* told([], { "content-length": "11" }), ["TooLarge", 200, 1])
    }),
  )

  it.effect("joins the values of a header that came several times", () =>
    Effect.gen(function* () {
      const { controller } = controlling()
      const dispatcher = new Answering((handler) => {
        handler.onResponseStart?.(controller, 103, { link: "</>" }, "Early Hints")
        handler.onResponseStart?.(controller, 200, { "x-once": "a", "x-twice": ["b", "c"] }, "OK")
        handler.onResponseEnd?.(controller, {})
      })
      const { headers, status } = yield* send(dispatcher)
      assert.deepStrictEqual([status, headers], [200, { "x-once": "a", "x-twice": "b, c" }])
    }),
  )
})
