/**
 * Lists as a stream: pages are turned when somebody wants the next session, and not before.
 */
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as ProxySessionStream from "@proxy-session/repo/ProxySessionStream"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const { voiceConnectorId } = Fixtures

const sevenSessions = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  yield* VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy))
  for (const n of [1, 2, 3, 4, 5, 6, 7]) {
    yield* repo.create({
      voiceConnectorId,
      participantPhoneNumbers: [Fixtures.person(0), Fixtures.person(n)],
      capabilities: n > 5 ? ["SMS"] : ["Voice"],
    })
  }
})

const program = Effect.gen(function* () {
  yield* sevenSessions
  const request = { voiceConnectorId, status: "Open", maxResults: 3 } as const

  const sizes = ProxySessionStream.pages(request).pipe(Stream.map(({ proxySessions }) => proxySessions.length))
  yield* Console.log("sessions on each page:", (yield* Stream.runCollect(sizes)).join(", "))

  const texts = ProxySessionStream.sessions(request).pipe(
    Stream.filter(({ capabilities }) => capabilities.includes("SMS")),
    Stream.runCount,
  )
  yield* Console.log("sessions that take text messages:", yield* texts)

  // Two sessions are on the first page, so the others are never asked for.
  const asked: Array<string> = []
  const repo = yield* ProxySessionRepo
  const list: typeof repo.list = (page) =>
    Effect.andThen(
      Effect.sync(() => asked.push(page.nextToken === undefined ? "the first page" : "another page")),
      repo.list(page),
    )
  yield* ProxySessionStream.sessions(request).pipe(
    Stream.take(2),
    Stream.runDrain,
    Effect.provideService(ProxySessionRepo, { ...repo, list }),
  )
  yield* Console.log("asked for two sessions:", asked.join(", "))
})

await Effect.runPromise(Effect.provide(program, MemoryRepo.layer()))
