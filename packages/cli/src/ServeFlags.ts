/**
 * What `proxy-session serve` is started with.
 */
import { Namespace } from "@proxy-session/domain/Namespace"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as UnverifiedRequests from "@proxy-session/server/UnverifiedRequests"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { variables } from "./Database.ts"
import * as GatewayFlags from "./GatewayFlags.ts"
import { duration, isPort, maybe, named, on, orElse, portRule, secret, text } from "./internal/flag.ts"
import * as Rules from "./internal/rules.ts"

const port = (name: string) => Flag.filter(Flag.Int(name), isPort, () => portRule)

/**
 * The flags of the command.
 *
 * @category flags
 */
export const flags = {
  host: orElse(Flag.String("host"), "127.0.0.1", "The address to listen on (default 127.0.0.1)"),
  port: orElse(port("port"), 4010, "The port to listen on; 0 is any that is free (default 4010)"),
  monitoringPort: maybe(
    port("monitoring-port"),
    "A port, without signatures, for GET /health, GET /ready and GET /metrics (Prometheus)",
  ),
  basePath: maybe(
    Flag.withSchema(named("base-path", "path"), ProxySessionServer.BasePath),
    "The path at the end of the clients' endpoint, such as /console; else there is none",
  ),
  namespace: orElse(
    Flag.Literals("namespace", [...Namespace.literals, "by-host"]),
    "chime-sdk-voice",
    "The API whose rules hold, or by-host: chime where the host begins with chime. (default chime-sdk-voice)",
  ),
  region: text("region", "The one region that requests must be signed for; else any will do"),
  seed: text(
    "seed",
    "What an empty store begins with: connectors, numbers, configurations and sessions as JSON, or what export writes; " +
      "else Voice Connectors are made on demand",
    "file",
  ),
  database: secret(
    "database",
    "Where everything is kept: memory: (the default), sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE",
    "url",
    variables.url,
  ),
  migrate: orElse(
    Flag.Literals("migrate", ["start", "check"]),
    "start",
    "Whether a database's tables are brought up to date at the start, or only checked",
  ),
  retention: duration(
    "retention",
    "30 days",
    "How long a database keeps a session that has ended, such as 12 hours (default 30 days)",
    variables.retention,
  ),
  drain: duration(
    "drain",
    "0 seconds",
    "How long a server that is told to stop goes on serving, while /ready says no, such as 5 seconds (default 0 seconds)",
  ),
  idSeed: text("id-seed", "Makes ids of sessions and page tokens the same in every run; else they are random", "text"),
  rules: Rules.flags,
  controlToken: secret(
    "control-token",
    "What calls of the control API (/_proxy-session/) must send as a bearer token. In memory and on a loopback address it is " +
      "served without one, elsewhere with one only",
    "token",
    variables.controlToken,
  ),
  journalBodies: on(
    "journal-bodies",
    "Keep the bodies of requests and answers in the journal of the control API, for tests with fictional numbers",
  ),
  gateway: GatewayFlags.flags,
  eventsUrl: text(
    "events-url",
    "Where each event of a session or call is posted to, signed as Standard Webhooks has it with the secrets in " +
      variables.eventsSecrets,
    "url",
  ),
  keys: text("keys", "The keys that clients sign with, as JSON; else the one in the environment", "file"),
  accessLog: on(
    "access-log",
    "Write a line of JSON to stderr for each request: its id, method, path, operation, status, seconds and account",
  ),
  accounts: maybe(
    Flag.Literals("accounts", ["any"]),
    "Take any access key id and the secret test; the id is the account, and accounts see nothing of each other. " +
      "For loopback hosts and --allowed-host only",
  ),
  noAuth: on(
    "no-auth",
    "Serve requests without verifying their signatures, for loopback hosts and --allowed-host only",
  ),
  allowedHosts: named("allowed-host", "name").pipe(
    Flag.withSchema(UnverifiedRequests.HostName),
    Flag.withDescription(
      "Another host that unverified requests may be for (--no-auth, /metrics); may be given several times",
    ),
    Flag.atLeast(0),
  ),
}

/**
 * What a server is started with.
 *
 * @category models
 */
export type Options = Command.Command.Config.Infer<typeof flags>
