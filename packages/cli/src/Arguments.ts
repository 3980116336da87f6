/**
 * What a command line says, by the rules of the AWS CLI: global flags, the name of the service and of the operation, then
 * the operation's own flags.
 */
import * as Redaction from "@proxy-session/domain/Redaction"
import * as Effect from "effect/Effect"
import { codes, CommandFailure } from "./ExitCode.ts"
import * as Flags from "./Flags.ts"
import { attempt } from "./internal/attempt.ts"
import { type Argument, ArgumentProblem, type Given, parse } from "./internal/argparse.ts"
import { similar } from "./internal/similar.ts"
import { type Row, rows } from "./Operations.ts"

/**
 * A command line up to its operation.
 *
 * `words` are what is left for the operation.
 *
 * @category models
 */
export interface CommandLine {
  readonly command: string | undefined
  readonly globals: ReadonlyMap<string, Given>
  readonly words: ReadonlyArray<string>
}

const command: Argument = { name: "command", values: "one" }

/**
 * Reads the global flags, wherever they stand, and the first word that is none.
 *
 * A script may name the service as it does for the AWS CLI: `chime` is the same as `--namespace chime`.
 *
 * @category decoding
 */
export const read = (argv: ReadonlyArray<string>): Effect.Effect<CommandLine, CommandFailure> =>
  Effect.gen(function* () {
    const { extras, given } = yield* parsed([...Flags.globals, command], argv)
    const first = Flags.textOf(given, "command")
    const isService = first === "chime" || first === "chime-sdk-voice"
    if (!isService || given.has("version")) return { command: first, globals: given, words: extras }
    const operation: Argument = { name: "operation", values: "one", choices: [...commands, "help"], isRequired: true }
    const service = yield* parsed([operation], extras)
    return {
      command: Flags.textOf(service.given, "operation"),
      globals: new Map([["namespace", first], ...given]),
      words: service.extras,
    }
  })

const commands = rows.map(({ command }) => command)

/** The commands that the AWS CLI does not have. */
const beyond = [
  "watch-proxy-session",
  "serve",
  "control",
  "wait-until-ready",
  "export",
  "import",
  "backup",
  "erase",
  "cassette",
  "route",
  "interactions",
]

/**
 * A command line of ours, or one that asks for help or for completions, with its command in the first place; `undefined` for
 * one of the AWS CLI's.
 *
 * @category decoding
 */
export const own = (argv: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
  if (argv.length === 0 || argv.some((word) => word === "--completions" || word.startsWith("--completions=")))
    return argv
  const name = commandOf(argv)
  const asksForHelp = argv.includes("--help") || argv.includes("-h")
  if (name === undefined) return asksForHelp ? argv : undefined
  const rest = argv.toSpliced(argv.indexOf(name), 1)
  if (name === "help") return [...rest, "--help"]
  if (beyond.includes(name)) return rest.at(-1) === "help" ? [name, ...rest.slice(0, -1), "--help"] : [name, ...rest]
  return asksForHelp && commands.includes(name) ? [name, "--help"] : undefined
}

/** The command of a command line, however wrong the rest may be. */
const commandOf = (argv: ReadonlyArray<string>): string | undefined => {
  const words = argv.filter((word) => word !== "chime" && word !== "chime-sdk-voice")
  try {
    return Flags.textOf(parse([...Flags.globals, command], words).given, "command")
  } catch {
    return words.find((word) => beyond.includes(word) || commands.includes(word) || word === "help")
  }
}

/**
 * The end of a command line whose command is not known, or is missing.
 *
 * @category errors
 */
export const unknown = (name: string | undefined): Effect.Effect<never, CommandFailure> =>
  name === undefined
    ? Effect.fail(refused("proxy-session: error: the following arguments are required: command"))
    : Effect.flatMap(
        parsed([{ name: "operation", values: "one", choices: [...commands, ...beyond, "help"] }], [name]),
        () => Effect.fail(refused(`proxy-session: error: ${name} is not available`)),
      )

/**
 * Reads the flags of an operation.
 *
 * One that is not known is refused, and the nearest ones are named. Required flags may be missing where the request comes
 * as a document, or where only its skeleton is asked for.
 *
 * @category decoding
 */
export const ofOperation = (
  row: Row,
  words: ReadonlyArray<string>,
): Effect.Effect<ReadonlyMap<string, Given>, CommandFailure> =>
  Effect.gen(function* () {
    const args = argumentsOf(row, isDocument(words))
    const { extras, given } = yield* parsed(args, words)
    const help = Flags.textOf(given, "help")
    if (help === "help") return given
    const unknown = help === undefined ? extras : [...extras, help]
    if (unknown.length > 0) return yield* refused(`${suggestions(unknown, args)}Unknown options: ${unknown.join(", ")}`)
    return given
  })

/**
 * All arguments of an operation, its members first.
 *
 * @category getters
 */
export const argumentsOf = (row: Row, isLenient = false): ReadonlyArray<Argument> => [
  ...row.members.flatMap(({ flag, name, required, shape }): ReadonlyArray<Argument> => {
    const argument = { name, flag: `--${flag}`, isRequired: required && !isLenient }
    if (shape._tag !== "Boolean") return [{ ...argument, values: shape._tag === "List" ? "any" : "one" }]
    return [
      { ...argument, values: "none", value: true },
      { name, flag: `--no-${flag}`, values: "none", value: false },
    ]
  }),
  { name: "cli-input-json", flag: "--cli-input-json", values: "one" },
  { name: "cli-input-yaml", flag: "--cli-input-yaml", values: "one" },
  {
    name: "generate-cli-skeleton",
    flag: "--generate-cli-skeleton",
    values: "optional",
    value: "input",
    choices: ["input", "output", "yaml-input"],
  },
  ...(row.isPaged ? [{ name: "all", flag: "--all", values: "none", value: true, isExact: true } as const] : []),
  { name: "help", values: "optional" },
]

/** As in the AWS CLI, only flags that are written out count here. */
const isDocument = (words: ReadonlyArray<string>): boolean => {
  const skeleton = words.indexOf("--generate-cli-skeleton")
  return (
    words.includes("--cli-input-json") ||
    words.includes("--cli-input-yaml") ||
    (skeleton !== -1 && words[skeleton + 1] !== "output")
  )
}

const suggestions = (unknown: ReadonlyArray<string>, args: ReadonlyArray<Argument>): string => {
  const flags = [...args, ...Flags.globals].flatMap(({ flag }) => flag ?? [])
  const meant = unknown.flatMap((word) => {
    const [name = ""] = word.split("=", 1)
    const near = word.startsWith("--") ? similar(name, flags, 0.75) : []
    return near.length === 0 ? [] : [`${name}: maybe you meant ${near.join(" or ")}\n`]
  })
  return meant.length === 0 ? "" : `${meant.join("")}\n`
}

const help = "To see help text, you can run:\n\n  proxy-session help\n  proxy-session <command> help\n"

/**
 * The end of a command line that cannot be understood: how it should look, then what is wrong with it. A telephone number
 * that was typed is not repeated.
 *
 * @category errors
 */
export const refused = (message: string): CommandFailure =>
  new CommandFailure({
    exitCode: codes.usage,
    message: `usage: proxy-session [options] <command> [parameters]\n${help}\n${Redaction.scrub(message)}\n`,
  })

const parsed = (args: ReadonlyArray<Argument>, argv: ReadonlyArray<string>) =>
  attempt(
    () => parse(args, argv),
    (problem) => (problem instanceof ArgumentProblem ? refused(`proxy-session: error: ${problem.message}`) : undefined),
  )
