/**
 * What a request that names several numbers could not do to some of them.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { explainedClass } from "./internal/explained.ts"
import { hiding } from "./internal/hiding.ts"
import { PhoneNumberId } from "./InventoryNumber.ts"

/**
 * The code of an error of one number.
 *
 * Source: shape `ErrorCode`.
 *
 * @category models
 */
export const PhoneNumberErrorCode = Schema.Literals([
  "BadRequest",
  "Conflict",
  "Forbidden",
  "NotFound",
  "PreconditionFailed",
  "ResourceLimitExceeded",
  "ServiceFailure",
  "AccessDenied",
  "ServiceUnavailable",
  "Throttled",
  "Throttling",
  "Unauthorized",
  "Unprocessable",
  "VoiceConnectorGroupAssociationsExist",
  "PhoneNumberAssociationsExist",
  "Gone",
])

/**
 * Why a request did nothing to one number of several. The number is hidden when it is printed.
 *
 * Source: shape `PhoneNumberError`.
 *
 * @category models
 */
export class PhoneNumberError extends hiding(
  Schema.Class<PhoneNumberError>("PhoneNumberError")({
    phoneNumberId: PhoneNumberId,
    errorCode: Schema.optionalKey(PhoneNumberErrorCode),
    errorMessage: Schema.optionalKey(Schema.String),
  }),
  "phoneNumberId",
) {}

/**
 * The numbers to which a request did nothing; none of them where it did all of its work.
 *
 * Source: shapes `AssociatePhoneNumbersWithVoiceConnectorResponse` and
 * `DisassociatePhoneNumbersFromVoiceConnectorResponse`.
 *
 * @category models
 */
export class PhoneNumberErrors extends explainedClass(
  Schema.Class<PhoneNumberErrors>("PhoneNumberErrors")({
    phoneNumberErrors: Schema.Array(PhoneNumberError).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  }),
) {}
