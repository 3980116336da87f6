/**
 * The operations as commands. Their names, flags, input and output follow from the protocol's table; what is added here is
 * words for people.
 */
import { OperationName } from "@proxy-session/domain/OperationName"
import { type AnyOperation, operations } from "@proxy-session/protocol/Operation"
import * as Shape from "./Shape.ts"

/**
 * One operation as a command.
 *
 * - `members` are those of the request, `output` is the shape of the answer, where there is one
 * - `isPaged`: whether an answer can be one of several pages
 *
 * @category models
 */
export interface Row {
  readonly name: OperationName
  readonly command: string
  readonly description: string
  readonly examples: ReadonlyArray<{ readonly description: string; readonly command: string }>
  readonly members: ReadonlyArray<Shape.Member>
  readonly output: Shape.Shape | undefined
  readonly isPaged: boolean
}

const connector = "--voice-connector-id abcdef1ghij2klmno3pqr4"
const session = `${connector} --proxy-session-id 123a4bc5-67d8-901e-2f3g-h4ghjk56789l`
const example = (description: string, command: string) => ({ description, command: `proxy-session ${command}` })

/** What `--help` says. An operation without an entry has a command all the same. */
const words: { readonly [Name in OperationName]?: Pick<Row, "description" | "examples"> } = {
  CreateProxySession: {
    description: "Start a proxy session: two people reach each other through one number, and neither sees the other's.",
    examples: [
      example(
        "A session for calls and text messages",
        `create-proxy-session ${connector} --participant-phone-numbers +14015550101 +12065550100 --capabilities Voice SMS`,
      ),
      example(
        "A number near Seattle, for an hour",
        `create-proxy-session ${connector} --participant-phone-numbers +14015550101 +12065550100 --capabilities Voice --geo-match-level AreaCode --geo-match-params Country=US,AreaCode=206 --expiry-minutes 60`,
      ),
      example("From a file", "create-proxy-session --cli-input-json file://session.json"),
    ],
  },
  GetProxySession: {
    description: "Show a proxy session, open or closed.",
    examples: [
      example("All of it", `get-proxy-session ${session}`),
      example("Its status alone", `get-proxy-session ${session} --query ProxySession.Status --output text`),
    ],
  },
  ListProxySessions: {
    description: "List a Voice Connector's proxy sessions, oldest first: a page of them, or with --all every one.",
    examples: [
      example(
        "The ids of all that are open",
        `list-proxy-sessions ${connector} --status Open --all --query 'ProxySessions[].ProxySessionId' --output text`,
      ),
      example("A page at a time", `list-proxy-sessions ${connector} --max-results 10`),
    ],
  },
  UpdateProxySession: {
    description: "Replace what a proxy session can do and, if given, how long it lives.",
    examples: [
      example(
        "Calls alone, for two hours from its creation",
        `update-proxy-session ${session} --capabilities Voice --expiry-minutes 120`,
      ),
    ],
  },
  DeleteProxySession: {
    description: "End a proxy session and free its number. Prints nothing.",
    examples: [example("End a session", `delete-proxy-session ${session}`)],
  },
  PutVoiceConnectorProxy: {
    description: "Set a Voice Connector's proxy configuration, all of it. Sessions need one.",
    examples: [
      example(
        "An hour by default, with American and Canadian numbers",
        `put-voice-connector-proxy ${connector} --default-session-expiry-minutes 60 --phone-number-pool-countries US CA`,
      ),
      example(
        "No new sessions for now",
        `put-voice-connector-proxy ${connector} --default-session-expiry-minutes 60 --phone-number-pool-countries US --disabled`,
      ),
    ],
  },
  GetVoiceConnectorProxy: {
    description: "Show a Voice Connector's proxy configuration.",
    examples: [example("All of it", `get-voice-connector-proxy ${connector}`)],
  },
  DeleteVoiceConnectorProxy: {
    description: "Remove a Voice Connector's proxy configuration; its sessions live on. Prints nothing.",
    examples: [example("Remove it", `delete-voice-connector-proxy ${connector}`)],
  },
}

const descriptions: Readonly<Record<string, string>> = {
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

/**
 * What a member of a request is, for people.
 *
 * @category getters
 */
export const describe = ({ name, required }: Shape.Member): string =>
  `${descriptions[name] ?? name}${required ? " (required)" : ""}`

const make = (name: OperationName): Row => {
  const operation: AnyOperation = operations[name]
  const { description = `Call ${name}.`, examples = [] } = words[name] ?? {}
  return {
    name,
    command: Shape.kebab(name),
    description,
    examples,
    members: Shape.members(operation.request.fields, operation.path),
    output: outputOf(operation),
    isPaged: Object.hasOwn(operation.query, "nextToken"),
  }
}

const outputOf = ({ payload, success, write }: AnyOperation): Shape.Shape | undefined => {
  if (write === undefined) return undefined
  return payload === undefined
    ? Shape.of(success)
    : { _tag: "Structure", members: Shape.members({ [payload]: success }) }
}

/**
 * All operations of the protocol's table.
 *
 * @category operations
 */
export const rows: ReadonlyArray<Row> = OperationName.literals.map(make)
