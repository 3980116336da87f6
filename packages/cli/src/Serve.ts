/**
 * `proxy-session serve`: the service behind HTTP in AWS's own wire format, in memory or in a database.
 */
import type { Tenant } from "@proxy-session/repo/Tenant"
import * as Monitoring from "@proxy-session/server/Monitoring"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Readiness from "@proxy-session/server/Readiness"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as HttpServer from "effect/http/HttpServer"
import type { ServeError } from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type * as Stdio from "effect/Stdio"
import * as ClientKeys from "./ClientKeys.ts"
import * as Controlled from "./Controlled.ts"
import * as Database from "./Database.ts"
import * as Events from "./Events.ts"
import { CommandFailure, general } from "./ExitCode.ts"
import * as GatewayServer from "./GatewayServer.ts"
import { type Address, Platform } from "./Platform.ts"
import * as SeedFile from "./SeedFile.ts"
import { flags, type Options } from "./ServeFlags.ts"
import * as Telemetry from "./Telemetry.ts"

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
  const { host, monitoringPort, namespace, port } = options
  const authentication = yield* ClientKeys.authentication(options)
  // Whoever chose the address to listen on may ask for it.
  const allowedHosts = [host, ...options.allowedHosts]
  yield* Database.checkEnvironment
  const { everyTenant, snapshot } = yield* SeedFile.read(options)
  const readiness = yield* Readiness.make
  const service: ProxySessionServer.ProxySessionServerOptions = {
    authentication,
    readiness,
    allowedHosts,
    basePath: options.basePath,
    region: options.region,
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
    const monitoring =
      monitoringPort === undefined
        ? undefined
        : yield* start(
            Monitoring.layer({ allowedHosts, ready: readiness.check }),
            { host, port: monitoringPort },
            "--monitoring-port",
          )
    const events = yield* Events.start(options.eventsUrl, Controlled.eventsOf(control))
    const store = yield* Database.open({
      ...options,
      url: options.database,
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
    if (options.database === undefined) {
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
  ...(region === undefined ? {} : { region }),
})

const occupied = ({ cause }: ServeError, { host, port }: Address, flag: string): CommandFailure => {
  const code: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined
  return code === "EADDRINUSE"
    ? general(`port ${port} on ${host} is already in use; choose another one with ${flag}`)
    : general(`cannot listen on port ${port} of ${host} (${typeof code === "string" ? code : "unknown reason"})`)
}

/**
 * The command.
 *
 * @category commands
 */
export const command = Command.make("serve", flags, serve).pipe(
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
