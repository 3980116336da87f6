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
/** A row of the table. All operations declare six errors, and some declare others. */
const row =
  (repeatable: boolean) =>
  <Request, Success, const Declared extends ReadonlyArray<Schema.Constraint>>(
    request: Request,
    success: Success,
    ...declared: Declared
  ) => ({
    request,
    success,
    error: Schema.Union([
      BadRequestException,
      UnauthorizedClientException,
      ForbiddenException,
      ThrottledClientException,
      ServiceFailureException,
      ServiceUnavailableException,
      ...declared,
      ...ClientError.members,
    ]),
    repeatable,
  })

const once = row(false)
const repeatable = row(true)

/**
 * The twelve operations on Voice Connectors and telephone numbers, by AWS's own names.
 *
 * Source: the operations of both models, which agree in their errors.
 *
 * @category operations
 */
export const connectorOperations = {
  CreateVoiceConnector: once(
    CreateVoiceConnector,
    VoiceConnector,
    AccessDeniedException,
    ResourceLimitExceededException,
  ),
  GetVoiceConnector: repeatable(VoiceConnectorKey, VoiceConnector, NotFoundException),
  ListVoiceConnectors: repeatable(ListVoiceConnectors, VoiceConnectorPage),
  UpdateVoiceConnector: repeatable(UpdateVoiceConnector, VoiceConnector, NotFoundException),
  DeleteVoiceConnector: repeatable(VoiceConnectorKey, Schema.Void, NotFoundException, ConflictException),
  AssociatePhoneNumbersWithVoiceConnector: repeatable(
    AssociatePhoneNumbersWithVoiceConnector,
    PhoneNumberErrors,
    AccessDeniedException,
    NotFoundException,
  ),
  DisassociatePhoneNumbersFromVoiceConnector: repeatable(
    DisassociatePhoneNumbersFromVoiceConnector,
    PhoneNumberErrors,
    NotFoundException,
  ),
  ListPhoneNumbers: repeatable(ListPhoneNumbers, InventoryPage, NotFoundException),
  GetPhoneNumber: repeatable(PhoneNumberKey, InventoryNumber, NotFoundException),
  SearchAvailablePhoneNumbers: repeatable(SearchAvailablePhoneNumbers, AvailablePhoneNumbers, AccessDeniedException),
  CreatePhoneNumberOrder: once(
    CreatePhoneNumberOrder,
    PhoneNumberOrder,
    AccessDeniedException,
    ResourceLimitExceededException,
  ),
  GetPhoneNumberOrder: repeatable(PhoneNumberOrderKey, PhoneNumberOrder, NotFoundException),
}
