/**
 * The eight operations as commands. Their names, flags and output follow from the protocol's own table; what this one
 * adds is which repository answers, and words for people.
 */
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import { decoder } from "@proxy-session/domain/InvalidRequest"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import type { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as Operation from "@proxy-session/protocol/Operation"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import { listAll } from "./ListAll.ts"
import * as Shape from "./Shape.ts"

/**
 * The services that answer operations.
 *
 * @category models
 */
export type Repos = ProxySessionRepo | VoiceConnectorProxyRepo

/**
 * An operation that is ready to run: its answer is the JSON that the service would have sent, without its nulls, or
 * nothing.
 *
 * @category models
 */
export type Prepared = Effect.Effect<string | undefined, ErrorOf[OperationName], Repos>

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

type Run<Request, Success> = (request: Request) => Effect.Effect<Success, ErrorOf[OperationName], Repos>

const prepare =
  <Request extends object, Success, Error>(
    operation: Operation.Operation<Request, Success, Error>,
    run: Run<Request, Success>,
  ): Row["prepare"] =>
  (input) =>
    Effect.map(decoder(operation.request, operation.name)(input), (request) =>
      Effect.map(run(request), (value) => WireResponse.encode(operation, value, { nulls: false })),
    )

const make = <Request extends object, Success, Error>(
  operation: Operation.Operation<Request, Success, Error>,
  run: Run<Request, Success>,
  description: string,
  ...examples: Row["examples"]
): Row => ({
  name: operation.name,
  command: Shape.kebab(operation.name),
  description,
  examples,
  members: Shape.members(operation.request.fields),
  prepare: prepare(operation, run),
  output: outputOf(operation),
})

const outputOf = <Request, Success, Error>({
  payload,
  success,
  write,
}: Operation.Operation<Request, Success, Error>): Shape.Shape | undefined => {
  if (write === undefined) return undefined
  return payload === undefined
    ? Shape.of(success)
    : { _tag: "Structure", members: Shape.members({ [payload]: success }) }
}

const connector = "--voice-connector-id abcdef1ghij2klmno3pqr4"
const session = `${connector} --proxy-session-id 123a4bc5-67d8-901e-2f3g-h4ghjk56789l`
const example = (description: string, command: string) => ({ description, command: `proxy-session ${command}` })

/**
 * All eight.
 *
 * @category operations
 */
export const rows: ReadonlyArray<Row> = [
  make(
    Operation.operations.CreateProxySession,
    (request: CreateProxySession) => ProxySessionRepo.use((repo) => repo.create(request)),
    "Start a proxy session: two people reach each other through one number, and neither sees the other's.",
    example(
      "A session for calls and text messages",
      `create-proxy-session ${connector} --participant-phone-numbers +14015550101 +12065550100 --capabilities Voice SMS`,
    ),
    example(
      "A number near Seattle, for an hour",
      `create-proxy-session ${connector} --participant-phone-numbers +14015550101 +12065550100 --capabilities Voice --geo-match-level AreaCode --geo-match-params Country=US,AreaCode=206 --expiry-minutes 60`,
    ),
    example("From a file", "create-proxy-session --cli-input-json file://session.json"),
  ),
  make(
    Operation.operations.GetProxySession,
    (key: ProxySessionKey) => ProxySessionRepo.use((repo) => repo.get(key)),
    "Show a proxy session, open or closed.",
    example("All of it", `get-proxy-session ${session}`),
    example("Its status alone", `get-proxy-session ${session} --query ProxySession.Status --output text`),
  ),
  {
    ...make(
      Operation.operations.ListProxySessions,
      (request: ListProxySessions) => ProxySessionRepo.use((repo) => repo.list(request)),
      "List a Voice Connector's proxy sessions, oldest first: a page of them, or with --all every one.",
      example(
        "The ids of all that are open",
        `list-proxy-sessions ${connector} --status Open --all --query 'ProxySessions[].ProxySessionId' --output text`,
      ),
      example("A page at a time", `list-proxy-sessions ${connector} --max-results 10`),
    ),
    prepareAll: (input, onPage) =>
      prepare(Operation.operations.ListProxySessions, (request: ListProxySessions) => listAll(request, onPage))(input),
  },
  make(
    Operation.operations.UpdateProxySession,
    (request: UpdateProxySession) => ProxySessionRepo.use((repo) => repo.update(request)),
    "Replace what a proxy session can do and, if given, how long it lives.",
    example(
      "Calls alone, for two hours from its creation",
      `update-proxy-session ${session} --capabilities Voice --expiry-minutes 120`,
    ),
  ),
  make(
    Operation.operations.DeleteProxySession,
    (key: ProxySessionKey) => ProxySessionRepo.use((repo) => repo.delete(key)),
    "End a proxy session and free its number. Prints nothing.",
    example("End a session", `delete-proxy-session ${session}`),
  ),
  make(
    Operation.operations.PutVoiceConnectorProxy,
    (request: PutVoiceConnectorProxy) => VoiceConnectorProxyRepo.use((repo) => repo.put(request)),
    "Set a Voice Connector's proxy configuration, all of it. Sessions need one.",
    example(
      "An hour by default, with American and Canadian numbers",
      `put-voice-connector-proxy ${connector} --default-session-expiry-minutes 60 --phone-number-pool-countries US CA`,
    ),
    example(
      "No new sessions for now",
      `put-voice-connector-proxy ${connector} --default-session-expiry-minutes 60 --phone-number-pool-countries US --disabled`,
    ),
  ),
  make(
    Operation.operations.GetVoiceConnectorProxy,
    (key) => VoiceConnectorProxyRepo.use((repo) => repo.get(key)),
    "Show a Voice Connector's proxy configuration.",
    example("All of it", `get-voice-connector-proxy ${connector}`),
  ),
  make(
    Operation.operations.DeleteVoiceConnectorProxy,
    (key) => VoiceConnectorProxyRepo.use((repo) => repo.delete(key)),
    "Remove a Voice Connector's proxy configuration; its sessions live on. Prints nothing.",
    example("Remove it", `delete-voice-connector-proxy ${connector}`),
  ),
]
