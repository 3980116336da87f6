/**
 * What a request or an answer looks like, read off its schema: the one source of every flag, of JSON input and of
 * skeletons.
 */
import * as Predicate from "effect/Predicate"
import * as SchemaAST from "effect/SchemaAST"
import type { Value } from "./internal/python.ts"
import { scalar } from "./internal/yaml.ts"

/**
 * The form of a value as it is written: what kind it is, what is in it, and how large or long it must be at least.
 *
 * @category models
 */
export type Shape =
  | { readonly _tag: "Boolean" }
  | { readonly _tag: "Enum"; readonly values: ReadonlyArray<string> }
  | { readonly _tag: "Integer"; readonly minimum: number | undefined }
  | { readonly _tag: "List"; readonly element: Shape; readonly minimum: number | undefined }
  | { readonly _tag: "String"; readonly minimum: number | undefined }
  | { readonly _tag: "Structure"; readonly members: ReadonlyArray<Member> }
  | { readonly _tag: "Timestamp" }

/**
 * One member of a structure, by its three names: `voiceConnectorId` in the domain, `VoiceConnectorId` on the wire,
 * `voice-connector-id` as a flag. A label is a part of the path.
 *
 * @category models
 */
export interface Member {
  readonly name: string
  readonly wireName: string
  readonly flag: string
  readonly required: boolean
  readonly isLabel: boolean
  readonly shape: Shape
}

/**
 * The members of a struct's fields, in the order of the model. Those that stand in braces in `path` are labels.
 *
 * @category constructors
 */
export const members = (
  fields: Readonly<Record<string, { readonly ast: SchemaAST.AST }>>,
  path = "",
): ReadonlyArray<Member> =>
  Object.entries(fields).map(([name, { ast }]) => member(name, SchemaAST.toEncoded(ast), path))

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

const member = (name: string, ast: SchemaAST.AST, path = ""): Member => ({
  name,
  wireName: wireName(name),
  flag: kebab(name),
  required: !SchemaAST.isOptional(ast),
  isLabel: path.includes(`{${wireName(name)}}`),
  // The model has no instant under another name, and nothing else under such a one.
  shape: name.endsWith("Timestamp") ? { _tag: "Timestamp" } : shapeOf(ast),
})

const shapeOf = (ast: SchemaAST.AST): Shape => {
  const minimum = minimumOf(ast)
  switch (ast._tag) {
    case "Boolean":
      return { _tag: "Boolean" }
    case "String":
      return { _tag: "String", minimum }
    case "Number":
      return { _tag: "Integer", minimum }
    case "Union":
      return {
        _tag: "Enum",
        values: ast.types.flatMap((each) => (each._tag === "Literal" ? [String(each.literal)] : [])),
      }
    case "Arrays": {
      const { elements, rest } = ast
      const [element] = [...elements, ...rest]
      return {
        _tag: "List",
        element: element === undefined ? { _tag: "String", minimum: undefined } : shapeOf(element),
        minimum: minimum ?? (elements.length === 0 ? undefined : elements.length),
      }
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

/** The lower bound that one of Effect's own checks puts on a number, a text's length or a list's. */
const minimumOf = ({ checks }: SchemaAST.AST): number | undefined =>
  checks
    ?.map(({ annotations }): unknown => annotations?.["representation"])
    .map((representation) => (Predicate.hasProperty(representation, "payload") ? representation.payload : undefined))
    .flatMap((bounds) => (Predicate.hasProperty(bounds, "minimum") ? [bounds.minimum] : []))
    .find((minimum) => typeof minimum === "number")

/**
 * An example of a value by the names of the wire, as `--generate-cli-skeleton` prints it.
 *
 * For input an enumeration shows its first value, and text is empty; for output both show their own name. A list has one
 * element, and text in one is called `String`, as most of it is in AWS's model.
 *
 * @category encoding
 */
export const skeleton = (shape: Shape, of: "input" | "output", name = ""): Value => {
  switch (shape._tag) {
    case "Boolean":
      return true
    case "Enum":
      return of === "input" ? (shape.values[0] ?? "") : name
    case "Integer":
      return 0n
    case "List":
      return [skeleton(shape.element, of, "String")]
    case "String":
      return of === "input" ? "" : name
    case "Timestamp":
      return "1970-01-01T00:00:00"
    default:
      return new Map(shape.members.map((each) => [each.wireName, skeleton(each.shape, of, each.wireName)]))
  }
}

/**
 * The lines of an example of a structure as YAML, with comments on what is required and which choices there are.
 *
 * @category encoding
 */
export const commentedSkeleton = (shape: Shape, indent = ""): ReadonlyArray<string> =>
  (shape._tag === "Structure" ? shape.members : []).flatMap(({ required, shape, wireName }) => {
    const choices = shape._tag === "Enum" ? [`Valid values are: ${shape.values.join(", ")}.`] : []
    const comments = [...(required ? ["[REQUIRED]"] : []), ...choices]
    const comment = comments.length === 0 ? "" : ` # ${comments.join(" ")}`
    if (shape._tag === "Structure")
      return [`${indent}${wireName}:${comment}`, ...commentedSkeleton(shape, `${indent}  `)]
    if (shape._tag === "List" && shape.element._tag === "Structure") {
      const [first = "", ...rest] = commentedSkeleton(shape.element, `${indent}  `)
      return [`${indent}${wireName}:${comment}`, `${indent}- ${first.trimStart()}`, ...rest]
    }
    return shape._tag === "List"
      ? [`${indent}${wireName}:${comment}`, `${indent}- ${scalar(skeleton(shape.element, "input"))}`]
      : [`${indent}${wireName}: ${scalar(skeleton(shape, "input"))}${comment}`]
  })
