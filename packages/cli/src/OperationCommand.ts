/**
 * The command of one operation: from flags to a request, from an answer to what is printed.
 */
import type {
  CreateProxySession,
  ListProxySessions,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import type { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import * as Answer from "./Answer.ts"
import * as Connection from "./Connection.ts"
import { fromOperation, general } from "./ExitCode.ts"
import * as Input from "./Input.ts"
import * as Shape from "./Shape.ts"
import type { Row } from "./Operations.ts"
import * as Output from "./Output.ts"
import * as Profile from "./Profile.ts"
import * as Query from "./Query.ts"

type Fields = typeof CreateProxySession.fields &
  typeof ListProxySessions.fields &
  typeof PutVoiceConnectorProxy.fields &
  typeof UpdateProxySession.fields

/** What each member is, for `--help`. */
const descriptions: { readonly [Name in keyof Fields]: string } = {
  voiceConnectorId: "The Voice Connector's id",
  proxySessionId: "The session's id",
  participantPhoneNumbers: "The two people's numbers, in E.164 form: +14015550101 +12065550100",
  name: "A name for the session: at most 30 letters, digits and spaces",
  expiryMinutes: "How long the session lives, in minutes from its creation",
  capabilities: "What people can do: Voice, SMS, or both",
  numberSelectionBehavior: "Whether these two people should get the number they had before",
  geoMatchLevel: "How closely the number should match a place",
  geoMatchParams: "The place to match, else the first participant's: Country=US,AreaCode=206",
  status: "List sessions of this status only",
  nextToken: "Where the page before ended: its NextToken",
  maxResults: "How many sessions a page has at most",
  defaultSessionExpiryMinutes: "How long sessions live that do not say, in minutes",
  phoneNumberPoolCountries: "The countries whose numbers may be used: US CA",
  fallBackPhoneNumber: "Where calls go whose session has ended",
  disabled: "Refuse new sessions, or with --no-disabled do not",
}

const descriptionOf: ReadonlyMap<string, string> = new Map(Object.entries(descriptions))

const optional = <A>(flag: Flag.Flag<A>, description: string) =>
  Flag.map(Flag.optional(Flag.withDescription(flag, description)), Option.getOrUndefined)

const flags = {
  json: optional(
    Flag.withMetavar(Flag.String("cli-input-json"), "json"),
    "The request as JSON, or the file that holds it (file://request.json); flags win over it",
  ),
  skeleton: optional(
    Flag.Literals("generate-cli-skeleton", ["input", "output"]),
    "Print an example of the request or of the answer, and send nothing",
  ),
  query: optional(Flag.String("query"), "The part of the answer to print, as a JMESPath expression"),
  output: optional(Flag.Literals("output", Output.formats), "The form to print in (default json)"),
  debug: Flag.Boolean("debug").pipe(
    Flag.withoutNegation,
    Flag.withDefault(false),
    Flag.withDescription("Tell on stderr what is being done; keys and numbers are left out"),
  ),
  noPager: Flag.Boolean("no-cli-pager").pipe(Flag.withoutNegation, Flag.withDefault(false), Flag.withHidden),
}

const paging: Readonly<Record<string, Flag.Flag<boolean>>> = {
  all: Flag.Boolean("all").pipe(
    Flag.withoutNegation,
    Flag.withDefault(false),
    Flag.withDescription("List every page, not just one"),
  ),
}

const describe = ({ name, required }: Shape.Member): string =>
  `${descriptionOf.get(name) ?? name}${required ? " (required)" : ""}`

/** The form to print in: the flag's, the environment's, the profile's, or JSON. */
const formatOf = Effect.fnUntraced(function* (asked: Output.Format | undefined, profile: string | undefined) {
  if (asked !== undefined) return asked
  const configured =
    (yield* Profile.variable("AWS_DEFAULT_OUTPUT")) ?? (yield* Profile.load(profile)).settings.get("output")
  if (configured === undefined) return "json"
  return (
    Output.formats.find((format) => format === configured) ?? (yield* general(`Unknown output type: ${configured}`))
  )
})

/** Tells on stderr how many sessions were listed so far, in one line that `clear` removes; only where somebody watches. */
const progress = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  const isWatched = yield* stdio.stderrIsTerminal
  const rewrite = (text: string) =>
    isWatched
      ? Effect.ignore(Stream.run(Stream.make(`\r\u001B[2K${text}`), stdio.stderr({ endOnDone: false })))
      : Effect.void
  return { show: (sessions: number) => rewrite(`${sessions} sessions`), clear: rewrite("") }
})

/**
 * Makes the command of an operation.
 *
 * @category constructors
 */
export const make = (row: Row) =>
  Command.make(
    row.command,
    {
      members: Object.fromEntries(row.members.map((member) => [member.name, Input.flag(member, describe(member))])),
      ...flags,
      paging: row.prepareAll === undefined ? {} : paging,
      connection: Connection.flags,
    },
    Effect.fnUntraced(
      function* ({ connection, json, members, output, paging, query, skeleton }) {
        const select = yield* Query.compile(query)
        const format = yield* formatOf(output, connection.profile)
        const print = Effect.fnUntraced(function* (answer: Output.Value) {
          const terminal = yield* Terminal.Terminal
          yield* Output.print(format, yield* select(answer), { title: row.name, width: yield* terminal.columns })
        })
        if (skeleton !== undefined) {
          const { members, output } = row
          if (skeleton === "input") yield* print(Shape.skeleton({ _tag: "Structure", members }))
          else if (output !== undefined) yield* print(Shape.skeleton(output, (name) => name))
          return
        }
        const input = yield* Input.read(row.members, members, json)
        const { clear, show } = yield* progress
        const prepared = yield* Effect.mapError(
          paging["all"] === true && row.prepareAll !== undefined
            ? Effect.map(row.prepareAll(input, show), Effect.ensuring(clear))
            : row.prepare(input),
          (error) => fromOperation(row.name, error),
        )
        yield* Effect.logDebug(`calling ${row.name}`)
        const answer = yield* prepared.pipe(
          Effect.tapError((error) =>
            Effect.logDebug(`${row.name} failed`, error._tag, Reflect.get(error, "requestId")),
          ),
          Connection.provide(connection, row.name),
        )
        yield* Effect.logDebug(`${row.name} succeeded`)
        if (answer !== undefined) yield* print(Answer.read(row.output, answer))
      },
      (effect, { debug }) => (debug ? Effect.provideService(effect, References.MinimumLogLevel, "Debug") : effect),
    ),
  ).pipe(Command.withDescription(row.description), Command.withExamples(row.examples))
