import { violations } from "@proxy-session/domain/InvalidRequest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { canonical } from "../Cassette.ts"

/** Tells what today's schema does not accept or would not keep: where and why, without the value. */
export const misfit = <A>(
  schema: Schema.Codec<A, Schema.Json>,
  where: string,
): ((json: Schema.Json) => string | undefined) => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })
  const encode = Schema.encodeSync(schema)
  return (json) => {
    const result = decode(json)
    if (Result.isFailure(result)) {
      return violations(result.failure.issue)
        .map(({ path, rule }) => `${path === "" ? where : `${where}.${path}`} ${rule}`)
        .join("; ")
    }
    const isKept = canonical(encode(result.success)) === canonical(json)
    return isKept ? undefined : `${where} is not written as it would be today`
  }
}
