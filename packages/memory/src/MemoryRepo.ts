/**
 * Proxy sessions in memory: the service as a state machine on Effect's clock.
 *
 * It is exact where AWS documents the service and explicit where AWS does not. Sessions expire by the clock alone, so
 * under a `TestClock` a test moves them through their lives; there are no timers and no fibers.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { Rules, type RulesOptions } from "@proxy-session/domain/Rules"
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
import { Store } from "./internal/store.ts"
import { MemoryControl } from "./MemoryControl.ts"
import { type ConnectorSnapshot, Snapshot, StoreSnapshot } from "./Snapshot.ts"

/**
 * The rules of the service, and what there is to begin with. Every member has a default.
 *
 * @category models
 */
export interface MemoryRepoOptions extends RulesOptions {
  /** The default tenant's connectors. */
  readonly connectors?: ReadonlyArray<ConnectorSnapshot>
  /** The state to begin with, of every tenant in it; a tenant that it holds has none of the `connectors` above. */
  readonly snapshot?: Snapshot
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
      const seeds = yield* Effect.orDie(decodeSeeds(options))
      const rules = yield* Effect.orDie(decodeRules(options))
      return make(seeds, rules, options.seed ?? String(yield* Random.nextInt))
    }),
  )

const make = ({ connectors, snapshot }: typeof Seeds.Type, rules: Rules, seed: string) => {
  const stores = new Map<string, Store>()
  let generation = 0
  const key = (tenant: Tenant) => JSON.stringify([tenant.namespace, tenant.region, tenant.account])
  const open = (tenant: Tenant, content?: StoreSnapshot) => {
    const store = new Store(tenant, `${seed}/${generation}`, rules, content)
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
      Faults.suffer<A, ErrorOf[Name]>(
        faults[name],
        act((store, now) => run(store, request, now)),
      )
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

const Seeds = Schema.toType(
  Schema.Struct({
    connectors: Schema.optionalKey(StoreSnapshot.fields.connectors),
    snapshot: Schema.optionalKey(Snapshot),
  }),
)

const decodeSeeds = Schema.decodeUnknownEffect(Seeds, { errors: "all" })

const decodeRules = Schema.decodeUnknownEffect(Rules, { errors: "all" })

const encodeSnapshot = (snapshot: Snapshot) => Effect.orDie(Schema.encodeEffect(Snapshot)(snapshot))

const decodeSnapshot = Schema.decodeUnknownEffect(Snapshot, { errors: "all" })
