import {
  compare,
  equals,
  Expression,
  isDict,
  isList,
  isNumber,
  type List,
  PythonError,
  unordered,
  type Value,
} from "../python.ts"
import { call } from "./functions.ts"
import type { Comparator, Node, Slice } from "./tree.ts"

/** What an expression makes of a value. Throws a {@link PythonError} where jmespath.py fails. */
export const search = (node: Node, value: Value): Value => {
  switch (node.type) {
    case "current":
      return value
    case "literal":
      return node.value
    case "field":
      return isDict(value) ? (value.get(node.name) ?? null) : null
    case "pipe":
    case "sub":
      return search(node.right, search(node.left, value))
    case "and": {
      const left = search(node.left, value)
      return isFalse(left) ? left : search(node.right, value)
    }
    case "or": {
      const left = search(node.left, value)
      return isFalse(left) ? search(node.right, value) : left
    }
    case "not":
      return isFalse(search(node.child, value))
    case "comparator":
      return compared(node.comparator, search(node.left, value), search(node.right, value))
    case "expref":
      return new Expression((each) => search(node.child, each))
    case "function":
      return call(
        node.name,
        node.args.map((arg) => search(arg, value)),
      )
    case "index": {
      const list = search(node.left, value)
      return isList(list) ? (list.at(Number(node.index)) ?? null) : null
    }
    case "slice": {
      const list = search(node.left, value)
      return isList(list) ? sliced(list, node.parts) : null
    }
    case "flatten": {
      const list = search(node.child, value)
      return isList(list) ? list.flatMap((each) => (isList(each) ? each : [each])) : null
    }
    case "projection": {
      const list = search(node.left, value)
      return isList(list) ? projected(list, node.right) : null
    }
    case "values": {
      const dict = search(node.left, value)
      return isDict(dict) ? projected([...dict.values()], node.right) : null
    }
    case "filter": {
      const list = search(node.left, value)
      return isList(list)
        ? list.flatMap((each) => (isFalse(search(node.condition, each)) ? [] : projected([each], node.right)))
        : null
    }
    case "list":
      return value === null ? null : node.elements.map((each) => search(each, value))
    default:
      return value === null ? null : new Map(node.members.map(([name, each]) => [name, search(each, value)]))
  }
}

/** Zero is true in JMESPath. */
const isFalse = (value: Value): boolean =>
  value === null ||
  value === false ||
  value === "" ||
  (isList(value) && value.length === 0) ||
  (isDict(value) && value.size === 0)

/** What a projection keeps of each element: everything but null. */
const projected = (list: List, node: Node): List =>
  list.map((each) => search(node, each)).filter((each) => each !== null)

const operators = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const

/** Only numbers and text are ordered, and a number and a text are not. */
const compared = (comparator: Comparator, left: Value, right: Value): Value => {
  if (comparator === "eq") return isSame(left, right)
  if (comparator === "ne") return !isSame(left, right)
  const isOrdered = (value: Value) => isNumber(value) || typeof value === "string"
  if (!isOrdered(left) || !isOrdered(right)) return null
  if (isNumber(left) !== isNumber(right)) throw unordered(operators[comparator], left, right)
  if (Number.isNaN(left) || Number.isNaN(right)) return false
  const order = compare(left, right)
  switch (comparator) {
    case "gt":
      return order > 0
    case "gte":
      return order >= 0
    case "lt":
      return order < 0
    default:
      return order <= 0
  }
}

/** In Python `True` is 1, in JMESPath it is not; but within a list or an object it still is. */
const isSame = (left: Value, right: Value): boolean =>
  (typeof left === "boolean") === (typeof right === "boolean") && equals(left, right)

/** Python's slice: what lies beyond an end is that end. */
const sliced = (list: List, [start, end, step = 1n]: Slice): List => {
  if (step === 0n) throw new PythonError("slice step cannot be zero")
  const length = BigInt(list.length)
  const [lowest, highest] = step > 0n ? [0n, length] : [-1n, length - 1n]
  const within = (index: bigint): bigint => {
    const at = index < 0n ? index + length : index
    return at < lowest ? lowest : at > highest ? highest : at
  }
  const from = start === undefined ? (step > 0n ? lowest : highest) : within(start)
  const to = end === undefined ? (step > 0n ? highest : lowest) : within(end)
  const kept: Array<Value> = []
  for (let at = from; step > 0n ? at < to : at > to; at += step) kept.push(list[Number(at)] ?? null)
  return kept
}
