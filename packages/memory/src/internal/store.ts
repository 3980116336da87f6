import * as Decide from "@proxy-session/domain/Decide"
import * as Listing from "@proxy-session/domain/Listing"
import { maxResults } from "@proxy-session/domain/Namespace"
import { normalize, type PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import type { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import {
  type CreateProxySession,
  type ListProxySessions,
  ProxySessionKey,
  type UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import type { RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import * as Provision from "@proxy-session/domain/Provision"
import { Interaction } from "@proxy-session/domain/Interaction"
import type { Decision } from "@proxy-session/domain/Routing"
import * as RoutingRequest from "@proxy-session/domain/RoutingRequest"
import type { ConflictException, ResourceLimitExceededException } from "@proxy-session/domain/ProvisioningError"
import type { Rules } from "@proxy-session/domain/Rules"
import type { BadRequestException, NotFoundException } from "@proxy-session/domain/ServiceError"
import { VoiceConnector } from "@proxy-session/domain/VoiceConnector"
import type { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import type { VoiceConnectorKey } from "@proxy-session/domain/VoiceConnectorRequest"
import type { NumberOwner, NumberUse, Recorded, Routed } from "@proxy-session/repo/CallRouter"
import { type Invocation, keyOf, remembered } from "@proxy-session/repo/Invocation"
import type { ConnectorSnapshot, StoreSnapshot } from "@proxy-session/repo/Snapshot"
import { type Ending, type Expired, untoldMillis } from "@proxy-session/repo/SessionEvents"
import type { Tenant } from "@proxy-session/repo/Tenant"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import { Calls } from "./calls.ts"
import { Connector } from "./connector.ts"
import * as Copy from "./copy.ts"
import { NumberIndex } from "./numberIndex.ts"
import { connectorId, orderId, sessionId } from "./ids.ts"
import { NumberInventory } from "./inventory.ts"
import { PhoneNumbers } from "./phoneNumbers.ts"
import type { Row } from "./row.ts"

type Decided<A> = Result.Result<A, Decide.Refusal>

/**
 * The resources of one tenant: what a decision asks for is looked up, and what it decides is written.
 *
 * Each method either does all of its work or, with a failure, none of it, without ever giving up the thread: that is
 * what makes it atomic to fibers.
 */
export class Store {
  readonly #rules: Rules
  readonly #tenant: Tenant
  readonly #seed: string
  readonly #secret: string
  readonly #connectors = new Map<string, Connector>()
  readonly #inventory: NumberInventory
  readonly phoneNumbers: PhoneNumbers
  /** The sessions that calls of the last hour made, oldest first. */
  readonly #invocations = new Map<string, { readonly session: ProxySessionKey; readonly until: number }>()
  readonly #calls = new Calls()
  readonly #numbers = new NumberIndex()
  #provisioned: boolean
  #created: number
  #latest = Number.NEGATIVE_INFINITY

  constructor(tenant: Tenant, seed: string, rules: Rules, secret: string, content?: StoreSnapshot) {
    const { account, namespace, region } = tenant
    this.#tenant = { account, namespace, region }
    this.#seed = `${seed}/${namespace}/${region}/${account}`
    this.#secret = [secret, namespace, region, account].join("\n")
    this.#rules = rules
    this.#created = content?.created ?? 0
    for (const each of content?.connectors ?? []) {
      const connector = revive(each)
      this.#connectors.set(each.voiceConnectorId, connector)
      for (const { proxySessionId, ...members } of each.interactions ?? []) {
        const row = connector.row(proxySessionId)
        if (row !== undefined) this.#calls.restore(row, new Interaction(members))
      }
    }
    this.#inventory = new NumberInventory(content ?? {})
    this.phoneNumbers = new PhoneNumbers({
      rules,
      scope: this.#scope,
      connectors: this.#connectors,
      inventory: this.#inventory,
      facts: (key) => this.#facts(key),
      ensure: (key) => this.#ensure(key),
      nextOrder: () => orderId(this.#seed, this.#created + 1),
      ordered: () => void this.#created++,
      owners: (number) => this.#numbers.owners(number, this.#connectors),
      ended: (row, now) => this.#ended(row, now),
      now: (clock) => this.#now(clock),
    })
    this.#provisioned = content?.provisioned ?? this.#connectors.size > 0
  }

  create(request: CreateProxySession, clock: number, invocation?: Invocation): Decided<ProxySession> {
    const now = this.#now(clock)
    const made = invocation === undefined ? undefined : this.#invocations.get(keyOf(invocation))
    const before = made === undefined ? undefined : this.#row(made.session)
    if (before !== undefined) return Decide.getProxySession(this.#rules, before.read(now), now)
    const connector = this.#connectors.get(request.voiceConnectorId)
    const participants = Decide.participantsOf(request)
    const next = this.#nextId(connector)
    const decided = Decide.createProxySession(this.#rules, request, {
      connector,
      provisioned: this.#provisioned,
      held: connector?.held(participants, now) ?? new Set(),
      last: connector?.lastNumber(participants),
      proxySessionId: next.id,
      now,
    })
    if (connector !== undefined && Result.isSuccess(decided)) {
      this.#created = next.count
      connector.add(decided.success, now)
      if (invocation !== undefined) this.#remember(invocation, decided.success, now)
    }
    return decided
  }

  get(key: ProxySessionKey, clock: number): Decided<ProxySession> {
    const now = this.#now(clock)
    return Decide.getProxySession(this.#rules, this.#row(key)?.read(now), now)
  }

  list(request: ListProxySessions, clock: number): Decided<ProxySessionPage> {
    const now = this.#now(clock)
    const query = Decide.listProxySessions(this.#rules, request, this.#scope)
    if (Result.isFailure(query)) return Result.fail(query.failure)
    const sessions = this.#connectors.get(request.voiceConnectorId)?.sessions(query.success, now) ?? []
    return Decide.proxySessionPage(this.#rules, query.success, { ...this.#facts(request), sessions })
  }

  update(request: UpdateProxySession, clock: number): Decided<ProxySession> {
    const now = this.#now(clock)
    const row = this.#row(request)
    return this.#write(row, Decide.updateProxySession(this.#rules, request, row?.read(now), now))
  }

  delete(key: ProxySessionKey, clock: number): Decided<void> {
    const now = this.#now(clock)
    const row = this.#row(key)
    return Result.map(Decide.deleteProxySession(this.#rules, row?.read(now), now), (ended) => {
      if (row === undefined) return
      if (ended !== undefined) return row.write(ended)
      this.#connectors.get(key.voiceConnectorId)?.remove(row)
      this.#calls.forget(row)
    })
  }

  interact(key: ProxySessionKey, clock: number): Result.Result<ProxySession, NotFoundException> {
    const now = this.#now(clock)
    const row = this.#row(key)
    return this.#write(row, Decide.interact(row?.read(now), now))
  }

  route(route: RoutingRequest.ParsedRoute, clock: number): Routed {
    const now = this.#now(clock)
    const { dryRun = false } = route.request
    const before = dryRun ? undefined : this.#calls.answer(route, now)
    if (before !== undefined) return { decision: before }
    const { decision, row } = this.#decide(route, now)
    if (dryRun) return { decision }
    if (row === undefined) {
      this.#calls.remember(route, decision, now)
      return { decision }
    }
    const progressed = decision._tag === "Connect" && decision.via === "Session" && row.status(now) === "Open"
    if (progressed) this.#write(row, Decide.interact(row.read(now), now))
    return { decision, began: { key: row.key, interaction: this.#calls.begin(route, decision, row, now), progressed } }
  }

  record(
    request: RoutingRequest.RecordRequest,
    clock: number,
  ): Result.Result<ReadonlyArray<Recorded>, NotFoundException> {
    const changed = this.#calls.report(request, this.#now(clock))
    return changed === undefined ? Decide.notFound() : Result.succeed(changed)
  }

  /** The sessions that ended after an instant, and not after the present one. */
  expired(since: number, clock: number): ReadonlyArray<Expired> {
    const now = this.#now(clock)
    return Array.from(this.#connectors.values()).flatMap(({ rows }) =>
      rows.filter(({ ends }) => since < ends && ends <= now).map((row) => this.#ended(row, now)),
    )
  }

  /** The end of a session, which is now if it is live. */
  #ended({ ends, key }: Row, now: number): Expired {
    return { ...key, tenant: { ...this.#tenant }, endedTimestamp: DateTime.makeUnsafe(Math.min(ends, now)) }
  }

  interactions(
    request: RoutingRequest.InteractionsRequest,
  ): Result.Result<ReadonlyArray<Interaction>, NotFoundException> {
    const { proxySessionId, voiceConnectorId } = request
    const connectors = voiceConnectorId === undefined ? this.#connectors.keys() : [voiceConnectorId]
    for (const each of connectors) {
      const row = this.#connectors.get(each)?.row(proxySessionId)
      if (row !== undefined) return Result.succeed(this.#calls.of(row))
    }
    return Decide.notFound()
  }

  putProxy(request: PutVoiceConnectorProxy): Decided<ProxyConfiguration> {
    return Result.map(Decide.putVoiceConnectorProxy(this.#rules, request, this.#facts(request)), (configuration) => {
      this.#ensure(request).configuration = configuration
      return Copy.configuration(configuration)
    })
  }

  getProxy({ voiceConnectorId }: VoiceConnectorProxyKey): Decided<ProxyConfiguration> {
    const { configuration } = this.#connectors.get(voiceConnectorId) ?? {}
    return Result.map(Decide.getVoiceConnectorProxy(this.#rules, configuration), Copy.configuration)
  }

  deleteProxy(key: VoiceConnectorProxyKey): Decided<void> {
    return Result.map(Decide.deleteVoiceConnectorProxy(this.#rules, key, this.#facts(key)), () => {
      const connector = this.#connectors.get(key.voiceConnectorId)
      if (connector !== undefined) connector.configuration = undefined
    })
  }

  createConnector(
    request: RequestOf["CreateVoiceConnector"],
    clock: number,
  ): Result.Result<VoiceConnector, BadRequestException | ResourceLimitExceededException> {
    const voiceConnectorId = connectorId(this.#seed, this.#created + 1)
    const facts = { count: this.#connectors.size, now: this.#now(clock), tenant: this.#tenant, voiceConnectorId }
    return Result.map(Provision.createVoiceConnector(this.#rules, request, facts), (made) => {
      this.#created++
      this.#connectors.set(voiceConnectorId, new Connector(made))
      this.#provisioned = true
      return made
    })
  }

  getConnector({ voiceConnectorId }: VoiceConnectorKey): Result.Result<VoiceConnector, NotFoundException> {
    const found = Provision.findVoiceConnector(this.#connectors.get(voiceConnectorId))
    return Result.map(found, ({ details }) => Copy.connector(details))
  }

  listConnectors(
    request: RequestOf["ListVoiceConnectors"],
  ): Result.Result<SuccessOf["ListVoiceConnectors"], BadRequestException> {
    return Result.map(Provision.listVoiceConnectors(request, this.#scope), (query) => {
      const { after, limit } = query
      const found = Array.from(this.#connectors.values(), ({ details }) => Copy.connector(details))
        .filter((each) => after === undefined || Listing.compare(Provision.positionOf(each), after) > 0)
        .toSorted((one, other) => Listing.compare(Provision.positionOf(one), Provision.positionOf(other)))
      return Provision.voiceConnectorPage(query, found.slice(0, limit))
    })
  }

  updateConnector(
    request: RequestOf["UpdateVoiceConnector"],
    clock: number,
  ): Result.Result<VoiceConnector, NotFoundException> {
    const connector = this.#connectors.get(request.voiceConnectorId)
    const decided = Provision.updateVoiceConnector(request, connector?.details, this.#now(clock))
    if (connector !== undefined && Result.isSuccess(decided)) connector.details = Copy.connector(decided.success)
    return decided
  }

  deleteConnector(
    { voiceConnectorId }: VoiceConnectorKey,
    clock: number,
  ): Result.Result<Ending<void>, ConflictException | NotFoundException> {
    const now = this.#now(clock)
    const connector = this.#connectors.get(voiceConnectorId)
    return Result.map(Provision.deleteVoiceConnector(connector), (value) => {
      const { rows = [] } = connector ?? {}
      this.#connectors.delete(voiceConnectorId)
      for (const row of rows) this.#calls.forget(row)
      const ended = rows.filter(({ ends }) => ends > now - untoldMillis).map((row) => this.#ended(row, now))
      return { value, ended }
    })
  }

  numbers(key: VoiceConnectorKey, clock: number): Result.Result<ReadonlyArray<NumberUse>, NotFoundException> {
    const now = this.#now(clock)
    const connector = this.#connectors.get(key.voiceConnectorId)
    return connector === undefined ? Decide.notFound() : Result.succeed(connector.numbers(this.#rules, now))
  }

  owners(number: PhoneNumber): ReadonlyArray<NumberOwner> {
    return Array.from(this.#connectors.values())
      .filter((connector) => connector.has(number))
      .map(({ voiceConnectorId }) => ({ tenant: { ...this.#tenant }, voiceConnectorId }))
  }

  get tenant(): Tenant {
    return this.#tenant
  }

  /** Forgets the latest instant, so that the clock may be set back for once. */
  rewind(): void {
    this.#latest = Number.NEGATIVE_INFINITY
  }

  /** This tenant, if it has a connector. */
  get tenants(): ReadonlyArray<Tenant> {
    return this.#connectors.size === 0 ? [] : [{ ...this.#tenant }]
  }

  snapshot(clock: number): StoreSnapshot {
    const now = this.#now(clock)
    return {
      ...this.#tenant,
      created: this.#created,
      provisioned: this.#provisioned,
      connectors: Array.from(this.#connectors.values(), ({ configuration, details, lastNumbers, pool, rows }) => {
        const interactions = rows.flatMap((row) =>
          this.#calls.of(row).map((each) => ({ ...each, proxySessionId: row.id })),
        )
        return {
          ...Copy.connector(details),
          ...(pool === undefined || pool.length === 0 ? {} : { pool: Copy.pool(pool) }),
          ...(configuration === undefined ? {} : { configuration }),
          sessions: rows.map((row) => row.read(now)),
          ...(interactions.length === 0 ? {} : { interactions }),
          lastNumbers,
        }
      }),
      numbers: this.#inventory.snapshot,
      orders: this.#inventory.orders,
    }
  }

  /** The clock may be set back; a session that has ended stays so all the same. */
  #now(clock: number): number {
    return (this.#latest = Math.max(this.#latest, clock))
  }

  get #scope() {
    return { maxResults: maxResults[this.#tenant.namespace], secret: this.#secret }
  }

  #facts({ voiceConnectorId }: VoiceConnectorProxyKey): Decide.ConnectorFacts {
    return { exists: this.#connectors.has(voiceConnectorId), provisioned: this.#provisioned }
  }

  /** The connectors that a call can be for: the one that it names, or those that have the number. */
  #dialled({ dialled, request: { voiceConnectorId } }: RoutingRequest.ParsedRoute): ReadonlyArray<Connector> {
    if (dialled === undefined) return []
    if (voiceConnectorId === undefined) return this.#numbers.owners(dialled, this.#connectors)
    const named = this.#connectors.get(voiceConnectorId)
    return named?.isProxyNumber(this.#rules, dialled) ? [named] : []
  }

  #decide(
    route: RoutingRequest.ParsedRoute,
    now: number,
  ): { readonly decision: Decision; readonly row: Row | undefined } {
    const connectors = this.#dialled(route)
    const connector = connectors.length === 1 ? connectors[0] : undefined
    const { caller, dialled } = route
    const row =
      caller._tag === "Number" && dialled !== undefined ? connector?.holder(caller.number, dialled) : undefined
    const decision = RoutingRequest.decide(route, {
      connectors: connectors.length,
      held: row?.heldBy(caller, now),
      isProxyNumber: (number) => connector?.isProxyNumber(this.#rules, number) ?? false,
      fallback: connector?.configuration?.fallBackPhoneNumber,
    })
    return { decision, row: decision.proxySessionId === undefined ? undefined : row }
  }

  /** A connector that a decision lets come into being is kept from the first write on. */
  #ensure({ voiceConnectorId }: VoiceConnectorProxyKey): Connector {
    const connector = this.#connectors.get(voiceConnectorId) ?? new Connector(new VoiceConnector({ voiceConnectorId }))
    this.#connectors.set(voiceConnectorId, connector)
    return connector
  }

  #row(key: ProxySessionKey): Row | undefined {
    return this.#connectors.get(key.voiceConnectorId)?.row(key.proxySessionId)
  }

  #remember(invocation: Invocation, { proxySessionId, voiceConnectorId }: ProxySession, now: number): void {
    for (const [key, { until }] of this.#invocations) {
      if (until > now) break
      this.#invocations.delete(key)
    }
    const session = new ProxySessionKey({ proxySessionId, voiceConnectorId }, { disableChecks: true })
    this.#invocations.set(keyOf(invocation), { session, until: now + Duration.toMillis(remembered) })
  }

  #write<E>(row: Row | undefined, decided: Result.Result<ProxySession, E>): Result.Result<ProxySession, E> {
    if (Result.isSuccess(decided)) row?.write(decided.success)
    return decided
  }

  #nextId(connector: Connector | undefined): { readonly id: ProxySessionId; readonly count: number } {
    for (let count = this.#created + 1; ; count++) {
      const id = sessionId(this.#seed, count)
      if (connector?.row(id) === undefined) return { id, count }
    }
  }
}

/** A connector as it was written down, by whatever hand: numbers get their `+`, sessions their order. */
const revive = (content: ConnectorSnapshot): Connector => {
  const { configuration, lastNumbers = [], pool, sessions = [], ...details } = content
  const connector = new Connector(new VoiceConnector(details))
  if (pool !== undefined) connector.pool = Copy.pool(pool)
  if (configuration !== undefined) connector.configuration = Copy.configuration(configuration)
  const oldestFirst = sessions.toSorted((one, other) =>
    Listing.compare(Listing.positionOf(one), Listing.positionOf(other)),
  )
  for (const session of oldestFirst) connector.add(Copy.written(session), Number.NEGATIVE_INFINITY)
  for (const { participants, proxyPhoneNumber } of lastNumbers) {
    connector.remember([normalize(participants[0]), normalize(participants[1])], normalize(proxyPhoneNumber))
  }
  return connector
}
