import { type Violation, violations } from "@proxy-session/domain/InvalidRequest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** The carrier's id of a call or a message. */
export const Id = Schema.String.check(Schema.isPattern(/^[!-~]{1,256}$/u, { expected: "1 to 256 characters of ASCII" }))

/** Where a picture or another file of a message is. */
export const MediaUrl = Schema.String.check(
  Schema.makeFilter((text: string) => /^https?:\/\//iu.test(text) && URL.canParse(text), { expected: "a URL" }),
)

const utf8 = new TextDecoder("utf-8", { fatal: true })

/**
 * The names that an object of a JSON text has more than once, at any depth: `JSON.parse` keeps the last member and tells
 * nobody, and another reader may keep the first. The text must be valid.
 */
const repeated = (text: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  const open: Array<Set<string>> = []
  let string = ""
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}:]/gu)) {
    if (token === "{") open.push(new Set())
    else if (token === "}") open.pop()
    else if (token === ":") {
      const name = String(JSON.parse(string))
      if (open.at(-1)?.has(name) === true) found.push(name)
      open.at(-1)?.add(name)
    } else string = token
  }
  return found
}

const parse = (body: Uint8Array): { readonly json: unknown; readonly repeated: ReadonlyArray<string> } | undefined => {
  try {
    const text = utf8.decode(body)
    return { json: JSON.parse(text), repeated: repeated(text) }
  } catch {
    return undefined
  }
}

/**
 * Reads JSON by a schema, each member once, or tells every rule that it breaks. Members that the schema does not have are an
 * error or ignored.
 */
export const reader = <A, I>(schema: Schema.Codec<A, I>, unknownMembers: "error" | "ignore") => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: unknownMembers })
  return (body: Uint8Array): Result.Result<A, ReadonlyArray<Violation>> => {
    const parsed = parse(body)
    if (parsed === undefined) return Result.fail([{ path: "", rule: "must be JSON in UTF-8" }])
    const twice = parsed.repeated.map((path) => ({ path, rule: "must not be repeated" }))
    const decoded = decode(parsed.json)
    const found = Result.isSuccess(decoded) ? [] : violations(decoded.failure.issue)
    return Result.isSuccess(decoded) && twice.length === 0
      ? Result.succeed(decoded.success)
      : Result.fail([...found, ...twice])
  }
}
