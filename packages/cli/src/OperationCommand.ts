/**
 * The command of one operation: from flags to a request, from an answer to what is printed.
 */
import { Namespace } from "@proxy-session/domain/Namespace"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import * as Answer from "./Answer.ts"
import * as Arguments from "./Arguments.ts"
import * as Call from "./Call.ts"
import * as Connection from "./Connection.ts"
import * as Destination from "./Destination.ts"
import { answered, CommandFailure, configuration, failed, general, usage } from "./ExitCode.ts"
import { textOf } from "./Flags.ts"
import * as Input from "./Input.ts"
import { attempt } from "./internal/attempt.ts"
import { type Dict, isDict, isList, PythonError, type Value } from "./internal/python.ts"
import type { Row } from "./Operations.ts"
import * as Output from "./Output.ts"
import type { Platform } from "./Platform.ts"
import * as Profile from "./Profile.ts"
import * as Query from "./Query.ts"
import * as Shape from "./Shape.ts"

/**
 * Runs an operation with the global flags and the words of a command line, or `help` where the last word is that.
 *
 * Everything that can be wrong with the command line, the query and the form of output fails before anything is sent.
 *
 * @category running
 */
export const run = <E, R>(
  row: Row,
  { globals, words }: Arguments.CommandLine,
  help: Effect.Effect<void, E, R>,
): Effect.Effect<
  void,
  CommandFailure | E,
  FileSystem.FileSystem | Path.Path | Platform | Stdio.Stdio | Terminal.Terminal | R
> =>
  Effect.gen(function* () {
    if (globals.has("cli-auto-prompt")) {
      return yield* usage("--cli-auto-prompt is not supported: there are no prompts; run the command with --help")
    }
    const select = yield* Query.compile(textOf(globals, "query"))
    const options = optionsOf(globals)
    yield* Destination.checkFlag(options.endpointUrl)
    yield* Connection.timeoutsOf(options)
    const given = yield* Arguments.ofOperation(row, words)
    if (textOf(given, "help") === "help") return yield* help
    const input: Shape.Shape = { _tag: "Structure", members: row.members }
    const request = yield* Input.read(row.members, given)
    const skeleton = textOf(given, "generate-cli-skeleton")
    if (skeleton === "input") return yield* Output.print("json", Shape.skeleton(input, "input"), plain)
    if (skeleton === "yaml-input") return yield* Output.printLines(Shape.commentedSkeleton(input))
    const format = yield* formatOf(globals)
    const { columns } = yield* Terminal.Terminal
    const print = Effect.fnUntraced(function* (answer: Value) {
      yield* Output.print(format, yield* select(answer), { title: row.name, width: yield* columns })
    })
    if (skeleton === "output") {
      const example = row.output === undefined ? new Map<string, Value>() : Shape.skeleton(row.output, "output")
      if (row.output !== undefined) yield* Input.check(row.output, example)
      yield* Input.check(input, request)
      return yield* print(example)
    }
    yield* Effect.logDebug(`calling ${row.name}`)
    const target = yield* Connection.target(options)
    const timestamps = yield* timestampsOf(target.settings.get("cli_timestamp_format"))
    yield* Input.check(input, request)
    const call = (request: Dict) =>
      Call.call(row, request, target).pipe(
        Effect.flatMap((body) => attempt(() => Answer.read(row.output, body, timestamps), ofPython)),
        Effect.catchTag("ServiceError", (error) => explain(row, error, textOf(globals, "cli-error-format"))),
      )
    yield* print(given.has("all") ? yield* all(request, call) : yield* call(request))
    yield* Effect.logDebug(`${row.name} succeeded`)
  }).pipe(
    Effect.scoped,
    globals.has("debug") ? Effect.provideService(References.MinimumLogLevel, "Debug") : (self) => self,
  )

const plain: Output.RenderOptions = { title: "", width: 80 }

const ofPython = (problem: unknown) => (problem instanceof PythonError ? failed(problem.message) : undefined)

const timestampsOf = (format = "iso8601"): Effect.Effect<Answer.Timestamps, CommandFailure> =>
  format === "iso8601" || format === "wire"
    ? Effect.succeed(format)
    : Effect.fail(configuration(`Unknown cli_timestamp_format value: ${format}, valid values are "wire" or "iso8601"`))

const optionsOf = (globals: Arguments.CommandLine["globals"]): Connection.Options => {
  const namespace = textOf(globals, "namespace")
  return {
    endpointUrl: textOf(globals, "endpoint-url"),
    region: textOf(globals, "region"),
    profile: textOf(globals, "profile"),
    namespace: Schema.is(Namespace)(namespace) ? namespace : undefined,
    noSignRequest: globals.has("no-sign-request"),
    connectTimeout: textOf(globals, "cli-connect-timeout"),
    readTimeout: textOf(globals, "cli-read-timeout"),
    caBundle: textOf(globals, "ca-bundle"),
    noVerifySsl: globals.has("no-verify-ssl"),
  }
}

/** The form to print in: the flag's, the environment's, the profile's, or JSON. */
const formatOf = Effect.fnUntraced(function* (globals: Arguments.CommandLine["globals"]) {
  const configured =
    textOf(globals, "output") ??
    (yield* Profile.variable("AWS_DEFAULT_OUTPUT")) ??
    (yield* Profile.setting("output", yield* Profile.load(textOf(globals, "profile"))))?.value
  if (configured === undefined) return "json"
  return (
    Output.formats.find((format) => format === configured) ?? (yield* general(`Unknown output type: ${configured}`))
  )
})

/** The AWS CLI's sentence, or the code and the message of the error in a form of output. */
const explain = Effect.fnUntraced(function* (row: Row, { code, message, retries }: Call.ServiceError, form = "legacy") {
  const failure = answered(row.name, code, message, retries)
  const format = Output.formats.find((format) => format === form)
  if (format === undefined) return yield* failure
  const members = new Map([
    ["Code", code],
    ["Message", message],
  ])
  const { lines } = yield* Output.render(format, members, { title: row.name, width: 80 })
  return yield* new CommandFailure({ exitCode: failure.exitCode, message: lines.join("\n") })
})

/** Every page of a listing as one answer. Where somebody watches, a line on stderr says how far it is. */
const all = Effect.fnUntraced(function* <E>(request: Dict, call: (request: Dict) => Effect.Effect<Value, E>) {
  const stdio = yield* Stdio.Stdio
  const isWatched = yield* stdio.stderrIsTerminal
  const show = (text: string) =>
    isWatched
      ? Effect.ignore(Stream.run(Stream.make(`\r\u001B[2K${text}`), stdio.stderr({ endOnDone: false })))
      : Effect.void
  const found = new Map<string, Array<Value>>()
  const gather = Effect.gen(function* () {
    let next: Value = request.get("NextToken") ?? null
    do {
      const page: Value = yield* call(next === null ? request : new Map([...request, ["NextToken", next]]))
      if (!isDict(page)) return
      for (const [name, list] of page) if (isList(list)) found.set(name, [...(found.get(name) ?? []), ...list])
      yield* show(
        [...found].map(([name, list]) => `${list.length} ${/[A-Z][a-z]*$/u.exec(name)?.[0].toLowerCase()}`).join(", "),
      )
      next = page.get("NextToken") ?? null
    } while (next !== null)
  })
  yield* Effect.ensuring(gather, show(""))
  return found
})
