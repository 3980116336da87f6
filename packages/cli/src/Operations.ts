/**
 * The operations as commands. Their names, flags and output follow from the protocol's table; what this one adds is words
 * for people.
 */
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import { decoder } from "@proxy-session/domain/InvalidRequest"
import { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf, RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import { type AnyOperation, operations } from "@proxy-session/protocol/Operation"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import { calls, type Services } from "@proxy-session/repo/Calls"
import * as Effect from "effect/Effect"
import { listAll } from "./ListAll.ts"
import * as Shape from "./Shape.ts"

/**
 * An operation that is ready to run: its answer is the JSON that the service would have sent, without its nulls, or
 * nothing.
 *
 * @category models
 */
export type Prepared = Effect.Effect<string | undefined, ErrorOf[OperationName], Services>

/**
 * One operation as a command.
 *
 * `prepare` checks plain input by the model before anything else is done with it. `prepareAll` is there where an
 * answer can have several pages; it gathers them all.
 *
 * @category models
 */
export interface Row {
  readonly name: OperationName
  readonly command: string
  readonly description: string
  readonly examples: ReadonlyArray<{ readonly description: string; readonly command: string }>
  readonly members: ReadonlyArray<Shape.Member>
  readonly prepare: (input: unknown) => Effect.Effect<Prepared, InvalidRequest>
  readonly prepareAll?: (
    input: unknown,
    onPage: (sessions: number) => Effect.Effect<void>,
  ) => Effect.Effect<Prepared, InvalidRequest>
  readonly output: Shape.Shape | undefined
}

const prepare =
  <Name extends OperationName>(
    name: Name,
    run: (request: RequestOf[Name]) => Effect.Effect<SuccessOf[Name], ErrorOf[Name], Services>,
  ): Row["prepare"] =>
  (input) =>
    Effect.map(decoder(operations[name].request, name)(input), (request) =>
      Effect.map(run(request), (value) => WireResponse.encode(operations[name], value, { nulls: false })),
    )

// oxlint-disable-next-line no-unnecessary-type-parameters -- the name ties the request to the call that takes it
const make = <Name extends OperationName>(name: Name): Row => {
  const operation = operations[name]
  const { description = `Call ${name}.`, examples = [] } = words[name] ?? {}
  return {
    name,
    command: Shape.kebab(name),
    description,
    examples,
    members: Shape.members(operation.request.fields),
    prepare: prepare(name, calls[name]),
    ...(name === "ListProxySessions" ? { prepareAll } : {}),
    output: outputOf(operation),
  }
}

const prepareAll: NonNullable<Row["prepareAll"]> = (input, onPage) =>
  prepare("ListProxySessions", (request) => listAll(request, onPage))(input)

const outputOf = ({ payload, success, write }: AnyOperation): Shape.Shape | undefined => {
  if (write === undefined) return undefined
  return payload === undefined
    ? Shape.of(success)
    : { _tag: "Structure", members: Shape.members({ [payload]: success }) }
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

/**
 * A command for each operation.
 *
 * @category operations
 */
export const rows: ReadonlyArray<Row> = OperationName.literals.map((name) => make(name))
