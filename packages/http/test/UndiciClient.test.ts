import * as Undici from "@effect/platform-node/Undici"
import { assert, describe, it } from "@effect/vitest"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import type { ConnectionOptions } from "@proxy-session/http/ConnectionOptions"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as UndiciClient from "@proxy-session/http/UndiciClient"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import { MaxBodySize } from "effect/http/HttpIncomingMessage"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

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

describe("UndiciClient.layer", () => {
  it.effect("refuses options out of their range by name", () =>
    Effect.gen(function* () {
      const refused = (options: ConnectionOptions) =>
        Effect.map(Effect.flip(Effect.scoped(Layer.build(UndiciClient.layer(options)))), ({ message }) => message)
      for (const connections of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        assert.match(
          yield* refused({ connections }),
          /^UndiciClient: connections must be (?:at least 1|a whole number)/u,
        )
      }
      assert.strictEqual(
        yield* refused({ connections: 0, connectTimeout: 0, keepAliveTimeout: "26 days" }),
        "UndiciClient: connections must be at least 1; connectTimeout must be longer than nothing; " +
          "keepAliveTimeout must be shorter than 25 days",
      )
    }),
  )
})

describe("UndiciClient.make", () => {
  it.effect("refuses to begin a request that was given up before, and leaves its connection alone", () =>
    Effect.gen(function* () {
      const dispatcher = new Waiting()
      const fiber = yield* Effect.forkChild(UndiciClient.make(dispatcher).get("http://service.test/"), {
        startImmediately: true,
      })
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
      const silent = UndiciClient.make(
        new Answering((handler) => {
          handler.onResponseError?.(controller, Object.assign(new Error("reset"), { code: "ECONNRESET" }))
        }),
      )
      const live = HttpRepo.layer({ endpoint: "http://service.test", retry: { maxAttempts: 1 } }).pipe(
        Layer.provide([
          Credentials.layer({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }),
          Layer.succeed(HttpClient.HttpClient, silent),
        ]),
      )
      const key = yield* ProxySessionKey.decode({ voiceConnectorId: "vc", proxySessionId: "session" })
      const error = yield* Effect.flip(
        Effect.provide(
          ProxySessionRepo.use(({ get }) => get(key)),
          live,
        ),
      )
      assert.include(error, { _tag: "TransportError", reason: "Reset", outcome: "Unknown" })
    }),
  )

  it.effect("aborts one under way once, and none that has been answered", () =>
    Effect.gen(function* () {
      const dispatcher = new Waiting()
      const client = UndiciClient.make(dispatcher)
      const fibers = yield* Effect.forEach([1, 2], () =>
        Effect.forkChild(client.get("http://service.test/"), { startImmediately: true }),
      )
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
      const told = (...sizes: ReadonlyArray<number>) => {
        const { aborts, controller } = controlling()
        const client = UndiciClient.make(
          new Answering((handler) => {
            handler.onResponseStart?.(controller, 200, {}, "OK")
            for (const size of sizes) handler.onResponseData?.(controller, Buffer.alloc(size))
            const [reason] = aborts
            if (reason === undefined) handler.onResponseEnd?.(controller, {})
            else handler.onResponseError?.(controller, reason)
          }),
        )
        return client.get("http://service.test/").pipe(
          Effect.flatMap((response) => response.arrayBuffer),
          Effect.match({
            onFailure: ({ reason }) => [String(reason.cause), aborts.length],
            onSuccess: (body) => [body.byteLength, aborts.length],
          }),
          Effect.provideService(MaxBodySize, ByteSize.bytes(10)),
        )
      }
      assert.deepStrictEqual(yield* told(10), [10, 0])
      assert.deepStrictEqual(yield* told(4, 6), [10, 0])
      for (const sizes of [[11], [4, 7]]) {
        assert.deepStrictEqual(yield* told(...sizes), ["Error: the body is larger than its limit", 1])
      }
    }),
  )
})
