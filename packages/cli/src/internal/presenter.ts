import * as Redaction from "@proxy-session/domain/Redaction"
import * as CliOutput from "effect/cli/CliOutput"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Terminal from "effect/Terminal"

/**
 * Shows help and usage errors: help that was asked for on stdout, as wide as the terminal; everything else on stderr, an
 * error as the AWS CLI tells it. What was typed may hold a telephone number, so errors are scrubbed.
 */
export const make: Effect.Effect<CliOutput.Presenter, never, Terminal.Terminal> = Effect.gen(function* () {
  const terminal = yield* Terminal.Terminal
  const { canAnimate, canColor } = yield* TerminalCapabilities.TerminalCapabilities
  const formatter = CliOutput.defaultFormatter({ colors: canColor })
  const plain = CliOutput.defaultFormatter({ colors: false })
  return {
    present: (event) => {
      switch (event._tag) {
        case "Version":
          return Console.log(`${event.name}/${event.version}`)
        case "InvalidInvocation": {
          const problems = event.errors.map((error) => Redaction.scrub(plain.formatCliError(error))).join("\n")
          const command = event.commandPath.join(" ")
          return Console.error(
            `\nusage: ${event.helpDoc.usage}\nTo see help text, run: ${command} --help\n\n` +
              `proxy-session: error: ${problems}`,
          )
        }
        default: {
          const commands = (event.helpDoc.subcommands ?? []).flatMap((group) => group.commands.map(({ name }) => name))
          const help = align(formatter.formatHelpDoc(event.helpDoc), commands)
          return event.reason === "Implicit"
            ? Console.error(align(plain.formatHelpDoc(event.helpDoc), commands))
            : Effect.flatMap(terminal.columns, (columns) =>
                Console.log(canAnimate && columns > 40 ? wrap(help, columns) : help),
              )
        }
      }
    },
  }
})

/** Puts what is said of each command into one column, which the formatter does for short names only. */
const align = (help: string, commands: ReadonlyArray<string>): string => {
  const width = Math.max(0, ...commands.map((name) => name.length)) + 2
  return commands.reduce(
    (text, name) =>
      text.replace(
        // oxlint-disable-next-line no-control-regex -- names may be coloured
        new RegExp(`^(  (?:\\u001B\\[\\d+m)?${name}(?:\\u001B\\[0m)?) +`, "mu"),
        (_, shown: string) => shown + " ".repeat(width - name.length),
      ),
    help,
  )
}

/** Breaks lines that are too long at their spaces and goes on below the column in which their last part begins. */
const wrap = (text: string, width: number): string =>
  text
    .split("\n")
    .map((line) => (CliOutput.displayWidth(line) <= width ? line : wrapLine(line, width)))
    .join("\n")

const wrapLine = (line: string, width: number): string => {
  const columns = /^(.*\S\s{2,}|\s*)/u.exec(line)?.[0] ?? ""
  const indent = CliOutput.displayWidth(columns)
  const hanging = " ".repeat(indent > width / 2 ? 6 : indent)
  const written: Array<string> = []
  let current = columns
  let isFresh = true
  for (const word of line.slice(columns.length).split(" ")) {
    if (!isFresh && CliOutput.displayWidth(current) + 1 + CliOutput.displayWidth(word) > width) {
      written.push(current)
      current = hanging + word
    } else {
      current = isFresh ? current + word : `${current} ${word}`
    }
    isFresh = false
  }
  return [...written, current].join("\n")
}
