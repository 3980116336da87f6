/**
 * What can be asked about telephone numbers: those of the inventory, those that can be ordered, and orders.
 */
import * as Schema from "effect/Schema"
import { explainedClass } from "./internal/explained.ts"
import { hiding } from "./internal/hiding.ts"
import { pageToken, wellFormed } from "./internal/pathSegment.ts"
import {
  PhoneNumberAssociationName,
  PhoneNumberId,
  PhoneNumberProductType,
  PhoneNumberStatus,
  PhoneNumberType,
} from "./InventoryNumber.ts"
import { PhoneNumber } from "./PhoneNumber.ts"
import { PhoneNumberOrderId } from "./PhoneNumberOrderId.ts"

const text = Schema.String.check(Schema.isMaxCodePoints(256, { expected: "at most 256 characters" }), wellFormed)

/**
 * Asks for a page of the tenant's numbers: all of them, or those with a status, a product type or an association.
 *
 * `filterName` and `filterValue` belong together. `maxResults` is 1 to 100 (1 to 99 in the older `chime` namespace).
 *
 * Source: shape `ListPhoneNumbersRequest`.
 *
 * @category models
 */
export class ListPhoneNumbers extends explainedClass(
  Schema.Class<ListPhoneNumbers>("ListPhoneNumbers")({
    status: Schema.optionalKey(PhoneNumberStatus),
    productType: Schema.optionalKey(PhoneNumberProductType),
    filterName: Schema.optionalKey(PhoneNumberAssociationName),
    filterValue: Schema.optionalKey(text),
    maxResults: Schema.optionalKey(
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }, { expected: "a whole number from 1 to 100" })),
    ),
    nextToken: Schema.optionalKey(pageToken),
  }),
) {}

/**
 * Names a number of the inventory, by its id or as it is. It is hidden when a request is printed.
 *
 * Source: shape `GetPhoneNumberRequest`.
 *
 * @category models
 */
export class PhoneNumberKey extends hiding(
  Schema.Class<PhoneNumberKey>("PhoneNumberKey")({
    phoneNumberId: PhoneNumberId,
  }),
  "phoneNumberId",
) {}

/**
 * Asks for numbers that can be ordered: of a country, a state, an area code or a toll-free prefix. `country` defaults to
 * `US`, and `maxResults` is 1 to 500.
 *
 * Source: shape `SearchAvailablePhoneNumbersRequest`. A store of this project refuses `city`.
 *
 * @category models
 */
export class SearchAvailablePhoneNumbers extends explainedClass(
  Schema.Class<SearchAvailablePhoneNumbers>("SearchAvailablePhoneNumbers")({
    areaCode: Schema.optionalKey(text),
    city: Schema.optionalKey(text),
    country: Schema.optionalKey(
      Schema.String.check(Schema.isPattern(/^[A-Z]{2}$/u, { expected: "two capital letters" })),
    ),
    state: Schema.optionalKey(text),
    tollFreePrefix: Schema.optionalKey(Schema.Literals(["800", "833", "844", "855", "866", "877", "888"])),
    phoneNumberType: Schema.optionalKey(PhoneNumberType),
    maxResults: Schema.optionalKey(
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 }, { expected: "a whole number from 1 to 500" })),
    ),
    nextToken: Schema.optionalKey(pageToken),
  }),
) {}

/**
 * Orders numbers for the inventory. The numbers are hidden when a request is printed.
 *
 * Source: shape `CreatePhoneNumberOrderRequest`. A store of this project takes orders for the product type
 * `VoiceConnector` only, and refuses `name`.
 *
 * @category models
 */
export class CreatePhoneNumberOrder extends hiding(
  Schema.Class<CreatePhoneNumberOrder>("CreatePhoneNumberOrder")({
    productType: PhoneNumberProductType,
    e164PhoneNumbers: Schema.Array(PhoneNumber),
    name: Schema.optionalKey(text),
  }),
  "e164PhoneNumbers",
  "name",
) {}

/**
 * Names an order for numbers.
 *
 * Source: shape `GetPhoneNumberOrderRequest`.
 *
 * @category models
 */
export class PhoneNumberOrderKey extends explainedClass(
  Schema.Class<PhoneNumberOrderKey>("PhoneNumberOrderKey")({
    phoneNumberOrderId: PhoneNumberOrderId,
  }),
) {}
