import * as Json from "../json.ts"
import {
  compare,
  type Dict,
  equals,
  Expression,
  floatOf,
  int,
  isDict,
  isList,
  isNumber,
  type List,
  PythonError,
  repr,
  typeName,
  type TypeName,
  unordered,
  type Value,
} from "../python.ts"
type Type = "array" | "array-number" | "array-string" | "expref" | "number" | "object" | "string"

interface Definition {
  /** The types that each argument may have; none is any. */
  readonly signature: ReadonlyArray<ReadonlyArray<Type>>
  readonly isVariadic?: true
  readonly run: (args: ReadonlyArray<Value>) => Value
}

/** An argument of a type that its function does not take. Its message needs the value, which may be a secret. */
export class InvalidType extends PythonError {
  readonly value: Value

  constructor(name: string, value: Value, types: ReadonlyArray<string>, received: string) {
    super(
      `In function ${name}(), invalid type for value: ${InvalidType.mark}, ` +
        `expected one of: ${repr(types)}, received: "${received}"`,
    )
    this.value = value
  }

  /** What stands in the message for the value. */
  static readonly mark = "\0"
}

const jmespathTypes: Readonly<Record<TypeName, string>> = {
  NoneType: "null",
  _Expression: "expref",
  bool: "boolean",
  "collections.OrderedDict": "object",
  dict: "object",
  float: "number",
  int: "number",
  list: "array",
  str: "string",
}

const typeOf = (value: Value): string => jmespathTypes[typeName(value)]

/** Calls a function of the language by its name, with arguments of any types. */
export const call = (name: string, args: ReadonlyArray<Value>): Value => {
  const known = functions.get(name)
  if (known === undefined) throw new PythonError(`Unknown function: ${name}()`)
  const { isVariadic, run, signature } = known
  const count = signature.length
  if (isVariadic ? args.length < count : args.length !== count) {
    throw new PythonError(
      `Expected ${isVariadic ? "at least " : ""}${count} argument${count === 1 ? "" : "s"} ` +
        `for function ${name}(), received ${args.length}`,
    )
  }
  for (const [at, types] of signature.entries()) if (types.length > 0) check(name, args[at] ?? null, types)
  return run(args)
}

/** Elements are told by their types in Python, as jmespath.py does. */
const check = (name: string, value: Value, types: ReadonlyArray<Type>): void => {
  const wanted = types.map((type) => type.split("-", 2))
  if (!wanted.some(([type]) => type === typeOf(value))) throw new InvalidType(name, value, types, typeOf(value))
  if (!isList(value)) return
  const elements = wanted.flatMap(([, element]) => (element === undefined ? [] : [element]))
  if (elements.length === 0) return
  const [first = null] = value
  const allowed = elements.length === 1 ? elements[0] : elements.find((each) => each === typeOf(first))
  const wrong = value.find((each) => typeOf(each) !== allowed)
  if (wrong !== undefined) throw new InvalidType(name, wrong, types, typeName(wrong))
}

/** Arguments have been checked by their signature; these say so to the compiler. */
const list = (value: Value | undefined): List => (value !== undefined && isList(value) ? value : [])
const dict = (value: Value | undefined): Dict => (value !== undefined && isDict(value) ? value : new Map())
const text = (value: Value | undefined): string => (typeof value === "string" ? value : "")
const number = (value: Value | undefined): bigint | number => (value !== undefined && isNumber(value) ? value : 0n)
const itself = (value: Value): Value => value
const expression = (value: Value | undefined): Expression =>
  value instanceof Expression ? value : new Expression(itself)

const float = (value: bigint | number): number => {
  const float = Number(value)
  if (typeof value === "bigint" && !Number.isFinite(float)) throw new PythonError("int too large to convert to float")
  return float
}

const sum = (numbers: List): bigint | number =>
  numbers
    .map(number)
    .reduce(
      (total, each) =>
        typeof total === "bigint" && typeof each === "bigint" ? total + each : float(total) + float(each),
      0n,
    )

const rounded = (value: bigint | number, round: (value: number) => number): bigint => {
  if (typeof value === "bigint") return value
  if (Number.isFinite(value)) return BigInt(round(value))
  throw new PythonError(`cannot convert float ${Number.isNaN(value) ? "NaN" : "infinity"} to integer`)
}

/** The first of the greatest or the smallest, by Python's `max` and `min`. */
const extreme = (values: List, keyOf: (value: Value) => Value, operator: "<" | ">"): Value => {
  let best: { readonly key: Value; readonly value: Value } | undefined
  for (const value of values) {
    const key = keyOf(value)
    if (best === undefined || precedes(operator, key, best.key)) best = { key, value }
  }
  return best?.value ?? null
}

const precedes = (operator: "<" | ">", a: Value, b: Value): boolean => {
  if (isNumber(a) !== isNumber(b)) throw unordered(operator, a, b)
  return operator === "<" ? compare(a, b) < 0 : compare(a, b) > 0
}

const keyOf =
  (name: string, { evaluate }: Expression, types: ReadonlyArray<string>) =>
  (value: Value): Value => {
    const key = evaluate(value)
    if (!types.includes(typeOf(key))) throw new InvalidType(name, key, types, typeOf(key))
    return key
  }

const extremeBy =
  (name: string, operator: "<" | ">"): Definition["run"] =>
  ([values, by]) =>
    extreme(list(values), keyOf(name, expression(by), ["number", "string"]), operator)

const sortBy: Definition["run"] = ([array, by]) => {
  const values = list(array)
  const [first] = values
  if (first === undefined) return values
  const type = typeOf(expression(by).evaluate(first))
  if (type !== "number" && type !== "string") throw new InvalidType("sort_by", first, ["string", "number"], type)
  const key = keyOf("sort_by", expression(by), [type])
  return values
    .map((value) => ({ value, key: key(value) }))
    .toSorted((a, b) => compare(a.key, b.key))
    .map(({ value }) => value)
}

const contains: Definition["run"] = ([subject = null, search = null]) => {
  if (isList(subject)) return subject.some((each) => equals(each, search))
  if (typeof search === "string") return text(subject).includes(search)
  throw new PythonError(`'in <string>' requires string as left operand, not ${typeName(search)}`)
}

const toNumber = (value: Value): Value => {
  if (typeof value === "string") return int(value) ?? floatOf(value) ?? null
  if (value instanceof Expression) {
    throw new PythonError("int() argument must be a string, a bytes-like object or a real number, not '_Expression'")
  }
  return isNumber(value) ? value : null
}

/** Python's `dict.update`, which takes pairs, too; only the first argument has been checked. */
const entriesOf = (value: Value): Iterable<readonly [string, Value]> => {
  if (isDict(value)) return value
  if (!isList(value) && typeof value !== "string") {
    throw new PythonError(`'${typeName(value)}' object is not iterable`)
  }
  return Array.from(value, (pair: Value, at): readonly [string, Value] => {
    if (!isList(pair) && typeof pair !== "string") {
      throw new PythonError(`cannot convert dictionary update sequence element #${at} to a sequence`)
    }
    const [key = null, each = null, ...more] = pair
    const length = Array.from<unknown>(pair).length
    if (length !== 2 || more.length > 0) {
      throw new PythonError(`dictionary update sequence element #${at} has length ${length}; 2 is required`)
    }
    if (isList(key) || isDict(key)) throw new PythonError(`unhashable type: '${typeName(key)}'`)
    return [typeof key === "string" ? key : Json.write(key), each]
  })
}

const functions: ReadonlyMap<string, Definition> = new Map<string, Definition>(
  Object.entries({
    abs: {
      signature: [["number"]],
      run: ([value]) => {
        const given = number(value)
        return typeof given === "number" ? Math.abs(given) : given < 0n ? -given : given
      },
    },
    avg: {
      signature: [["array-number"]],
      run: ([values]) => (list(values).length === 0 ? null : float(sum(list(values))) / list(values).length),
    },
    ceil: { signature: [["number"]], run: ([value]) => rounded(number(value), Math.ceil) },
    contains: { signature: [["array", "string"], []], run: contains },
    ends_with: { signature: [["string"], ["string"]], run: ([a, b]) => text(a).endsWith(text(b)) },
    floor: { signature: [["number"]], run: ([value]) => rounded(number(value), Math.floor) },
    join: { signature: [["string"], ["array-string"]], run: ([by, values]) => list(values).map(text).join(text(by)) },
    keys: { signature: [["object"]], run: ([value]) => [...dict(value).keys()] },
    length: {
      signature: [["string", "array", "object"]],
      run: ([value = null]) =>
        BigInt(isDict(value) ? value.size : isList(value) ? value.length : Array.from(text(value)).length),
    },
    map: {
      signature: [["expref"], ["array"]],
      run: ([by, values]) => list(values).map(expression(by).evaluate),
    },
    max: { signature: [["array-number", "array-string"]], run: ([values]) => extreme(list(values), itself, ">") },
    max_by: { signature: [["array"], ["expref"]], run: extremeBy("max_by", ">") },
    merge: {
      signature: [["object"]],
      isVariadic: true,
      run: (values) => new Map(values.flatMap((each) => [...entriesOf(each)])),
    },
    min: { signature: [["array-number", "array-string"]], run: ([values]) => extreme(list(values), itself, "<") },
    min_by: { signature: [["array"], ["expref"]], run: extremeBy("min_by", "<") },
    not_null: {
      signature: [[]],
      isVariadic: true,
      run: (values) => values.find((each) => each !== null) ?? null,
    },
    reverse: {
      signature: [["array", "string"]],
      run: ([value = null]) => (isList(value) ? value.toReversed() : Array.from(text(value)).toReversed().join("")),
    },
    sort: { signature: [["array-string", "array-number"]], run: ([values]) => list(values).toSorted(compare) },
    sort_by: { signature: [["array"], ["expref"]], run: sortBy },
    starts_with: { signature: [["string"], ["string"]], run: ([a, b]) => text(a).startsWith(text(b)) },
    sum: { signature: [["array-number"]], run: ([values]) => sum(list(values)) },
    to_array: { signature: [[]], run: ([value = null]) => (isList(value) ? value : [value]) },
    to_number: { signature: [[]], run: ([value = null]) => toNumber(value) },
    to_string: {
      signature: [[]],
      run: ([value = null]) =>
        typeof value === "string"
          ? value
          : Json.write(value, { separators: [",", ":"], ascii: true, expressions: "text" }),
    },
    type: {
      signature: [[]],
      run: ([value = null]) => (value instanceof Expression ? null : typeOf(value)),
    },
    values: { signature: [["object"]], run: ([value]) => [...dict(value).values()] },
  } satisfies Readonly<Record<string, Definition>>),
)
