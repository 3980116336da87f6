/**
 * A telephone number that a tenant has ordered, and what it is associated with.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { explainedClass } from "./internal/explained.ts"
import { hiding } from "./internal/hiding.ts"
import { Country } from "./GeoMatch.ts"
import { pathSegment } from "./internal/pathSegment.ts"
import { PhoneNumber } from "./PhoneNumber.ts"
import { PhoneNumberOrderId } from "./PhoneNumberOrderId.ts"
import { Timestamp } from "./Timestamp.ts"

/**
 * The id of a number in the inventory. AWS's ids are the number with its `+` written as `%2B`; requests may also name the
 * number as it is. A secret, since it holds the number.
 *
 * Source: shape `SensitiveNonEmptyString`.
 *
 * @category models
 */
export const PhoneNumberId = pathSegment

/**
 * Whether a number belongs to a place, or is free of charge for the caller.
 *
 * Source: shape `PhoneNumberType`.
 *
 * @category models
 */
export const PhoneNumberType = Schema.Literals(["Local", "TollFree"])

/**
 * What a number is ordered for. `BusinessCalling` is in the namespace `chime` only.
 *
 * Source: shape `PhoneNumberProductType` of each model.
 *
 * @category models
 */
export const PhoneNumberProductType = Schema.Literals([
  "VoiceConnector",
  "SipMediaApplicationDialIn",
  "BusinessCalling",
])

/**
 * Where a number is in its life. A store of this project knows `Assigned` and `Unassigned` only.
 *
 * Source: shape `PhoneNumberStatus`.
 *
 * @category models
 */
export const PhoneNumberStatus = Schema.Literals([
  "Cancelled",
  "PortinCancelRequested",
  "PortinInProgress",
  "AcquireInProgress",
  "AcquireFailed",
  "Unassigned",
  "Assigned",
  "ReleaseInProgress",
  "DeleteInProgress",
  "ReleaseFailed",
  "DeleteFailed",
])

/**
 * What a number can be associated with. A store of this project associates numbers with Voice Connectors only.
 *
 * Source: shape `PhoneNumberAssociationName` of each model.
 *
 * @category models
 */
export const PhoneNumberAssociationName = Schema.Literals([
  "VoiceConnectorId",
  "VoiceConnectorGroupId",
  "SipRuleId",
  "AccountId",
  "UserId",
])

/**
 * What a number is associated with: the kind of thing, its id, and since when, where that is known.
 *
 * Source: shape `PhoneNumberAssociation`.
 *
 * @category models
 */
export const PhoneNumberAssociation = Schema.Struct({
  value: Schema.optionalKey(Schema.String),
  name: Schema.optionalKey(PhoneNumberAssociationName),
  associatedTimestamp: Schema.optionalKey(Timestamp),
})

/**
 * What a number can be used for.
 *
 * Source: shape `PhoneNumberCapabilities`.
 *
 * @category models
 */
export const PhoneNumberCapabilities = Schema.Struct({
  inboundCall: Schema.optionalKey(Schema.Boolean),
  outboundCall: Schema.optionalKey(Schema.Boolean),
  inboundSMS: Schema.optionalKey(Schema.Boolean),
  outboundSMS: Schema.optionalKey(Schema.Boolean),
  inboundMMS: Schema.optionalKey(Schema.Boolean),
  outboundMMS: Schema.optionalKey(Schema.Boolean),
})

/**
 * The name that is shown to those who are called: 2 to 15 letters, digits and spaces, or nothing at all. A secret.
 *
 * Source: shape `CallingName` (`^$|^[a-zA-Z0-9 ]{2,15}$`, sensitive).
 *
 * @category models
 */
export const CallingName = Schema.String.check(
  Schema.isPattern(/^(?:[a-zA-Z0-9 ]{2,15})?$/u, { expected: "2 to 15 letters, digits and spaces, or empty" }),
)

/**
 * Whether a number has a calling name.
 *
 * Source: shape `CallingNameStatus`.
 *
 * @category models
 */
export const CallingNameStatus = Schema.Literals(["Unassigned", "UpdateInProgress", "UpdateSucceeded", "UpdateFailed"])

/**
 * A telephone number of a tenant's inventory. The number, its id and its names are hidden when it is printed.
 *
 * Source: shape `PhoneNumber`, the structure. The model calls every member optional; a number without the first two
 * members would be of no use.
 *
 * @category models
 */
export class InventoryNumber extends hiding(
  Schema.Class<InventoryNumber>("InventoryNumber")({
    phoneNumberId: PhoneNumberId,
    e164PhoneNumber: PhoneNumber,
    country: Schema.optionalKey(Country),
    type: Schema.optionalKey(PhoneNumberType),
    productType: Schema.optionalKey(PhoneNumberProductType),
    status: Schema.optionalKey(PhoneNumberStatus),
    capabilities: Schema.optionalKey(PhoneNumberCapabilities),
    associations: Schema.Array(PhoneNumberAssociation).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
    callingName: Schema.optionalKey(CallingName),
    callingNameStatus: Schema.optionalKey(CallingNameStatus),
    createdTimestamp: Schema.optionalKey(Timestamp),
    updatedTimestamp: Schema.optionalKey(Timestamp),
    deletionTimestamp: Schema.optionalKey(Timestamp),
    orderId: Schema.optionalKey(PhoneNumberOrderId),
  }),
  "phoneNumberId",
  "e164PhoneNumber",
  "callingName",
) {}

/**
 * Some of a tenant's numbers, and the token that continues the listing if there are more.
 *
 * Source: shape `ListPhoneNumbersResponse`.
 *
 * @category models
 */
export class InventoryPage extends explainedClass(
  Schema.Class<InventoryPage>("InventoryPage")({
    phoneNumbers: Schema.Array(InventoryNumber).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
    nextToken: Schema.optionalKey(Schema.String),
  }),
) {}

/**
 * Numbers that can be ordered, and the token that continues the search if there are more. The numbers are hidden when a
 * page is printed.
 *
 * Source: shape `SearchAvailablePhoneNumbersResponse`.
 *
 * @category models
 */
export class AvailablePhoneNumbers extends hiding(
  Schema.Class<AvailablePhoneNumbers>("AvailablePhoneNumbers")({
    e164PhoneNumbers: Schema.Array(PhoneNumber).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
    nextToken: Schema.optionalKey(Schema.String),
  }),
  "e164PhoneNumbers",
) {}
