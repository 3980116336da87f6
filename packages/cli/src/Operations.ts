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
/** What `--help` says: a sentence, and examples by what follows the command. An operation without words has a command all the same. */
const words: {
  readonly [Name in OperationName]?: readonly [sentence: string, ...examples: ReadonlyArray<readonly [string, string]>]
} = {
  CreateProxySession: [
    "Start a proxy session: two people reach each other through one number, and neither sees the other's.",
    [
      "A session for calls and text messages",
      `${connector} --participant-phone-numbers +14015550101 +12065550100 --capabilities Voice SMS`,
    ],
    [
      "A number near Seattle, for an hour",
      `${connector} --participant-phone-numbers +14015550101 +12065550100 --capabilities Voice --geo-match-level AreaCode --geo-match-params Country=US,AreaCode=206 --expiry-minutes 60`,
    ],
    ["From a file", "--cli-input-json file://session.json"],
  ],
  GetProxySession: [
    "Show a proxy session, open or closed.",
    ["All of it", session],
    ["Its status alone", `${session} --query ProxySession.Status --output text`],
  ],
  ListProxySessions: [
    "List a Voice Connector's proxy sessions, oldest first: a page of them, or with --all every one.",
    [
      "The ids of all that are open",
      `${connector} --status Open --all --query 'ProxySessions[].ProxySessionId' --output text`,
    ],
    ["A page at a time", `${connector} --max-results 10`],
  ],
  UpdateProxySession: [
    "Replace what a proxy session can do and, if given, how long it lives.",
    ["Calls alone, for two hours from its creation", `${session} --capabilities Voice --expiry-minutes 120`],
  ],
  DeleteProxySession: ["End a proxy session and free its number. Prints nothing.", ["End a session", session]],
  PutVoiceConnectorProxy: [
    "Set a Voice Connector's proxy configuration, all of it. Sessions need one.",
    [
      "An hour by default, with American and Canadian numbers",
      `${connector} --default-session-expiry-minutes 60 --phone-number-pool-countries US CA`,
    ],
    [
      "No new sessions for now",
      `${connector} --default-session-expiry-minutes 60 --phone-number-pool-countries US --disabled`,
    ],
  ],
  GetVoiceConnectorProxy: ["Show a Voice Connector's proxy configuration.", ["All of it", connector]],
  DeleteVoiceConnectorProxy: [
    "Remove a Voice Connector's proxy configuration; its sessions live on. Prints nothing.",
    ["Remove it", connector],
  ],
  CreateVoiceConnector: [
    "Make a Voice Connector. By default, unknown ones are refused from then on.",
    ["One for rides", "--name Rides --no-require-encryption"],
  ],
  GetVoiceConnector: ["Show a Voice Connector.", ["All of it", connector]],
  ListVoiceConnectors: [
    "List the Voice Connectors, oldest first: a page of them, or with --all every one.",
    ["Their ids", "--all --query 'VoiceConnectors[].VoiceConnectorId' --output text"],
  ],
  UpdateVoiceConnector: [
    "Replace a Voice Connector's name, and whether it wants encryption.",
    ["Another name", `${connector} --name Parcels --no-require-encryption`],
  ],
  DeleteVoiceConnector: [
    "Delete a Voice Connector that has no numbers, with its configuration and sessions. Prints nothing.",
    ["Delete it", connector],
  ],
  AssociatePhoneNumbersWithVoiceConnector: [
    "Give numbers of the inventory to a Voice Connector, after those that it has.",
    ["Two numbers", `${connector} --e164-phone-numbers +12065550100 +12065550101`],
    ["A number that another one may have", `${connector} --e164-phone-numbers +12065550100 --force-associate`],
  ],
  DisassociatePhoneNumbersFromVoiceConnector: [
    "Take numbers from a Voice Connector and end its sessions on them; they stay in the inventory.",
    ["One number", `${connector} --e164-phone-numbers +12065550100`],
  ],
  ListPhoneNumbers: [
    "List the numbers of the inventory: a page of them, or with --all every one.",
    ["Those of a Voice Connector", "--filter-name VoiceConnectorId --filter-value abcdef1ghij2klmno3pqr4"],
  ],
  GetPhoneNumber: ["Show a number of the inventory.", ["All of it", "--phone-number-id +12065550100"]],
  SearchAvailablePhoneNumbers: [
    "Find numbers that can be ordered.",
    ["Five near Seattle", "--area-code 206 --max-results 5"],
  ],
  CreatePhoneNumberOrder: [
    "Order numbers for the inventory.",
    ["Two numbers", "--product-type VoiceConnector --e164-phone-numbers +12065550100 +12065550101"],
  ],
  GetPhoneNumberOrder: [
    "Show an order for numbers.",
    ["All of it", "--phone-number-order-id 00000001-0fb7-f6df-ebdc-1b5e39e01f5d"],
  ],
}

const descriptions: Readonly<Record<string, string>> = {
  voiceConnectorId: "The Voice Connector's id",
  proxySessionId: "The session's id",
  participantPhoneNumbers: "The two people's numbers, in E.164 form: +14015550101 +12065550100",
  name: "A name; a session's has at most 30 letters, digits and spaces",
  expiryMinutes: "How long the session lives, in minutes from its creation",
  capabilities: "What people can do: Voice, SMS, or both",
  numberSelectionBehavior: "Whether these two people should get the number they had before",
  geoMatchLevel: "How closely the number should match a place",
  geoMatchParams: "The place to match, else the first participant's: Country=US,AreaCode=206",
  status: "List those of this status only",
  nextToken: "Where the page before ended: its NextToken",
  maxResults: "How many elements a page has at most",
  defaultSessionExpiryMinutes: "How long sessions live that do not say, in minutes",
  phoneNumberPoolCountries: "The countries whose numbers may be used: US CA",
  fallBackPhoneNumber: "Where calls go whose session has ended",
  disabled: "Refuse new sessions, or with --no-disabled do not",
  awsRegion: "The region of the media; kept, and of no other effect",
  requireEncryption: "Want encrypted calls, or with --no-require-encryption do not; kept, and of no other effect",
  integrationType: "Kept, and of no other effect",
  networkType: "Kept, and of no other effect",
  tags: "Refused by the stand-in",
  e164PhoneNumbers: "The numbers, in E.164 form: +12065550100 +12065550101",
  forceAssociate: "Take the numbers from those that have them",
  productType: "What the numbers are for: VoiceConnector",
  filterName: "What the numbers are associated with: VoiceConnectorId",
  filterValue: "Its id",
  phoneNumberId: "The number, or its id",
  phoneNumberOrderId: "The order's id",
  areaCode: "Numbers of an area code, such as 206",
  city: "Refused by the stand-in",
  country: "Numbers of a country: US, CA or GB",
  state: "Numbers of a state or a province, by its two letters",
  tollFreePrefix: "Numbers free of charge, with a prefix such as 888",
  phoneNumberType: "Local or TollFree numbers",
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
  const command = Shape.kebab(name)
  const [description, ...examples] = words[name] ?? [`Call ${name}.`]
  return {
    name,
    command,
    description,
    examples: examples.map(([description, flags]) => ({ description, command: `proxy-session ${command} ${flags}` })),
    members: Shape.members(operation.request.fields, operation.path),
    output: outputOf(operation),
    isPaged: Object.hasOwn(operation.query, "nextToken"),
  }
}

const outputOf = ({ payload, status, success }: AnyOperation): Shape.Shape | undefined => {
  if (status === 204) return undefined
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
