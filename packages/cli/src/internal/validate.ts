import type { Member, Shape } from "../Shape.ts"
import { isDict, isList, str, typeName, type Value } from "./python.ts"

/**
 * What is wrong with a request, or with an example of an answer, in botocore's words, a line each. It checks types, required
 * and unknown members, and what must be at least so large or long; patterns, choices and what is too much are left to the
 * service.
 */
export const problems = (shape: Shape, value: Value, name = ""): ReadonlyArray<string> => {
  switch (shape._tag) {
    case "Boolean":
      return typeof value === "boolean" ? [] : [wrongType(name, value, "<class 'bool'>")]
    case "Integer":
      // To Python a bool is an int, too.
      if (typeof value !== "bigint" && typeof value !== "boolean") return [wrongType(name, value, "<class 'int'>")]
      return isBelow(BigInt(value), shape.minimum)
        ? [`Invalid value for parameter ${named(name)}, value: ${str(value)}, valid min value: ${shape.minimum}`]
        : []
    case "List":
      if (!isList(value)) return [wrongType(name, value, "<class 'list'>, <class 'tuple'>")]
      return [
        ...tooShort(name, value.length, shape.minimum),
        ...value.flatMap((each, index) => problems(shape.element, each, `${name}[${index}]`)),
      ]
    case "Structure":
      return isDict(value) ? ofMembers(shape.members, value, name) : [wrongType(name, value, "<class 'dict'>")]
    case "Timestamp":
      return []
    default:
      return typeof value === "string"
        ? tooShort(name, Array.from(value).length, shape._tag === "String" ? shape.minimum : undefined)
        : [wrongType(name, value, "<class 'str'>")]
  }
}

const ofMembers = (members: ReadonlyArray<Member>, value: ReadonlyMap<string, Value>, name: string) => {
  const known = new Map(members.map((member) => [member.wireName, member.shape]))
  return [
    ...requiredOf(members)
      .filter(({ wireName }) => !value.has(wireName))
      .map(({ wireName }) => `Missing required parameter in ${named(name)}: "${wireName}"`),
    ...[...value.keys()]
      .filter((key) => !known.has(key))
      .map((key) => `Unknown parameter in ${named(name)}: "${key}", must be one of: ${[...known.keys()].join(", ")}`),
    ...[...value].flatMap(([key, each]) => {
      const shape = known.get(key)
      return shape === undefined ? [] : problems(shape, each, `${name}.${key}`)
    }),
  ]
}

/** The models list what the body needs before what the path needs. */
const requiredOf = (members: ReadonlyArray<Member>): ReadonlyArray<Member> => {
  const required = members.filter((member) => member.required)
  return [...required.filter(({ isLabel }) => !isLabel), ...required.filter(({ isLabel }) => isLabel)]
}

const named = (name: string): string => (name === "" ? "input" : name.replace(/^\./u, ""))

const isBelow = (value: bigint | number, minimum: number | undefined): boolean =>
  minimum !== undefined && value < minimum

const tooShort = (name: string, length: number, minimum: number | undefined): ReadonlyArray<string> =>
  isBelow(length, minimum)
    ? [`Invalid length for parameter ${named(name)}, value: ${length}, valid min length: ${minimum}`]
    : []

const wrongType = (name: string, value: Value, types: string): string =>
  `Invalid type for parameter ${named(name)}, value: ${str(value)}, type: <class '${typeName(value)}'>, valid types: ${types}`
