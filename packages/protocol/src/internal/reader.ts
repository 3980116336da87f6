/**
 * Reads the JSON of an answer by a schema, in a fraction of the time that the schema takes.
 *
 * A reader is built once from the nodes of a schema. It gives up on whatever is not sound, and on nodes that no answer is
 * made of. Then the schema decides, and says why: so a reader is either right or of no use. Property tests compare the two.
 */
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaGetter from "effect/SchemaGetter"
import { isObject, toWireName } from "./wireName.ts"

/** What a reader returns where it gives up. */
export const unread: unique symbol = Symbol("unread")

/** Reads a value whose members have the names of the wire; `undefined` is an absent one. */
type Reader<A> = (json: unknown) => A | typeof unread

const giveUp: Reader<never> = () => unread

const readers = new WeakMap<object, Reader<unknown>>()

/** Reads JSON whose members have the names of the wire. */
export function read<A>(schema: Schema.Codec<A, unknown>, json: unknown): A | typeof unread
export function read(schema: Schema.Codec<unknown, unknown>, json: unknown): unknown {
  let reader = readers.get(schema)
  if (reader === undefined) {
    reader = readerOf(schema.ast)
    readers.set(schema, reader)
  }
  return reader(json)
}

const readerOf = (ast: SchemaAST.AST): Reader<unknown> => {
  const reader = ast.encoding === undefined ? plain(ast) : transformed(ast, ast.encoding)
  const { checks } = ast
  return checks === undefined
    ? reader
    : (json) => {
        const value = reader(json)
        return value === unread || !passes(checks, value, ast) ? unread : value
      }
}

const passes = (checks: ReadonlyArray<SchemaAST.Check<unknown>>, value: unknown, ast: SchemaAST.AST): boolean =>
  checks.every((check) =>
    check._tag === "Filter" ? check.run(value, ast, {}) === undefined : passes(check.checks, value, ast),
  )

const plain = (ast: SchemaAST.AST): Reader<unknown> => {
  switch (ast._tag) {
    case "String":
      return (json) => (typeof json === "string" ? json : unread)
    case "Number":
      return (json) => (typeof json === "number" ? json : unread)
    case "Boolean":
      return (json) => (typeof json === "boolean" ? json : unread)
    case "Union":
      return enumeration(ast)
    case "Arrays":
      return array(ast)
    case "Objects":
      return object(ast)
    default:
      return giveUp
  }
}

const enumeration = ({ encodingChecks, types }: SchemaAST.Union): Reader<unknown> => {
  if (encodingChecks !== undefined) return giveUp
  const literals: Array<unknown> = []
  for (const type of types) {
    if (type._tag !== "Literal" || type.encoding !== undefined || type.checks !== undefined) return giveUp
    literals.push(type.literal)
  }
  return (json) => (literals.includes(json) ? json : unread)
}

const array = ({ elements, encodingChecks, rest }: SchemaAST.Arrays): Reader<ReadonlyArray<unknown>> => {
  const [element] = rest
  if (element === undefined || rest.length > 1 || elements.length > 0 || encodingChecks !== undefined) return giveUp
  const reader = readerOf(element)
  return (json) => {
    if (!Array.isArray(json)) return unread
    const values: Array<unknown> = []
    for (const each of json) {
      const value = reader(each)
      if (value === unread) return unread
      values.push(value)
    }
    return values
  }
}

const object = ({ encodingChecks, indexSignatures, propertySignatures }: SchemaAST.Objects): Reader<object> => {
  if (encodingChecks !== undefined || indexSignatures.length > 0) return giveUp
  const members = propertySignatures.map(({ name, type }) => {
    const member = String(name)
    return { member, wire: toWireName(member), isOptional: type.context?.isOptional === true, reader: readerOf(type) }
  })
  return (json) => {
    if (!isObject(json) || Array.isArray(json)) return unread
    const values: Record<string, unknown> = {}
    for (const { isOptional, member, reader, wire } of members) {
      const inner = json[wire] ?? undefined
      if (inner === undefined && isOptional) continue
      const value = reader(inner)
      if (value === unread) return unread
      values[member] = value
    }
    return values
  }
}

/**
 * What a transformation returns is what its node describes, by its type, so a class or a date is not looked at again. A
 * default takes the place of an absent member before its node reads it.
 */
const transformed = (ast: SchemaAST.AST, [link, ...more]: SchemaAST.Encoding): Reader<unknown> => {
  const { to, transformation } = link
  if (more.length > 0 || transformation._tag === "Middleware") return giveUp
  const getter = transformation.decode
  if (getter._tag === "TransformOptionalEffect" && to._tag === ast._tag) {
    const reader = plain(ast)
    return (json) => {
      const value = valueOf(getter.transform(Option.fromUndefinedOr(json), {}))
      return Option.isOption(value) && Option.isSome(value) ? reader(value.value) : unread
    }
  }
  const transform = ast._tag === "Declaration" ? transformOf(getter) : undefined
  if (transform === undefined) return giveUp
  const reader = readerOf(to)
  return (json) => {
    const value = reader(json)
    return value === unread ? unread : transform(value)
  }
}

const transformOf = (getter: SchemaGetter.Getter<unknown, unknown, unknown>): Reader<unknown> | undefined => {
  if (getter._tag === "Transform") return getter.transform
  return getter._tag === "TransformEffect" ? (value) => valueOf(getter.transform(value, {})) : undefined
}

/** What an effect has come to already. */
const valueOf = (effect: unknown): unknown => (Exit.isExit(effect) && Exit.isSuccess(effect) ? effect.value : unread)
