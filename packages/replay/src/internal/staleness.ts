import { violations } from "@proxy-session/domain/InvalidRequest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** Reads with today's schema, or tells what that does not accept or would not keep: where and why, without the value. */
export const reader = <A>(
  schema: Schema.Codec<A, unknown>,
  where: string,
): ((json: unknown) => Result.Result<A, string>) => {
  // What is not a member, or is spelled otherwise, does not come out again as it went in; the dearer look tells where it is.
  const decode = Schema.decodeUnknownResult(schema)
  const strictly = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })
  const encode = Schema.encodeSync(schema)
  return (json) => {
    const result = decode(json)
    if (Result.isSuccess(result) && isSame(encode(result.success), json)) return Result.succeed(result.success)
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

/** Whether two values are the same JSON, whatever the order of keys; a cassette is long, so nothing is built for it. */
export const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) return false
  const keys = Object.keys(one)
  if (keys.length !== Object.keys(other).length) return false
  for (const key of keys) if (!Object.hasOwn(other, key) || !isSame(one[key], other[key])) return false
  return true
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null
