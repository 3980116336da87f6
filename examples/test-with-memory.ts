/**
 * Tests an application with memory in the place of the service: time is moved by hand, failures come when they are told to.
 *
 * It runs under `node:assert` here; `ride-calls/RideCalls.test.ts` does the same with vitest.
 */
import type { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
import { Faulty } from "@proxy-session/repo/Faulty"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { strictEqual } from "node:assert/strict"

/** The application: whether a courier and a customer can still reach each other. */
const canReach = Effect.fn("canReach")(
  function* (key: ProxySessionKey) {
    const session = yield* ProxySessionRepo.use((repo) => repo.get(key))
    return session.status === "Closed" ? "no" : "yes"
  },
  Effect.catchTags({
    NotFoundException: () => Effect.succeed("never could"),
    ServiceUnavailableException: () => Effect.succeed("ask later"),
  }),
)

const test = <A, E>(sentence: string, body: Effect.Effect<A, E, Faulty | ProxySessionRepo>) =>
  VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy)).pipe(
    Effect.andThen(body),
    Effect.andThen(Console.log(`ok: ${sentence}`)),
    Effect.provide([Faulty.layer(MemoryRepo.layer()), TestClock.layer()], { local: true }),
  )

const delivery = { ...Fixtures.createProxySession, name: "Delivery 1" }
const started = ProxySessionRepo.use((repo) => repo.create(delivery))

const reachable = Effect.gen(function* () {
  const session = yield* started
  yield* TestClock.adjust("59 minutes")
  strictEqual(yield* canReach(session), "yes")
  yield* TestClock.adjust("1 minute")
  strictEqual(yield* canReach(session), "no")
})

const failing = Effect.gen(function* () {
  const session = yield* started
  yield* Faulty.use((faulty) =>
    faulty.next("GetProxySession", { error: new ServiceUnavailableException({ message: "Back soon" }) }),
  )
  strictEqual(yield* canReach(session), "ask later")
  strictEqual(yield* canReach(session), "yes")
  strictEqual(yield* canReach(Fixtures.key), "never could")
})

await Effect.runPromise(test("they reach each other for an hour, and not a minute longer", reachable))
await Effect.runPromise(test("while the service is down, nobody is told that they cannot", failing))
