/**
 * The exceptions that a fault can be, by name.
 */
import type { ErrorOf, Operation } from "@proxy-session/domain/Operations"
import type { OperationName } from "@proxy-session/domain/OperationName"
import * as ProvisioningError from "@proxy-session/domain/ProvisioningError"
import * as ServiceError from "@proxy-session/domain/ServiceError"
import * as Schema from "effect/Schema"

/** The message of an exception that nothing but a fault has caused. */
const message = "A fault that the control API was told to make"

const classes = {
  BadRequestException: ServiceError.BadRequestException,
  UnauthorizedClientException: ServiceError.UnauthorizedClientException,
  ForbiddenException: ServiceError.ForbiddenException,
  NotFoundException: ServiceError.NotFoundException,
  ThrottledClientException: ServiceError.ThrottledClientException,
  ServiceFailureException: ServiceError.ServiceFailureException,
  ServiceUnavailableException: ServiceError.ServiceUnavailableException,
  AccessDeniedException: ServiceError.AccessDeniedException,
  ConflictException: ProvisioningError.ConflictException,
  ResourceLimitExceededException: ProvisioningError.ResourceLimitExceededException,
}

export type Name = (typeof names)[number]

export const names = [
  "BadRequestException",
  "UnauthorizedClientException",
  "ForbiddenException",
  "NotFoundException",
  "ThrottledClientException",
  "ServiceFailureException",
  "ServiceUnavailableException",
  "AccessDeniedException",
  "ConflictException",
  "ResourceLimitExceededException",
] as const

export const make = (name: Name): ErrorOf[OperationName] => new classes[name]({ message })

export const isDeclared = ({ error }: Operation<unknown, unknown, unknown>, name: Name): boolean =>
  Schema.is(error)(make(name))
