import * as Admission from "@proxy-session/domain/Admission"
import * as Capability from "@proxy-session/domain/Capability"
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import * as Listing from "@proxy-session/domain/Listing"
import { maxResults } from "@proxy-session/domain/Namespace"
import * as NumberSelection from "@proxy-session/domain/NumberSelection"
import { Participant } from "@proxy-session/domain/Participant"
import { normalize } from "@proxy-session/domain/PhoneNumber"
import type { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import type {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { BadRequestException, type ForbiddenException, NotFoundException } from "@proxy-session/domain/ServiceError"
import { isIssuedForm, type VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import type { Tenant } from "@proxy-session/repo/Tenant"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import { defaultPool } from "../DefaultPool.ts"
import type { MemoryRepoOptions } from "../MemoryRepo.ts"
import type { ConnectorSnapshot, StoreSnapshot } from "../Snapshot.ts"
import { Connector } from "./connector.ts"
import * as Copy from "./copy.ts"
import type { Row } from "./row.ts"
import { sessionId } from "./sessionId.ts"

/** What of a repository's options concerns the resources of one tenant. */
export type StoreOptions = Required<
  Pick<
    MemoryRepoOptions,
    "autoCreateConnectors" | "defaultBehavior" | "deleteMode" | "expiryRange" | "strictConnectorIds"
  >
>

type Answer<A, E = never> = Result.Result<A, BadRequestException | E | NotFoundException>

const notFound = () =>
  Result.fail(new NotFoundException({ message: "Unable to find the requested identifier", code: "NotFound" }))

const bad = (message: string) => Result.fail(new BadRequestException({ message, code: "BadRequest" }))

/**
 * The resources of one tenant, and what the eight operations do to them at an instant.
 *
 * Each method either does all of its work or, with a failure, none of it, without ever giving up the thread: that is
 * what makes it atomic to fibers.
 */
export class Store {
  readonly #options: StoreOptions
  readonly #tenant: Tenant
  readonly #seed: string
  readonly #connectors = new Map<string, Connector>()
  #created: number
  #latest = Number.NEGATIVE_INFINITY

  constructor(tenant: Tenant, seed: string, options: StoreOptions, content?: StoreSnapshot) {
    const { account, namespace, region } = tenant
    this.#tenant = { account, namespace, region }
    this.#seed = `${seed}/${namespace}/${region}/${account}`
    this.#options = options
    this.#created = content?.created ?? 0
    for (const each of content?.connectors ?? []) this.#connectors.set(each.voiceConnectorId, revive(each))
  }

  create(request: CreateProxySession, clock: number): Answer<ProxySession, ForbiddenException> {
    const now = this.#now(clock)
    const admitted = Admission.create(request, this.#options.expiryRange)
    if (Result.isFailure(admitted)) return Result.fail(admitted.failure)
    const connector = this.#connector(request.voiceConnectorId)
    if (connector === undefined) return notFound()
    const granted = Admission.grant(request, connector.configuration)
    if (Result.isFailure(granted)) return Result.fail(granted.failure)
    const [first, second] = request.participantPhoneNumbers
    const participants = [normalize(first), normalize(second)] as const
    const number = NumberSelection.choose({
      pool: connector.pool,
      countries: connector.configuration?.phoneNumberCountries ?? [],
      participants,
      taken: connector.taken(participants, now),
      last: connector.lastNumber(participants),
      behavior: request.numberSelectionBehavior ?? this.#options.defaultBehavior,
      geoMatchLevel: request.geoMatchLevel,
      geoMatchParams: request.geoMatchParams,
    })
    if (number === undefined) return bad("No proxy number is available")
    const at = DateTime.makeUnsafe(now)
    const { name, numberSelectionBehavior, geoMatchLevel, geoMatchParams } = request
    const expiryMinutes = granted.success
    const session = new ProxySession(
      {
        voiceConnectorId: connector.id,
        proxySessionId: this.#nextId(connector),
        ...(name === undefined ? {} : { name }),
        status: "Open",
        ...(expiryMinutes === undefined ? {} : { expiryMinutes }),
        capabilities: Capability.canonical(request.capabilities),
        createdTimestamp: at,
        updatedTimestamp: at,
        participants: participants.map(
          (phoneNumber) => new Participant({ phoneNumber, proxyPhoneNumber: number }, { disableChecks: true }),
        ),
        ...(numberSelectionBehavior === undefined ? {} : { numberSelectionBehavior }),
        ...(geoMatchLevel === undefined ? {} : { geoMatchLevel }),
        ...(geoMatchParams === undefined ? {} : { geoMatchParams: { ...geoMatchParams } }),
      },
      { disableChecks: true },
    )
    connector.add(session, now)
    return Result.succeed(session)
  }

  get(key: ProxySessionKey, clock: number): Answer<ProxySession> {
    const now = this.#now(clock)
    const row = this.#row(key)
    return row === undefined ? notFound() : Result.succeed(row.read(now))
  }

  list(request: ListProxySessions, clock: number): Answer<ProxySessionPage> {
    const now = this.#now(clock)
    const { maxResults: size = cap(this.#tenant), nextToken, status, voiceConnectorId } = request
    if (size > cap(this.#tenant)) return bad(`MaxResults must be from 1 to ${cap(this.#tenant)}`)
    const scope = { voiceConnectorId, status, secret: this.#seed }
    const position = nextToken === undefined ? undefined : Listing.position(scope, nextToken)
    if (position === undefined && nextToken !== undefined) return bad("NextToken is not valid for this listing")
    const connector = this.#connector(voiceConnectorId)
    if (connector === undefined) return notFound()
    const rows: Array<Row> = []
    for (const row of connector.after(position, status, now)) {
      const last = rows.at(-1)
      if (rows.length === size && last !== undefined) return Result.succeed(page(rows, now, Listing.token(scope, last)))
      rows.push(row)
    }
    return Result.succeed(page(rows, now))
  }

  update(request: UpdateProxySession, clock: number): Answer<ProxySession> {
    const now = this.#now(clock)
    const admitted = Admission.update(request, this.#options.expiryRange)
    if (Result.isFailure(admitted)) return Result.fail(admitted.failure)
    const row = this.#row(request)
    if (row === undefined) return notFound()
    return Result.map(Lifecycle.update(row.read(now), request, row.instant(now)), (session) => {
      row.write(session)
      return session
    })
  }

  delete(key: ProxySessionKey, clock: number): Answer<void> {
    const now = this.#now(clock)
    const row = this.#row(key)
    if (row === undefined) return notFound()
    if (this.#options.deleteMode === "remove") this.#connectors.get(key.voiceConnectorId)?.remove(row)
    else if (row.status(now) !== "Closed") row.write(Lifecycle.close(row.read(now), row.instant(now)))
    return Result.void
  }

  interact(key: ProxySessionKey, clock: number): Result.Result<ProxySession, NotFoundException> {
    const now = this.#now(clock)
    const row = this.#row(key)
    if (row === undefined) return notFound()
    const session = Lifecycle.interact(row.read(now), row.instant(now))
    row.write(session)
    return Result.succeed(session)
  }

  putProxy(request: PutVoiceConnectorProxy): Answer<ProxyConfiguration> {
    const configured = Admission.configure(request, this.#options.expiryRange)
    if (Result.isFailure(configured)) return Result.fail(configured.failure)
    const connector = this.#connector(request.voiceConnectorId)
    if (connector === undefined) return notFound()
    this.#connectors.set(connector.id, connector)
    connector.configuration = configured.success
    return Result.succeed(Copy.configuration(configured.success))
  }

  getProxy(key: VoiceConnectorProxyKey): Answer<ProxyConfiguration> {
    const configuration = this.#connectors.get(key.voiceConnectorId)?.configuration
    return configuration === undefined ? notFound() : Result.succeed(Copy.configuration(configuration))
  }

  deleteProxy(key: VoiceConnectorProxyKey): Answer<void> {
    const connector = this.#connector(key.voiceConnectorId)
    if (connector === undefined) return notFound()
    connector.configuration = undefined
    return Result.void
  }

  snapshot(clock: number): StoreSnapshot {
    const now = this.#now(clock)
    return {
      ...this.#tenant,
      created: this.#created,
      connectors: Array.from(this.#connectors.values(), ({ configuration, id, lastNumbers, pool, rows }) => ({
        voiceConnectorId: id,
        pool,
        ...(configuration === undefined ? {} : { configuration }),
        sessions: rows.map((row) => row.read(now)),
        lastNumbers,
      })),
    }
  }

  /** The clock may be set back; a session that has ended stays so all the same. */
  #now(clock: number): number {
    return (this.#latest = Math.max(this.#latest, clock))
  }

  /** A connector on demand is kept from its first configuration on; before, it has nothing that could be lost. */
  #connector(id: VoiceConnectorId): Connector | undefined {
    const { autoCreateConnectors, strictConnectorIds } = this.#options
    return (
      this.#connectors.get(id) ??
      (autoCreateConnectors && (isIssuedForm(id) || !strictConnectorIds) ? new Connector(id, defaultPool) : undefined)
    )
  }

  #row(key: ProxySessionKey): Row | undefined {
    return this.#connectors.get(key.voiceConnectorId)?.row(key.proxySessionId)
  }

  #nextId(connector: Connector): ProxySessionId {
    const id = sessionId(this.#seed, ++this.#created)
    return connector.row(id) === undefined ? id : this.#nextId(connector)
  }
}

const cap = ({ namespace }: Tenant): number => maxResults[namespace]

const page = (rows: ReadonlyArray<Row>, now: number, nextToken?: string): ProxySessionPage =>
  new ProxySessionPage(
    { proxySessions: rows.map((row) => row.read(now)), ...(nextToken === undefined ? {} : { nextToken }) },
    { disableChecks: true },
  )

/** A connector as it was written down, by whatever hand: numbers get their `+`, sessions their order. */
const revive = (content: ConnectorSnapshot): Connector => {
  const { configuration, lastNumbers = [], pool, sessions = [], voiceConnectorId } = content
  const connector = new Connector(
    voiceConnectorId,
    pool?.map(({ country, phoneNumber }) => ({ country, phoneNumber: normalize(phoneNumber) })) ?? defaultPool,
    configuration === undefined ? undefined : Copy.configuration(configuration),
  )
  const oldestFirst = sessions.toSorted((one, other) => Listing.compare(positionOf(one), positionOf(other)))
  for (const session of oldestFirst) connector.add(session, Number.NEGATIVE_INFINITY)
  for (const { participants, proxyPhoneNumber } of lastNumbers) {
    connector.remember([normalize(participants[0]), normalize(participants[1])], normalize(proxyPhoneNumber))
  }
  return connector
}

const positionOf = (session: ProxySession): Listing.Position => ({
  created: DateTime.toEpochMillis(session.createdTimestamp),
  id: session.proxySessionId,
})
