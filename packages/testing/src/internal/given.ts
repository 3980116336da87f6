import type { Input } from "@proxy-session/domain/Input"
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { CreateProxySession, ListProxySessions } from "@proxy-session/domain/ProxySessionRequest"
import type { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import type { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as ProxySessionStream from "@proxy-session/repo/ProxySessionStream"
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

/** The usual configuration of a connector, with changes. */
export const configure = (voiceConnectorId: string, changes: Partial<Input<typeof PutVoiceConnectorProxy>> = {}) =>
  Bench.use(({ proxies }) => proxies.put({ ...Fixtures.putVoiceConnectorProxy, ...changes, voiceConnectorId }))

/** A connector of its own, ready for sessions. */
export const connector = Effect.fnUntraced(function* (
  configuration: Partial<Input<typeof PutVoiceConnectorProxy>> = {},
  pool: ReadonlyArray<PoolNumber> = Fixtures.pool,
) {
  const bench = yield* Bench
  const voiceConnectorId = yield* bench.connector(pool)
  yield* configure(voiceConnectorId, configuration)
  return voiceConnectorId
})

/** A session on a connector. */
export const session = (voiceConnectorId: string, changes: Partial<Input<typeof CreateProxySession>> = {}) =>
  Bench.use(({ repo }) =>
    repo.create({ participantPhoneNumbers: pairOf(0), capabilities: ["Voice"], ...changes, voiceConnectorId }),
  )

/** So many sessions, each between two people of their own. */
export const sessions = (
  voiceConnectorId: string,
  count: number,
  options: { readonly concurrency?: "unbounded" } = {},
) =>
  Effect.forEach(
    Array.from({ length: count }).keys(),
    (n) => session(voiceConnectorId, { participantPhoneNumbers: pairOf(n) }),
    options,
  )

/** So many sessions of one person, each with another one. */
export const ofOnePerson = (voiceConnectorId: string, count: number) =>
  Effect.forEach(Array.from({ length: count }).keys(), (n) =>
    session(voiceConnectorId, { participantPhoneNumbers: pair(0, n + 1) }),
  )

/** A key that names no session of a connector. */
export const missing = (voiceConnectorId: string) => ({ voiceConnectorId, proxySessionId: "missing" })

/** Everything that is listed, page by page. */
export const listed = (voiceConnectorId: string, filter: Partial<Input<typeof ListProxySessions>> = {}) =>
  Stream.runCollect(ProxySessionStream.sessions({ ...filter, voiceConnectorId }))

/** What the API shows of a connector. */
export const content = Effect.fnUntraced(function* (voiceConnectorId: string) {
  const { proxies } = yield* Bench
  const configuration = yield* proxies.get({ voiceConnectorId })
  return [{ ...configuration }, (yield* listed(voiceConnectorId)).map(facts)] as const
})

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
