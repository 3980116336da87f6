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
  if ("encodingChecks" in ast && ast.encodingChecks !== undefined) return giveUp
  const { checks, encoding } = ast
  const reader = encoding === undefined ? plain(ast) : transformed(ast, encoding)
  if (checks === undefined) return reader
  return (json) => {
    const value = reader(json)
    if (value === unread) return unread
    return checks.every((check) => check._tag === "Filter" && check.run(value, ast, {}) === undefined) ? value : unread
  }
}

const plain = (ast: SchemaAST.AST): Reader<unknown> => {
  switch (ast._tag) {
    case "Boolean":
    case "Number":
    case "String": {
      const type = ast._tag.toLowerCase()
      return (json) => (typeof json === type ? json : unread)
    }
    case "Union": {
      const literals: ReadonlyArray<unknown> = ast.types.map((type) =>
        type._tag === "Literal" && (type.checks ?? type.encoding) === undefined ? type.literal : unread,
      )
      return literals.includes(unread) ? giveUp : (json) => (literals.includes(json) ? json : unread)
    }
    case "Arrays":
      return array(ast)
    case "Objects":
      return object(ast)
    default:
      return giveUp
  }
}

const array = ({ elements, rest: [element, ...more] }: SchemaAST.Arrays): Reader<ReadonlyArray<unknown>> => {
  if (element === undefined || elements.length + more.length > 0) return giveUp
  const reader = readerOf(element)
  return (json) => {
    if (!Array.isArray(json)) return unread
    const values = json.map(reader)
    return values.includes(unread) ? unread : values
  }
}

const object = ({ indexSignatures, propertySignatures }: SchemaAST.Objects): Reader<object> => {
  if (indexSignatures.length > 0) return giveUp
  const members = propertySignatures.map(({ name, type }) => {
    const member = String(name)
    return { member, wire: toWireName(member), isOptional: type.context?.isOptional, reader: readerOf(type) }
  })
  return (json) => {
    if (!isObject(json) || Array.isArray(json)) return unread
    const values: Record<string, unknown> = {}
    for (const { isOptional, member, reader, wire } of members) {
      const inner = json[wire] ?? undefined
      if (inner === undefined && isOptional === true) continue
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
const transformed = (ast: SchemaAST.AST, [{ to, transformation }, ...more]: SchemaAST.Encoding): Reader<unknown> => {
  if (more.length > 0 || transformation._tag === "Middleware") return giveUp
  const getter = transformation.decode
  if (getter._tag === "TransformOptionalEffect" && to._tag === ast._tag) {
    const reader = plain(ast)
    return (json) => {
      const value = valueOf(getter.transform(Option.fromUndefinedOr(json), {}))
      return Option.isOption(value) && Option.isSome(value) ? reader(value.value) : unread
    }
  }
  if (ast._tag !== "Declaration" || (getter._tag !== "Transform" && getter._tag !== "TransformEffect")) return giveUp
  const reader = readerOf(to)
  return (json) => {
    const value = reader(json)
    if (value === unread) return unread
    return getter._tag === "Transform" ? getter.transform(value) : valueOf(getter.transform(value, {}))
  }
}

/** What an effect has come to already. */
const valueOf = (effect: unknown): unknown => (Exit.isExit(effect) && Exit.isSuccess(effect) ? effect.value : unread)
