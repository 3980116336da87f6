import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import type { ProxySession, ProxySessionStatus } from "@proxy-session/domain/ProxySession"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { CreateProxySession, ListProxySessions, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as ProxySessionStream from "@proxy-session/repo/ProxySessionStream"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Bench } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"

type Pair = CreateProxySession["participantPhoneNumbers"]

/** Two people, by their places among the fixtures. */
export const pair = (one: number, other: number): Pair => [Fixtures.person(one), Fixtures.person(other)]

/** Two people of whom no other pair has either: the nth of 400 such pairs. */
export const pairOf = (n: number): Pair => pair(2 * n, 2 * n + 1)

/** A connector of its own, ready for sessions. */
export const connector = Effect.fnUntraced(function* (
  configuration: Partial<Omit<PutVoiceConnectorProxy, "voiceConnectorId">> = {},
  pool: ReadonlyArray<PoolNumber> = Fixtures.pool,
) {
  const bench = yield* Bench
  const proxies = yield* VoiceConnectorProxyRepo
  const voiceConnectorId = yield* bench.connector(pool)
  yield* proxies.put(
    new PutVoiceConnectorProxy({ ...Fixtures.putVoiceConnectorProxy, ...configuration, voiceConnectorId }),
  )
  return voiceConnectorId
})

/** A session on a connector. */
export const session = Effect.fnUntraced(function* (
  voiceConnectorId: VoiceConnectorId,
  changes: Partial<Omit<CreateProxySession, "voiceConnectorId">> = {},
) {
  const repo = yield* ProxySessionRepo
  return yield* repo.create(
    new CreateProxySession({
      participantPhoneNumbers: pairOf(0),
      capabilities: ["Voice"],
      ...changes,
      voiceConnectorId,
    }),
  )
})

/** So many sessions, each between two people of their own. */
export const sessions = (voiceConnectorId: VoiceConnectorId, count: number) =>
  Effect.forEach(Array.from({ length: count }).keys(), (n) =>
    session(voiceConnectorId, { participantPhoneNumbers: pairOf(n) }),
  )

/** A key that names no session of a connector. */
export const missing = (voiceConnectorId: VoiceConnectorId) =>
  new ProxySessionKey({ voiceConnectorId, proxySessionId: ProxySessionId.make("missing") })

/** Everything that is listed, page by page. */
export const listed = (
  voiceConnectorId: VoiceConnectorId,
  filter: { readonly status?: ProxySessionStatus; readonly maxResults?: number } = {},
) => Stream.runCollect(ProxySessionStream.sessions(new ListProxySessions({ voiceConnectorId, ...filter })))

/** The ids of sessions, in their order. */
export const ids = (found: Iterable<ProxySession>): ReadonlyArray<ProxySessionId> =>
  Array.from(found, ({ proxySessionId }) => proxySessionId)

/** The number that stands between the two people of a session. */
export const proxyNumber = (given: ProxySession): PhoneNumber | undefined => given.participants[0]?.proxyPhoneNumber

/** A session in a form in which two of them can be compared, whatever made them. */
export const facts = (given: ProxySession) => ({
  ...given,
  capabilities: given.capabilities.toSorted(),
  participants: given.participants
    .map(({ phoneNumber, proxyPhoneNumber }) => `${phoneNumber} ${proxyPhoneNumber}`)
    .toSorted(),
  createdTimestamp: DateTime.toEpochMillis(given.createdTimestamp),
  updatedTimestamp: DateTime.toEpochMillis(given.updatedTimestamp),
  ...(given.endedTimestamp === undefined ? {} : { endedTimestamp: DateTime.toEpochMillis(given.endedTimestamp) }),
})
