/**
 * An instance of each error that each operation declares, with its status, and how to have the next call fail with it.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import { ConflictException, ResourceLimitExceededException } from "@proxy-session/domain/ProvisioningError"
import * as ServiceError from "@proxy-session/domain/ServiceError"
import type { Faulty } from "@proxy-session/repo/Faulty"
import type { InjectedError } from "@proxy-session/testing/ContractCase"
import type * as Effect from "effect/Effect"

const badRequest = new ServiceError.BadRequestException({
  code: "BadRequest",
  message: "Service received a bad request",
})
const unauthorized = new ServiceError.UnauthorizedClientException({
  code: "Unauthorized",
  message: "The client is not authorized",
})
const forbidden = new ServiceError.ForbiddenException({ code: "Forbidden", message: "AWS authorization failed" })
const throttled = new ServiceError.ThrottledClientException({ code: "Throttled", message: "Too many requests" })
const failure = new ServiceError.ServiceFailureException({ code: "ServiceFailure", message: "The service failed" })
const unavailable = new ServiceError.ServiceUnavailableException({
  code: "ServiceUnavailable",
  message: "The service is unavailable",
})
const notFound = new ServiceError.NotFoundException({
  code: "NotFound",
  message: "Unable to find the requested identifier",
})
const denied = new ServiceError.AccessDeniedException({ code: "AccessDenied", message: "Access denied" })
const exceeded = new ResourceLimitExceededException({
  code: "ResourceLimitExceeded",
  message: "The request exceeds the resource limit",
})
const conflict = new ConflictException({ code: "Conflict", message: "The state of the resource does not allow it" })

const six = [badRequest, unauthorized, forbidden, throttled, failure, unavailable] as const
const seven = [badRequest, unauthorized, forbidden, notFound, throttled, failure, unavailable] as const

const declared: { readonly [Name in OperationName]: ReadonlyArray<InjectedError[Name]> } = {
  CreateProxySession: seven,
  GetProxySession: seven,
  ListProxySessions: seven,
  UpdateProxySession: seven,
  DeleteProxySession: seven,
  PutVoiceConnectorProxy: [...seven, denied],
  GetVoiceConnectorProxy: seven,
  DeleteVoiceConnectorProxy: seven,
  CreateVoiceConnector: [...six, denied, exceeded],
  GetVoiceConnector: seven,
  ListVoiceConnectors: six,
  UpdateVoiceConnector: seven,
  DeleteVoiceConnector: [...seven, conflict],
  AssociatePhoneNumbersWithVoiceConnector: [...seven, denied],
  DisassociatePhoneNumbersFromVoiceConnector: seven,
  ListPhoneNumbers: seven,
  GetPhoneNumber: seven,
  SearchAvailablePhoneNumbers: [...six, denied],
  CreatePhoneNumberOrder: [...six, denied, exceeded],
  GetPhoneNumberOrder: seven,
}

const statuses = {
  BadRequestException: 400,
  UnauthorizedClientException: 401,
  ForbiddenException: 403,
  NotFoundException: 404,
  ThrottledClientException: 429,
  ServiceFailureException: 500,
  ServiceUnavailableException: 503,
  AccessDeniedException: 403,
  ResourceLimitExceededException: 400,
  ConflictException: 409,
} as const

export interface Failure {
  readonly error: InjectedError[OperationName]
  readonly status: number
  /** Has the next call of the operation fail with the error. */
  readonly next: (faulty: Faulty["Service"]) => Effect.Effect<void>
}

/** What calls of an operation can be made to fail with. */
// oxlint-disable-next-line no-unnecessary-type-parameters -- the name ties the error to the call that meets it
export const failuresOf = <Name extends OperationName>(operation: Name): ReadonlyArray<Failure> =>
  declared[operation].map((error) => ({
    error,
    status: statuses[error._tag],
    next: (faulty) => faulty.next(operation, { error }),
  }))
