import { assert, describe, it } from "@effect/vitest"
import { ExpiryMinutes } from "@proxy-session/domain/ExpiryMinutes"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionKey, UpdateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import { ServiceFailureException } from "@proxy-session/domain/ServiceError"
import * as Cached from "@proxy-session/repo/Cached"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Stub from "@proxy-session/testing/Stub"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"

type Service = ProxySessionRepo["Service"]

const { key, updateProxySession: update, voiceConnectorId } = Fixtures
const at = DateTime.makeUnsafe(0)
const session = new ProxySession({
  ...Fixtures.proxySession,
  createdTimestamp: at,
  updatedTimestamp: at,
  expiryMinutes: ExpiryMinutes.make(60),
})
const keyOf = (id: string) => new ProxySessionKey({ voiceConnectorId, proxySessionId: ProxySessionId.make(id) })

/** A cached repository, and the ids that were asked for behind it. */
const cached = (operations: Partial<Service> = {}, options: Partial<Cached.CachedOptions> = {}) => {
  const reads: Array<string> = []
  const { get = () => Effect.succeed(session), ...others } = operations
  const layer = Cached.layer({ timeToLive: "1 minute", ...options }).pipe(
    Layer.provide(
      Stub.layer({
        get: (request) =>
          Effect.andThen(
            Effect.sync(() => void reads.push(request.proxySessionId)),
            get(request),
          ),
        update: () => Effect.succeed(session),
        delete: () => Effect.void,
        ...others,
      }),
    ),
  )
  const use = <A, E>(body: (repo: Service) => Effect.Effect<A, E>) =>
    Effect.provide(Effect.flatMap(ProxySessionRepo, body), layer)
  return { reads, use }
}

describe("Cached", () => {
  it.effect("answers the second get from memory until the time to live is over", () =>
    Effect.gen(function* () {
      const { reads, use } = cached()
      yield* use((repo) =>
        Effect.gen(function* () {
          yield* repo.get(key)
          yield* TestClock.adjust("59999 millis")
          assert.strictEqual((yield* repo.get(key)).proxySessionId, session.proxySessionId)
          assert.strictEqual(reads.length, 1)
          yield* TestClock.adjust("1 millis")
          yield* repo.get(key)
          assert.strictEqual(reads.length, 2)
        }),
      )
    }),
  )

  it.effect("asks once for many who ask at the same time", () =>
    Effect.gen(function* () {
      const { reads, use } = cached({ get: () => Effect.delay(Effect.succeed(session), "1 second") })
      yield* use((repo) =>
        Effect.gen(function* () {
          const all = Effect.all(
            Array.from({ length: 50 }, () => repo.get(key)),
            { concurrency: "unbounded" },
          )
          const fiber = yield* Effect.forkChild(all)
          yield* TestClock.adjust("1 second")
          assert.strictEqual((yield* Fiber.join(fiber)).length, 50)
          assert.strictEqual(reads.length, 1)
        }),
      )
    }),
  )

  it.effect("one of those who wait can leave without harm to the others", () =>
    Effect.gen(function* () {
      const { reads, use } = cached({ get: () => Effect.delay(Effect.succeed(session), "1 second") })
      yield* use((repo) =>
        Effect.gen(function* () {
          const first = yield* Effect.forkChild(repo.get(key), { startImmediately: true })
          const second = yield* Effect.forkChild(repo.get(key), { startImmediately: true })
          yield* Fiber.interrupt(first)
          yield* TestClock.adjust("1 second")
          assert.isTrue(Exit.isSuccess(yield* Fiber.await(second)))
          assert.strictEqual(reads.length, 1)
        }),
      )
    }),
  )

  it.effect("remembers nothing past the session's own expiry", () =>
    Effect.gen(function* () {
      const { reads, use } = cached({}, { timeToLive: "2 hours" })
      yield* use((repo) =>
        Effect.gen(function* () {
          yield* TestClock.adjust("59 minutes")
          yield* repo.get(key)
          yield* TestClock.adjust("59999 millis")
          yield* repo.get(key)
          assert.strictEqual(reads.length, 1)
          yield* TestClock.adjust("1 millis")
          yield* repo.get(key)
          assert.strictEqual(reads.length, 2)
        }),
      )
    }),
  )

  it.effect("remembers a closed session, which will never change, for the whole time", () =>
    Effect.gen(function* () {
      const closed = new ProxySession({ ...session, status: "Closed", endedTimestamp: at })
      const { reads, use } = cached({ get: () => Effect.succeed(closed) }, { timeToLive: "2 hours" })
      yield* use((repo) =>
        Effect.gen(function* () {
          yield* repo.get(key)
          yield* TestClock.adjust("119 minutes")
          yield* repo.get(key)
          assert.strictEqual(reads.length, 1)
        }),
      )
    }),
  )

  it.effect("does not remember failures", () =>
    Effect.gen(function* () {
      const { reads, use } = cached({ get: () => Effect.fail(Fixtures.notFound) })
      yield* use((repo) =>
        Effect.gen(function* () {
          assert.strictEqual((yield* Effect.flip(repo.get(key)))._tag, "NotFoundException")
          yield* Effect.flip(repo.get(key))
          assert.strictEqual(reads.length, 2)
        }),
      )
    }),
  )

  for (const [operation, change] of [
    ["an update", (repo: Service) => Effect.asVoid(repo.update(update))],
    ["a delete", (repo: Service) => repo.delete(key)],
  ] as const) {
    it.effect(`forgets the session on ${operation}`, () =>
      Effect.gen(function* () {
        const { reads, use } = cached()
        yield* use((repo) =>
          Effect.gen(function* () {
            yield* repo.get(key)
            yield* change(repo)
            yield* repo.get(key)
            assert.strictEqual(reads.length, 2)
          }),
        )
      }),
    )

    it.effect(`forgets it on ${operation} that fails too, since it may have happened`, () =>
      Effect.gen(function* () {
        const slow = yield* Deferred.make<never, ServiceFailureException>()
        const { reads, use } = cached({ update: () => Deferred.await(slow), delete: () => Deferred.await(slow) })
        yield* use((repo) =>
          Effect.gen(function* () {
            const changing = yield* Effect.forkChild(change(repo), { startImmediately: true })
            yield* repo.get(key)
            yield* Deferred.fail(slow, new ServiceFailureException({ message: "Perhaps" }))
            assert.isTrue(Exit.isFailure(yield* Fiber.await(changing)))
            yield* repo.get(key)
            assert.strictEqual(reads.length, 2)
          }),
        )
      }),
    )
  }

  it.effect("does not remember a read that was under way when an update began", () =>
    Effect.gen(function* () {
      const slow = yield* Deferred.make<ProxySession>()
      const { reads, use } = cached({ get: () => Deferred.await(slow) })
      yield* use((repo) =>
        Effect.gen(function* () {
          const reading = yield* Effect.forkChild(repo.get(key), { startImmediately: true })
          yield* repo.update(update)
          yield* Deferred.succeed(slow, session)
          yield* Fiber.join(reading)
          yield* repo.get(key)
          assert.strictEqual(reads.length, 2)
        }),
      )
    }),
  )

  it.effect("does not answer from memory while an update is under way", () =>
    Effect.gen(function* () {
      const { reads, use } = cached({ update: () => Effect.never })
      yield* use((repo) =>
        Effect.gen(function* () {
          yield* repo.get(key)
          yield* Effect.forkChild(repo.update(update), { startImmediately: true })
          yield* repo.get(key)
          assert.strictEqual(reads.length, 2)
        }),
      )
    }),
  )

  it.effect("does not remember a read that began while an update was under way", () =>
    Effect.gen(function* () {
      const slow = yield* Deferred.make<ProxySession>()
      const { reads, use } = cached({ update: () => Deferred.await(slow) })
      yield* use((repo) =>
        Effect.gen(function* () {
          const updating = yield* Effect.forkChild(repo.update(update), { startImmediately: true })
          yield* repo.get(key)
          yield* Deferred.succeed(slow, session)
          yield* Fiber.join(updating)
          yield* repo.get(key)
          assert.strictEqual(reads.length, 2)
        }),
      )
    }),
  )

  it.effect("forgets the one that was asked for longest ago when it is full", () =>
    Effect.gen(function* () {
      const { reads, use } = cached({}, { capacity: 2 })
      yield* use((repo) =>
        Effect.gen(function* () {
          for (const id of ["a", "b", "a", "c", "a", "b"]) yield* repo.get(keyOf(id))
          assert.deepStrictEqual(reads, ["a", "b", "c", "b"])
        }),
      )
    }),
  )

  it.effect("keeps the tenants apart", () =>
    Effect.gen(function* () {
      const { reads, use } = cached()
      yield* use((repo) =>
        Effect.gen(function* () {
          const tenant = yield* Tenant
          yield* repo.get(key)
          for (const other of [
            { region: "eu-central-1" },
            { account: "111111111111" },
            { namespace: "chime" as const },
          ]) {
            yield* repo.get(key).pipe(Effect.provideService(Tenant, { ...tenant, ...other }))
          }
          assert.strictEqual(reads.length, 4)
          yield* repo.delete(key).pipe(Effect.provideService(Tenant, { ...tenant, account: "111111111111" }))
          yield* repo.get(key)
          assert.strictEqual(reads.length, 4)
        }),
      )
    }),
  )

  it.effect("refuses a request that breaks the model, and asks nobody", () =>
    Effect.gen(function* () {
      const { reads, use } = cached()
      const broken = { voiceConnectorId, proxySessionId: ProxySessionId.make("..", { disableChecks: true }) }
      const errors = yield* use((repo) =>
        Effect.all([
          Effect.flip(repo.get(broken)),
          Effect.flip(repo.update(new UpdateProxySession({ ...update, ...broken }, { disableChecks: true }))),
        ]),
      )
      assert.deepStrictEqual(
        errors.map(({ _tag }) => _tag),
        ["InvalidRequest", "InvalidRequest"],
      )
      assert.deepStrictEqual(reads, [])
    }),
  )
})
