/**
 * Telephone numbers as the service knows them: E.164, with the leading `+` optional.
 *
 * A number is a secret. It is a plain branded string, so that it can be dialled and compared, but every class of this
 * package that holds one hides it when printed, inspected or encoded as JSON (see `Redaction`).
 */
import * as Schema from "effect/Schema"
import { explained } from "./internal/explained.ts"
import { callingCodes, canadianAreaCodes } from "./internal/callingCodes.ts"
import * as Role from "./Role.ts"

/**
 * A telephone number in E.164 form: an optional `+`, then 2 to 15 digits of which the first is not 0.
 *
 * Source: shape `E164PhoneNumber` (`^\+?[1-9]\d{1,14}$`, sensitive). Both spellings of a number are valid; use
 * {@link normalize} before comparing two of them.
 *
 * **Example** (Checking a number)
 *
 * ```ts
 * import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
 *
 * PhoneNumber.make("+12065550100") // => "+12065550100"
 * ```
 *
 * @category models
 */
export const PhoneNumber = Schema.String.check(
  Schema.isPattern(/^\+?[1-9]\d{1,14}$/u, {
    expected: "an E.164 number: an optional +, then 2 to 15 digits that do not begin with 0",
  }),
)
  .pipe(Schema.brand("PhoneNumber"))
  .annotate(Role.annotation("number"))
  .pipe(explained)

/**
 * The type of a checked telephone number.
 *
 * @category models
 */
export type PhoneNumber = typeof PhoneNumber.Type

/**
 * Spells a number with its leading `+`, the form in which two numbers can be compared.
 *
 * @category combinators
 */
export const normalize = (number: PhoneNumber): PhoneNumber =>
  number.startsWith("+") ? number : PhoneNumber.make(`+${number}`, { disableChecks: true })

/**
 * The area code of a number of the North American Numbering Plan (`+1 NPA NXX XXXX`), or `undefined` for any other.
 *
 * @category getters
 */
export const areaCode = (number: PhoneNumber): string | undefined => /^\+?1([2-9]\d{2})\d{7}$/u.exec(number)?.[1]

/**
 * The country of a number by its calling code, as ISO 3166-1 alpha-2, or `undefined` where the code alone does not
 * tell.
 *
 * `+1` is told apart by area code into Canada and, for all that is not, the United States; its Caribbean and Pacific
 * members are not told apart. Codes that several countries share (`+7`, `+44`, `+61` among them) give the largest.
 *
 * Source: ITU-T E.164 assigned codes; Canadian area codes by the Canadian Numbering Administrator.
 *
 * @category getters
 */
export const country = (number: PhoneNumber): string | undefined => {
  const digits = number.replace(/^\+/u, "")
  if (digits.startsWith("1")) return canadianAreaCodes.has(digits.slice(1, 4)) ? "CA" : "US"
  return (
    callingCodes.get(digits.slice(0, 2)) ?? callingCodes.get(digits.slice(0, 3)) ?? callingCodes.get(digits.slice(0, 1))
  )
}
