/**
 * Every error that an operation declares reaches the caller as itself, and nothing has happened.
 */
import { connectorOperations } from "@proxy-session/domain/ConnectorOperations"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import { ConflictException, ResourceLimitExceededException } from "@proxy-session/domain/ProvisioningError"
import * as ServiceError from "@proxy-session/domain/ServiceError"
import { sessionOperations } from "@proxy-session/domain/SessionOperations"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import { Bench, type ContractCase, type ContractGroup, type InjectedError, type Repos } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"
import * as Provisioned from "../internal/provisioned.ts"

const common = [
  new ServiceError.BadRequestException({ code: "BadRequest", message: "One" }),
  new ServiceError.UnauthorizedClientException({ code: "Unauthorized", message: "Two" }),
  new ServiceError.ForbiddenException({ code: "Forbidden", message: "Three" }),
  new ServiceError.ThrottledClientException({ code: "Throttled", message: "Five" }),
  new ServiceError.ServiceFailureException({ code: "ServiceFailure", message: "Six" }),
  new ServiceError.ServiceUnavailableException({ code: "ServiceUnavailable", message: "Seven" }),
] as const

const notFound = new ServiceError.NotFoundException({ code: "NotFound", message: "Four" })
const denied = new ServiceError.AccessDeniedException({ code: "AccessDenied", message: "Eight" })
const exceeded = new ResourceLimitExceededException({ code: "ResourceLimitExceeded", message: "Nine" })
const conflict = new ConflictException({ code: "Conflict", message: "Ten" })

type SessionName = keyof typeof sessionOperations
type ConnectorName = keyof typeof connectorOperations
type Calls<Name extends OperationName> = { readonly [Each in Name]: Effect.Effect<unknown, ErrorOf[OperationName]> }

/** A call of each operation that would change or at least find something, and all that they could change. */
interface Scene<Name extends OperationName> {
  readonly calls: Calls<Name>
  readonly state: Effect.Effect<unknown, unknown, Bench | Repos>
}

const sessionScene = Effect.gen(function* () {
  const { proxies, repo } = yield* Bench
  const voiceConnectorId = yield* Given.connector()
  const session = yield* Given.session(voiceConnectorId)
  const { proxySessionId } = session
  const calls: Calls<SessionName> = {
    CreateProxySession: repo.create({ ...Fixtures.createProxySession, voiceConnectorId }),
    GetProxySession: repo.get(session),
    ListProxySessions: repo.list({ voiceConnectorId }),
    UpdateProxySession: repo.update({ voiceConnectorId, proxySessionId, capabilities: ["SMS"] }),
    DeleteProxySession: repo.delete(session),
    PutVoiceConnectorProxy: proxies.put({ ...Fixtures.putVoiceConnectorProxy, voiceConnectorId, disabled: true }),
    GetVoiceConnectorProxy: proxies.get({ voiceConnectorId }),
    DeleteVoiceConnectorProxy: proxies.delete({ voiceConnectorId }),
  }
  return { calls, state: Given.content(voiceConnectorId) }
})

const connectorScene = Effect.gen(function* () {
  const { connectors } = yield* Bench
  const { voiceConnectorId } = yield* Provisioned.connector()
  const e164PhoneNumbers = [Fixtures.person(97)]
  const batch = { voiceConnectorId, e164PhoneNumbers }
  const phoneNumberOrderId = "00000000-0000-0000-0000-000000000000"
  const calls: Calls<ConnectorName> = {
    CreateVoiceConnector: connectors.create({ name: "Rides", requireEncryption: true }),
    GetVoiceConnector: connectors.get({ voiceConnectorId }),
    ListVoiceConnectors: connectors.list({}),
    UpdateVoiceConnector: connectors.update({ voiceConnectorId, name: "Others", requireEncryption: true }),
    DeleteVoiceConnector: connectors.delete({ voiceConnectorId }),
    AssociatePhoneNumbersWithVoiceConnector: connectors.associatePhoneNumbers(batch),
    DisassociatePhoneNumbersFromVoiceConnector: connectors.disassociatePhoneNumbers(batch),
    ListPhoneNumbers: connectors.listPhoneNumbers({}),
    GetPhoneNumber: connectors.getPhoneNumber({ phoneNumberId: Fixtures.person(97) }),
    SearchAvailablePhoneNumbers: connectors.searchAvailablePhoneNumbers({}),
    CreatePhoneNumberOrder: connectors.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers }),
    GetPhoneNumberOrder: connectors.getPhoneNumberOrder({ phoneNumberOrderId }),
  }
  return { calls, state: Provisioned.state }
})

const reaching =
  <Names extends OperationName>(
    scene: Effect.Effect<Scene<Names>, unknown, Bench | Repos>,
    needs: NonNullable<ContractCase["needs"]>,
  ) =>
  <Name extends Names>(operation: Name, error: InjectedError[Name]): ContractCase => ({
    name: `${operation} fails with ${error._tag}, and changes nothing`,
    needs,
    run: Effect.gen(function* () {
      const { fail, keepsMessages } = yield* Bench
      const { calls, state } = yield* scene
      const before = yield* state
      yield* fail(operation, error)
      const caught = yield* Expect.fails(operation, error._tag, calls[operation])
      if (keepsMessages) yield* Expect.same("the message", caught.message, error.message)
      yield* Expect.same("the code", "code" in caught ? caught.code : undefined, error.code)
      yield* Expect.same("the state", yield* state, before)
    }),
  })

const session = reaching(sessionScene, ["fail"])

export const errors: ContractGroup = {
  subject: "declared errors",
  cases: [
    ...Record.keys(sessionOperations).flatMap((operation) =>
      [...common, notFound].map((error) => session(operation, error)),
    ),
    session("PutVoiceConnectorProxy", denied),
  ],
}

const connector = reaching(connectorScene, ["connectors", "fail"])

export const connectorErrors: ReadonlyArray<ContractCase> = [
  ...Record.keys(connectorOperations).flatMap((operation) => common.map((error) => connector(operation, error))),
  ...(
    [
      "GetVoiceConnector",
      "UpdateVoiceConnector",
      "DeleteVoiceConnector",
      "AssociatePhoneNumbersWithVoiceConnector",
      "DisassociatePhoneNumbersFromVoiceConnector",
      "ListPhoneNumbers",
      "GetPhoneNumber",
      "GetPhoneNumberOrder",
    ] as const
  ).map((operation) => connector(operation, notFound)),
  ...(
    [
      "CreateVoiceConnector",
      "AssociatePhoneNumbersWithVoiceConnector",
      "SearchAvailablePhoneNumbers",
      "CreatePhoneNumberOrder",
    ] as const
  ).map((operation) => connector(operation, denied)),
  connector("CreateVoiceConnector", exceeded),
  connector("CreatePhoneNumberOrder", exceeded),
  connector("DeleteVoiceConnector", conflict),
]
