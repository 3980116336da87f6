import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { CallRouter } from "@proxy-session/repo/CallRouter"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { ConnectorSnapshot } from "@proxy-session/repo/Snapshot"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export const connectorId = "abcdef1ghij2klmno3pqr4"
export const otherConnectorId = "zyxwvu9tsrq8ponml7kji6"

export const rider = "+12065550100"
export const driver = "+14015550101"
export const stranger = "+13125550102"

/** The nth of eighty thousand people, all of them fictional. */
const person = (n: number) => `+1${200 + Math.floor(n / 100)}55501${String(n % 100).padStart(2, "0")}`

/** The nth of any number of pairs that have nothing to do with each other. */
export const pair = (n: number) => [person(2 * n), person(2 * n + 1)] as const

/** The numbers of the connector below, in their order: two near the rider, one elsewhere, a Canadian, a Briton. */
export const seattle = "+12065550190"
export const seattle2 = "+12065550191"
export const newYork = "+12125550190"
export const toronto = "+14165550190"
export const london = "+447700900090"

export const number = (text: string) => PhoneNumber.make(text)

/** The participants of a session as one would write it in a file. */
export const sharing = (one: string, other: string, proxyPhoneNumber: string = seattle) =>
  [one, other].map((phoneNumber) => ({ phoneNumber, proxyPhoneNumber }))

/** A connector as one would write it in a file, configured for the United States unless told otherwise. */
export const connector = (parts: Partial<typeof ConnectorSnapshot.Encoded> = {}): ConnectorSnapshot =>
  Schema.decodeSync(ConnectorSnapshot)({
    voiceConnectorId: connectorId,
    pool: [
      { phoneNumber: seattle, country: "US" },
      { phoneNumber: seattle2, country: "US" },
      { phoneNumber: newYork, country: "US" },
      { phoneNumber: toronto, country: "CA" },
      { phoneNumber: london, country: "GB" },
    ],
    configuration: { defaultSessionExpiryMinutes: 60, phoneNumberCountries: ["US"] },
    ...parts,
  })

/** The repositories, taking requests as one would write them, those of the usual connector and people by default. */
export const scene = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  const proxies = yield* VoiceConnectorProxyRepo
  const router = yield* CallRouter
  const snapshots = yield* Snapshots
  const voiceConnectorId = connectorId
  return {
    repo,
    proxies,
    router,
    snapshots,
    create: (parts: Partial<typeof CreateProxySession.Encoded> = {}) =>
      Effect.flatMap(
        CreateProxySession.decode({
          voiceConnectorId,
          participantPhoneNumbers: [rider, driver],
          capabilities: ["Voice"],
          ...parts,
        }),
        repo.create,
      ),
    get: (proxySessionId: string, connector: string = voiceConnectorId) =>
      Effect.flatMap(ProxySessionKey.decode({ voiceConnectorId: connector, proxySessionId }), repo.get),
    list: (parts: Partial<typeof ListProxySessions.Encoded> = {}) =>
      Effect.flatMap(ListProxySessions.decode({ voiceConnectorId, ...parts }), repo.list),
    update: (proxySessionId: string, parts: Partial<typeof UpdateProxySession.Encoded> = {}) =>
      Effect.flatMap(
        UpdateProxySession.decode({ voiceConnectorId, proxySessionId, capabilities: ["Voice"], ...parts }),
        repo.update,
      ),
    remove: (proxySessionId: string, connector: string = voiceConnectorId) =>
      Effect.flatMap(ProxySessionKey.decode({ voiceConnectorId: connector, proxySessionId }), repo.delete),
    interact: (proxySessionId: string) =>
      Effect.flatMap(ProxySessionKey.decode({ voiceConnectorId, proxySessionId }), router.interact),
    putProxy: (parts: Partial<typeof PutVoiceConnectorProxy.Encoded> = {}) =>
      Effect.flatMap(
        PutVoiceConnectorProxy.decode({
          voiceConnectorId,
          defaultSessionExpiryMinutes: 60,
          phoneNumberPoolCountries: ["US"],
          ...parts,
        }),
        proxies.put,
      ),
    getProxy: (connector: string = voiceConnectorId) =>
      Effect.flatMap(VoiceConnectorProxyKey.decode({ voiceConnectorId: connector }), proxies.get),
    removeProxy: (connector: string = voiceConnectorId) =>
      Effect.flatMap(VoiceConnectorProxyKey.decode({ voiceConnectorId: connector }), proxies.delete),
  }
})

/** The operations of a scene. */
export type Scene = Effect.Success<typeof scene>

/** Makes sessions between people who have nothing to do with each other. */
export const fill = (on: Scene, count: number, parts: Parameters<Scene["create"]>[0] = {}) =>
  Effect.forEach(
    Array.from({ length: count }, (_, n) => n),
    (n) => on.create({ participantPhoneNumbers: pair(n), ...parts }),
  )

/** Plays a scene on a repository of its own, with the connector above unless told otherwise. */
export const play = <A, E>(
  script: (scene: Scene) => Effect.Effect<A, E>,
  options: MemoryRepo.MemoryRepoOptions = { connectors: [connector()] },
): Effect.Effect<A, E> => Effect.flatMap(scene, script).pipe(Effect.provide(MemoryRepo.layer(options), { local: true }))

/** What a failed operation says of itself. */
export const refusal = <A, E extends { readonly _tag: string; readonly code?: string | undefined }, R>(
  effect: Effect.Effect<A, E, R>,
) => Effect.map(Effect.flip(effect), (error) => `${error._tag} ${error.code ?? ""}`.trimEnd())

/** The number that a session's participants share. */
export const proxyOf = (session: { readonly participants: ReadonlyArray<{ readonly proxyPhoneNumber: string }> }) =>
  session.participants[0]?.proxyPhoneNumber

export const BadRequest = "BadRequestException BadRequest"
export const NotFound = "NotFoundException NotFound"
export const Forbidden = "ForbiddenException Forbidden"
