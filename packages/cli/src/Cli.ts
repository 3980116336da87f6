/**
 * The `proxy-session` command: the operations with the AWS CLI's own flags and output, and what only we have.
 */
import * as Cause from "effect/Cause"
import type * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Arguments from "./Arguments.ts"
import { codes, type CommandFailure } from "./ExitCode.ts"
import { line as versionLine } from "./internal/version.ts"
import { rows } from "./Operations.ts"
import type { Platform } from "./Platform.ts"

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
  dispatch(argv).pipe(
    Effect.as<number>(codes.success),
    Effect.catch((error) =>
      error === "told" ? Effect.succeed(codes.usage) : Effect.as(Console.error(`\n${error.message}`), error.exitCode),
    ),
    Effect.catchCauseIf(
      (cause) => !Cause.hasInterrupts(cause),
      (cause) =>
        Effect.as(
          Console.error(`\nproxy-session: error: an internal error occurred (${kind(Cause.squash(cause))})`),
          codes.general,
        ),
    ),
    Effect.provideService(Logger.LogToStderr, true),
  )

/** Our own commands, help and completions have a parser of their own, which an operation does not load. */
const dispatch = (
  argv: ReadonlyArray<string>,
): Effect.Effect<void, CommandFailure | "told", Command.Environment | Platform> =>
  Effect.gen(function* () {
    const program = (argv: ReadonlyArray<string>) =>
      Effect.flatMap(
        Effect.promise(() => import("./Program.ts")),
        ({ run }) => run(argv),
      )
    const own = Arguments.own(argv)
    if (own !== undefined) return yield* program(own)
    const line = yield* Arguments.read(argv)
    if (line.globals.has("version")) return yield* Console.log(versionLine)
    const row = rows.find(({ command }) => command === line.command)
    if (row === undefined) return yield* Arguments.unknown(line.command)
    const help = program([row.command, "--help"])
    if (line.words.length === 1 && line.words[0] === "help") return yield* help
    const { run } = yield* Effect.promise(() => import("./OperationCommand.ts"))
    return yield* run(row, line, help)
  })

/**
 * The exit code of a command that was interrupted: 0 for a server, which has done what was asked when it stops in order,
 * and 130 for everything else.
 *
 * @category running
 */
export const interrupted = (argv: ReadonlyArray<string>): number =>
  Arguments.own(argv)?.[0] === "serve" ? codes.success : codes.interrupted
