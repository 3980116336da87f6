/**
 * Proxy sessions in a database: the service that survives its process, and that several replicas can share.
 */
import { Rules, type RulesOptions } from "@proxy-session/domain/Rules"
import * as CallRouter from "@proxy-session/repo/CallRouter"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import * as SessionEvents from "@proxy-session/repo/SessionEvents"
import { Snapshot } from "@proxy-session/repo/Snapshot"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as VoiceConnectors from "@proxy-session/repo/VoiceConnectors"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import type { DatabaseError } from "./DatabaseError.ts"
import * as Database from "./internal/database.ts"
import { aside, settled, type StoreFailure } from "./internal/failure.ts"
import * as Calls from "./internal/calls.ts"
import * as Connectors from "./internal/connectors.ts"
import * as Content from "./internal/content.ts"
import * as Expiry from "./internal/expiry.ts"
import * as Interactions from "./internal/interactions.ts"
import * as PhoneNumbers from "./internal/phoneNumbers.ts"
import * as Proxies from "./internal/proxies.ts"
import * as Restore from "./internal/restore.ts"
import * as Retention from "./internal/retention.ts"
import * as Routing from "./internal/routing.ts"
import * as Sessions from "./internal/sessions.ts"
import * as Migrations from "./Migrations.ts"

/**
 * The rules of the service, and how the database is used. Every member has a default.
 *
 * - `time`: whose clock decides what has expired: the database's, which all replicas share (`"database"`, the default on
 *   Postgres), or Effect's (`"effect"`, the default on SQLite), which a test can move
 * - `migrate`: whether the tables are brought up to date when the Layer is built (`"start"`, the default), or only
 *   checked (`"check"`)
 * - `retention`: how long an ended session is kept; by default for good. Older ones are removed in small steps, by the
 *   creates and calls that come in
 * - `timeout`: after how long an operation fails with `ServiceUnavailableException`; default 10 seconds. Export and
 *   import have no timeout
 *
 * @category models
 */
export interface SqlRepoOptions extends RulesOptions {
  readonly time?: Database.Time
  readonly migrate?: "check" | "start"
  readonly retention?: Duration.Input
  readonly timeout?: Duration.Input
}

/**
 * The whole service over a `SqlClient`, for SQLite and Postgres: sessions, connectors and their numbers, and what only a
 * store knows.
 *
 * Every operation is one transaction: it happens whole or not at all, and an acknowledged create is in the database. A
 * person never has one number in two live sessions; a key of the database sees to it. Building the Layer fails with
 * `DatabaseError` where the database cannot be reached or holds the tables of another version.
 *
 * Errors of the database never leave the Layer, since they can hold telephone numbers. What passes is a
 * `ServiceUnavailableException`, anything else a `ServiceFailureException`, and the log has the database's code.
 *
 * **Example** (A session in SQLite)
 *
 * ```ts
 * import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 * import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
 * import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
 * import * as SqlRepo from "@proxy-session/sql/SqlRepo"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
 *
 * const program = Effect.gen(function*() {
 *   const proxies = yield* VoiceConnectorProxyRepo
 *   yield* proxies.put({ voiceConnectorId, defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] })
 *   const sessions = yield* ProxySessionRepo
 *   const session = yield* sessions.create({
 *     voiceConnectorId,
 *     participantPhoneNumbers: ["+12065550100", "+14015550101"],
 *     capabilities: ["Voice"]
 *   })
 *   return (yield* sessions.get(session)).status
 * }).pipe(Effect.provide(SqlRepo.layer().pipe(Layer.provide(NodeSqlite.layer({ filename: ":memory:" })))))
 *
 * await Effect.runPromise(program) // => "Open"
 * ```
 *
 * @category layers
 */
export const layer = ({
  migrate = "start",
  retention,
  time,
  timeout = "10 seconds",
  ...options
}: SqlRepoOptions = {}): Layer.Layer<
  | CallRouter.CallRouter
  | ProxySessionRepo.ProxySessionRepo
  | Snapshots
  | VoiceConnectorProxyRepo.VoiceConnectorProxyRepo
  | VoiceConnectors.VoiceConnectors,
  DatabaseError,
  SqlClient.SqlClient
> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const rules = yield* Effect.orDie(Schema.decodeEffect(Rules, { errors: "all" })(options))
      yield* migrate === "start" ? Migrations.migrate : Migrations.check
      const database = Database.make(sql, time, yield* Effect.context())
      const operations = Sessions.make(database, rules)
      const configurations = Proxies.make(database, rules)
      const calls = Calls.make(database, rules)
      const connectors = Connectors.make(database, rules)
      const numbers = PhoneNumbers.make(database, rules)
      const interactions = Interactions.make(database)
      const routed = Routing.make(database, interactions, rules)
      const stored = <A>(operation: Effect.Effect<A, StoreFailure>) => settled<A>(operation, timeout)
      const exported = unhurried(Content.make(database))
      const imported = Restore.make(database)
      const removeOld = aside(Retention.make(database, retention))
      const expired = Expiry.make(database)
      const observed = yield* SessionEvents.observed({
        sessions: {
          create: (request) => Effect.tap(settled(operations.create(request), timeout), removeOld),
          get: (key) => settled(operations.get(key), timeout),
          list: (request) => settled(operations.list(request), timeout),
          update: (request) => settled(operations.update(request), timeout),
          delete: (key) => settled(operations.delete(key), timeout),
        },
        calls: {
          route: (route) =>
            route.request.dryRun === true ? stored(routed(route)) : Effect.tap(stored(routed(route)), removeOld),
          record: (request) => settled(interactions.record(request), timeout),
          interactions: (key) => settled(interactions.interactions(key), timeout),
          interact: (key) => settled(operations.interact(key), timeout),
          numbers: (key) => settled(calls.numbers(key), timeout),
          ofNumber: (number) => stored(calls.ofNumber(number)),
          tenants: stored(calls.tenants),
        },
        connectors: {
          create: (request) => settled(connectors.create(request), timeout),
          get: (key) => settled(connectors.get(key), timeout),
          list: (request) => settled(connectors.list(request), timeout),
          update: (request) => settled(connectors.update(request), timeout),
          delete: (key) => settled(connectors.delete(key), timeout),
          associatePhoneNumbers: (request) => settled(numbers.associate(request), timeout),
          disassociatePhoneNumbers: (request) => settled(numbers.disassociate(request), timeout),
          listPhoneNumbers: (request) => settled(numbers.listNumbers(request), timeout),
          getPhoneNumber: (key) => settled(numbers.getNumber(key), timeout),
          searchAvailablePhoneNumbers: (request) => settled(numbers.search(request), timeout),
          createPhoneNumberOrder: (request) => settled(numbers.order(request), timeout),
          getPhoneNumberOrder: (key) => settled(numbers.getOrder(key), timeout),
        },
        expired: (since) => stored(expired(since)),
      })
      const proxies = VoiceConnectorProxyRepo.make({
        put: (request) => settled(configurations.putProxy(request), timeout),
        get: (key) => settled(configurations.getProxy(key), timeout),
        delete: (key) => settled(configurations.deleteProxy(key), timeout),
      })
      return Context.make(ProxySessionRepo.ProxySessionRepo, ProxySessionRepo.make(observed.sessions)).pipe(
        Context.add(VoiceConnectorProxyRepo.VoiceConnectorProxyRepo, proxies),
        Context.add(VoiceConnectors.VoiceConnectors, VoiceConnectors.make(observed.connectors)),
        Context.add(CallRouter.CallRouter, CallRouter.make(observed.calls)),
        Context.add(Snapshots, {
          export: Effect.flatMap(exported, (snapshot) => Effect.orDie(Schema.encodeEffect(Snapshot)(snapshot))),
          import: (snapshot) =>
            Effect.flatMap(Schema.decodeUnknownEffect(Snapshot, { errors: "all" })(snapshot), (decoded) =>
              unhurried(imported(decoded)),
            ),
        }),
      )
    }),
  )

/** The whole content takes as long as it takes. */
const unhurried = <A>(work: Effect.Effect<A, StoreFailure>) => settled<A>(work, Duration.infinity)
