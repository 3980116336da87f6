/**
 * A request that breaks the model: found before anything is sent, told with every violation at once.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { decode } from "./internal/decoded.ts"
import { prose } from "./internal/texts.ts"
import { OperationName } from "./OperationName.ts"
import type { Outcome } from "./TransportError.ts"

/**
 * One rule that a request breaks: where, and which. It never holds the offending value, which may be a secret.
 *
 * @category models
 */
export const Violation = Schema.Struct({ path: prose, rule: prose })

/**
 * The type of a violation.
 *
 * @category models
 */
export type Violation = typeof Violation.Type

/**
 * The request breaks the model, so nothing was sent and nothing has changed.
 *
 * Each violation has the path of the member (`participantPhoneNumbers[1]`; empty for the
 * request as a whole) and the rule it breaks. What only the
 * service can judge, such as two equal participants, is a `BadRequestException` instead.
 *
 * @category errors
 */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  operation: Schema.optionalKey(OperationName),
  violations: Schema.NonEmptyArray(Violation),
}) {
  override get message(): string {
    return `${this.operation ?? "The request"}: ${describe(this.violations, "request")}`
  }
  /** What to do about it. */
  get hint(): string {
    return "Correct the request; repeating it unchanged cannot succeed."
  }
  /** Whether the same request could succeed when repeated. */
  get retryable(): boolean {
    return false
  }
  /** Whether the operation may have happened: nothing was sent. */
  get outcome(): Outcome {
    return "NotSent"
  }
}

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) =>
    issue._tag === "MissingKey"
      ? "is required"
      : issue._tag === "UnexpectedKey"
        ? "is not a member"
        : SchemaIssue.defaultLeafHook(issue),
})

/**
 * The violations that a failed decoding tells, without any of the values that caused them.
 *
 * @category constructors
 */
export const violations = (issue: SchemaIssue.Issue): readonly [Violation, ...Array<Violation>] => {
  const [first, ...rest] = format(issue).issues.map(({ message, path }) => ({
    path: formatPath(path ?? []),
    rule: message.replace(/^Expected /u, "must be "),
  }))
  return [first ?? { path: "", rule: "must be valid" }, ...rest]
}

/**
 * Violations in one line; `whole` stands for what was read, where the path of a violation is empty.
 *
 * @category combinators
 */
export const describe = (found: ReadonlyArray<Violation>, whole: string): string =>
  found.map(({ path, rule }) => `${path || whole} ${rule}`).join("; ")

/**
 * Writes a path the way a JavaScript expression would: `participants[0].phoneNumber`.
 *
 * @category combinators
 */
export const formatPath = (path: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>): string =>
  path.reduce<string>((text, step) => {
    const key = typeof step === "object" ? step.key : step
    return typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`
  }, "")

const make = (found: InvalidRequest["violations"], operation: OperationName | undefined) =>
  new InvalidRequest({ violations: found, ...(operation === undefined ? {} : { operation }) })

/**
 * A function that reads plain input (strings and numbers as one would write them) as a request.
 *
 * @category constructors
 */
export const decoder = <A extends object, I>(
  schema: Schema.Codec<A, I>,
  operation?: OperationName,
): ((input: I) => Effect.Effect<A, InvalidRequest>) => {
  const read = decode(schema, { errors: "all" })
  return (input) =>
    Effect.suspend(() =>
      Effect.fromResult(Result.mapError(read(input), (error) => make(violations(error.issue), operation))),
    )
}
