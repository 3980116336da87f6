/**
 * Where `proxy-session serve` keeps what it is told: in memory, in a SQLite file, or in Postgres.
 */
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { RulesOptions } from "@proxy-session/domain/Rules"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import type { CallRouter } from "@proxy-session/repo/CallRouter"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { type ConnectorSnapshot, Snapshot } from "@proxy-session/repo/Snapshot"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import type { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import type { DatabaseError } from "@proxy-session/sql/DatabaseError"
import type { Erased } from "@proxy-session/sql/Erasure"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Duration from "effect/Duration"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { type CommandFailure, configuration, general, usage } from "./ExitCode.ts"
import * as GatewayFlags from "./GatewayFlags.ts"
import { variable } from "./Profile.ts"
import { unwritable } from "./SnapshotFile.ts"

/**
 * What a store provides.
 *
 * @category models
 */
export type Services = CallRouter | ProxySessionRepo | Snapshots | VoiceConnectorProxyRepo | VoiceConnectors

/**
 * A store, and whether it can be reached now.
 *
 * @category models
 */
export interface Store {
  readonly services: Context.Context<Services>
  readonly reachable: Effect.Effect<boolean>
}

/**
 * How a store is opened.
 *
 * - `url`: `memory:`, `sqlite:PATH` or `postgres://…`; without one, the store is in memory
 * - `migrate`: whether the tables of a database are brought up to date (`start`) or only checked (`check`)
 * - `retention`: how long a database keeps a session that has ended
 * - `snapshot`: what an empty store begins with; `everyTenant`: what each further tenant of a store in memory begins with
 *
 * @category models
 */
export interface Options {
  readonly url: Redacted.Redacted | undefined
  readonly migrate: "check" | "start"
  readonly rules: RulesOptions
  readonly retention: Duration.Duration
  readonly idSeed: string | undefined
  readonly snapshot: Snapshot | undefined
  readonly everyTenant?: ReadonlyArray<ConnectorSnapshot> | undefined
}

/**
 * Opens a store for as long as the scope is open, or fails.
 *
 * The modules of a database are loaded on demand, so that a store in memory starts without them. A database that holds
 * something is not seeded. A URL can hold a password and is never printed.
 *
 * @category constructors
 */
export const open = Effect.fnUntraced(function* (
  options: Options,
): Effect.fn.Return<Store, CommandFailure, FileSystem.FileSystem | Scope.Scope> {
  const url = options.url === undefined ? "memory:" : Redacted.value(options.url)
  if (url === "memory:") return { services: yield* inMemory(options), reachable: Effect.succeed(true) }
  if (options.idSeed !== undefined)
    return yield* usage("--id-seed is for a store in memory; a database gives ids of its own")
  const store = yield* database(url, options)
  if (options.snapshot !== undefined) yield* seed(store.services, options.snapshot)
  return store
})

/** The part of the options that a database has a use for. */
type DatabaseOptions = Pick<Options, "migrate"> & Partial<Pick<Options, "retention" | "rules">>

const database = Effect.fnUntraced(function* (
  url: string,
  { migrate, retention, rules }: DatabaseOptions,
): Effect.fn.Return<Store, CommandFailure, FileSystem.FileSystem | Scope.Scope> {
  const SqlRepo = yield* load(() => import("@proxy-session/sql/SqlRepo"), "the package sql is not installed")
  const Reachability = yield* load(() => import("@proxy-session/sql/Reachability"), "the package sql is not installed")
  const client = yield* sqlClient(url)
  const layer = SqlRepo.layer({ ...rules, migrate, ...(retention === undefined ? {} : { retention }) })
  const services = yield* Effect.mapError(Layer.build(Layer.provideMerge(layer, client)), told)
  const reachable = Reachability.check().pipe(
    Effect.provideContext(services),
    Effect.as(true),
    Effect.catch(({ message }) => Effect.as(Effect.logWarning(`not ready. ${message}`), false)),
  )
  return { services, reachable }
})

/**
 * Opens a database for a command that only moves its content.
 *
 * @category constructors
 */
export const openExisting = (
  url: Redacted.Redacted,
  migrate: "check" | "start",
): Effect.Effect<Context.Context<Services>, CommandFailure, FileSystem.FileSystem | Scope.Scope> =>
  Effect.map(database(Redacted.value(url), { migrate }), ({ services }) => services)

/**
 * Copies a SQLite file into one that does not exist yet and that nobody else may read.
 *
 * @category operations
 */
export const backup = Effect.fnUntraced(function* (
  filename: string,
  destination: string,
): Effect.fn.Return<void, CommandFailure, FileSystem.FileSystem> {
  const files = yield* FileSystem.FileSystem
  const NodeSqlite = yield* sqliteModule
  yield* Effect.mapError(files.writeFileString(destination, "", { flag: "wx", mode: 0o600 }), (error) =>
    unwritable(destination, error),
  )
  yield* NodeSqlite.backup(destination).pipe(
    Effect.provide(NodeSqlite.layer({ filename })),
    Effect.mapError(told),
    Effect.andThen(
      Effect.mapError(
        Effect.scoped(Effect.flatMap(files.open(destination, { flag: "r+" }), (copy) => copy.sync)),
        (error) => unwritable(destination, error),
      ),
    ),
    Effect.tapError(() => Effect.ignore(files.remove(destination))),
  )
})

/**
 * Erases numbers from a database, and tells how much that was.
 *
 * @category operations
 */
export const erase = Effect.fnUntraced(function* (
  url: Redacted.Redacted,
  numbers: ReadonlyArray<PhoneNumber>,
): Effect.fn.Return<Erased, CommandFailure, FileSystem.FileSystem> {
  const { erase } = yield* load(() => import("@proxy-session/sql/Erasure"), "the package sql is not installed")
  const { check } = yield* load(() => import("@proxy-session/sql/Migrations"), "the package sql is not installed")
  const client = yield* sqlClient(Redacted.value(url))
  const all = Effect.andThen(check, Effect.forEach(numbers, erase))
  const erased = yield* Effect.mapError(Effect.provide(all, client), told)
  return erased.reduce((one, other) => ({
    sessions: one.sessions + other.sessions,
    liveSessions: one.liveSessions + other.liveSessions,
    pairs: one.pairs + other.pairs,
    connectors: one.connectors + other.connectors,
  }))
})

/**
 * The file of a URL of SQLite, or `undefined` for any other.
 *
 * @category getters
 */
export const pathOf = (url: Redacted.Redacted): string | undefined => {
  const text = Redacted.value(url)
  return text.startsWith(sqlite) ? text.slice(sqlite.length) : undefined
}

const inMemory = ({ everyTenant, idSeed, rules, snapshot }: Options) =>
  Layer.build(
    MemoryRepo.layer({
      ...rules,
      ...(snapshot === undefined ? {} : { snapshot }),
      ...(everyTenant === undefined ? {} : { everyTenant }),
      ...(idSeed === undefined ? {} : { seed: idSeed }),
    }),
  )

/**
 * What a store's failure becomes on the command line.
 *
 * @category errors
 */
export const told = ({ message }: { readonly message: string }): CommandFailure => general(`--database: ${message}`)

const sqlite = "sqlite:"

const load = <A>(module: () => Promise<A>, hint: string): Effect.Effect<A, CommandFailure> =>
  Effect.tryPromise({ try: module, catch: () => general(`--database: ${hint}`) })

const sqliteModule = load(() => import("@proxy-session/sql/NodeSqlite"), "SQLite needs Node 22.13 or newer")

/** A `SqlClient` for a URL, whose modules are loaded on demand. */
const sqlClient = Effect.fnUntraced(function* (
  url: string,
): Effect.fn.Return<Layer.Layer<SqlClient, DatabaseError | SqlError, FileSystem.FileSystem>, CommandFailure> {
  if (url.startsWith(sqlite)) {
    const filename = url.slice(sqlite.length)
    if (filename === "") return yield* usage("--database sqlite: needs a path, as in sqlite:./proxy-session.db")
    return (yield* sqliteModule).layer({ filename })
  }
  if (!/^postgres(?:ql)?:\/\//u.test(url)) {
    return yield* usage("--database is memory:, sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE")
  }
  const Postgres = yield* load(() => import("@proxy-session/sql/Postgres"), "install @effect/sql-pg for Postgres")
  return Postgres.layer({ url: Redacted.make(url), ...(yield* maximum) })
})

const maximum: Effect.Effect<{ readonly maxConnections?: number }, CommandFailure> = Effect.gen(function* () {
  const text = yield* variable(variables.connections)
  if (text === undefined) return {}
  const count = Number(text)
  return Number.isInteger(count) && count >= 1 && count <= 1000
    ? { maxConnections: count }
    : yield* configuration(`${variables.connections} must be a whole number from 1 to 1000`)
})

const seed = Effect.fnUntraced(function* (store: Context.Context<Services>, snapshot: Snapshot) {
  const snapshots = Context.get(store, Snapshots)
  const { stores } = yield* Effect.mapError(snapshots.export, told)
  if (stores.some(({ connectors }) => connectors.length > 0)) {
    return yield* Console.error("--seed is not applied: the database holds something already")
  }
  yield* Effect.mapError(snapshots.import(yield* Effect.orDie(Schema.encodeEffect(Snapshot)(snapshot))), told)
})

/**
 * The settings that `serve` reads from the environment.
 *
 * @category constants
 */
export const variables = {
  url: "PROXY_SESSION_DATABASE_URL",
  connections: "PROXY_SESSION_DATABASE_CONNECTIONS",
  retention: "PROXY_SESSION_RETENTION",
  controlToken: "PROXY_SESSION_CONTROL_TOKEN",
  eventsSecrets: "PROXY_SESSION_EVENTS_SECRETS",
} as const

/** Names that Kubernetes makes of a service called `proxy-session`. */
const injected = /^PROXY_SESSION_(?:SERVICE|PORT)(?:_|$)/u

/** The names of all variables below a path of the environment. */
const namesBelow = (
  provider: ConfigProvider.ConfigProvider,
  path: ReadonlyArray<string>,
): Effect.Effect<ReadonlyArray<string>, ConfigProvider.SourceError> =>
  Effect.flatMap(provider.load([...path]), (node) => {
    if (node === undefined) return Effect.succeed([])
    const own = node.value === undefined ? [] : [path.join("_")]
    return node._tag === "Record"
      ? Effect.map(
          Effect.forEach([...node.keys], (key) => namesBelow(provider, [...path, key])),
          (names) => [...own, ...names.flat()],
        )
      : Effect.succeed(own)
  })

/**
 * Fails where the environment has a variable of ours that nobody reads: a setting that is misspelt must not be passed over.
 *
 * @category combinators
 */
export const checkEnvironment: Effect.Effect<void, CommandFailure> = Effect.gen(function* () {
  const provider = yield* ConfigProvider.ConfigProvider
  const names = yield* Effect.mapError(namesBelow(provider, ["PROXY", "SESSION"]), () =>
    general("the environment could not be read"),
  )
  const known: ReadonlyArray<string> = [...Object.values(variables), ...Object.values(GatewayFlags.variables)]
  const unknown = names.find((name) => !known.includes(name) && !injected.test(name))
  if (unknown !== undefined) {
    return yield* configuration(`${unknown} is no setting; those of the environment are ${known.join(", ")}`)
  }
})
