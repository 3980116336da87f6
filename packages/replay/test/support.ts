/**
 * Calls, and a shelf of cassettes to record them to and to replay them from.
 */
import { CreateProxySession, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"

export const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
export const cassette = "a-trip"

export const put = Effect.flatMap(
  PutVoiceConnectorProxy.decode({
    voiceConnectorId,
    defaultSessionExpiryMinutes: 60,
    phoneNumberPoolCountries: ["US"],
  }),
  (request) => VoiceConnectorProxyRepo.use((proxies) => proxies.put(request)),
)
export const create = Effect.flatMap(
  CreateProxySession.decode({
    voiceConnectorId,
    participantPhoneNumbers: ["+14155550101", "+12125550100"],
    capabilities: ["Voice"],
  }),
  (request) => ProxySessionRepo.use((repo) => repo.create(request)),
)
export const get = (proxySessionId: string) =>
  Effect.flatMap(ProxySessionKey.decode({ voiceConnectorId, proxySessionId }), (key) =>
    ProxySessionRepo.use((repo) => repo.get(key)),
  )
export const nobody = Effect.flip(get("nobody"))

export const shelf = () => {
  const cassettes = new Map<string, string>()
  const store = CassetteStore.layerMemory(cassettes)
  const over = <A, E, B>(
    program: Effect.Effect<A, E, ProxySessionRepo | VoiceConnectorProxyRepo>,
    layer: Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo, B, CassetteStore.CassetteStore>,
  ) => Effect.exit(Effect.provide(program, layer.pipe(Layer.provide(store)), { local: true }))
  return {
    cassettes,
    store,
    record: <A, E>(
      program: Effect.Effect<A, E, ProxySessionRepo | VoiceConnectorProxyRepo>,
      options: Partial<ReplayRepo.RecordOptions> = {},
      live: Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo> = MemoryRepo.layer({ seed: "s" }),
    ) => over(program, ReplayRepo.record({ cassette, mode: "record", ...options }, live)),
    replay: <A, E>(
      program: Effect.Effect<A, E, ProxySessionRepo | VoiceConnectorProxyRepo>,
      options: Partial<ReplayRepo.ReplayOptions> = {},
    ) => over(program, ReplayRepo.layer({ cassette, ...options })),
  }
}

export const defectOf = <A, E>(exit: Exit.Exit<A, E>) =>
  Exit.isFailure(exit) ? exit.cause.reasons.find(Cause.isDieReason)?.defect : undefined

/** Memory, some of whose calls end otherwise. */
export const changed = (change: (repo: ProxySessionRepo["Service"]) => Partial<ProxySessionRepo["Service"]>) =>
  Layer.effect(
    ProxySessionRepo,
    Effect.map(ProxySessionRepo, (repo) => ({ ...repo, ...change(repo) })),
  ).pipe(Layer.provideMerge(MemoryRepo.layer({ seed: "s" })))
