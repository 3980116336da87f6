/**
 * What the command has beyond the AWS CLI: its own commands, help for all, and completions for shells.
 *
 * Operations are in here for their help alone; `OperationCommand` runs them.
 */
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as CallCommands from "./CallCommands.ts"
import * as Cassette from "./Cassette.ts"
import * as ControlCommand from "./ControlCommand.ts"
import type { CommandFailure } from "./ExitCode.ts"
import * as Flags from "./Flags.ts"
import * as Presenter from "./internal/presenter.ts"
import { version } from "./internal/version.ts"
import { describe, type Row, rows } from "./Operations.ts"
import type { Platform } from "./Platform.ts"
import * as Serve from "./Serve.ts"
import * as Store from "./Store.ts"
import type { Member } from "./Shape.ts"
import * as Watch from "./Watch.ts"

const optional = <A>(flag: Flag.Flag<A>, description: string): Flag.Flag<unknown> =>
  Flag.optional(Flag.withDescription(flag, description))

const ofMember = (member: Member): Flag.Flag<unknown> => {
  const { flag, shape } = member
  switch (shape._tag) {
    case "Boolean":
      return optional(Flag.Boolean(flag), describe(member))
    case "Enum":
      return optional(Flag.Literals(flag, shape.values), describe(member))
    default:
      return optional(Flag.withMetavar(Flag.String(flag), shape._tag.toLowerCase()), describe(member))
  }
}

const ofFlag = ({ choices, description, name, values }: Flags.Flag): Flag.Flag<unknown> => {
  if (values === "none") return optional(Flag.withoutNegation(Flag.Boolean(name)), description)
  return optional(choices === undefined ? Flag.String(name) : Flag.Literals(name, choices), description)
}

const documents = {
  json: optional(
    Flag.withMetavar(Flag.String("cli-input-json"), "json"),
    "The request as JSON, or the file that holds it (file://request.json); flags win over it",
  ),
  yaml: optional(Flag.withMetavar(Flag.String("cli-input-yaml"), "yaml"), "The same as YAML"),
  skeleton: optional(
    Flag.Literals("generate-cli-skeleton", ["input", "yaml-input", "output"]),
    "Print an example of the request or of the answer, and send nothing",
  ),
}

const paging = {
  all: optional(Flag.withoutNegation(Flag.Boolean("all")), "List every page, not just one"),
}

const ofOperation = (row: Row) =>
  Command.make(row.command, {
    members: Object.fromEntries(row.members.map((member) => [member.name, ofMember(member)])),
    documents,
    paging: row.isPaged ? paging : {},
    globals: Object.fromEntries(
      Flags.globals.filter(({ isHidden }) => isHidden !== true).map((flag) => [flag.name, ofFlag(flag)]),
    ),
  }).pipe(Command.withDescription(row.description), Command.withExamples(row.examples))

const root = Command.make("proxy-session").pipe(
  Command.withDescription(
    "Amazon Chime proxy sessions on the command line, and a stand-in for the service that AWS ended.",
  ),
  Command.withSubcommands([
    { group: "Operations, with the flags and the output of the AWS CLI", commands: rows.map(ofOperation) },
    {
      group: "Beyond the AWS CLI",
      commands: [Watch.command, Serve.command, ...ControlCommand.commands, ...Store.commands, Cassette.command],
    },
    { group: "Calls and texts", commands: CallCommands.commands },
  ]),
)

/**
 * Runs a command line that is no operation's, or asks for help. Errors of usage have been told when it fails with 252.
 *
 * @category running
 */
export const run = (
  argv: ReadonlyArray<string>,
): Effect.Effect<void, CommandFailure | "told", Command.Environment | Platform> =>
  Effect.flatMap(Presenter.make, (presenter) =>
    Command.runWith(root, { version })(argv).pipe(
      Effect.catch((error) => Effect.fail(error._tag === "CommandFailure" ? error : ("told" as const))),
      Effect.provideService(CliOutput.Presenter, presenter),
    ),
  ).pipe(Effect.provide(TerminalCapabilities.layer))
