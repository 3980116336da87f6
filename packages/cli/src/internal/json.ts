import * as Result from "effect/Result"
import { type Dict, Expression, float, isDict, isList, type List, PythonError, str, type Value } from "./python.ts"

/** Why a text is no JSON, in the words of Python's `json`: `Expecting value: line 1 column 1 (char 0)`. */
export class JsonError extends Error {}

/** JSON without {@link Expression}, as it is read. */
export const read = (text: string): Result.Result<Value, JsonError> =>
  Result.try({
    try: () => new Reader(text).whole(),
    catch: (problem) => {
      if (problem instanceof JsonError) return problem
      throw problem
    },
  })

const escaped: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
}

const constants: ReadonlyArray<readonly [word: string, value: Value]> = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]

/**
 * Reads what Python's `json.loads` does: integers of any size apart from floats, `NaN` and `Infinity`; the last of equal
 * names wins. `JSON.parse` would make 1 of `1.0`, and says of an error where it is in a way of its own.
 */
class Reader {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  whole(): Value {
    if (this.text.startsWith("\uFEFF")) throw this.error("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0)
    this.blanks()
    const value = this.value()
    this.blanks()
    if (this.at < this.text.length) throw this.error("Extra data", this.at)
    return value
  }

  value(): Value {
    const char = this.text[this.at]
    if (char === '"') return this.string()
    if (char === "{") return this.object()
    if (char === "[") return this.array()
    const constant = constants.find(([word]) => this.text.startsWith(word, this.at))
    if (constant === undefined) return this.number()
    this.at += constant[0].length
    return constant[1]
  }

  number(): Value {
    const pattern = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/uy
    pattern.lastIndex = this.at
    const [digits, fraction, exponent] = pattern.exec(this.text) ?? []
    if (digits === undefined) throw this.error("Expecting value", this.at)
    this.at += digits.length
    if (fraction !== undefined || exponent !== undefined) return Number(digits)
    const length = digits.replace("-", "").length
    if (length > 4300) {
      throw new JsonError(
        `Exceeds the limit (4300 digits) for integer string conversion: value has ${length} digits; ` +
          "use sys.set_int_max_str_digits() to increase the limit",
      )
    }
    return BigInt(digits)
  }

  string(): string {
    const start = this.at++
    let read = ""
    for (;;) {
      const chunk = /[^"\\\u0000-\u001f]*/uy // oxlint-disable-line no-control-regex -- they are refused
      chunk.lastIndex = this.at
      read += chunk.exec(this.text)?.[0] ?? ""
      this.at = chunk.lastIndex
      const char = this.text[this.at]
      if (char === undefined) throw this.error("Unterminated string starting at", start)
      if (char !== '"' && char !== "\\") throw this.error("Invalid control character at", this.at)
      this.at++
      if (char === '"') return read
      read += this.escape(start)
    }
  }

  /** What stands behind a backslash; surrogates come as a pair of escapes. */
  escape(start: number): string {
    const at = this.at++
    const char = this.text[at]
    if (char === undefined) throw this.error("Unterminated string starting at", start)
    if (char !== "u") {
      const single = escaped[char]
      if (single === undefined) throw this.error("Invalid \\escape", at - 1)
      return single
    }
    const digits = this.text.slice(this.at, this.at + 4)
    if (!/^[\da-f]{4}$/iu.test(digits) || this.at + 4 >= this.text.length) {
      throw this.error("Invalid \\uXXXX escape", this.at - 1)
    }
    this.at += 4
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  array(): List {
    const values: Array<Value> = []
    this.at++
    this.blanks()
    if (this.take("]")) return values
    for (;;) {
      values.push(this.value())
      this.blanks()
      if (this.take("]")) return values
      if (!this.take(",")) throw this.error("Expecting ',' delimiter", this.at)
      this.blanks()
    }
  }

  object(): Dict {
    const members = new Map<string, Value>()
    this.at++
    this.blanks()
    if (this.take("}")) return members
    for (;;) {
      if (this.text[this.at] !== '"') {
        throw this.error("Expecting property name enclosed in double quotes", this.at)
      }
      const name = this.string()
      this.blanks()
      if (!this.take(":")) throw this.error("Expecting ':' delimiter", this.at)
      this.blanks()
      members.set(name, this.value())
      this.blanks()
      if (this.take("}")) return members
      if (!this.take(",")) throw this.error("Expecting ',' delimiter", this.at)
      this.blanks()
    }
  }

  take(char: string): boolean {
    const isNext = this.text[this.at] === char
    if (isNext) this.at++
    return isNext
  }

  blanks(): void {
    const pattern = /[ \t\n\r]*/uy
    pattern.lastIndex = this.at
    pattern.exec(this.text)
    this.at = pattern.lastIndex
  }

  /** Python counts code points. */
  error(problem: string, at: number): JsonError {
    const before = this.text.slice(0, at)
    const lines = before.split("\n")
    const column = Array.from(lines.at(-1) ?? "").length + 1
    return new JsonError(`${problem}: line ${lines.length} column ${column} (char ${Array.from(before).length})`)
  }
}

/**
 * How JSON is written: `indent` is that of a level, none is one line. `ascii` escapes everything else. An
 * {@link Expression} is an error unless it is to be text.
 */
export interface WriteOptions {
  readonly indent?: number
  readonly separators?: readonly [item: string, key: string]
  readonly ascii?: boolean
  readonly expressions?: "text"
}

/** Writes what Python's `json.dumps` does, which finds an {@link Expression} in a circle of its own. */
export const write = (value: Value, options: WriteOptions = {}, depth = 0): string => {
  if (isList(value))
    return block(
      "[",
      "]",
      value.map((each) => write(each, options, depth + 1)),
      options,
      depth,
    )
  if (isDict(value)) {
    const [, separator] = separatorsOf(options)
    const members = [...value].map(
      ([name, each]) => string(name, options) + separator + write(each, options, depth + 1),
    )
    return block("{", "}", members, options, depth)
  }
  if (typeof value === "string") return string(value, options)
  if (typeof value === "number") return Number.isFinite(value) ? float(value) : nonFinite(value)
  if (value instanceof Expression) {
    if (options.expressions === "text") return string(str(value), options)
    throw new PythonError("Circular reference detected")
  }
  return String(value)
}

const nonFinite = (value: number): string => (Number.isNaN(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity")

const separatorsOf = ({ indent, separators }: WriteOptions): readonly [item: string, key: string] =>
  separators ?? [indent === undefined ? ", " : ",", ": "]

const block = (
  open: string,
  close: string,
  parts: ReadonlyArray<string>,
  options: WriteOptions,
  depth: number,
): string => {
  if (parts.length === 0) return open + close
  const [separator] = separatorsOf(options)
  const { indent } = options
  if (indent === undefined) return open + parts.join(separator) + close
  const line = (level: number) => `\n${" ".repeat(indent * level)}`
  return open + line(depth + 1) + parts.join(separator + line(depth + 1)) + line(depth) + close
}

/** `JSON.stringify` escapes as Python does, but for lone surrogates and DEL, which Python leaves. */
const string = (text: string, { ascii = false }: WriteOptions): string => {
  const quoted = JSON.stringify(text)
  return ascii ? quoted.replace(/[^\0-~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`) : quoted
}
