/**
 * Reads plain data by a schema, in a fraction of the time that the schema takes.
 *
 * A reader is built once from the nodes of a schema. It gives up on whatever is not sound, and on nodes that neither
 * requests nor answers are made of. Then the schema decides, and says why: so a reader is either right or of no use.
 * Property tests compare the two.
 */
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"

/**
 * What a reader returns where it gives up.
 *
 * @category models
 */
export const unread: unique symbol = Symbol("unread")

/**
 * The type of {@link unread}.
 *
 * @category models
 */
export type Unread = typeof unread

type NameOf = (member: string) => string
type Read = (input: unknown) => unknown

const giveUp: Read = () => unread

/**
 * Reads input by a schema, or gives up.
 *
 * @category models
 */
export type Reader = <A>(schema: Schema.Codec<A, unknown>, input: unknown) => A | Unread

/**
 * Makes a function that reads input by any schema, or gives up. What it builds of a schema is built once, when it is first
 * needed.
 *
 * With `nameOf` it reads the JSON of somebody else, in which members have other names and `null` counts as absent.
 *
 * **Example** (What is not sound is left to the schema)
 *
 * ```ts
 * import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
 * import * as Reader from "@proxy-session/domain/Reader"
 *
 * const read = Reader.make()
 * const key = { voiceConnectorId: "abcdef1ghij2klmno3pqr4", proxySessionId: "123a4bc5" }
 * read(ProxySessionKey, key) instanceof ProxySessionKey // => true
 * read(ProxySessionKey, { ...key, proxySessionId: ".." }) === Reader.unread // => true
 * ```
 *
 * @category constructors
 */
export const make = (nameOf?: NameOf): Reader => {
  const readers = new WeakMap<object, Read>()
  function read<A>(schema: Schema.Codec<A, unknown>, input: unknown): A | Unread
  function read(schema: Schema.Codec<unknown, unknown>, input: unknown): unknown {
    let reader = readers.get(schema)
    if (reader === undefined) {
      reader = readerOf(schema.ast, nameOf)
      readers.set(schema, reader)
    }
    return reader(input)
  }
  return read
}

const readerOf = (ast: SchemaAST.AST, nameOf: NameOf | undefined): Read => {
  if ("encodingChecks" in ast && ast.encodingChecks !== undefined) return giveUp
  const { checks, encoding } = ast
  const reader = encoding === undefined ? plain(ast, nameOf) : transformed(ast, encoding, nameOf)
  if (checks === undefined) return reader
  return (input) => {
    const value = reader(input)
    if (value === unread) return unread
    for (const check of checks) {
      if (check._tag !== "Filter" || check.run(value, ast, {}) !== undefined) return unread
    }
    return value
  }
}

const plain = (ast: SchemaAST.AST, nameOf: NameOf | undefined): Read => {
  switch (ast._tag) {
    case "Boolean":
    case "Number":
    case "String": {
      const type = ast._tag.toLowerCase()
      return (input) => (typeof input === type ? input : unread)
    }
    case "Union": {
      const literals: ReadonlyArray<unknown> = ast.types.map((type) =>
        type._tag === "Literal" && (type.checks ?? type.encoding) === undefined ? type.literal : unread,
      )
      return literals.includes(unread) ? giveUp : (input) => (literals.includes(input) ? input : unread)
    }
    case "Arrays":
      return array(ast, nameOf)
    case "Objects":
      return object(ast, nameOf)
    default:
      return giveUp
  }
}

/** A list of one element's kind, or a tuple of a fixed length. */
const array = ({ elements, rest: [element, ...more] }: SchemaAST.Arrays, nameOf: NameOf | undefined): Read => {
  if (more.length > 0 || elements.some(({ context }) => context?.isOptional)) return giveUp
  if (element === undefined) {
    const readers = elements.map((each) => readerOf(each, nameOf))
    return listOf((at) => readers[at] ?? giveUp, readers.length)
  }
  const reader = readerOf(element, nameOf)
  return elements.length > 0 ? giveUp : listOf(() => reader)
}

/** Each place is looked at, also one that holds nothing. */
const listOf =
  (readerAt: (at: number) => Read, length?: number): Read =>
  (input) => {
    if (!Array.isArray(input) || input.length !== (length ?? input.length)) return unread
    const values: Array<unknown> = []
    for (let at = 0; at < input.length; at++) {
      const value = readerAt(at)(input[at])
      if (value === unread) return unread
      values.push(value)
    }
    return values
  }

const object = ({ indexSignatures, propertySignatures }: SchemaAST.Objects, nameOf: NameOf | undefined): Read => {
  if (indexSignatures.length > 0) return giveUp
  const readers = propertySignatures.map(({ name, type }) => {
    const member = String(name)
    return {
      member,
      name: nameOf?.(member) ?? member,
      isOptional: type.context?.isOptional,
      reader: readerOf(type, nameOf),
    }
  })
  return (input) => {
    if (!isObject(input) || Array.isArray(input)) return unread
    const values: Record<string, unknown> = {}
    for (const { isOptional, member, name, reader } of readers) {
      const inner = nameOf === undefined ? input[name] : (input[name] ?? undefined)
      if (inner === undefined) {
        if (nameOf === undefined && name in input) return unread
        if (isOptional === true) continue
      }
      const value = reader(inner)
      if (value === unread) return unread
      values[member] = value
    }
    return values
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/**
 * What a transformation returns is what its node describes, by its type, so a class or a date is not looked at again. A
 * default takes the place of an absent member before its node reads it.
 */
const transformed = (
  ast: SchemaAST.AST,
  [{ to, transformation }, ...more]: SchemaAST.Encoding,
  nameOf: NameOf | undefined,
): Read => {
  if (more.length > 0 || transformation._tag === "Middleware") return giveUp
  const getter = transformation.decode
  if (getter._tag === "TransformOptionalEffect" && to._tag === ast._tag) {
    const reader = plain(ast, nameOf)
    return (input) => {
      const value = valueOf(getter.transform(Option.fromUndefinedOr(input), {}))
      return Option.isOption(value) && Option.isSome(value) ? reader(value.value) : unread
    }
  }
  if (ast._tag !== "Declaration" || (getter._tag !== "Transform" && getter._tag !== "TransformEffect")) return giveUp
  const reader = readerOf(to, nameOf)
  return (input) => {
    const value = reader(input)
    if (value === unread) return unread
    return getter._tag === "Transform" ? getter.transform(value) : valueOf(getter.transform(value, {}))
  }
}

/** What an effect has come to already. */
const valueOf = (effect: unknown): unknown => (Exit.isExit(effect) && Exit.isSuccess(effect) ? effect.value : unread)
