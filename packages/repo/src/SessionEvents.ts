/**
 * Events of a store for an application, as a stream: sessions that begin and end, and calls that go through them.
 */
import type { Interaction } from "@proxy-session/domain/Interaction"
import type { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import * as SessionEvent from "@proxy-session/domain/SessionEvent"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import type { Scope } from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as CallRouter from "./CallRouter.ts"
import type * as ProxySessionRepo from "./ProxySessionRepo.ts"
import { Tenant } from "./Tenant.ts"
import type * as VoiceConnectors from "./VoiceConnectors.ts"

/**
 * How events are kept for those who read them.
 *
 * - `capacity`: how many events wait for a reader who is slow; beyond that the oldest are dropped for that reader. Default
 *   1,024
 * - `watch`: whether a store tells by itself when sessions expire, which it does by default; `false` where somebody else
 *   does who knows what time it is for each account
 *
 * @category models
 */
export interface SessionEventsOptions {
  readonly capacity?: number
  readonly watch?: boolean
}

/**
 * The events of a store that is built over this service. A store without it tells no events and does no work for them.
 *
 * **Details**
 *
 * Events are those of all tenants: sessions that are created, in progress and closed, calls and texts that are connected
 * and ended. They hold no numbers, names or texts. An event is told after its transaction has succeeded, and telling never
 * delays or fails an operation. The end of a session by its expiry is told within a second.
 *
 * **Gotchas**
 *
 * The stream begins when somebody reads it. Events live in the process: those that wait when it ends are lost, and the store
 * itself says what became of a session. With several replicas each tells what it did itself, and all of them tell when a
 * session expires. The same event has the same `id`, and can come more than once.
 *
 * **Example** (Told of a new session)
 *
 * ```ts
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 * import { SessionEvents } from "@proxy-session/repo/SessionEvents"
 * import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
 * import * as Fixtures from "@proxy-session/testing/Fixtures"
 * import * as Effect from "effect/Effect"
 * import * as Fiber from "effect/Fiber"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const program = Effect.gen(function*() {
 *   const { events } = yield* SessionEvents
 *   const first = yield* Effect.forkChild(Stream.runHead(events), { startImmediately: true })
 *   yield* VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy))
 *   yield* ProxySessionRepo.use((repo) => repo.create(Fixtures.createProxySession))
 *   const event = yield* Effect.flatMap(Fiber.join(first), Effect.fromOption)
 *   return event._tag
 * }).pipe(Effect.provide(MemoryRepo.layer().pipe(Layer.provideMerge(SessionEvents.layer()))))
 *
 * await Effect.runPromise(program) // => "SessionCreated"
 * ```
 *
 * @category services
 */
export class SessionEvents extends Context.Service<
  SessionEvents,
  {
    /** What happens from the moment on in which the stream is read. */
    readonly events: Stream.Stream<SessionEvent.SessionEvent>
    /** Tells everybody who reads, unless they were told the same lately. For stores. */
    readonly publish: (event: SessionEvent.SessionEvent) => Effect.Effect<void>
    /** Tells the same again from now on, of an account or of all: their sessions are others, or their time has gone back. */
    readonly forget: (account?: string) => Effect.Effect<void>
    /** Whether the store is to tell when sessions expire. */
    readonly watch: boolean
  }
>()("@proxy-session/repo/SessionEvents") {
  /** Events for the store that is built over it. */
  static readonly layer = ({ capacity = 1024, watch = true }: SessionEventsOptions = {}): Layer.Layer<SessionEvents> =>
    Layer.effect(
      SessionEvents,
      Effect.gen(function* () {
        const readers = yield* Effect.acquireRelease(
          PubSub.sliding<SessionEvent.SessionEvent>(capacity),
          PubSub.shutdown,
        )
        const told = new Told()
        return {
          watch,
          events: Stream.fromPubSub(readers),
          publish: (event) =>
            Effect.suspend(() => {
              const { account, namespace, region } = event.tenant
              const name = [namespace, region, account, event.id].join("/")
              return told.add(name, account) ? Effect.asVoid(PubSub.publish(readers, event)) : Effect.void
            }),
          forget: (account) => Effect.sync(() => told.forget(account)),
        }
      }),
    )
}

/** How many events are known at least, so that none of them is told twice by one process. */
const recent = 10_000

/**
 * The events that were told lately, each with its account, in two halves: the older one goes as a whole. A map out of
 * which the oldest goes with each event looks for it among those that have gone before.
 */
class Told {
  #latest = new Map<string, string>()
  #before = new Map<string, string>()

  /** Adds an event; `false` if it is known. */
  add(name: string, account: string): boolean {
    if (this.#latest.has(name) || this.#before.has(name)) return false
    if (this.#latest.size >= recent) {
      this.#before = this.#latest
      this.#latest = new Map()
    }
    this.#latest.set(name, account)
    return true
  }

  forget(account: string | undefined): void {
    for (const events of [this.#latest, this.#before]) {
      for (const [name, each] of events) if (account === undefined || each === account) events.delete(name)
    }
  }
}

/**
 * A session that has ended, by its expiry or with its number or connector, and when.
 *
 * @category models
 */
export interface Expired extends SessionEvent.EventSubject {
  readonly endedTimestamp: DateTime.Utc
}

/**
 * What an operation on connectors returns, and the sessions that it ended.
 *
 * @category models
 */
export interface Ending<A> {
  readonly value: A
  readonly ended: ReadonlyArray<Expired>
}

type Method = keyof VoiceConnectors.Implementation
type EndingMethod = "associatePhoneNumbers" | "delete" | "disassociatePhoneNumbers"

type Ends<Call> = Call extends (request: infer Request) => Effect.Effect<infer A, infer E>
  ? (request: Request) => Effect.Effect<Ending<A>, E>
  : never

/**
 * `VoiceConnectors`, where taking a number away and deleting a connector tell which sessions they ended.
 *
 * @category models
 */
export type ConnectorImplementation = {
  readonly [M in Method]: M extends EndingMethod
    ? Ends<VoiceConnectors.Implementation[M]>
    : VoiceConnectors.Implementation[M]
}

/**
 * For how many milliseconds the end of a session may not have been told yet. With a connector, sessions go that ended in
 * this time, and nobody could look for them afterwards.
 *
 * @category constants
 */
export const untoldMillis = 60_000

/**
 * The implementations of a store, before they become services.
 *
 * `expired` reads the sessions that ended after an instant and up to the present one, and that instant; without an instant,
 * nothing but the present. Instants are milliseconds since the epoch, by the clock of the store.
 *
 * @category models
 */
export interface Implementations {
  readonly sessions: ProxySessionRepo.Implementation
  readonly calls: CallRouter.Implementation
  readonly connectors: ConnectorImplementation
  readonly expired: (
    since: number | undefined,
  ) => Effect.Effect<{ readonly now: number; readonly sessions: ReadonlyArray<Expired> }, CallRouter.CallRouterError>
}

/** How often a store is asked for sessions that have expired. */
const interval = "1 second"

/**
 * The same implementations, which tell their events where there is somebody to be told: for stores.
 *
 * @category constructors
 */
export const observed = (implementations: Implementations): Effect.Effect<Observed, never, Scope> =>
  Effect.gen(function* () {
    const service = Option.getOrUndefined(yield* Effect.serviceOption(SessionEvents))
    if (service === undefined) {
      return { ...implementations, connectors: observedConnectors(implementations.connectors, () => Effect.void) }
    }
    const { publish } = service
    if (service.watch) yield* Effect.forkScoped(watch(implementations.expired, publish))
    return {
      calls: observedCalls(implementations.calls, publish),
      connectors: observedConnectors(implementations.connectors, publish),
      sessions: observedSessions(implementations.sessions, publish),
    }
  })

interface Observed extends Pick<Implementations, "calls" | "sessions"> {
  readonly connectors: VoiceConnectors.Implementation
}

type Publish = SessionEvents["Service"]["publish"]

const subjectOf = ({ proxySessionId, voiceConnectorId }: ProxySessionKey) =>
  Effect.map(Tenant, ({ account, namespace, region }): SessionEvent.EventSubject => ({
    tenant: { account, namespace, region },
    voiceConnectorId,
    proxySessionId,
  }))

const observedSessions = (
  sessions: ProxySessionRepo.Implementation,
  publish: Publish,
): ProxySessionRepo.Implementation => ({
  ...sessions,
  create: (request) =>
    Effect.tap(sessions.create(request), (session) =>
      Effect.flatMap(subjectOf(session), (of) => publish(SessionEvent.created(of, session.createdTimestamp))),
    ),
  update: (request) =>
    Effect.tap(sessions.update(request), (session) =>
      session.endedTimestamp === undefined
        ? Effect.void
        : Effect.flatMap(Effect.zip(subjectOf(session), Effect.succeed(session.endedTimestamp)), ([of, at]) =>
            publish(SessionEvent.closed(of, at)),
          ),
    ),
  delete: (key) =>
    Effect.tap(sessions.delete(key), () =>
      Effect.flatMap(Effect.zip(subjectOf(key), DateTime.now), ([of, at]) => publish(SessionEvent.closed(of, at))),
    ),
})

const observedCalls = (calls: CallRouter.Implementation, publish: Publish): CallRouter.Implementation => {
  const tell = (key: ProxySessionKey, interaction: Interaction) =>
    Effect.flatMap(subjectOf(key), (of) => {
      const event = SessionEvent.ofInteraction(of, interaction)
      return event === undefined ? Effect.void : publish(event)
    })
  return {
    ...calls,
    route: (route) =>
      Effect.tap(calls.route(route), ({ began }) =>
        began === undefined
          ? Effect.void
          : Effect.andThen(
              began.progressed
                ? Effect.flatMap(subjectOf(began.key), (of) =>
                    publish(SessionEvent.inProgress(of, began.interaction.at)),
                  )
                : Effect.void,
              tell(began.key, began.interaction),
            ),
      ),
    record: (request) =>
      Effect.tap(calls.record(request), (changed) =>
        Effect.forEach(changed, ({ interaction, key }) => tell(key, interaction), { discard: true }),
      ),
    interact: (key) =>
      Effect.tap(calls.interact(key), (session) =>
        session.status === "InProgress"
          ? Effect.flatMap(subjectOf(session), (of) => publish(SessionEvent.inProgress(of, session.updatedTimestamp)))
          : Effect.void,
      ),
  }
}

const observedConnectors = (connectors: ConnectorImplementation, publish: Publish): VoiceConnectors.Implementation => {
  const told = <A, E>(operation: Effect.Effect<Ending<A>, E>) =>
    Effect.flatMap(operation, ({ ended, value }) => Effect.as(tellEnds(ended, publish), value))
  return {
    ...connectors,
    delete: (key) => told(connectors.delete(key)),
    associatePhoneNumbers: (request) => told(connectors.associatePhoneNumbers(request)),
    disassociatePhoneNumbers: (request) => told(connectors.disassociatePhoneNumbers(request)),
  }
}

const tellEnds = (ended: ReadonlyArray<Expired>, publish: Publish): Effect.Effect<void> =>
  Effect.forEach(ended, (each) => publish(SessionEvent.closed(each, each.endedTimestamp)), { discard: true })

/** Tells of sessions that expire. While the store fails, nothing is lost: it is asked again for the same time. */
const watch = (expired: Implementations["expired"], publish: Publish): Effect.Effect<never> =>
  Effect.gen(function* () {
    let since: number | undefined
    const look = Effect.gen(function* () {
      const { now, sessions } = yield* expired(since)
      since = now
      yield* tellEnds(sessions, publish)
    })
    // The store has logged why it failed.
    return yield* Effect.forever(Effect.andThen(Effect.ignore(look), Effect.sleep(interval)))
  })
