/**
 * Proxy sessions in memory: the service as a state machine on Effect's clock.
 *
 * It is exact where AWS documents the service and explicit where AWS does not. Sessions expire by the clock alone, so
 * under a `TestClock` a test moves them through their lives; there are no timers and no fibers.
 */
import { defaultExpiryRange, type ExpiryRange } from "@proxy-session/domain/Admission"
import type { NumberSelectionBehavior } from "@proxy-session/domain/NumberSelectionBehavior"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { UnmodeledServiceError } from "@proxy-session/domain/ServiceError"
import type { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Faults from "./internal/faults.ts"
import { Store, type StoreOptions } from "./internal/store.ts"
import { MemoryControl } from "./MemoryControl.ts"
import { type ConnectorSnapshot, Snapshot, StoreSnapshot } from "./Snapshot.ts"

/**
 * The choices that AWS leaves open, and what there is to begin with. Every member has a default.
 *
 * @category models
 */
export interface MemoryRepoOptions {
  /**
   * The default tenant's connectors. Without them, and without a `snapshot`, any valid connector id exists, with the
   * default pool of fictional numbers but no configuration.
   */
  readonly connectors?: ReadonlyArray<ConnectorSnapshot>
  /** The state to begin with, of every tenant in it; a tenant that it holds has none of the `connectors` above. */
  readonly snapshot?: Snapshot
  /** Whether an unknown connector is made on demand rather than not found; by default only if none was given. */
  readonly autoCreateConnectors?: boolean
  /** Whether a connector on demand needs an id of the form that AWS issues; default `false`. */
  readonly strictConnectorIds?: boolean
  /** A deleted session is gone (`"remove"`, the default), or ended and still there to read (`"close"`). */
  readonly deleteMode?: "close" | "remove"
  /** The minutes that are accepted as a session's life; default 1 to 720. */
  readonly expiryRange?: ExpiryRange
  /** How a number is chosen for a request that does not say; default `PreferSticky`. */
  readonly defaultBehavior?: NumberSelectionBehavior
  /** Whether every operation fails as a service that is no more: HTTP 410, `GoneException`; default `false`. */
  readonly retired?: boolean
  /** Makes ids and page tokens the same in every run; by default they come from Effect's `Random`. */
  readonly seed?: string
}

/**
 * Both repositories in memory, and the service by which tests control them.
 *
 * Every answer is a fresh copy, every operation happens whole or not at all, and each tenant has its own resources. What
 * there is to begin with is copied and checked; seeds that contradict themselves are a defect.
 *
 * **Example** (A session that expires under the test clock)
 *
 * ```ts
 * import { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
 * import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 * import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
 * import * as Effect from "effect/Effect"
 * import * as TestClock from "effect/testing/TestClock"
 *
 * const program = Effect.gen(function*() {
 *   const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
 *   const proxies = yield* VoiceConnectorProxyRepo
 *   yield* proxies.put(yield* PutVoiceConnectorProxy.decode({
 *     voiceConnectorId,
 *     defaultSessionExpiryMinutes: 60,
 *     phoneNumberPoolCountries: ["US"]
 *   }))
 *   const sessions = yield* ProxySessionRepo
 *   const session = yield* sessions.create(yield* CreateProxySession.decode({
 *     voiceConnectorId,
 *     participantPhoneNumbers: ["+12065550100", "+14015550101"],
 *     capabilities: ["Voice"]
 *   }))
 *   yield* TestClock.adjust("60 minutes")
 *   return (yield* sessions.get(session)).status
 * }).pipe(Effect.provide([MemoryRepo.layer(), TestClock.layer()]))
 *
 * await Effect.runPromise(program) // => "Closed"
 * ```
 *
 * @category layers
 */
export const layer = (
  options: MemoryRepoOptions = {},
): Layer.Layer<MemoryControl | ProxySessionRepo.ProxySessionRepo | VoiceConnectorProxyRepo.VoiceConnectorProxyRepo> =>
  Layer.effectContext(
    Effect.gen(function* () {
      yield* Effect.orDie(checkSeeds(options))
      return make(options, options.seed ?? String(yield* Random.nextInt))
    }),
  )

const make = (options: MemoryRepoOptions, seed: string) => {
  const { connectors, snapshot, retired = false } = options
  const storeOptions: StoreOptions = {
    autoCreateConnectors: connectors === undefined && snapshot === undefined,
    strictConnectorIds: false,
    deleteMode: "remove",
    expiryRange: defaultExpiryRange,
    defaultBehavior: "PreferSticky",
    ...options,
  }
  const stores = new Map<string, Store>()
  let generation = 0
  const key = (tenant: Tenant) => JSON.stringify([tenant.namespace, tenant.region, tenant.account])
  const open = (tenant: Tenant, content?: StoreSnapshot) => {
    const store = new Store(tenant, `${seed}/${generation}`, storeOptions, content)
    stores.set(key(tenant), store)
    return store
  }
  const load = (contents: ReadonlyArray<StoreSnapshot>) => {
    stores.clear()
    for (const content of contents) open({ ...Tenant.defaultValue(), ...content }, content)
  }
  load([...(connectors === undefined ? [] : [{ connectors }]), ...(snapshot?.stores ?? [])])

  const faults = Faults.make()
  const operation =
    <Name extends OperationName, Request, A>(
      name: Name,
      run: (store: Store, request: Request, now: number) => Result.Result<A, ErrorOf[Name]>,
    ) =>
    (request: Request): Effect.Effect<A, ErrorOf[Name]> =>
      Faults.suffer<A, ErrorOf[Name]>(faults[name], retired ? gone : act((store, now) => run(store, request, now)))
  const act = <A, E>(run: (store: Store, now: number) => Result.Result<A, E>): Effect.Effect<A, E> =>
    Effect.withFiber((fiber) => {
      const tenant = fiber.getRef(Tenant)
      const store = stores.get(key(tenant)) ?? open(tenant)
      return Effect.fromResult(run(store, fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()))
    })

  const sessions = ProxySessionRepo.make({
    create: operation("CreateProxySession", (store, request: CreateProxySession, now) => store.create(request, now)),
    get: operation("GetProxySession", (store, request: ProxySessionKey, now) => store.get(request, now)),
    list: operation("ListProxySessions", (store, request: ListProxySessions, now) => store.list(request, now)),
    update: operation("UpdateProxySession", (store, request: UpdateProxySession, now) => store.update(request, now)),
    delete: operation("DeleteProxySession", (store, request: ProxySessionKey, now) => store.delete(request, now)),
  })
  const proxies = VoiceConnectorProxyRepo.make({
    put: operation("PutVoiceConnectorProxy", (store, request: PutVoiceConnectorProxy) => store.putProxy(request)),
    get: operation("GetVoiceConnectorProxy", (store, request: VoiceConnectorProxyKey) => store.getProxy(request)),
    delete: operation("DeleteVoiceConnectorProxy", (store, request: VoiceConnectorProxyKey) =>
      store.deleteProxy(request),
    ),
  })
  const control = MemoryControl.of({
    recordInteraction: (session) => act((store, now) => store.interact(session, now)),
    failNext: (name, error) => Effect.sync(() => void faults[name].failures.push(error)),
    delayNext: (name, duration) => Effect.sync(() => void faults[name].delays.push(duration)),
    snapshot: Effect.flatMap(Clock.currentTimeMillis, (now) =>
      encodeSnapshot({
        format: "proxy-session-memory/1",
        stores: Array.from(stores.values(), (store) => store.snapshot(now)),
      }),
    ),
    restore: (content) =>
      Effect.map(decodeSnapshot(content), (decoded) => {
        generation++
        load(decoded.stores)
      }),
  })
  return Context.make(ProxySessionRepo.ProxySessionRepo, sessions).pipe(
    Context.add(VoiceConnectorProxyRepo.VoiceConnectorProxyRepo, proxies),
    Context.add(MemoryControl, control),
  )
}

const checkSeeds = Schema.decodeUnknownEffect(
  Schema.toType(
    Schema.Struct({
      connectors: Schema.optionalKey(StoreSnapshot.fields.connectors),
      snapshot: Schema.optionalKey(Snapshot),
    }),
  ),
  { errors: "all" },
)

const encodeSnapshot = (snapshot: Snapshot) => Effect.orDie(Schema.encodeEffect(Snapshot)(snapshot))

const decodeSnapshot = Schema.decodeUnknownEffect(Snapshot, { errors: "all" })

const gone = Effect.suspend(() =>
  Effect.fail(
    new UnmodeledServiceError({
      status: 410,
      type: "GoneException",
      code: "Gone",
      message: "Amazon Chime SDK proxy sessions are no longer available",
    }),
  ),
)
