/**
 * The identifier of an order for telephone numbers.
 */
import * as Schema from "effect/Schema"
import { explained } from "./internal/explained.ts"

/**
 * Names an order: a UUID, in letters of either case.
 *
 * Source: shape `GuidString`.
 *
 * @category models
 */
export const PhoneNumberOrderId = Schema.String.check(
  Schema.isPattern(/^[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$/u, { expected: "a UUID" }),
).pipe(Schema.brand("PhoneNumberOrderId"), explained)

/**
 * The type of a checked order id.
 *
 * @category models
 */
export type PhoneNumberOrderId = typeof PhoneNumberOrderId.Type
