import * as Role from "@proxy-session/domain/Role"
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/** What the JSON of a schema looks like: its members, each with its role. `roles` are those of all members below. */
export type Shape = { readonly roles: ReadonlySet<Role.Role> } & (
  | { readonly _tag: "Leaf"; readonly role: Role.Role }
  | { readonly _tag: "List"; readonly first: ReadonlyArray<Shape>; readonly rest: Shape | undefined }
  | { readonly _tag: "Members"; readonly members: ReadonlyMap<string, Member> }
  | { readonly _tag: "Tagged"; readonly byTag: ReadonlyMap<unknown, Shape> }
)

interface Member {
  readonly shape: Shape
  readonly isOptional: boolean
}

/** Where a value is, and what it is about. `tag` is that of the innermost tagged object around it. */
export interface Place {
  readonly role: Role.Role
  readonly path: string
  readonly tag: string
  readonly isOptional: boolean
}

const leaf = (role: Role.Role): Shape => ({ _tag: "Leaf", role, roles: new Set([role]) })

const rolesOf = (shapes: ReadonlyArray<Shape>): ReadonlySet<Role.Role> =>
  new Set(shapes.flatMap(({ roles }) => [...roles]))

/** Shapes of schemas, since every Layer asks for them. */
const shapes = new WeakMap<SchemaAST.AST, Shape>()

/** The shape of a schema. A text without a role is an error of the schema: nothing says whether it may be written. */
export const shapeOf = (ast: SchemaAST.AST, path: string): Shape => {
  const shape = shapes.get(ast) ?? makeShape(ast, path)
  shapes.set(ast, shape)
  return shape
}

const makeShape = (ast: SchemaAST.AST, path: string): Shape => {
  const role = Role.of(ast)
  if (role !== undefined) return leaf(role)
  if (SchemaAST.isVoid(ast)) return leaf("enumeration")
  if (SchemaAST.isUnion(ast)) return unionOf(ast, path)
  if (SchemaAST.isArrays(ast)) {
    const [first, rest] = [ast.elements, ast.rest].map((each) => each.map((one) => shapeOf(one, `${path}[]`)))
    return { _tag: "List", first: first ?? [], rest: rest?.[0], roles: rolesOf([...(first ?? []), ...(rest ?? [])]) }
  }
  if (SchemaAST.isObjects(ast) && ast.indexSignatures.length === 0) {
    const members = new Map(
      ast.propertySignatures.map(({ name, type }) => [
        String(name),
        { shape: shapeOf(type, `${path}.${String(name)}`), isOptional: SchemaAST.isOptional(type) },
      ]),
    )
    return { _tag: "Members", members, roles: rolesOf(Array.from(members.values(), ({ shape }) => shape)) }
  }
  // A class is encoded as the object of its fields.
  const [link] = ast.encoding ?? []
  if (SchemaAST.isDeclaration(ast) && link !== undefined) return shapeOf(link.to, path)
  throw new Error(`${path} has no role: annotate its schema with one`)
}

const unionOf = (ast: SchemaAST.Union, path: string): Shape => {
  const shapes = ast.types.map((type) => shapeOf(type, path))
  if (shapes.every((shape) => shape._tag === "Leaf" && shape.role === "enumeration")) return leaf("enumeration")
  const byTag = new Map(shapes.map((shape, index) => [tagOf(ast.types[index]), shape] as const))
  if (byTag.size < shapes.length || byTag.has(undefined))
    throw new Error(`${path} is a union whose members have no tags`)
  return { _tag: "Tagged", byTag, roles: rolesOf(shapes) }
}

const tagOf = (ast: SchemaAST.AST | undefined): unknown => {
  if (ast === undefined) return undefined
  if (SchemaAST.isObjects(ast)) {
    const type = ast.propertySignatures.find(({ name }) => name === "_tag")?.type
    return type !== undefined && SchemaAST.isLiteral(type) ? type.literal : undefined
  }
  return tagOf(ast.encoding?.[0]?.to)
}

const has = (shape: Shape, roles: ReadonlySet<Role.Role>): boolean => {
  for (const role of roles) if (shape.roles.has(role)) return true
  return false
}

const isList = (json: Schema.Json): json is Schema.JsonArray => Array.isArray(json)

/** Changes the values of some roles. What changes to `undefined` is left out. What the shape does not know stays. */
export const map = (
  shape: Shape,
  json: Schema.Json,
  roles: ReadonlySet<Role.Role>,
  change: (value: Schema.Json, place: Place) => Schema.Json | undefined,
): Schema.Json => {
  const visit = (shape: Shape, json: Schema.Json, at: Omit<Place, "role">): Schema.Json | undefined => {
    if (!has(shape, roles)) return json
    if (shape._tag === "Leaf") return json === null ? json : change(json, { ...at, role: shape.role })
    if (typeof json !== "object" || json === null) return json
    if (isList(json)) {
      if (shape._tag !== "List") return json
      const list = json.map((each, index) => {
        const of = shape.first[index] ?? shape.rest
        return of === undefined ? each : visit(of, each, { ...at, path: `${at.path}[${index}]`, isOptional: false })
      })
      return list.filter((each) => each !== undefined)
    }
    const tag = "_tag" in json ? json["_tag"] : undefined
    const inside = shape._tag === "Tagged" ? shape.byTag.get(tag) : shape
    if (inside?._tag !== "Members") return json
    const copy: Record<string, Schema.Json> = { ...json }
    for (const [name, { isOptional, shape }] of inside.members) {
      const value = copy[name]
      if (value === undefined || !has(shape, roles)) continue
      const path = at.path === "" ? name : `${at.path}.${name}`
      const changed = visit(shape, value, { path, tag: typeof tag === "string" ? tag : at.tag, isOptional })
      if (changed === undefined) delete copy[name]
      else copy[name] = changed
    }
    return copy
  }
  return visit(shape, json, { path: "", tag: "", isOptional: false }) ?? null
}

/** The role at a path such as `participants[0].phoneNumber`. */
export const roleAt = (shape: Shape, path: string): Role.Role | undefined => {
  let found: Shape | undefined = shape
  for (const step of path.split(/[.[]/u)) {
    if (step === "") continue
    if (found?._tag === "List") found = found.first[Number.parseInt(step, 10)] ?? found.rest
    else found = found?._tag === "Members" ? found.members.get(step)?.shape : undefined
  }
  return found?._tag === "Leaf" ? found.role : undefined
}
