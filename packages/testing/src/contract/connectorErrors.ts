/**
 * Every error that an operation on connectors or numbers declares reaches the caller as itself, and nothing has happened.
 */
import { connectorOperations } from "@proxy-session/domain/ConnectorOperations"
import { ConflictException, ResourceLimitExceededException } from "@proxy-session/domain/ProvisioningError"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import * as ServiceError from "@proxy-session/domain/ServiceError"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import { Bench, type ContractCase, type InjectedError } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import * as Expect from "../internal/expect.ts"
import * as Provisioned from "../internal/provisioned.ts"

type Name = keyof typeof connectorOperations

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

/** A call of each operation that would change or at least find something. */
const callOf = (
  connectors: VoiceConnectors["Service"],
  voiceConnectorId: VoiceConnectorId,
): { readonly [Each in Name]: Effect.Effect<unknown, ErrorOf[OperationName]> } => {
  const e164PhoneNumbers = [Fixtures.person(97)]
  return {
    CreateVoiceConnector: connectors.create({ name: "Rides", requireEncryption: true }),
    GetVoiceConnector: connectors.get({ voiceConnectorId }),
    ListVoiceConnectors: connectors.list({}),
    UpdateVoiceConnector: connectors.update({ voiceConnectorId, name: "Others", requireEncryption: true }),
    DeleteVoiceConnector: connectors.delete({ voiceConnectorId }),
    AssociatePhoneNumbersWithVoiceConnector: connectors.associatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers }),
    DisassociatePhoneNumbersFromVoiceConnector: connectors.disassociatePhoneNumbers({
      voiceConnectorId,
      e164PhoneNumbers,
    }),
    ListPhoneNumbers: connectors.listPhoneNumbers({}),
    GetPhoneNumber: connectors.getPhoneNumber({ phoneNumberId: Fixtures.person(97) }),
    SearchAvailablePhoneNumbers: connectors.searchAvailablePhoneNumbers({}),
    CreatePhoneNumberOrder: connectors.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers }),
    GetPhoneNumberOrder: connectors.getPhoneNumberOrder({
      phoneNumberOrderId: "00000000-0000-0000-0000-000000000000",
    }),
  }
}

const reaches = <Each extends Name>(operation: Each, error: InjectedError[Each]): ContractCase => ({
  name: `${operation} fails with ${error._tag}, and changes nothing`,
  needs: ["connectors", "fail"],
  run: Effect.gen(function* () {
    const { fail } = yield* Bench
    const connectors = yield* Provisioned.service
    const { voiceConnectorId } = yield* Provisioned.connector()
    const before = yield* Provisioned.state
    yield* fail(operation, error)
    const caught = yield* Effect.flip(callOf(connectors, voiceConnectorId)[operation])
    yield* Expect.same("the error", caught._tag, error._tag)
    yield* Expect.same("the message", caught.message, error.message)
    yield* Expect.same("the code", "code" in caught ? caught.code : undefined, error.code)
    yield* Expect.same("the state", yield* Provisioned.state, before)
  }),
})

export const connectorErrors: ReadonlyArray<ContractCase> = [
  ...Record.keys(connectorOperations).flatMap((operation) => common.map((error) => reaches(operation, error))),
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
  ).map((operation) => reaches(operation, notFound)),
  ...(
    [
      "CreateVoiceConnector",
      "AssociatePhoneNumbersWithVoiceConnector",
      "SearchAvailablePhoneNumbers",
      "CreatePhoneNumberOrder",
    ] as const
  ).map((operation) => reaches(operation, denied)),
  reaches("CreateVoiceConnector", exceeded),
  reaches("CreatePhoneNumberOrder", exceeded),
  reaches("DeleteVoiceConnector", conflict),
]
