import * as Admission from "@proxy-session/domain/Admission"
import * as Capability from "@proxy-session/domain/Capability"
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import * as Listing from "@proxy-session/domain/Listing"
import { maxResults } from "@proxy-session/domain/Namespace"
import * as NumberSelection from "@proxy-session/domain/NumberSelection"
import { Participant } from "@proxy-session/domain/Participant"
import { normalize } from "@proxy-session/domain/PhoneNumber"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
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
import type { StoreOptions } from "../MemoryRepo.ts"
import type { StoreSnapshot } from "../Snapshot.ts"
import { Connector, type Row } from "./connector.ts"
import { sessionId } from "./sessionId.ts"

type Answer<A, E = never> = Result.Result<A, BadRequestException | E | NotFoundException>

const notFound = Result.fail(
  new NotFoundException({ message: "Unable to find the requested identifier", code: "NotFound" }),
)
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
  #created = 0
  #latest = Number.NEGATIVE_INFINITY

  constructor(tenant: Tenant, seed: string, options: StoreOptions, content?: StoreSnapshot) {
    this.#tenant = tenant
    this.#seed = `${seed}/${tenant.namespace}/${tenant.region}/${tenant.account}`
    this.#options = options
    this.#created = content?.created ?? 0
    for (const each of content?.connectors ?? []) {
      const connector = new Connector(each.voiceConnectorId, each.pool ?? defaultPool, each.configuration)
      for (const session of each.sessions ?? []) connector.add(copy(session))
      for (const last of each.lastNumbers ?? []) connector.remember(last)
      this.#connectors.set(connector.id, connector)
    }
  }

  create(request: CreateProxySession, clock: number): Answer<ProxySession, ForbiddenException> {
    const { expiryRange, defaultBehavior } = this.#options
    const now = this.#now(clock)
    const admitted = Admission.create(request, expiryRange)
    if (Result.isFailure(admitted)) return Result.fail(admitted.failure)
    const connector = this.#connector(request.voiceConnectorId)
    if (connector === undefined) return notFound
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
      behavior: request.numberSelectionBehavior ?? defaultBehavior,
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
    connector.add(session)
    return Result.succeed(copy(session))
  }

  get(key: ProxySessionKey, clock: number): Answer<ProxySession> {
    const row = this.#row(key)
    return row === undefined ? notFound : Result.succeed(read(row, this.#now(clock)))
  }

  list(request: ListProxySessions, clock: number): Answer<ProxySessionPage> {
    const now = this.#now(clock)
    const cap = maxResults[this.#tenant.namespace]
    const size = request.maxResults ?? cap
    if (size > cap) return bad(`MaxResults must be from 1 to ${cap}`)
    const connector = this.#connector(request.voiceConnectorId)
    if (connector === undefined) return notFound
    const scope = { voiceConnectorId: connector.id, status: request.status, secret: this.#seed }
    const after = request.nextToken === undefined ? undefined : Listing.position(scope, request.nextToken)
    if (after === undefined && request.nextToken !== undefined) return bad("NextToken is not valid for this listing")
    const rows: Array<Row> = []
    for (const row of connector.after(after, request.status, now)) {
      const last = rows.at(-1)
      if (rows.length === size && last !== undefined) {
        return Result.succeed(page(rows, now, Listing.token(scope, last)))
      }
      rows.push(row)
    }
    return Result.succeed(page(rows, now))
  }

  update(request: UpdateProxySession, clock: number): Answer<ProxySession> {
    const now = this.#now(clock)
    const admitted = Admission.update(request, this.#options.expiryRange)
    if (Result.isFailure(admitted)) return Result.fail(admitted.failure)
    const row = this.#row(request)
    if (row === undefined) return notFound
    return Result.map(Lifecycle.update(row.session, request, DateTime.makeUnsafe(now)), (session) => {
      this.#connector(request.voiceConnectorId)?.write(row, session)
      return copy(session)
    })
  }

  delete(key: ProxySessionKey, clock: number): Answer<void> {
    const now = DateTime.makeUnsafe(this.#now(clock))
    const connector = this.#connector(key.voiceConnectorId)
    const row = connector?.row(key.proxySessionId)
    if (connector === undefined || row === undefined) return notFound
    const session = Lifecycle.settle(row.session, now)
    if (this.#options.deleteMode === "remove") connector.remove(row)
    else if (session.status !== "Closed") connector.write(row, Lifecycle.close(session, now))
    return Result.void
  }

  interact(key: ProxySessionKey, clock: number): Answer<ProxySession> {
    const row = this.#row(key)
    if (row === undefined) return notFound
    const session = Lifecycle.interact(row.session, DateTime.makeUnsafe(this.#now(clock)))
    this.#connector(key.voiceConnectorId)?.write(row, session)
    return Result.succeed(copy(session))
  }

  putProxy(request: PutVoiceConnectorProxy): Answer<ProxyConfiguration> {
    const configured = Admission.configure(request, this.#options.expiryRange)
    if (Result.isFailure(configured)) return Result.fail(configured.failure)
    const connector = this.#connector(request.voiceConnectorId)
    if (connector === undefined) return notFound
    connector.configuration = configured.success
    return Result.succeed(copyConfiguration(configured.success))
  }

  getProxy(key: VoiceConnectorProxyKey): Answer<ProxyConfiguration> {
    const configuration = this.#connector(key.voiceConnectorId)?.configuration
    return configuration === undefined ? notFound : Result.succeed(copyConfiguration(configuration))
  }

  deleteProxy(key: VoiceConnectorProxyKey): Answer<void> {
    const connector = this.#connector(key.voiceConnectorId)
    if (connector === undefined) return notFound
    connector.configuration = undefined
    return Result.void
  }

  snapshot(): StoreSnapshot {
    return {
      ...this.#tenant,
      created: this.#created,
      connectors: Array.from(this.#connectors.values(), (connector) => ({
        voiceConnectorId: connector.id,
        pool: connector.pool,
        ...(connector.configuration === undefined ? {} : { configuration: copyConfiguration(connector.configuration) }),
        sessions: connector.rows.map(({ session }) => copy(session)),
        lastNumbers: connector.lastNumbers,
      })),
    }
  }

  /** The clock may be set back; a session that has ended stays so all the same. */
  #now(clock: number): number {
    return (this.#latest = Math.max(this.#latest, clock))
  }

  #connector(id: VoiceConnectorId): Connector | undefined {
    const known = this.#connectors.get(id)
    const { autoCreateConnectors, strictConnectorIds } = this.#options
    if (known !== undefined || !autoCreateConnectors || (strictConnectorIds && !isIssuedForm(id))) return known
    const connector = new Connector(id, defaultPool)
    this.#connectors.set(id, connector)
    return connector
  }

  #row(key: ProxySessionKey): Row | undefined {
    return this.#connectors.get(key.voiceConnectorId)?.row(key.proxySessionId)
  }

  #nextId(connector: Connector) {
    let id = sessionId(this.#seed, ++this.#created)
    while (connector.has(id)) id = sessionId(this.#seed, ++this.#created)
    return id
  }
}

const read = (row: Row, now: number): ProxySession =>
  now < row.expires || row.session.status === "Closed"
    ? copy(row.session)
    : copy(Lifecycle.settle(row.session, DateTime.makeUnsafe(now)))

const page = (rows: ReadonlyArray<Row>, now: number, nextToken?: string): ProxySessionPage =>
  new ProxySessionPage(
    { proxySessions: rows.map((row) => read(row, now)), ...(nextToken === undefined ? {} : { nextToken }) },
    { disableChecks: true },
  )

/** What is handed out is never what is kept, so nobody can change the state by changing an answer. */
const copy = (session: ProxySession): ProxySession =>
  again(session, ProxySession.prototype, {
    capabilities: [...session.capabilities],
    participants: session.participants.map((participant) => again(participant, Participant.prototype, {})),
    createdTimestamp: DateTime.makeUnsafe(DateTime.toEpochMillis(session.createdTimestamp)),
    updatedTimestamp: DateTime.makeUnsafe(DateTime.toEpochMillis(session.updatedTimestamp)),
    ...(session.endedTimestamp === undefined
      ? {}
      : { endedTimestamp: DateTime.makeUnsafe(DateTime.toEpochMillis(session.endedTimestamp)) }),
    ...(session.geoMatchParams === undefined ? {} : { geoMatchParams: { ...session.geoMatchParams } }),
  })

const copyConfiguration = (configuration: ProxyConfiguration): ProxyConfiguration =>
  again(configuration, ProxyConfiguration.prototype, {
    phoneNumberCountries: [...configuration.phoneNumberCountries],
  })

/** A second instance of a class with the same members but for some: they were checked when the first was made. */
const again = <A extends object>(value: A, prototype: A, members: Partial<A>): A =>
  Object.assign(Object.create(prototype), value, members)
