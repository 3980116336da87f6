import { assert, describe, it } from "@effect/vitest"
import { ProxySessionKey, UpdateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import {
  AccessDeniedException,
  NotFoundException,
  ServiceFailureException,
  ThrottledClientException,
} from "@proxy-session/domain/ServiceError"
import { TransportError } from "@proxy-session/domain/TransportError"
import { type Fault, Faulty } from "@proxy-session/repo/Faulty"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Stub from "@proxy-session/testing/Stub"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"

const throttled = new ThrottledClientException({ message: "Slow down", code: "Throttled" })
const broken = new ServiceFailureException({ message: "Broken" })
const missing = new NotFoundException({ message: "Missing", code: "NotFound" })

class Other extends Context.Service<Other, string>()("test/Faulty/Other") {}

/** Every operation succeeds at once and is counted, but for the deletion of a session, which finds nothing. */
const counting = (calls: Array<string>) => {
  const done =
    <A>(operation: string, outcome: Effect.Effect<A>) =>
    () =>
      Effect.andThen(
        Effect.sync(() => void calls.push(operation)),
        outcome,
      )
  const session = Effect.succeed(Fixtures.proxySession)
  const configuration = Effect.succeed(Fixtures.proxyConfiguration)
  return Layer.mergeAll(
    Layer.succeed(Other, "as it was"),
    Stub.layer({
      create: done("CreateProxySession", session),
      get: done("GetProxySession", session),
      list: done("ListProxySessions", Effect.succeed(Fixtures.proxySessionPage)),
      update: done("UpdateProxySession", session),
      delete: () => Effect.andThen(done("DeleteProxySession", Effect.void)(), Effect.fail(missing)),
    }),
    Stub.layerProxy({
      put: done("PutVoiceConnectorProxy", configuration),
      get: done("GetVoiceConnectorProxy", configuration),
      delete: done("DeleteVoiceConnectorProxy", Effect.void),
    }),
  )
}

/** A scene on such an implementation with faults over it. */
const play = <A, E>(
  scene: (on: {
    readonly faulty: Faulty["Service"]
    readonly repo: ProxySessionRepo["Service"]
    readonly proxies: VoiceConnectorProxyRepo["Service"]
    readonly calls: Array<string>
  }) => Effect.Effect<A, E>,
) => {
  const calls: Array<string> = []
  return Effect.gen(function* () {
    const faulty = yield* Faulty
    const repo = yield* ProxySessionRepo
    const proxies = yield* VoiceConnectorProxyRepo
    return yield* scene({ faulty, repo, proxies, calls })
  }).pipe(Effect.provide(Faulty.layer(counting(calls)), { local: true }))
}

describe("a fault", () => {
  it.effect("that is an error fails the next calls of one operation, in the order given, and does no work", () =>
    play(({ calls, faulty, repo }) =>
      Effect.gen(function* () {
        yield* faulty.next("GetProxySession", { error: throttled })
        yield* faulty.next("GetProxySession", { error: broken })
        yield* repo.list({ voiceConnectorId: Fixtures.voiceConnectorId })
        assert.strictEqual(yield* Effect.flip(repo.get(Fixtures.key)), throttled)
        assert.strictEqual(yield* Effect.flip(repo.get(Fixtures.key)), broken)
        assert.deepStrictEqual(calls, ["ListProxySessions"])
        yield* repo.get(Fixtures.key)
        assert.deepStrictEqual(calls, ["ListProxySessions", "GetProxySession"])
      }),
    ),
  )

  it.effect("can meet each of the eight operations, before or after the work", () =>
    play(({ calls, faulty, proxies, repo }) =>
      Effect.gen(function* () {
        const { voiceConnectorId } = Fixtures
        const operations = {
          CreateProxySession: repo.create(Fixtures.createProxySession),
          GetProxySession: repo.get(Fixtures.key),
          ListProxySessions: repo.list({ voiceConnectorId }),
          UpdateProxySession: repo.update(Fixtures.updateProxySession),
          DeleteProxySession: repo.delete(Fixtures.key),
          PutVoiceConnectorProxy: proxies.put(Fixtures.putVoiceConnectorProxy),
          GetVoiceConnectorProxy: proxies.get({ voiceConnectorId }),
          DeleteVoiceConnectorProxy: proxies.delete({ voiceConnectorId }),
        }
        const run: Effect.Effect<unknown, unknown> = Effect.forEach(
          Object.entries(operations) as unknown as ReadonlyArray<
            readonly [keyof typeof operations, Effect.Effect<unknown, unknown>]
          >,
          ([name, call]) =>
            Effect.gen(function* () {
              yield* faulty.next(name, { error: broken })
              yield* faulty.next(name, { error: throttled, when: "after" })
              assert.strictEqual(yield* Effect.flip(call), broken)
              assert.notInclude(calls, name)
              assert.strictEqual(yield* Effect.flip(call), throttled, "also where the work itself fails")
              assert.include(calls, name)
            }),
        )
        yield* run
      }),
    ),
  )

  it.effect("can be any error of its operation, also one that the model does not declare", () =>
    play(({ faulty, proxies }) =>
      Effect.gen(function* () {
        const denied = new AccessDeniedException({ message: "Not you" })
        const operation = "PutVoiceConnectorProxy"
        const lost = new TransportError({ operation, reason: "Reset", outcome: "Unknown", attempts: 1 })
        for (const error of [denied, lost]) {
          yield* faulty.next(operation, { error })
          assert.strictEqual(yield* Effect.flip(proxies.put(Fixtures.putVoiceConnectorProxy)), error)
        }
        // @ts-expect-error only PutVoiceConnectorProxy declares AccessDeniedException
        // @effect-diagnostics-next-line missingEffectError:off
        yield* faulty.next("GetVoiceConnectorProxy", { error: denied })
      }),
    ),
  )

  it.effect("is not used by a request that breaks the model", () =>
    play(({ calls, faulty, repo }) =>
      Effect.gen(function* () {
        yield* faulty.next("GetProxySession", { error: broken })
        const bad = Object.assign(Object.create(ProxySessionKey.prototype), Fixtures.key, { proxySessionId: ".." })
        assert.strictEqual((yield* Effect.flip(repo.get(bad)))._tag, "InvalidRequest")
        assert.strictEqual(yield* faulty.waiting("GetProxySession"), 1)
        assert.strictEqual(yield* Effect.flip(repo.get(Fixtures.key)), broken)
        assert.deepStrictEqual(calls, [])
      }),
    ),
  )

  it.effect("that is a delay lets the call take a while before its work, or after it", () =>
    play(({ calls, faulty, repo }) =>
      Effect.gen(function* () {
        for (const [fault, doneEarly] of [
          [{ delay: "30 seconds" }, false],
          [{ delay: "30 seconds", when: "after" }, true],
        ] as const) {
          calls.length = 0
          yield* faulty.next("GetProxySession", fault)
          const fiber = yield* Effect.forkChild(repo.get(Fixtures.key), { startImmediately: true })
          yield* TestClock.adjust(29_999)
          assert.isUndefined(fiber.pollUnsafe())
          assert.strictEqual(calls.length === 1, doneEarly)
          yield* TestClock.adjust(1)
          assert.strictEqual(yield* Fiber.join(fiber), Fixtures.proxySession)
          assert.strictEqual(calls.length, 1)
        }
      }),
    ),
  )

  it.effect("with a delay and an error fails late", () =>
    play(({ faulty, repo }) =>
      Effect.gen(function* () {
        yield* faulty.next("GetProxySession", { error: broken, delay: "5 seconds" })
        const fiber = yield* Effect.forkChild(Effect.flip(repo.get(Fixtures.key)), { startImmediately: true })
        yield* TestClock.adjust("4 seconds")
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* Fiber.join(fiber), broken)
      }),
    ),
  )

  it.effect("that hangs never ends, before the work or after it, until the caller gives up", () =>
    play(({ calls, faulty, repo }) =>
      Effect.gen(function* () {
        for (const [when, done] of [
          ["before", 0],
          ["after", 1],
        ] as const) {
          calls.length = 0
          yield* faulty.next("GetProxySession", { hang: true, when })
          const call = repo.get(Fixtures.key).pipe(Effect.timeout("1 day"), Effect.flip)
          const fiber = yield* Effect.forkChild(call, { startImmediately: true })
          yield* TestClock.adjust("1 day")
          assert.strictEqual((yield* Fiber.join(fiber))._tag, "TimeoutError")
          assert.strictEqual(calls.length, done)
        }
        yield* repo.get(Fixtures.key)
      }),
    ),
  )

  it.effect("is used by a call that is interrupted, and the work is not done", () =>
    play(({ calls, faulty, repo }) =>
      Effect.gen(function* () {
        yield* faulty.next("GetProxySession", { delay: "30 seconds" })
        const fiber = yield* Effect.forkChild(repo.get(Fixtures.key), { startImmediately: true })
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(calls, [])
        assert.strictEqual(yield* faulty.waiting("GetProxySession"), 0)
        yield* repo.get(Fixtures.key)
      }),
    ),
  )

  it.effect("meets as many calls as it says; one with nothing in it lets them pass", () =>
    play(({ faulty, repo }) =>
      Effect.gen(function* () {
        const faults: ReadonlyArray<Fault<ServiceFailureException | ThrottledClientException>> = [
          { times: 2 },
          { error: broken, times: 2 },
          { error: throttled, times: 0 },
          { error: throttled },
        ]
        for (const fault of faults) yield* faulty.next("GetProxySession", fault)
        assert.strictEqual(yield* faulty.waiting("GetProxySession"), 5)
        const outcomes: Array<string> = []
        for (let call = 0; call < 6; call++) {
          outcomes.push(
            yield* Effect.match(repo.get(Fixtures.key), {
              onSuccess: () => "ok",
              onFailure: ({ _tag }): string => _tag,
            }),
          )
        }
        assert.deepStrictEqual(outcomes, ["ok", "ok", broken._tag, broken._tag, throttled._tag, "ok"])
      }),
    ),
  )

  it.effect("that no call has met can be cleared", () =>
    play(({ faulty, repo }) =>
      Effect.gen(function* () {
        yield* faulty.next("GetProxySession", { error: broken, times: 3 })
        yield* faulty.next("UpdateProxySession", { error: broken })
        yield* faulty.clear
        yield* repo.get(Fixtures.key)
        yield* repo.update(new UpdateProxySession({ ...Fixtures.updateProxySession }))
      }),
    ),
  )
})

describe("Faulty.layer", () => {
  it.effect("leaves what else the implementation provides as it is", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* Other, "as it was")
    }).pipe(Effect.provide(Faulty.layer(counting([])))),
  )

  it.effect("keeps the faults of two implementations apart", () =>
    play((outer) =>
      Effect.gen(function* () {
        yield* outer.faulty.next("GetProxySession", { error: broken })
        yield* play((inner) => inner.repo.get(Fixtures.key))
        assert.strictEqual(yield* outer.faulty.waiting("GetProxySession"), 1)
      }),
    ),
  )
})
