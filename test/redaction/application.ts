/**
 * A process that makes every call over a transport, keeps its log in a file and dies of the last error:
 * `node application.ts URL TRANSPORT`.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { operations } from "../../packages/http/test/operations.ts"
import { canaried, transports } from "./listening.ts"

const [url = "", transport = ""] = process.argv.slice(2)
const client = transports[transport]
if (client === undefined) throw new Error(`no such transport: ${transport}`)

const Logs = Logger.layer([
  Logger.toFile(Logger.formatJson, "json.log"),
  Logger.toFile(Logger.formatLogFmt, "logfmt.log"),
  Logger.consolePretty(),
]).pipe(Layer.provide(NodeServices.layer), Layer.merge(Layer.succeed(References.MinimumLogLevel, "Trace")))

NodeRuntime.runMain(
  Effect.forEach(operations, ({ call, name }) =>
    Effect.tapError(call, (error) =>
      Effect.andThen(Effect.logError(`${name} failed`, error), Console.error(error, JSON.stringify(error))),
    ).pipe(Effect.exit),
  ).pipe(
    Effect.flatMap((exits) => exits.at(-1) ?? Effect.void),
    Effect.provide([canaried(url, client), Logs]),
  ),
)
