import * as Result from "effect/Result"
import * as Struct from "effect/Struct"
import * as Json from "../json.ts"
import type { Value } from "../python.ts"

/** Why an expression is none, in the words of jmespath.py. */
export class SyntaxProblem extends Error {}

/** A token, and where it begins, in code points. */
export interface Token {
  readonly type: TokenType
  readonly value: Value
  readonly start: number
}

/** Tokens that are always the same text, longer ones first. */
const fixed = {
  filter: "[?",
  flatten: "[]",
  or: "||",
  and: "&&",
  lte: "<=",
  gte: ">=",
  ne: "!=",
  eq: "==",
  dot: ".",
  star: "*",
  lbracket: "[",
  rbracket: "]",
  comma: ",",
  colon: ":",
  current: "@",
  lparen: "(",
  rparen: ")",
  lbrace: "{",
  rbrace: "}",
  pipe: "|",
  expref: "&",
  lt: "<",
  gt: ">",
  not: "!",
} as const

export type TokenType = keyof typeof fixed | "eof" | "literal" | "number" | "quoted_identifier" | "unquoted_identifier"

const types = Struct.keys(fixed)

/** The tokens of an expression, the last of which is `eof`. */
export const tokenize = (expression: string): ReadonlyArray<Token> => {
  if (expression === "") throw new SyntaxProblem("Invalid JMESPath expression: cannot be empty.")
  const tokens: Array<Token> = []
  const left = { text: expression, start: 0 }
  const pass = (length: number) => {
    left.start += codePoints(left.text.slice(0, length))
    left.text = left.text.slice(length)
  }
  const add = (type: TokenType, value: Value, length: number) => {
    tokens.push({ type, value, start: left.start })
    pass(length)
  }
  while (left.text !== "") {
    const { start, text } = left
    const [blanks] = /^[ \t\n\r]+/u.exec(text) ?? []
    const [identifier] = /^[A-Za-z_]\w*/u.exec(text) ?? []
    const [number] = /^-?\d+/u.exec(text) ?? []
    const known = types.find((type) => text.startsWith(fixed[type]))
    if (blanks !== undefined) pass(blanks.length)
    else if (identifier !== undefined) add("unquoted_identifier", identifier, identifier.length)
    else if (number !== undefined) add("number", BigInt(number), number.length)
    else if (known !== undefined) add(known, fixed[known], fixed[known].length)
    else if (!/^["'`]/u.test(text)) throw unknown(expression, text, start)
    else {
      const { inner, length } = delimited(expression, text, start)
      if (text.startsWith("'")) add("literal", inner.replaceAll("\\'", "'"), length)
      else if (text.startsWith("`")) add("literal", literal(expression, inner, start), length)
      else add("quoted_identifier", quoted(expression, inner, start), length)
    }
  }
  return [...tokens, { type: "eof", value: "", start: left.start }]
}

const codePoints = (text: string): number => Array.from(text).length

const problem = (message: string, expression: string, at: number): SyntaxProblem =>
  new SyntaxProblem(`Bad jmespath expression: ${message}:\n${expression}\n${" ".repeat(at)}^`)

const unknown = (expression: string, rest: string, start: number): SyntaxProblem => {
  const [char = ""] = rest
  return problem(`Unknown token ${char === "-" || char === "=" ? `'${char}'` : char}`, expression, start)
}

/** The text up to the delimiter that it begins with, unless a backslash stands before that. */
const delimited = (
  expression: string,
  rest: string,
  start: number,
): { readonly inner: string; readonly length: number } => {
  const mark = rest.charAt(0)
  for (let at = 1; at < rest.length; at++) {
    if (rest[at] === mark) return { inner: rest.slice(1, at), length: at + 1 }
    if (rest[at] === "\\") at++
  }
  throw problem(`Unclosed ${mark} delimiter`, expression, start)
}

/** What is no JSON was text without quotes once, and still is. */
const literal = (expression: string, inner: string, start: number): Value => {
  const text = inner.replaceAll("\\`", "`")
  return Result.getOrThrowWith(
    Result.orElse(Json.read(text), () => Json.read(`"${text.trimStart()}"`)),
    () => problem(`Bad token ${text}`, expression, start),
  )
}

const quoted = (expression: string, inner: string, start: number): Value =>
  Result.getOrThrowWith(Json.read(`"${inner}"`), ({ message }) =>
    problem(message.split(":", 1)[0] ?? "", expression, start),
  )
