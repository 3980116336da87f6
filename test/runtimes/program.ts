/**
 * What has to run wherever JavaScript does: a session out of memory, one out of a cassette, and a signed request over fetch.
 */
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Transport from "@proxy-session/http/Transport"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"

const trip = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  const configuration = {
    voiceConnectorId,
    defaultSessionExpiryMinutes: 60,
    phoneNumberPoolCountries: ["US"],
  }
  yield* VoiceConnectorProxyRepo.use((proxies) => proxies.put(configuration))
  const created = yield* repo.create({
    voiceConnectorId,
    participantPhoneNumbers: ["+14015550101", "+12065550100"],
    capabilities: ["Voice"],
  })
  const session = yield* repo.get(created)
  const key = { voiceConnectorId, proxySessionId: "nobody" }
  const error = yield* Effect.flip(repo.get(key))
  yield* repo.delete(created)
  return `${session.status}, ${error._tag}`
})

/** What the three say, by their names. */
export const program = (endpoint: string): Effect.Effect<Readonly<Record<string, string>>, unknown> =>
  Effect.gen(function* () {
    const store = CassetteStore.layerMemory(new Map())
    const recording = ReplayRepo.record({ cassette: "trip", mode: "record" }, MemoryRepo.layer())
    yield* trip.pipe(Effect.provide(Layer.provide(recording, store)))
    const live = HttpRepo.layer({ endpoint, region: "us-east-1" }).pipe(
      Layer.provide([
        Credentials.layer({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("of no use anywhere") }),
        Transport.layerFetch(),
      ]),
    )
    return {
      memory: yield* trip.pipe(Effect.provide(MemoryRepo.layer())),
      replay: yield* trip.pipe(Effect.provide(Layer.provide(ReplayRepo.layer({ cassette: "trip" }), store))),
      live: yield* trip.pipe(Effect.provide(live)),
    }
  })
