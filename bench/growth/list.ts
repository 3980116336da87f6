/**
 * What a page costs by its size: from the memory repository, and read by the live Layer from an answer of the service.
 *
 * Prints microseconds for a page, of either, by the number of sessions on it.
 */
import { Credentials } from "@proxy-session/http/Credentials"
import { Response } from "@proxy-session/http/Exchange"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Transport from "@proxy-session/http/Transport"
import * as FastSigner from "@proxy-session/http/FastSigner"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const sizes = [1, 2, 5, 10, 20, 50, 100]
const { voiceConnectorId } = Fixtures

/** Answers every request with as many sessions as its query asks for. */
const answering = Transport.make({
  send: ({ path }) => {
    const size = Number(/max-results=(\d+)/u.exec(path)?.[1])
    const ProxySessions = Array.from({ length: size }, () => Fixtures.wire.proxySession.ProxySession)
    const body = Buffer.from(JSON.stringify({ ProxySessions, NextToken: null }))
    return Effect.succeed(new Response({ status: 200, headers: { "content-type": "application/json" } }, body))
  },
})

const live = HttpRepo.layer({ endpoint: "http://127.0.0.1:1", region: "us-east-1" }).pipe(
  Layer.provide([
    Credentials.layer({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("an example") }),
    Layer.succeed(Transport.Transport, answering),
    FastSigner.layer(),
  ]),
)

const measured = Effect.gen(function* () {
  const { list } = yield* ProxySessionRepo
  const points: Array<readonly [number, number]> = []
  for (const size of sizes) {
    const request = { voiceConnectorId, maxResults: size }
    const run = (millis: number) =>
      Effect.gen(function* () {
        const begun = performance.now()
        let times = 0
        while (performance.now() - begun < millis) {
          const { proxySessions } = yield* list(request)
          if (proxySessions.length !== size) return yield* Effect.die(new Error("a page has another size"))
          times++
        }
        return ((performance.now() - begun) / times) * 1000
      })
    yield* run(size === sizes[0] ? 2000 : 300)
    points.push([size, Math.min(yield* run(300), yield* run(300), yield* run(300))])
  }
  return points
})

const filled = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  yield* VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy))
  for (let n = 0; n < 1000; n++) {
    const participantPhoneNumbers = [Fixtures.person(2 * n), Fixtures.person(2 * n + 1)] as const
    yield* repo.create({ voiceConnectorId, participantPhoneNumbers, capabilities: ["Voice"] })
  }
  return yield* measured
})

const result = await Effect.runPromise(
  Effect.all({ live: Effect.provide(measured, live), memory: Effect.provide(filled, MemoryRepo.layer()) }),
)
process.stdout.write(`${JSON.stringify(result)}\n`)
