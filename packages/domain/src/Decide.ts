/**
 * What the service does with each operation: the order of its checks, its refusals, and what becomes of a session.
 *
 * **When to use**
 *
 * To write a store. A store reads the facts that a decision asks for, calls the decision, and writes what it returns:
 * in one synchronous step, in one transaction, or in one statement that checks the facts once more. It has no policy of
 * its own.
 *
 * **Details**
 *
 * Every decision is pure. Instants are milliseconds since the epoch. A decision that fails asks for no write.
 */
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Admission from "./Admission.ts"
import * as Capability from "./Capability.ts"
import { defaultPool } from "./DefaultPool.ts"
import { instance } from "./internal/instance.ts"
import { bad } from "./internal/refused.ts"
import * as Lifecycle from "./Lifecycle.ts"
import * as Listing from "./Listing.ts"
import * as NumberSelection from "./NumberSelection.ts"
import { Participant } from "./Participant.ts"
import * as PhoneNumber from "./PhoneNumber.ts"
import type { ProxyConfiguration } from "./ProxyConfiguration.ts"
import { ProxySession } from "./ProxySession.ts"
import type { ProxySessionId } from "./ProxySessionId.ts"
import { ProxySessionPage } from "./ProxySessionPage.ts"
import type { CreateProxySession, ListProxySessions, UpdateProxySession } from "./ProxySessionRequest.ts"
import type { Rules } from "./Rules.ts"
import {
  type BadRequestException,
  type ForbiddenException,
  NotFoundException,
  UnmodeledServiceError,
} from "./ServiceError.ts"
import { isIssuedForm, type VoiceConnectorId } from "./VoiceConnectorId.ts"
import type { PutVoiceConnectorProxy } from "./VoiceConnectorProxyRequest.ts"

/**
 * Everything that a decision on an operation can refuse with. `UnmodeledServiceError` is that of a retired service.
 *
 * @category models
 */
export type Refusal = BadRequestException | ForbiddenException | NotFoundException | UnmodeledServiceError

/**
 * Whether the tenant has a connector of the id that a request names, and whether it has ever been provisioned: whether a
 * seed or an operation has made any connector in it.
 *
 * @category models
 */
export interface ConnectorFacts {
  readonly exists: boolean
  readonly provisioned: boolean
}

/**
 * What the creation of a session depends on.
 *
 * - `connector`: the connector of that id, or `undefined` where the tenant has none. Without a `pool` of its own it has
 *   the default pool
 * - `provisioned`: as in {@link ConnectorFacts}
 * - `held`: the proxy numbers of the live sessions of either participant
 * - `last`: the proxy number that the two participants had last, in whichever order they were named
 * - `proxySessionId`: the id for the session if there is to be one
 *
 * @category models
 */
export interface CreateProxySessionFacts {
  readonly connector:
    | {
        readonly configuration: ProxyConfiguration | undefined
        readonly pool: ReadonlyArray<NumberSelection.PoolNumber> | undefined
      }
    | undefined
  readonly provisioned: boolean
  readonly held: ReadonlySet<PhoneNumber.PhoneNumber>
  readonly last: PhoneNumber.PhoneNumber | undefined
  readonly proxySessionId: ProxySessionId
  readonly now: number
}

/**
 * What to read for a page of a connector's sessions: of those with a status, if there is one.
 *
 * @category models
 */
export interface ListQuery extends Listing.Query {
  readonly voiceConnectorId: VoiceConnectorId
}

/**
 * The refusal of everything that names what is not there.
 *
 * @category decisions
 */
export const notFound = (): Result.Result<never, NotFoundException> =>
  Result.fail(new NotFoundException({ message: "Unable to find the requested identifier", code: "NotFound" }))

const gone = () =>
  Result.fail(
    new UnmodeledServiceError({
      status: 410,
      type: "GoneException",
      code: "Gone",
      message: "Amazon Chime SDK proxy sessions are no longer available",
    }),
  )

/**
 * Whether a request may name a connector: one that exists, or one that the rules let come into being.
 *
 * @category rules
 */
export const admitsConnector = (
  rules: Rules,
  voiceConnectorId: string,
  { exists, provisioned }: ConnectorFacts,
): boolean => {
  if (exists) return true
  const { strictConnectorIds, unknownConnectors = provisioned ? "refused" : "created" } = rules
  return unknownConnectors === "created" && (!strictConnectorIds || isIssuedForm(voiceConnectorId))
}

/**
 * The participants of a request as a store keeps them: each number with its `+`.
 *
 * @category getters
 */
export const participantsOf = ({
  participantPhoneNumbers: [first, second],
}: Pick<CreateProxySession, "participantPhoneNumbers">) =>
  [PhoneNumber.normalize(first), PhoneNumber.normalize(second)] as const

/**
 * The numbers that a connector chooses from: its own, or where it has none of its own, the default pool, if the rules
 * have one.
 *
 * @category getters
 */
export const poolOf = (
  { defaultPool: isDefault }: Pick<Rules, "defaultPool">,
  own: ReadonlyArray<NumberSelection.PoolNumber> | undefined,
): ReadonlyArray<NumberSelection.PoolNumber> => {
  if (own !== undefined && own.length > 0) return own
  return isDefault ? defaultPool : noNumbers
}

const noNumbers: ReadonlyArray<NumberSelection.PoolNumber> = []

/**
 * The session that a request makes.
 *
 * The store adds the session, has both participants hold its number, and remembers the number as the pair's last one.
 *
 * @category decisions
 */
export const createProxySession = (
  rules: Rules,
  request: CreateProxySession,
  { connector, held, last, now, provisioned, proxySessionId }: CreateProxySessionFacts,
): Result.Result<ProxySession, Refusal> => {
  if (rules.retired) return gone()
  const admitted = Admission.create(request, rules.expiryRange)
  if (Result.isFailure(admitted)) return Result.fail(admitted.failure)
  const { geoMatchLevel, geoMatchParams, name, numberSelectionBehavior, voiceConnectorId } = request
  if (!admitsConnector(rules, voiceConnectorId, { exists: connector !== undefined, provisioned })) return notFound()
  const granted = Admission.grant(request, connector?.configuration)
  if (Result.isFailure(granted)) return Result.fail(granted.failure)
  const participants = participantsOf(request)
  const pool = poolOf(rules, connector?.pool)
  const countries = connector?.configuration?.phoneNumberCountries ?? []
  const number = NumberSelection.choose({
    pool,
    countries,
    participants,
    taken: (candidate) => held.has(candidate),
    last,
    behavior: numberSelectionBehavior ?? rules.defaultBehavior,
    geoMatchLevel,
    geoMatchParams,
  })
  if (number === undefined) return bad(exhausted(pool, countries))
  const expiryMinutes = granted.success
  const at = DateTime.makeUnsafe(now)
  return Result.succeed(
    instance(ProxySession, {
      voiceConnectorId,
      proxySessionId,
      ...(name === undefined ? undefined : { name }),
      status: "Open",
      ...(expiryMinutes === undefined ? undefined : { expiryMinutes }),
      capabilities: Capability.canonical(request.capabilities),
      createdTimestamp: at,
      updatedTimestamp: at,
      participants: participants.map((phoneNumber) => instance(Participant, { phoneNumber, proxyPhoneNumber: number })),
      ...(numberSelectionBehavior === undefined ? undefined : { numberSelectionBehavior }),
      ...(geoMatchLevel === undefined ? undefined : { geoMatchLevel }),
      ...(geoMatchParams === undefined ? undefined : { geoMatchParams: { ...geoMatchParams } }),
    }),
  )
}

/** Why there is no number, by country: whoever reads it either changes the configuration or waits for a session to end. */
const exhausted = (pool: ReadonlyArray<NumberSelection.PoolNumber>, allowed: ReadonlyArray<string>): string => {
  const countries = [...new Set(pool.map(({ country }) => country))]
  const usable = countries.filter((country) => allowed.includes(country))
  const none = "No proxy number is available"
  if (countries.length === 0) return `${none}: the Voice Connector has no numbers`
  return usable.length === 0
    ? `${none}: the Voice Connector has numbers of ${countries.join(", ")}, and its configuration allows ${allowed.join(", ")}`
    : `${none}: every number of ${usable.join(", ")} is in use by one of the participants`
}

/**
 * What a request reads: the session as it is now, `Closed` if it has expired.
 *
 * @category decisions
 */
export const getProxySession = (
  rules: Rules,
  session: ProxySession | undefined,
  now: number,
): Result.Result<ProxySession, Refusal> => {
  if (rules.retired) return gone()
  return session === undefined ? notFound() : Result.succeed(Lifecycle.settle(session, DateTime.makeUnsafe(now)))
}

/**
 * What to read for a listing. The page itself is then decided by {@link proxySessionPage}.
 *
 * `maxResults` is the largest page of the namespace, and `secret` what a token of this store is sealed with.
 *
 * @category decisions
 */
export const listProxySessions = (
  rules: Rules,
  request: ListProxySessions,
  { maxResults, secret }: { readonly maxResults: number; readonly secret: string },
): Result.Result<ListQuery, Refusal> => {
  if (rules.retired) return gone()
  const { status, voiceConnectorId } = request
  return Listing.query({ voiceConnectorId, status, secret }, request, maxResults)
}

/**
 * The page that a listing returns, of the sessions that its query found, each as it is now.
 *
 * @category decisions
 */
export const proxySessionPage = (
  rules: Rules,
  query: ListQuery,
  { sessions, ...connector }: ConnectorFacts & { readonly sessions: ReadonlyArray<ProxySession> },
): Result.Result<ProxySessionPage, Refusal> => {
  if (!admitsConnector(rules, query.voiceConnectorId, connector)) return notFound()
  const { elements, next } = Listing.page(query, sessions, Listing.positionOf)
  return Result.succeed(instance(ProxySessionPage, { proxySessions: elements, ...next }))
}

/**
 * What an update makes of a session. The store puts it in the place of the old one.
 *
 * @category decisions
 */
export const updateProxySession = (
  rules: Rules,
  request: UpdateProxySession,
  session: ProxySession | undefined,
  now: number,
): Result.Result<ProxySession, Refusal> => {
  if (rules.retired) return gone()
  const admitted = Admission.update(request, rules.expiryRange)
  if (Result.isFailure(admitted)) return Result.fail(admitted.failure)
  return session === undefined ? notFound() : Lifecycle.update(session, request, instant(session, now))
}

/**
 * What a deletion makes of a session: `undefined` where the store removes it and frees its number, else the ended session
 * that takes the place of the old one.
 *
 * @category decisions
 */
export const deleteProxySession = (
  rules: Rules,
  session: ProxySession | undefined,
  now: number,
): Result.Result<ProxySession | undefined, Refusal> => {
  if (rules.retired) return gone()
  if (session === undefined) return notFound()
  return Result.succeed(rules.deleteMode === "remove" ? undefined : endProxySession(session, now))
}

/**
 * What becomes of a session whose connector loses the session's number, since no call reaches it any more: it ends now,
 * unless it has ended.
 *
 * @category decisions
 */
export const endProxySession = (session: ProxySession, now: number): ProxySession => {
  const at = instant(session, now)
  const current = Lifecycle.settle(session, at)
  return current.status === "Closed" ? current : Lifecycle.close(current, at)
}

/**
 * What a first call or message makes of a session: `InProgress`, unless it has ended.
 *
 * @category decisions
 */
export const interact = (
  session: ProxySession | undefined,
  now: number,
): Result.Result<ProxySession, NotFoundException> =>
  session === undefined ? notFound() : Result.succeed(Lifecycle.interact(session, instant(session, now)))

/**
 * The configuration that a request sets. The store gives it to the connector, and makes the connector, with the default
 * pool, where there is none yet.
 *
 * @category decisions
 */
export const putVoiceConnectorProxy = (
  rules: Rules,
  request: PutVoiceConnectorProxy,
  connector: ConnectorFacts,
): Result.Result<ProxyConfiguration, Refusal> => {
  if (rules.retired) return gone()
  const configured = Admission.configure(request, rules.expiryRange)
  return Result.isSuccess(configured) && !admitsConnector(rules, request.voiceConnectorId, connector)
    ? notFound()
    : configured
}

/**
 * The configuration that a request reads.
 *
 * @category decisions
 */
export const getVoiceConnectorProxy = (
  rules: Rules,
  configuration: ProxyConfiguration | undefined,
): Result.Result<ProxyConfiguration, Refusal> => {
  if (rules.retired) return gone()
  return configuration === undefined ? notFound() : Result.succeed(configuration)
}

/**
 * Whether a configuration may be removed. That there is none is no failure.
 *
 * @category decisions
 */
export const deleteVoiceConnectorProxy = (
  rules: Rules,
  { voiceConnectorId }: { readonly voiceConnectorId: string },
  connector: ConnectorFacts,
): Result.Result<void, Refusal> => {
  if (rules.retired) return gone()
  return admitsConnector(rules, voiceConnectorId, connector) ? Result.void : notFound()
}

/** The present as far as a session goes: one that was seeded from a later clock is not changed before its time. */
const instant = ({ updatedTimestamp }: ProxySession, now: number): DateTime.Utc =>
  DateTime.makeUnsafe(Math.max(now, DateTime.toEpochMillis(updatedTimestamp)))
