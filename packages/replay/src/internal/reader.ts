import { violations } from "@proxy-session/domain/InvalidRequest"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/**
 * Decodes JSON with today's schema and requires that the result encodes to the same JSON. A failure says where and why,
 * without the value.
 *
 * A decoded value of these schemas is JSON itself, apart from instants and defaults. So it is compared as it is first,
 * since encoding costs as much as decoding.
 */
export const reader = <A>(
  schema: Schema.Codec<A, Schema.Json>,
  where: string,
): ((json: unknown) => Result.Result<A, string>) => {
  const decode = Schema.decodeUnknownResult(schema)
  const decodeStrictly = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })
  const encode = Schema.encodeSync(schema)
  return (json) => {
    const result = decode(json)
    if (Result.isSuccess(result) && (isKept(result.success, json) || isKept(encode(result.success), json))) {
      return Result.succeed(result.success)
    }
    const strict = decodeStrictly(json)
    return Result.fail(
      Result.isSuccess(strict)
        ? `${where} is not written as it would be today`
        : violations(strict.failure.issue)
            .map(({ path, rule }) => `${path === "" ? where : `${where}.${path}`} ${rule}`)
            .join("; "),
    )
  }
}

/** Whether a text is an instant as it is written, of those that can be told without a calendar. */
export const isWritten = (text: string): boolean =>
  /^\d{4}-\d\d-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):\d\d:\d\d\.\d{3}Z$/u.test(text)

/** Whether what was decoded from JSON is still all of it, whatever the order of keys. */
export const isKept = (value: unknown, json: unknown): boolean => {
  if (value === json) return true
  if (typeof json === "string") {
    return DateTime.isDateTime(value) && (isWritten(json) || DateTime.formatIso(value) === json)
  }
  if (!isObject(value) || !isObject(json)) return false
  if (Array.isArray(value) || Array.isArray(json)) {
    return (
      Array.isArray(value) &&
      Array.isArray(json) &&
      value.length === json.length &&
      value.every((each, index) => isKept(each, json[index]))
    )
  }
  const keys = Object.keys(value)
  if (keys.length !== Object.keys(json).length) return false
  for (const key of keys) if (!Object.hasOwn(json, key) || !isKept(value[key], json[key])) return false
  return true
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null
