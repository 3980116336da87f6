/**
 * Records what a repository answers, and plays it back: the second run needs no repository at all.
 *
 * Memory stands in for the live Layer here; any other Layer is recorded alike.
 */
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"

const trip = Effect.gen(function* () {
  const proxies = yield* VoiceConnectorProxyRepo
  yield* proxies.put({
    voiceConnectorId,
    defaultSessionExpiryMinutes: 30,
    phoneNumberPoolCountries: ["US"],
  })
  const repo = yield* ProxySessionRepo
  const session = yield* repo.create({
    voiceConnectorId,
    participantPhoneNumbers: ["+14155550101", "+12125550100"],
    capabilities: ["Voice"],
  })
  yield* repo.delete(session)
  return session.proxySessionId
})

const cassette = "trip"
const store = CassetteStore.layerMemory(new Map())

const recording = ReplayRepo.record({ mode: "record", cassette }, MemoryRepo.layer()).pipe(Layer.provide(store))
const replaying = ReplayRepo.layer({ cassette }).pipe(Layer.provide(store))

const program = Effect.gen(function* () {
  const recorded = yield* Effect.provide(trip, recording, { local: true })
  const replayed = yield* Effect.provide(trip, replaying, { local: true })
  yield* Console.log(recorded === replayed ? "the replay gave the same session" : "the replay gave another session")
})

await Effect.runPromise(program)
