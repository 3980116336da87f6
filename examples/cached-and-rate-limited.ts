/**
 * Puts a cache and a rate limit before a repository, and a third decorator of one's own between them.
 */
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Cached from "@proxy-session/repo/Cached"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import * as RateLimited from "@proxy-session/repo/RateLimited"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

let calls = 0

/** A decorator is a Layer that asks for the service which it provides. */
const Counted = Layer.effect(
  ProxySessionRepo.ProxySessionRepo,
  Effect.map(ProxySessionRepo.ProxySessionRepo, (repo) =>
    ProxySessionRepo.make({
      ...repo,
      get: (key) =>
        Effect.andThen(
          Effect.sync(() => calls++),
          repo.get(key),
        ),
    }),
  ),
)

/** From the outside in: what is remembered costs nothing, and what is not is counted and then let through in time. */
const Repo = Cached.layer({ timeToLive: "10 seconds" }).pipe(
  Layer.provide(Counted),
  Layer.provide(RateLimited.layer({ limit: 5, window: "1 hour", onExceeded: "fail" })),
  Layer.provideMerge(MemoryRepo.layer()),
)

const program = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo.ProxySessionRepo
  yield* VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy))
  const session = yield* repo.create(Fixtures.createProxySession)

  yield* Effect.forEach(Array(1000).keys(), () => repo.get(session), { concurrency: "unbounded" })
  yield* Console.log(`1000 gets, ${calls} of them beyond the cache`)

  yield* repo.update({ ...session, capabilities: ["SMS"] })
  const { capabilities } = yield* repo.get(session)
  yield* Console.log(`after an update: ${capabilities.join()}, and ${calls} gets beyond the cache`)

  // The limit of five let a create, two gets and an update pass; failures are not remembered.
  const { voiceConnectorId } = session
  for (let i = 0; i < 2; i++) {
    const error = yield* Effect.flip(repo.get({ voiceConnectorId, proxySessionId: "no-such-session" }))
    yield* Console.log(`${error._tag}: ${error.message}`)
  }
})

await Effect.runPromise(Effect.provide(program, Repo))
