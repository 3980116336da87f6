/**
 * The part of the table of operations that is about Voice Connectors and telephone numbers.
 */
import * as Schema from "effect/Schema"
import { AvailablePhoneNumbers, InventoryNumber, InventoryPage } from "./InventoryNumber.ts"
import { PhoneNumberErrors } from "./PhoneNumberError.ts"
import { PhoneNumberOrder } from "./PhoneNumberOrder.ts"
import {
  CreatePhoneNumberOrder,
  ListPhoneNumbers,
  PhoneNumberKey,
  PhoneNumberOrderKey,
  SearchAvailablePhoneNumbers,
} from "./PhoneNumberRequest.ts"
import { ClientError } from "./ProxySessionError.ts"
import { ConflictException, ResourceLimitExceededException } from "./ProvisioningError.ts"
import {
  AccessDeniedException,
  BadRequestException,
  ForbiddenException,
  NotFoundException,
  ServiceFailureException,
  ServiceUnavailableException,
  ThrottledClientException,
  UnauthorizedClientException,
} from "./ServiceError.ts"
import { VoiceConnector, VoiceConnectorPage } from "./VoiceConnector.ts"
import {
  AssociatePhoneNumbersWithVoiceConnector,
  CreateVoiceConnector,
  DisassociatePhoneNumbersFromVoiceConnector,
  ListVoiceConnectors,
  UpdateVoiceConnector,
  VoiceConnectorKey,
} from "./VoiceConnectorRequest.ts"

/** The errors of an operation: the six that all of these declare, those that it declares besides, and the client's. */
const errors = <const Declared extends ReadonlyArray<Schema.Constraint>>(...declared: Declared) =>
  Schema.Union([
    BadRequestException,
    UnauthorizedClientException,
    ForbiddenException,
    ThrottledClientException,
    ServiceFailureException,
    ServiceUnavailableException,
    ...declared,
    ...ClientError.members,
  ])

/**
 * The twelve operations on Voice Connectors and telephone numbers, by AWS's own names.
 *
 * Source: the operations of both models, which agree in their errors.
 *
 * @category operations
 */
export const connectorOperations = {
  CreateVoiceConnector: {
    request: CreateVoiceConnector,
    success: VoiceConnector,
    error: errors(AccessDeniedException, ResourceLimitExceededException),
    repeatable: false,
  },
  GetVoiceConnector: {
    request: VoiceConnectorKey,
    success: VoiceConnector,
    error: errors(NotFoundException),
    repeatable: true,
  },
  ListVoiceConnectors: { request: ListVoiceConnectors, success: VoiceConnectorPage, error: errors(), repeatable: true },
  UpdateVoiceConnector: {
    request: UpdateVoiceConnector,
    success: VoiceConnector,
    error: errors(NotFoundException),
    repeatable: true,
  },
  DeleteVoiceConnector: {
    request: VoiceConnectorKey,
    success: Schema.Void,
    error: errors(NotFoundException, ConflictException),
    repeatable: true,
  },
  AssociatePhoneNumbersWithVoiceConnector: {
    request: AssociatePhoneNumbersWithVoiceConnector,
    success: PhoneNumberErrors,
    error: errors(AccessDeniedException, NotFoundException),
    repeatable: true,
  },
  DisassociatePhoneNumbersFromVoiceConnector: {
    request: DisassociatePhoneNumbersFromVoiceConnector,
    success: PhoneNumberErrors,
    error: errors(NotFoundException),
    repeatable: true,
  },
  ListPhoneNumbers: {
    request: ListPhoneNumbers,
    success: InventoryPage,
    error: errors(NotFoundException),
    repeatable: true,
  },
  GetPhoneNumber: {
    request: PhoneNumberKey,
    success: InventoryNumber,
    error: errors(NotFoundException),
    repeatable: true,
  },
  SearchAvailablePhoneNumbers: {
    request: SearchAvailablePhoneNumbers,
    success: AvailablePhoneNumbers,
    error: errors(AccessDeniedException),
    repeatable: true,
  },
  CreatePhoneNumberOrder: {
    request: CreatePhoneNumberOrder,
    success: PhoneNumberOrder,
    error: errors(AccessDeniedException, ResourceLimitExceededException),
    repeatable: false,
  },
  GetPhoneNumberOrder: {
    request: PhoneNumberOrderKey,
    success: PhoneNumberOrder,
    error: errors(NotFoundException),
    repeatable: true,
  },
}
