import { violations } from "@proxy-session/domain/InvalidRequest"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/**
 * Reads with today's schema, or tells what that does not accept or would not keep: where and why, without the value.
 *
 * What a plain schema reads is JSON itself, but for instants and what is missing: where it looks as it was written, it
 * need not be written to be compared, which is as dear as to read it.
 */
export const reader = <A>(
  schema: Schema.Codec<A, unknown>,
  where: string,
  { isPlain }: { readonly isPlain: boolean },
): ((json: unknown) => Result.Result<A, string>) => {
  // What is not a member, or is spelled otherwise, does not come out again as it went in; the dearer look tells where it is.
  const decode = Schema.decodeUnknownResult(schema)
  const strictly = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })
  const encode = Schema.encodeSync(schema)
  return (json) => {
    const result = decode(json)
    const isKept = (value: A) => (isPlain && isSame(value, json)) || isSame(encode(value), json)
    if (Result.isSuccess(result) && isKept(result.success)) return Result.succeed(result.success)
    const strict = strictly(json)
    return Result.fail(
      Result.isSuccess(strict)
        ? `${where} is not written as it would be today`
        : violations(strict.failure.issue)
            .map(({ path, rule }) => `${path === "" ? where : `${where}.${path}`} ${rule}`)
            .join("; "),
    )
  }
}

/** Whether a value is such JSON, whatever the order of keys; a cassette is long, so nothing is built for it. */
export const isSame = (value: unknown, json: unknown): boolean => {
  if (value === json) return true
  if (typeof json === "string") return DateTime.isDateTime(value) && DateTime.formatIso(value) === json
  if (!isObject(value) || !isObject(json)) return false
  if (Array.isArray(value) || Array.isArray(json)) {
    return (
      Array.isArray(value) &&
      Array.isArray(json) &&
      value.length === json.length &&
      value.every((each, index) => isSame(each, json[index]))
    )
  }
  const keys = Object.keys(value)
  if (keys.length !== Object.keys(json).length) return false
  for (const key of keys) if (!Object.hasOwn(json, key) || !isSame(value[key], json[key])) return false
  return true
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null
