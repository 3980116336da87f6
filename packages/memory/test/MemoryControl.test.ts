import {
  AccessDeniedException,
  ServiceFailureException,
  ServiceUnavailableException,
  ThrottledClientException,
} from "@proxy-session/domain/ServiceError"
import { TransportError } from "@proxy-session/domain/TransportError"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import { connector, NotFound, play, refusal, type Scene } from "./support/scene.ts"

describe("recordInteraction", () => {
  it.effect("puts an open session in progress, once, and dates it", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create()
        yield* TestClock.adjust("1 minute")
        const first = yield* on.interact(proxySessionId)
        assert.strictEqual(first.status, "InProgress")
        assert.deepStrictEqual(first.updatedTimestamp, DateTime.makeUnsafe(60_000))
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* on.interact(proxySessionId), first)
        assert.deepStrictEqual(yield* on.get(proxySessionId), first)
      }),
    ),
  )

  it.effect("leaves a session that has ended as it is", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create({ expiryMinutes: 1 })
        yield* TestClock.adjust("2 minutes")
        const ended = yield* on.interact(proxySessionId)
        assert.strictEqual(ended.status, "Closed")
        assert.deepStrictEqual(ended.endedTimestamp, DateTime.makeUnsafe(60_000))
      }),
    ),
  )

  it.effect("of a missing session is a NotFoundException", () =>
    play((on) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* refusal(on.interact("missing")), NotFound)
      }),
    ),
  )
})

describe("failNext", () => {
  const throttled = new ThrottledClientException({ message: "Slow down", code: "Throttled" })
  const broken = new ServiceFailureException({ message: "Broken" })

  it.effect("fails the next calls of one operation, one by one, in the order told, and changes nothing", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.control.failNext("CreateProxySession", throttled)
        yield* on.control.failNext("CreateProxySession", broken)
        assert.deepStrictEqual((yield* on.list()).proxySessions, [], "other operations do not mind")
        assert.strictEqual(yield* Effect.flip(on.create()), throttled)
        assert.strictEqual(yield* Effect.flip(on.create()), broken)
        assert.deepStrictEqual((yield* on.list()).proxySessions, [])
        yield* on.create()
      }),
    ),
  )

  it.effect("fails whichever of the eight operations it is told", () =>
    play((on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create()
        const { failNext } = on.control
        const operations: ReadonlyArray<readonly [Effect.Effect<void>, Effect.Effect<unknown, unknown>]> = [
          [failNext("CreateProxySession", broken), on.create()],
          [failNext("GetProxySession", broken), on.get(proxySessionId)],
          [failNext("ListProxySessions", broken), on.list()],
          [failNext("UpdateProxySession", broken), on.update(proxySessionId)],
          [failNext("DeleteProxySession", broken), on.remove(proxySessionId)],
          [failNext("PutVoiceConnectorProxy", broken), on.putProxy()],
          [failNext("GetVoiceConnectorProxy", broken), on.getProxy()],
          [failNext("DeleteVoiceConnectorProxy", broken), on.removeProxy()],
        ]
        const before = yield* on.control.snapshot
        for (const [tell, call] of operations) {
          yield* tell
          assert.strictEqual(yield* Effect.flip(call), broken)
          assert.deepStrictEqual(yield* on.control.snapshot, before)
        }
        for (const [, call] of operations) yield* call
      }),
    ),
  )

  it.effect("takes exactly the errors that the operation can fail with", () =>
    play((on) =>
      Effect.gen(function* () {
        const denied = new AccessDeniedException({ message: "Not you" })
        const lost = new TransportError({
          operation: "PutVoiceConnectorProxy",
          reason: "Reset",
          outcome: "Unknown",
          attempts: 1,
        })
        yield* on.control.failNext("PutVoiceConnectorProxy", denied)
        yield* on.control.failNext("PutVoiceConnectorProxy", lost)
        assert.strictEqual(yield* Effect.flip(on.putProxy()), denied)
        assert.strictEqual(yield* Effect.flip(on.putProxy()), lost)
        // @ts-expect-error only PutVoiceConnectorProxy declares AccessDeniedException
        // @effect-diagnostics-next-line missingEffectError:off
        yield* on.control.failNext("GetVoiceConnectorProxy", denied)
      }),
    ),
  )

  it.effect("is not used up by a request that breaks the model", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.control.failNext("CreateProxySession", broken)
        assert.strictEqual(yield* refusal(on.create({ expiryMinutes: 0 })), "InvalidRequest")
        assert.strictEqual(yield* Effect.flip(on.create()), broken)
      }),
    ),
  )
})

describe("delayNext", () => {
  it.effect("lets the next call take a while before it does anything", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.control.delayNext("CreateProxySession", "30 seconds")
        const fiber = yield* Effect.forkChild(on.create(), { startImmediately: true })
        yield* TestClock.adjust(29_999)
        assert.isUndefined(fiber.pollUnsafe())
        assert.deepStrictEqual((yield* on.list()).proxySessions, [])
        yield* TestClock.adjust(1)
        const session = yield* Fiber.join(fiber)
        assert.deepStrictEqual(session.createdTimestamp, DateTime.makeUnsafe(30_000), "it happened after the delay")
        yield* on.create()
      }),
    ),
  )

  it.effect("of a call that is interrupted is over, and the call has done nothing", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.control.delayNext("CreateProxySession", "30 seconds")
        const fiber = yield* Effect.forkChild(on.create(), { startImmediately: true })
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual((yield* on.list()).proxySessions, [])
        yield* on.create()
      }),
    ),
  )

  it.effect("can be cut short by a timeout of the caller", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.control.delayNext("GetProxySession", "1 minute")
        const call = on.get("some").pipe(Effect.timeout("10 seconds"), Effect.flip)
        const fiber = yield* Effect.forkChild(call, { startImmediately: true })
        yield* TestClock.adjust("10 seconds")
        assert.strictEqual((yield* Fiber.join(fiber))._tag, "TimeoutError")
      }),
    ),
  )

  it.effect("and failNext together make a call that fails late", () =>
    play((on) =>
      Effect.gen(function* () {
        const late = new ServiceUnavailableException({ message: "Late" })
        yield* on.control.failNext("ListProxySessions", late)
        yield* on.control.delayNext("ListProxySessions", "5 seconds")
        const fiber = yield* Effect.forkChild(Effect.flip(on.list()), { startImmediately: true })
        yield* TestClock.adjust("4 seconds")
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* Fiber.join(fiber), late)
      }),
    ),
  )
})

describe("a seed", () => {
  const story = (on: Scene) =>
    Effect.gen(function* () {
      for (let n = 0; n < 3; n++) yield* on.create()
      const { nextToken, proxySessions } = yield* on.list({ maxResults: 2 })
      return { nextToken, proxySessions: proxySessions.map(({ proxySessionId }) => proxySessionId) }
    })
  const told = (seed?: string) => play(story, { connectors: [connector()], ...(seed === undefined ? {} : { seed }) })

  it.effect("makes the same ids and tokens in every run", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* told("one"), yield* told("one"))
    }),
  )

  it.effect("makes ids and tokens unlike those of another seed", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* told("one"), yield* told("two")]
      assert.notStrictEqual(one.nextToken, two.nextToken)
      assert.deepStrictEqual(
        one.proxySessions.filter((id) => two.proxySessions.includes(id)),
        [],
      )
    }),
  )

  it.effect("that is not given comes from Effect's Random", () =>
    Effect.gen(function* () {
      const [one, two, three] = yield* Effect.all([
        told().pipe(Random.withSeed("s")),
        told().pipe(Random.withSeed("s")),
        told().pipe(Random.withSeed("t")),
      ])
      assert.deepStrictEqual(one, two)
      assert.notDeepEqual(one, three)
    }),
  )
})
