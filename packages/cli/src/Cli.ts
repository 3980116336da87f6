/**
 * The `proxy-session` command: the eight operations with the AWS CLI's own flags and output, and what only we have.
 */
import * as Cause from "effect/Cause"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Cassette from "./Cassette.ts"
import { codes } from "./ExitCode.ts"
import * as Input from "./Input.ts"
import * as Presenter from "./internal/presenter.ts"
import { version } from "./internal/version.ts"
import * as OperationCommand from "./OperationCommand.ts"
import { rows } from "./Operations.ts"
import type { Platform } from "./Platform.ts"
import * as Serve from "./Serve.ts"
import * as Watch from "./Watch.ts"

const root = Command.make("proxy-session").pipe(
  Command.withDescription(
    "Amazon Chime proxy sessions on the command line, and a stand-in for the service that AWS ended.",
  ),
  Command.withSubcommands([
    { group: "Operations, with the flags and the output of the AWS CLI", commands: rows.map(OperationCommand.make) },
    { group: "Beyond the AWS CLI", commands: [Watch.command, Serve.command, Cassette.command] },
  ]),
)

const names: ReadonlySet<string> = new Set([
  ...rows.map(({ command }) => command),
  Watch.command.name,
  Serve.command.name,
  Cassette.command.name,
])

const lists: ReadonlySet<string> = new Set(
  rows.flatMap(({ members }) => members.flatMap(({ flag, shape }) => (shape._tag === "List" ? [`--${flag}`] : []))),
)

/** The class of a defect is safe to tell; its message may hold anything. */
const kind = (defect: unknown): string => (defect instanceof Error ? defect.name : typeof defect)

/**
 * Runs a command line (without the program's own name) and answers the exit code.
 *
 * Data goes to the console's `log`, everything else to its `error`. It never fails: what goes wrong is told, in one
 * line, and becomes the exit code that the AWS CLI documents for it.
 *
 * @category running
 */
export const run = (argv: ReadonlyArray<string>): Effect.Effect<number, never, Command.Environment | Platform> =>
  Effect.flatMap(Presenter.make, (presenter) =>
    Command.runWith(root, { version })(Input.normalize(argv, names, lists)).pipe(
      Effect.as<number>(codes.success),
      Effect.catch((error) =>
        error._tag === "CommandFailure"
          ? Effect.as(Console.error(`\n${error.message}`), error.exitCode)
          : Effect.succeed(codes.usage),
      ),
      Effect.catchCauseIf(
        (cause) => !Cause.hasInterrupts(cause),
        (cause) =>
          Effect.as(
            Console.error(`\nproxy-session: error: an internal error occurred (${kind(Cause.squash(cause))})`),
            codes.general,
          ),
      ),
      Effect.provideService(CliOutput.Presenter, presenter),
      Effect.provideService(Logger.LogToStderr, true),
    ),
  ).pipe(Effect.provide(TerminalCapabilities.layer))

/**
 * The exit code of a command that was interrupted: 0 for a server, which has done what was asked when it stops in order,
 * and 130 for everything else.
 *
 * @category running
 */
export const interrupted = (argv: ReadonlyArray<string>): number =>
  Input.normalize(argv, names, lists)[0] === Serve.command.name ? codes.success : codes.interrupted
