/**
 * Instants, as the service writes them.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Role from "./Role.ts"

/** Years before 0 and after 9999 have a sign and six digits, so that whatever was written can be read again. */
const pattern =
  /^(?:\d{4}|\+(?!00)\d{6}|-(?!000000)\d{6})-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/u

/**
 * An instant in UTC whose text form is ISO 8601.
 *
 * Read with or without a fraction (up to nanoseconds, kept to the millisecond) and with `Z` or a numeric offset;
 * written with milliseconds and `Z`, as in `2020-04-15T16:10:10.288Z`. A number, a date without a zone or a day that
 * does not exist is refused rather than guessed at.
 *
 * Source: shape `Iso8601Timestamp` (`date-time`).
 *
 * @category models
 */
export const Timestamp = Schema.String.annotate({ expected: "an ISO 8601 date and time with a zone" })
  .pipe(
    Schema.decodeTo(
      Schema.DateTimeUtc,
      SchemaTransformation.transformEffect<DateTime.Utc, string>({
        decode: (text, options) => {
          const milliseconds = pattern.test(text) && isCalendarDay(text) ? Date.parse(text) : NaN
          return Number.isNaN(milliseconds)
            ? Effect.fail(
                new SchemaIssue.InvalidValue({ expected: "an ISO 8601 date and time with a zone" }, text, options),
              )
            : Effect.succeed(DateTime.makeUnsafe(milliseconds))
        },
        encode: (instant) => Effect.succeed(DateTime.formatIso(instant)),
      }),
    ),
  )
  .annotate(Role.annotation("instant"))

/** JavaScript reads 30 February as 1 March; the service never wrote such a day. Months and days of no month it refuses itself. */
const isCalendarDay = (text: string): boolean => {
  const end = text.indexOf("T")
  const day = Number(text.slice(end - 2, end))
  return day < 29 || day <= daysOf(Number(text.slice(0, end - 6)), Number(text.slice(end - 5, end - 3)))
}

const daysOf = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
