/**
 * Values as Python has them, and how it prints and compares them: the AWS CLI's output and messages are made of that.
 *
 * An `int` is a `bigint` and a `float` a `number`, so that `1` and `1.0` stay apart and large integers whole. A `dict` is a
 * `Map`, which keeps the order of its keys whatever they look like.
 */

/** A part of a JMESPath expression that was handed to a function as it is: `&Name`. */
export class Expression {
  readonly evaluate: (value: Value) => Value

  constructor(evaluate: (value: Value) => Value) {
    this.evaluate = evaluate
  }
}

/** What the AWS CLI reads the objects of a JSON parameter into; it differs from a `dict` in what messages call it. */
export class OrderedDict extends Map<string, Value> {}

/** Any JSON, and what a query can make of it. */
export type Value = null | boolean | bigint | number | string | Expression | List | Dict
export type List = ReadonlyArray<Value>
export type Dict = ReadonlyMap<string, Value>

export const isList = (value: Value): value is List => Array.isArray(value)

export const isDict = (value: Value): value is Dict => value instanceof Map

/** An `int` or a `float`; a `bool` is one in Python, but not in JMESPath. */
export const isNumber = (value: Value): value is bigint | number =>
  typeof value === "bigint" || typeof value === "number"

/** What goes wrong in Python with a message that the AWS CLI prints as it is, and ends with 255. */
export class PythonError extends Error {}

export type TypeName =
  | "NoneType"
  | "collections.OrderedDict"
  | "_Expression"
  | "bool"
  | "dict"
  | "float"
  | "int"
  | "list"
  | "str"

export const typeName = (value: Value): TypeName => {
  if (value === null) return "NoneType"
  if (isList(value)) return "list"
  if (isDict(value)) return value instanceof OrderedDict ? "collections.OrderedDict" : "dict"
  switch (typeof value) {
    case "boolean":
      return "bool"
    case "bigint":
      return "int"
    case "number":
      return "float"
    case "string":
      return "str"
    default:
      return "_Expression"
  }
}

/** Python's `==`, in which `True` equals 1 and lists and dicts equal those with equal elements. */
export const equals = (a: Value, b: Value): boolean => {
  if (isList(a)) return isList(b) && a.length === b.length && a.every((each, at) => equals(each, b[at] ?? null))
  if (isDict(a)) {
    return (
      isDict(b) && a.size === b.size && [...a].every(([key, each]) => b.has(key) && equals(each, b.get(key) ?? null))
    )
  }
  const [x, y] = [typeof a === "boolean" ? BigInt(a) : a, typeof b === "boolean" ? BigInt(b) : b]
  // oxlint-disable-next-line eqeqeq -- of a bigint and a number, it tells whether they are the same number
  return isNumber(x) && isNumber(y) ? x == y : x === y
}

/** The order of Python's `sorted`: text by its code points, numbers by their value. */
export const compare = (a: Value, b: Value): number => {
  if (typeof a === "string" && typeof b === "string") return compareText(a, b)
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0
  throw unordered("<", a, b)
}

/** JavaScript compares UTF-16, in which an emoji comes before U+FF00. */
export const compareText = (a: string, b: string): number => {
  const [x, y] = [Array.from(a), Array.from(b)]
  for (const [at, char] of x.entries()) {
    const other = y[at]
    if (other === undefined) return 1
    if (char !== other) return (char.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0)
  }
  return x.length - y.length
}

export const unordered = (operator: string, a: Value, b: Value): PythonError =>
  new PythonError(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`)

/** `str(value)`: text as it is, everything else as Python's source would have it. */
export const str = (value: Value): string => (typeof value === "string" ? value : repr(value))

/** `repr(value)`. */
export const repr = (value: Value): string => {
  if (value === null) return "None"
  if (isList(value)) return `[${value.map(repr).join(", ")}]`
  if (value instanceof OrderedDict) {
    return `OrderedDict([${[...value].map(([key, each]) => `(${repr(key)}, ${repr(each)})`).join(", ")}])`
  }
  if (isDict(value)) return `{${[...value].map(([key, each]) => `${repr(key)}: ${repr(each)}`).join(", ")}}`
  switch (typeof value) {
    case "boolean":
      return value ? "True" : "False"
    case "bigint":
      return value.toString()
    case "number":
      return float(value)
    case "string":
      return quote(value)
    default:
      return "<jmespath.visitor._Expression object>"
  }
}

/** The shortest digits that name a float, in Python's notation: `1.0`, `1e+16`, `1e-05`. */
export const float = (value: number): string => {
  if (Number.isNaN(value)) return "nan"
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf"
  const sign = value < 0 || Object.is(value, -0) ? "-" : ""
  const [mantissa = "", power = ""] = Math.abs(value).toExponential().split("e")
  const digits = mantissa.replace(".", "")
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ""
    return `${sign}${digits.slice(0, 1)}${fraction}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`
  const whole = digits.padEnd(exponent + 1, "0")
  return `${sign}${whole.slice(0, exponent + 1)}.${whole.slice(exponent + 1) || "0"}`
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" }

const quote = (text: string): string => {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  const inner = text.replace(/[\\\n\r\t']|(?! )[\p{C}\p{Z}]/gu, (char) => {
    if (char === "'") return mark === "'" ? "\\'" : char
    const code = char.codePointAt(0) ?? 0
    const hex = code.toString(16)
    return (
      escapes[char] ??
      (code < 0x100
        ? `\\x${hex.padStart(2, "0")}`
        : code < 0x10000
          ? `\\u${hex.padStart(4, "0")}`
          : `\\U${hex.padStart(8, "0")}`)
    )
  })
  return mark + inner + mark
}

/** How many digits Python reads into an `int`, against those who would keep it busy. */
const maxDigits = 4300

/** `int(text)`, or `undefined` where that is no whole number. */
export const int = (text: string): bigint | undefined => {
  const digits = /^\s*([+-]?)(\d+(?:_\d+)*)\s*$/u.exec(text)
  const number = digits?.[2]?.replaceAll("_", "")
  if (number === undefined || number.length > maxDigits) return undefined
  return digits?.[1] === "-" ? -BigInt(number) : BigInt(number)
}

/** `float(text)`, or `undefined` where that is no number. */
export const floatOf = (text: string): number | undefined => {
  const [, sign, word] = /^\s*([+-]?)(inf|infinity|nan)\s*$/iu.exec(text) ?? []
  if (word !== undefined) return word.toLowerCase() === "nan" ? NaN : sign === "-" ? -Infinity : Infinity
  return /^\s*[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?\s*$/iu.test(text)
    ? Number(text.trim().replaceAll("_", ""))
    : undefined
}
