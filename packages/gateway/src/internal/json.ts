import { type Violation, violations } from "@proxy-session/domain/InvalidRequest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const utf8 = new TextDecoder("utf-8", { fatal: true })

interface Parsed {
  readonly json: unknown
  /** The names of members that stand in the text more than once: `JSON.parse` keeps the last one and tells nobody. */
  readonly repeated: ReadonlyArray<string>
}

const parse = (body: Uint8Array): Parsed | undefined => {
  try {
    const text = utf8.decode(body)
    const json: unknown = JSON.parse(text)
    const names = Array.from(text.matchAll(/("(?:[^"\\]|\\.)*")\s*(:?)/gu)).flatMap(([, name = "", colon]) =>
      colon === ":" ? [String(JSON.parse(name))] : [],
    )
    return { json, repeated: names.filter((name, index) => names.indexOf(name) !== index) }
  } catch {
    return undefined
  }
}

/** Reads an object of plain members: no other than those of the schema, each once, or every rule that it breaks. */
export const reader = <A, I>(schema: Schema.Codec<A, I>) => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })
  return (body: Uint8Array): Result.Result<A, ReadonlyArray<Violation>> => {
    const parsed = parse(body)
    if (parsed === undefined) return Result.fail([{ path: "", rule: "must be JSON in UTF-8" }])
    const repeated = parsed.repeated.map((path) => ({ path, rule: "must not be repeated" }))
    const decoded = decode(parsed.json)
    const found = Result.isSuccess(decoded) ? [] : violations(decoded.failure.issue)
    return Result.isSuccess(decoded) && repeated.length === 0
      ? Result.succeed(decoded.success)
      : Result.fail([...found, ...repeated])
  }
}
