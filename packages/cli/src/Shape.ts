/**
 * What a request or an answer looks like, read off its schema: the one source of every flag, of JSON input and of
 * skeletons.
 */
import * as SchemaAST from "effect/SchemaAST"
import type { Value } from "./internal/python.ts"

/**
 * The form of a value as it is written: what kind it is, and what is in it.
 *
 * @category models
 */
export type Shape =
  | { readonly _tag: "Boolean" }
  | { readonly _tag: "Enum"; readonly values: ReadonlyArray<string> }
  | { readonly _tag: "Integer" }
  | { readonly _tag: "List"; readonly element: Shape }
  | { readonly _tag: "String" }
  | { readonly _tag: "Structure"; readonly members: ReadonlyArray<Member> }
  | { readonly _tag: "Timestamp" }

/**
 * One member of a structure, by its three names: `voiceConnectorId` in the domain, `VoiceConnectorId` on the wire,
 * `voice-connector-id` as a flag.
 *
 * @category models
 */
export interface Member {
  readonly name: string
  readonly wireName: string
  readonly flag: string
  readonly required: boolean
  readonly shape: Shape
}

/**
 * The members of a struct's fields, in the order of the model.
 *
 * @category constructors
 */
export const members = (fields: Readonly<Record<string, { readonly ast: SchemaAST.AST }>>): ReadonlyArray<Member> =>
  Object.entries(fields).map(([name, { ast }]) => member(name, SchemaAST.toEncoded(ast)))

/**
 * The shape of what a schema writes.
 *
 * @category constructors
 */
export const of = (schema: { readonly ast: SchemaAST.AST }): Shape => shapeOf(SchemaAST.toEncoded(schema.ast))

/**
 * The name of a command or flag: kebab case, as the AWS CLI writes it.
 *
 * @category combinators
 */
export const kebab = (name: string): string =>
  name.replace(/[A-Z]/gu, (capital, at: number) => `${at === 0 ? "" : "-"}${capital.toLowerCase()}`)

/**
 * The wire's name of a member: `VoiceConnectorId` for `voiceConnectorId`.
 *
 * @category combinators
 */
export const wireName = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

const member = (name: string, ast: SchemaAST.AST): Member => ({
  name,
  wireName: wireName(name),
  flag: kebab(name),
  required: !SchemaAST.isOptional(ast),
  // The model has no instant under another name, and nothing else under such a one.
  shape: name.endsWith("Timestamp") ? { _tag: "Timestamp" } : shapeOf(ast),
})

const shapeOf = (ast: SchemaAST.AST): Shape => {
  switch (ast._tag) {
    case "Boolean":
    case "String":
      return { _tag: ast._tag }
    case "Number":
      return { _tag: "Integer" }
    case "Union":
      return {
        _tag: "Enum",
        values: ast.types.flatMap((each) => (each._tag === "Literal" ? [String(each.literal)] : [])),
      }
    case "Arrays": {
      const [element] = [...ast.elements, ...ast.rest]
      return { _tag: "List", element: element === undefined ? { _tag: "String" } : shapeOf(element) }
    }
    case "Objects":
      return {
        _tag: "Structure",
        members: ast.propertySignatures.map(({ name, type }) => member(String(name), type)),
      }
    default:
      return { _tag: "Structure", members: [] }
  }
}

/**
 * An example of a value by the names of the wire, as `--generate-cli-skeleton` prints it.
 *
 * An enumeration shows its first value, a list one element. Text is empty for input, or what `text` makes of its name.
 *
 * @category encoding
 */
export const skeleton = (shape: Shape, text: (name: string) => string = () => "", name = ""): Value => {
  switch (shape._tag) {
    case "Boolean":
      return true
    case "Enum":
      return shape.values[0] ?? ""
    case "Integer":
      return 0n
    case "List":
      return [skeleton(shape.element, text, name)]
    case "String":
    case "Timestamp":
      return text(name)
    default:
      return new Map(shape.members.map((each) => [each.wireName, skeleton(each.shape, text, each.wireName)]))
  }
}
