/**
 * `proxy-session serve`: the service behind HTTP in AWS's own wire format, in memory or in a database.
 */
import { Namespace } from "@proxy-session/domain/Namespace"
import type { RulesOptions } from "@proxy-session/domain/Rules"
import type { Tenant } from "@proxy-session/repo/Tenant"
import * as AccessKeyFile from "@proxy-session/server/AccessKeyFile"
import * as Authentication from "@proxy-session/server/Authentication"
import * as Monitoring from "@proxy-session/server/Monitoring"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Readiness from "@proxy-session/server/Readiness"
import * as UnverifiedRequests from "@proxy-session/server/UnverifiedRequests"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as HttpServer from "effect/http/HttpServer"
import type { ServeError } from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stdio from "effect/Stdio"
import * as Accounts from "./Accounts.ts"
import * as Controlled from "./Controlled.ts"
import * as Database from "./Database.ts"
import * as Events from "./Events.ts"
import { CommandFailure, configuration, general, usage } from "./ExitCode.ts"
import * as GatewayFlags from "./GatewayFlags.ts"
import * as GatewayServer from "./GatewayServer.ts"
import * as Rules from "./internal/rules.ts"
import { type Address, Platform } from "./Platform.ts"
import { variable } from "./Profile.ts"
import * as SeedFile from "./SeedFile.ts"
import * as Telemetry from "./Telemetry.ts"

/**
 * What a server is started with.
 *
 * @category models
 */
export interface Options {
  readonly host: string
  readonly port: number
  readonly monitoringPort: Option.Option<number>
  readonly basePath: Option.Option<string>
  readonly namespace: Namespace | "by-host"
  readonly region: Option.Option<string>
  readonly seed: Option.Option<string>
  readonly keys: Option.Option<string>
  readonly accessLog: boolean
  readonly noAuth: boolean
  readonly accounts: Option.Option<"any">
  readonly allowedHosts: ReadonlyArray<string>
  readonly rules: RulesOptions
  readonly database: Option.Option<Redacted.Redacted>
  readonly migrate: "check" | "start"
  readonly retention: Duration.Duration
  readonly drain: Duration.Duration
  readonly idSeed: Option.Option<string>
  readonly controlToken: Option.Option<Redacted.Redacted>
  readonly journalBodies: boolean
  readonly gateway: GatewayFlags.GatewayFlags
  readonly eventsUrl: Option.Option<string>
}

/**
 * Serves until it is interrupted, then lets the requests under way finish.
 *
 * The first line on stdout is `listening on http://127.0.0.1:4010`, once connections are accepted. With a port for
 * monitoring the second one is `monitoring on http://127.0.0.1:9464`; that port is answered until the last request is. With a
 * port for calls the last one is `calls on http://127.0.0.1:4020`.
 *
 * @category commands
 */
export const serve = Effect.fn("serve")(function* (
  options: Options,
): Effect.fn.Return<never, CommandFailure, Platform | FileSystem.FileSystem | Stdio.Stdio> {
  const { host, namespace, port } = options
  const authentication = yield* Option.isSome(options.accounts)
    ? Accounts.any(options)
    : options.noAuth
      ? open(options)
      : keys(options.keys)
  // Whoever chose the address to listen on may ask for it.
  const allowedHosts = [host, ...options.allowedHosts]
  yield* Database.checkEnvironment
  const { everyTenant, snapshot } = yield* SeedFile.read(options)
  const readiness = yield* Readiness.make
  const service: ProxySessionServer.ProxySessionServerOptions = {
    authentication,
    readiness,
    allowedHosts,
    basePath: Option.getOrUndefined(options.basePath),
    region: Option.getOrUndefined(options.region),
    namespace: namespace === "by-host" ? ProxySessionServer.byHost : namespace,
    accessLog: options.accessLog,
  }
  const control = {
    token: options.controlToken,
    host,
    allowedHosts,
    url: options.database,
    snapshot,
    journalBodies: options.journalBodies,
  }
  const { port: gatewayPort } = options.gateway
  const gateway =
    gatewayPort === undefined
      ? undefined
      : { port: gatewayPort, layer: yield* GatewayServer.make(options.gateway, tenantOf(options), options.accessLog) }
  const logging = options.accessLog ? Logger.layer([Logger.withConsoleError(Logger.formatJson)]) : Layer.empty
  const serving = Effect.gen(function* () {
    const monitoring = Option.isSome(options.monitoringPort)
      ? yield* start(
          Monitoring.layer({ allowedHosts, ready: readiness.check }),
          { host, port: options.monitoringPort.value },
          "--monitoring-port",
        )
      : undefined
    const events = yield* Events.start(options.eventsUrl, Controlled.eventsOf(control))
    const store = yield* Database.open({
      url: Option.getOrUndefined(options.database),
      migrate: options.migrate,
      retention: options.retention,
      rules: options.rules,
      idSeed: Option.getOrUndefined(options.idSeed),
      snapshot,
      everyTenant,
    }).pipe(Effect.provideContext(events))
    const answering = yield* Controlled.server(control, service, Context.merge(store.services, events))
    const calls =
      gateway === undefined
        ? undefined
        : yield* start(
            Layer.provide(gateway.layer, Layer.succeedContext(store.services)),
            { host, port: gateway.port },
            "--gateway-port",
          )
    yield* Console.log(`listening on ${yield* start(answering, { host, port }, "--port")}`)
    yield* readiness.begin(store.reachable)
    yield* Effect.forkScoped(Effect.repeat(store.reachable, Schedule.spaced("15 seconds")))
    yield* Effect.addFinalizer(() => readiness.drain(options.drain))
    if (Option.isNone(options.database)) {
      yield* Console.error("nothing is kept when the server ends; --database sqlite:PATH keeps it")
    }
    if (monitoring !== undefined) yield* Console.log(`monitoring on ${monitoring}`)
    if (calls !== undefined) yield* Console.log(`calls on ${calls}`)
    return yield* Effect.never
  })
  return yield* Effect.flatMap(Telemetry.start, (telemetry) =>
    telemetry === undefined ? Effect.scoped(serving) : Effect.provideContext(Effect.scoped(serving), telemetry),
  ).pipe(Effect.scoped, Effect.provide(logging))
})

/** Starts a server for as long as the scope is open, and answers its URL. */
const start = Effect.fnUntraced(function* (
  server: Layer.Layer<never, CommandFailure, HttpServer.HttpServer>,
  address: Address,
  flag: string,
): Effect.fn.Return<string, CommandFailure, Platform | Scope.Scope> {
  const { httpServer } = yield* Platform
  const services = yield* Effect.mapError(Layer.build(Layer.provideMerge(server, httpServer(address))), (error) =>
    error instanceof CommandFailure ? error : occupied(error, address, flag),
  )
  return HttpServer.formatAddress(Context.get(services, HttpServer.HttpServer).address)
})

/** What the flags of the API say about the tenant whose numbers are called. */
const tenantOf = ({ namespace, region }: Options): Partial<Tenant> => ({
  ...(namespace === "by-host" ? {} : { namespace }),
  ...(Option.isSome(region) ? { region: region.value } : {}),
})

/** Without signatures, a server is for this very machine, unless it was told which hosts may be asked for. */
const open = ({ allowedHosts, host }: Options): Effect.Effect<"none", CommandFailure> =>
  Authentication.isLoopback(host) || allowedHosts.length > 0
    ? Effect.succeed("none" as const)
    : usage(
        `--no-auth is refused on ${host}: without signatures, serve on 127.0.0.1, ::1 or localhost, ` +
          "or name the hosts that anybody on the network may ask for with --allowed-host",
      )

const keys = (file: Option.Option<string>) =>
  Option.match(file, {
    onNone: () => environmentKey,
    onSome: (path) =>
      Effect.mapBoth(AccessKeyFile.load(path), {
        onFailure: ({ message }) => usage(`--keys ${message}`),
        onSuccess: (found) => ({ keys: found }),
      }),
  })

const environmentKey = Effect.gen(function* () {
  const id = yield* variable("AWS_ACCESS_KEY_ID")
  const secret = yield* variable("AWS_SECRET_ACCESS_KEY")
  const token = yield* variable("AWS_SESSION_TOKEN")
  if (id === undefined || secret === undefined) {
    return yield* configuration(
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to the key that clients sign with, " +
        "or name a file of keys with --keys, or serve without signatures with --no-auth",
    )
  }
  return {
    keys: Authentication.fromRecord({
      [id]: {
        secretAccessKey: Redacted.make(secret),
        ...(token === undefined ? {} : { sessionToken: Redacted.make(token) }),
      },
    }),
  }
})

const occupied = ({ cause }: ServeError, { host, port }: Address, flag: string): CommandFailure => {
  const code: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined
  return code === "EADDRINUSE"
    ? general(`port ${port} on ${host} is already in use; choose another one with ${flag}`)
    : general(`cannot listen on port ${port} of ${host} (${typeof code === "string" ? code : "unknown reason"})`)
}

const port = (name: string) =>
  Flag.filter(
    Flag.Int(name),
    (port) => port >= 0 && port <= 65535,
    () => "a port from 0 to 65535",
  )

/**
 * The command.
 *
 * @category commands
 */
export const command = Command.make(
  "serve",
  {
    host: Flag.String("host").pipe(
      Flag.withDefault("127.0.0.1"),
      Flag.withDescription("The address to listen on (default 127.0.0.1)"),
    ),
    port: port("port").pipe(
      Flag.withDefault(4010),
      Flag.withDescription("The port to listen on; 0 is any that is free (default 4010)"),
    ),
    monitoringPort: port("monitoring-port").pipe(
      Flag.withDescription("A port, without signatures, for GET /health, GET /ready and GET /metrics (Prometheus)"),
      Flag.optional,
    ),
    basePath: Flag.String("base-path").pipe(
      Flag.withMetavar("path"),
      Flag.withSchema(ProxySessionServer.BasePath),
      Flag.withDescription("The path at the end of the clients' endpoint, such as /console; else there is none"),
      Flag.optional,
    ),
    namespace: Flag.Literals("namespace", [...Namespace.literals, "by-host"]).pipe(
      Flag.withDefault("chime-sdk-voice" as const),
      Flag.withDescription(
        "The API whose rules hold, or by-host: chime where the host begins with chime. (default chime-sdk-voice)",
      ),
    ),
    region: Flag.optional(
      Flag.withDescription(Flag.String("region"), "The one region that requests must be signed for; else any will do"),
    ),
    seed: Flag.optional(
      Flag.withDescription(
        Flag.withMetavar(Flag.String("seed"), "file"),
        "What an empty store begins with: connectors, numbers, configurations and sessions as JSON, or what export writes; " +
          "else Voice Connectors are made on demand",
      ),
    ),
    database: Flag.Redacted("database").pipe(
      Flag.withMetavar("url"),
      Flag.withFallbackConfig(Config.Redacted(Database.variables.url)),
      Flag.withDescription(
        "Where everything is kept: memory: (the default), sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE; " +
          `also ${Database.variables.url}`,
      ),
      Flag.optional,
    ),
    migrate: Flag.Literals("migrate", ["start", "check"]).pipe(
      Flag.withDefault("start" as const),
      Flag.withDescription("Whether a database's tables are brought up to date at the start, or only checked"),
    ),
    retention: Flag.String("retention").pipe(
      Flag.withMetavar("duration"),
      Flag.withFallbackConfig(Config.String(Database.variables.retention)),
      Flag.withDefault("30 days"),
      Flag.withSchema(Schema.DurationFromString),
      Flag.withDescription("How long a database keeps a session that has ended, such as 12 hours (default 30 days)"),
    ),
    drain: Flag.String("drain").pipe(
      Flag.withMetavar("duration"),
      Flag.withDefault("0 seconds"),
      Flag.withSchema(Schema.DurationFromString),
      Flag.withDescription(
        "How long a server that is told to stop goes on serving, while /ready says no, such as 5 seconds (default 0 seconds)",
      ),
    ),
    idSeed: Flag.optional(
      Flag.withDescription(
        Flag.withMetavar(Flag.String("id-seed"), "text"),
        "Makes ids of sessions and page tokens the same in every run; else they are random",
      ),
    ),
    rules: Rules.flags,
    controlToken: Controlled.flag,
    journalBodies: Controlled.bodiesFlag,
    gateway: GatewayFlags.flags,
    eventsUrl: Events.flag,
    keys: Flag.optional(
      Flag.withDescription(
        Flag.withMetavar(Flag.String("keys"), "file"),
        "The keys that clients sign with, as JSON; else the one in the environment",
      ),
    ),
    accessLog: Flag.Boolean("access-log").pipe(
      Flag.withoutNegation,
      Flag.withDefault(false),
      Flag.withDescription(
        "Write a line of JSON to stderr for each request: its id, method, path, operation, status, seconds and account",
      ),
    ),
    accounts: Accounts.flag,
    noAuth: Flag.Boolean("no-auth").pipe(
      Flag.withoutNegation,
      Flag.withDefault(false),
      Flag.withDescription(
        "Serve requests without verifying their signatures, for loopback hosts and --allowed-host only",
      ),
    ),
    allowedHosts: Flag.String("allowed-host").pipe(
      Flag.withMetavar("name"),
      Flag.withSchema(UnverifiedRequests.HostName),
      Flag.withDescription(
        "Another host that unverified requests may be for (--no-auth, /metrics); may be given several times",
      ),
      Flag.atLeast(0),
    ),
  },
  serve,
).pipe(
  Command.withDescription(
    "Stand in for the service: answer all operations on sessions, connectors and numbers in AWS's own wire format, from memory or a database. " +
      "Clients sign with the key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or with those in a file.",
  ),
  Command.withShortDescription("Stand in for the service on a local port"),
  Command.withExamples([
    {
      description: "With everything kept in one file",
      command: "proxy-session serve --database sqlite:./proxy-session.db",
    },
    { description: "For a test suite, on any free port", command: "proxy-session serve --port 0 --no-auth" },
    {
      description: "For existing code: no change but this variable",
      command: "AWS_ENDPOINT_URL_CHIME_SDK_VOICE=http://127.0.0.1:4010 python app.py",
    },
  ]),
)
