/**
 * Proxy sessions in memory: the service as a state machine on Effect's clock.
 *
 * It is exact where AWS documents the service and explicit where AWS does not. Sessions expire by the clock alone, so
 * under a `TestClock` a test moves them through their lives; there are no timers and no fibers.
 */
import { normalize } from "@proxy-session/domain/PhoneNumber"
import type { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import { Rules, type RulesOptions } from "@proxy-session/domain/Rules"
import { AccountSnapshots } from "@proxy-session/repo/AccountSnapshots"
import * as CallRouter from "@proxy-session/repo/CallRouter"
import { Invocation } from "@proxy-session/repo/Invocation"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import { type ConnectorSnapshot, Snapshot, StoreSnapshot } from "@proxy-session/repo/Snapshot"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import * as SessionEvents from "@proxy-session/repo/SessionEvents"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as VoiceConnectors from "@proxy-session/repo/VoiceConnectors"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Store } from "./internal/store.ts"

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
  /** The connectors that every tenant begins with for which there are none above. */
  readonly everyTenant?: ReadonlyArray<ConnectorSnapshot>
  /** Makes ids and page tokens the same in every run; by default they come from Effect's `Random`. */
  readonly seed?: string
}

/**
 * The service in memory: both repositories, and what only a store knows.
 *
 * Every answer is a fresh copy, every operation happens whole or not at all, and each tenant has its own resources. What
 * there is to begin with is copied and checked; seeds that contradict themselves are a defect.
 *
 * **Example** (A session that expires under the test clock)
 *
 * ```ts
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 * import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
 * import * as Effect from "effect/Effect"
 * import * as TestClock from "effect/testing/TestClock"
 *
 * const program = Effect.gen(function*() {
 *   const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
 *   const proxies = yield* VoiceConnectorProxyRepo
 *   yield* proxies.put({
 *     voiceConnectorId,
 *     defaultSessionExpiryMinutes: 60,
 *     phoneNumberPoolCountries: ["US"]
 *   })
 *   const sessions = yield* ProxySessionRepo
 *   const session = yield* sessions.create({
 *     voiceConnectorId,
 *     participantPhoneNumbers: ["+12065550100", "+14015550101"],
 *     capabilities: ["Voice"]
 *   })
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
): Layer.Layer<
  | AccountSnapshots
  | CallRouter.CallRouter
  | ProxySessionRepo.ProxySessionRepo
  | Snapshots
  | VoiceConnectorProxyRepo.VoiceConnectorProxyRepo
  | VoiceConnectors.VoiceConnectors
> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const seeds = yield* Effect.orDie(decodeSeeds(options))
      const rules = yield* Effect.orDie(decodeRules(options))
      return yield* make(seeds, rules, options.seed ?? String(yield* Random.nextInt))
    }),
  )

const make = Effect.fnUntraced(function* (
  { connectors, everyTenant, snapshot }: typeof Seeds.Type,
  rules: Rules,
  seed: string,
) {
  const stores = new Map<string, Store>()
  const initial = everyTenant === undefined ? undefined : { connectors: everyTenant }
  let generation = 0
  let secret = ""
  /** How often the content of an account has been replaced; like `generation` a part of its ids and of its secret. */
  const replaced = new Map<string, number>()
  const open = (tenant: Tenant, content: StoreSnapshot | undefined = initial) => {
    const times = replaced.get(tenant.account)
    const own = times === undefined ? "" : `/${times}`
    const store = new Store(tenant, `${seed}/${generation}${own}`, rules, `${secret}${own}`, content)
    stores.set(nameOf(tenant), store)
    return store
  }
  const load = (contents: ReadonlyArray<StoreSnapshot>, known: string | undefined) => {
    secret = known ?? `${seed}/${generation}`
    stores.clear()
    for (const content of contents) open({ ...Tenant.defaultValue(), ...content }, content)
  }
  const ofAccount = (account: string) => [...stores].filter(([, store]) => store.tenant.account === account)
  load([...(connectors === undefined ? [] : [{ connectors }]), ...(snapshot?.stores ?? [])], snapshot?.secret)

  /** What a store does, at the instant and for the tenant of the calling fiber. */
  const act =
    <Request, A, E>(run: (store: Store, request: Request, now: number) => Result.Result<A, E>) =>
    (request: Request): Effect.Effect<A, E> =>
      Effect.withFiber((fiber) => {
        const tenant = fiber.getRef(Tenant)
        const store = stores.get(nameOf(tenant)) ?? open(tenant)
        return Effect.fromResult(run(store, request, fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()))
      })
  const create = act(
    (store, asked: { readonly request: CreateProxySession; readonly invocation: Invocation | undefined }, now) =>
      store.create(asked.request, now, asked.invocation),
  )
  const all = <A>(look: (store: Store) => ReadonlyArray<A>) => Array.from(stores.values()).flatMap(look)

  const observed = yield* SessionEvents.observed({
    sessions: {
      create: (request) => Effect.flatMap(Invocation, (invocation) => create({ invocation, request })),
      get: act((store, request, now) => store.get(request, now)),
      list: act((store, request, now) => store.list(request, now)),
      update: act((store, request, now) => store.update(request, now)),
      delete: act((store, request, now) => store.delete(request, now)),
    },
    calls: {
      route: act((store, route, now) => Result.succeed(store.route(route, now))),
      record: act((store, request, now) => store.record(request, now)),
      interactions: act((store, key) => store.interactions(key)),
      interact: act((store, key, now) => store.interact(key, now)),
      numbers: act((store, key, now) => store.numbers(key, now)),
      ofNumber: (number) => Effect.sync(() => all((store) => store.owners(normalize(number)))),
      tenants: Effect.sync(() => all((store) => store.tenants)),
    },
    connectors: {
      create: act((store, request, now) => store.createConnector(request, now)),
      get: act((store, key) => store.getConnector(key)),
      list: act((store, request) => store.listConnectors(request)),
      update: act((store, request, now) => store.updateConnector(request, now)),
      delete: act((store, key, now) => store.deleteConnector(key, now)),
      associatePhoneNumbers: act((store, request, now) => store.phoneNumbers.associate(request, now)),
      disassociatePhoneNumbers: act((store, request, now) => store.phoneNumbers.disassociate(request, now)),
      listPhoneNumbers: act((store, request) => store.phoneNumbers.listNumbers(request)),
      getPhoneNumber: act((store, key) => store.phoneNumbers.getNumber(key)),
      searchAvailablePhoneNumbers: act((store, request) => store.phoneNumbers.search(request)),
      createPhoneNumberOrder: act((store, request, now) => store.phoneNumbers.order(request, now)),
      getPhoneNumberOrder: act((store, key) => store.phoneNumbers.getOrder(key)),
    },
    expired: (since) =>
      Effect.map(Clock.currentTimeMillis, (now) => ({
        now,
        sessions: since === undefined ? [] : all((store) => store.expired(since, now)),
      })),
  })

  return Context.make(ProxySessionRepo.ProxySessionRepo, ProxySessionRepo.make(observed.sessions)).pipe(
    Context.add(
      VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
      VoiceConnectorProxyRepo.make({
        put: act((store, request) => store.putProxy(request)),
        get: act((store, request) => store.getProxy(request)),
        delete: act((store, request) => store.deleteProxy(request)),
      }),
    ),
    Context.add(VoiceConnectors.VoiceConnectors, VoiceConnectors.make(observed.connectors)),
    Context.add(CallRouter.CallRouter, CallRouter.make(observed.calls)),
    Context.add(AccountSnapshots, {
      accounts: Effect.sync(() => [...new Set(all(({ tenant }) => [tenant.account]))]),
      export: (account) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) =>
          encodeSnapshot({ format, stores: ofAccount(account).map(([, store]) => store.snapshot(now)) }),
        ),
      import: (account, content) =>
        Effect.map(decodeAccountSnapshot(account)(content), (decoded) => {
          replaced.set(account, (replaced.get(account) ?? 0) + 1)
          for (const [name] of ofAccount(account)) stores.delete(name)
          for (const each of decoded.stores) open({ ...Tenant.defaultValue(), ...each, account }, each)
        }),
      rewind: (account) =>
        Effect.sync(() => {
          for (const [, store] of ofAccount(account)) store.rewind()
        }),
      expired: (spanOf) =>
        Effect.sync(() =>
          all((store) => {
            const span = spanOf(store.tenant.account)
            return span === undefined ? [] : store.expired(span.since, span.now)
          }),
        ),
    }),
    Context.add(Snapshots, {
      export: Effect.flatMap(Clock.currentTimeMillis, (now) =>
        encodeSnapshot({ format, secret, stores: all((store) => [store.snapshot(now)]) }),
      ),
      import: (content) =>
        Effect.map(decodeSnapshot(content), (decoded) => {
          generation++
          load(decoded.stores, decoded.secret)
        }),
    }),
  )
})

/** None of its parts can hold a line break. */
const nameOf = ({ account, namespace, region }: Tenant) => `${namespace}\n${region}\n${account}`

const format = "proxy-session-memory/1"

const Seeds = Schema.toType(
  Schema.Struct({
    connectors: Schema.optionalKey(StoreSnapshot.fields.connectors),
    everyTenant: Schema.optionalKey(StoreSnapshot.fields.connectors),
    snapshot: Schema.optionalKey(Snapshot),
  }),
)

const decodeSeeds = Schema.decodeUnknownEffect(Seeds, { errors: "all" })

const decodeRules = Schema.decodeUnknownEffect(Rules, { errors: "all" })

const encodeSnapshot = (snapshot: Snapshot) => Effect.orDie(Schema.encodeEffect(Snapshot)(snapshot))

const decodeSnapshot = Schema.decodeUnknownEffect(Snapshot, { errors: "all" })

const decodeAccountSnapshot = (account: string) =>
  Schema.decodeUnknownEffect(
    Snapshot.check(
      Schema.makeFilter(({ stores }) =>
        stores.flatMap((store, index) =>
          store.account === undefined || store.account === account
            ? []
            : [{ path: ["stores", index, "account"], issue: "must be the account whose content is replaced" }],
        ),
      ),
    ),
    { errors: "all" },
  )
