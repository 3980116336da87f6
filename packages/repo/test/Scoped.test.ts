import { assert, describe, it } from "@effect/vitest"
import { ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Scoped from "@proxy-session/repo/Scoped"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Stub from "@proxy-session/testing/Stub"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as References from "effect/References"

const request = Fixtures.createProxySessionInFull

/** A repository with one session, and what was deleted. */
const repository = (
  outcome: ReturnType<ProxySessionRepo["Service"]["delete"]> = Effect.void,
  create: ReturnType<ProxySessionRepo["Service"]["create"]> = Effect.succeed(Fixtures.proxySession),
) => {
  const deleted: Array<string> = []
  const layer = Stub.layer({
    create: Stub.answer(request, create),
    delete: (key) =>
      Effect.andThen(
        Effect.sync(() => void deleted.push(key.proxySessionId)),
        outcome,
      ),
  })
  return { deleted, layer }
}

const { proxySessionId } = Fixtures

describe("Scoped.acquire", () => {
  it.effect("deletes the session when the scope closes, and not before", () =>
    Effect.gen(function* () {
      const { deleted, layer } = repository()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const session = yield* Scoped.acquire(request)
          assert.strictEqual(session.proxySessionId, proxySessionId)
          assert.deepStrictEqual(deleted, [])
        }),
      ).pipe(Effect.provide(layer))
      assert.deepStrictEqual(deleted, [proxySessionId])
    }),
  )

  it.effect("deletes it after a failure, which stays what it was", () =>
    Effect.gen(function* () {
      const { deleted, layer } = repository()
      const work = Effect.scoped(Effect.andThen(Scoped.acquire(request), Effect.fail("no driver")))
      assert.strictEqual(yield* Effect.flip(Effect.provide(work, layer)), "no driver")
      assert.deepStrictEqual(deleted, [proxySessionId])
    }),
  )

  it.effect("deletes it when the work is interrupted", () =>
    Effect.gen(function* () {
      const { deleted, layer } = repository()
      const work = Effect.scoped(Effect.andThen(Scoped.acquire(request), Effect.never))
      const fiber = yield* Effect.forkChild(Effect.provide(work, layer), { startImmediately: true })
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(deleted, [proxySessionId])
    }),
  )

  it.effect("deletes it even if the interruption comes while it is being created", () =>
    Effect.gen(function* () {
      const answer = yield* Deferred.make<typeof Fixtures.proxySession>()
      const { deleted, layer } = repository(Effect.void, Deferred.await(answer))
      const work = Effect.scoped(Effect.andThen(Scoped.acquire(request), Effect.never))
      const fiber = yield* Effect.forkChild(Effect.provide(work, layer), { startImmediately: true })
      const interruption = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
      yield* Deferred.succeed(answer, Fixtures.proxySession)
      yield* Fiber.join(interruption)
      assert.deepStrictEqual(deleted, [proxySessionId])
    }),
  )

  it.effect("deletes nothing where nothing was created", () =>
    Effect.gen(function* () {
      const { deleted, layer } = repository(Effect.void, Effect.fail(Fixtures.notFound))
      const error = yield* Effect.flip(Effect.provide(Effect.scoped(Scoped.acquire(request)), layer))
      assert.strictEqual(error._tag, "NotFoundException")
      assert.deepStrictEqual(deleted, [])
    }),
  )

  it.effect("is content with a session that is gone already", () =>
    Effect.gen(function* () {
      const { logs, work } = logged(repository(Effect.fail(Fixtures.notFound)).layer)
      yield* work
      assert.deepStrictEqual(logs, [])
    }),
  )

  it.effect("a deletion that fails is told in a warning that names the session and no secret", () =>
    Effect.gen(function* () {
      const failure = new ServiceUnavailableException({ message: "Later" })
      const { logs, work } = logged(repository(Effect.fail(failure)).layer)
      assert.isTrue(Exit.isSuccess(yield* Effect.exit(work)))
      assert.strictEqual(logs.length, 1)
      assert.include(logs[0], "Warn")
      assert.include(logs[0], proxySessionId)
      assert.include(logs[0], "ServiceUnavailableException")
      assert.notMatch(logs.join(), /555|Trip 1/u)
    }),
  )
})

const logged = (layer: ReturnType<typeof repository>["layer"]) => {
  const logs: Array<string> = []
  const logger = Logger.make(({ fiber, logLevel, message }) => {
    logs.push(JSON.stringify([logLevel, message, fiber.getRef(References.CurrentLogAnnotations)]))
  })
  const work = Effect.scoped(Scoped.acquire(request)).pipe(Effect.provide([layer, Logger.layer([logger])]))
  return { logs, work }
}
