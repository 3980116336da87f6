/**
 * An order for telephone numbers, and what became of each.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { explainedClass } from "./internal/explained.ts"
import { hiding } from "./internal/hiding.ts"
import { PhoneNumberProductType } from "./InventoryNumber.ts"
import { PhoneNumber } from "./PhoneNumber.ts"
import { PhoneNumberOrderId } from "./PhoneNumberOrderId.ts"
import { Timestamp } from "./Timestamp.ts"

/**
 * Where an order is in its life. One of a store of this project is `Successful`, `Partial` or `Failed` from the beginning.
 *
 * Source: shape `PhoneNumberOrderStatus`.
 *
 * @category models
 */
export const PhoneNumberOrderStatus = Schema.Literals([
  "Processing",
  "Successful",
  "Failed",
  "Partial",
  "PendingDocuments",
  "Submitted",
  "FOC",
  "ChangeRequested",
  "Exception",
  "CancelRequested",
  "Cancelled",
])

/**
 * One number of an order. The number is hidden when it is printed.
 *
 * Source: shape `OrderedPhoneNumber`.
 *
 * @category models
 */
export class OrderedPhoneNumber extends hiding(
  Schema.Class<OrderedPhoneNumber>("OrderedPhoneNumber")({
    e164PhoneNumber: PhoneNumber,
    status: Schema.optionalKey(Schema.Literals(["Processing", "Acquired", "Failed"])),
  }),
  "e164PhoneNumber",
) {}

/**
 * An order for numbers as the service returns it.
 *
 * Source: shape `PhoneNumberOrder`.
 *
 * @category models
 */
export class PhoneNumberOrder extends explainedClass(
  Schema.Class<PhoneNumberOrder>("PhoneNumberOrder")({
    phoneNumberOrderId: PhoneNumberOrderId,
    productType: Schema.optionalKey(PhoneNumberProductType),
    status: Schema.optionalKey(PhoneNumberOrderStatus),
    orderType: Schema.optionalKey(Schema.Literals(["New", "Porting"])),
    orderedPhoneNumbers: Schema.Array(OrderedPhoneNumber).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
    createdTimestamp: Schema.optionalKey(Timestamp),
    updatedTimestamp: Schema.optionalKey(Timestamp),
  }),
) {}
