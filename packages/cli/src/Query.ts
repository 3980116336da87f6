/**
 * `--query`: JMESPath in the dialect of jmespath.py, which is what the AWS CLI has.
 *
 * The dialect is version 1.0.1's, messages included. It differs from the language's specification where that library does:
 * text can be compared with `<`, `1 < '1'` is an error and no null, a literal that is no JSON is text, and commas may be
 * missing. Numbers are Python's: `1` is not `1.0`, and no integer is too large.
 */
import * as Redaction from "@proxy-session/domain/Redaction"
import * as Effect from "effect/Effect"
import { type CommandFailure, failed, invalid } from "./ExitCode.ts"
import { attempt } from "./internal/attempt.ts"
import { InvalidType } from "./internal/jmespath/functions.ts"
import { search } from "./internal/jmespath/interpreter.ts"
import { SyntaxProblem } from "./internal/jmespath/lexer.ts"
import { parse } from "./internal/jmespath/parser.ts"
import { isDict, isList, PythonError, str, type Value } from "./internal/python.ts"

/**
 * What an expression makes of an answer.
 *
 * @category models
 */
export type Query = (value: Value) => Effect.Effect<Value, CommandFailure>

/**
 * Compiles an expression; without one, the answer stays as it is.
 *
 * A malformed expression fails with exit code 252, before anything is sent. One that cannot be evaluated, such as
 * `abs('a')`, fails with 255 once the answer is there.
 *
 * @category constructors
 */
export const compile = (expression: string | undefined): Effect.Effect<Query, CommandFailure> =>
  expression === undefined
    ? Effect.succeed(Effect.succeed)
    : attempt(
        () => parse(expression),
        explain((message) => invalid(Redaction.scrub(`Bad value for --query ${expression}: ${message}`)), expression),
      ).pipe(Effect.map((node) => (value) => attempt(() => search(node, value), explain(failed, expression))))

const explain = (fail: (message: string) => CommandFailure, expression: string) => (problem: unknown) => {
  if (problem instanceof InvalidType)
    return fail(problem.message.replace(InvalidType.mark, shown(problem.value, expression)))
  if (problem instanceof SyntaxProblem || problem instanceof PythonError) return fail(problem.message)
  return problem instanceof RangeError ? fail("maximum recursion depth exceeded") : undefined
}

/** Text of an answer may be a name or a number, and is told only if the expression itself has it. */
const shown = (value: Value, expression: string): string => {
  const isKnown = (part: Value): boolean =>
    isList(part)
      ? part.every(isKnown)
      : isDict(part)
        ? [...part.values()].every(isKnown)
        : typeof part !== "string" || expression.includes(part)
  return isKnown(value) ? str(value) : Redaction.placeholder
}
