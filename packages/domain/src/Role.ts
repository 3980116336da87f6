/**
 * What a member of a request, result or error is about: an id, a telephone number, an instant, prose.
 *
 * A recording decides by the role of each member what may be written. A text without a role cannot be recorded, so a
 * new member needs one.
 */
import * as SchemaAST from "effect/SchemaAST"

/**
 * The roles.
 *
 * - `id`: names a resource or a request
 * - `number`: a telephone number; `proxyNumber`: one of the service's own stock, which no request names
 * - `name`: what somebody called a session or connector
 * - `token`: continues a listing
 * - `instant`: a point in time
 * - `enumeration`: one of a few values, or a text whose form holds no secret, such as a country
 * - `count`: a number to calculate with
 * - `code`: the name or code of an error, from an open list
 * - `prose`: any other text
 *
 * @category models
 */
export type Role =
  | "code"
  | "count"
  | "enumeration"
  | "id"
  | "instant"
  | "name"
  | "number"
  | "prose"
  | "proxyNumber"
  | "token"

const key = "@proxy-session/domain/Role"

/**
 * The annotation that gives a schema its role.
 *
 * Literals and booleans are enumerations and numbers are counts without it.
 *
 * **Example** (A token)
 *
 * ```ts
 * import * as Role from "@proxy-session/domain/Role"
 * import * as Schema from "effect/Schema"
 *
 * const NextToken = Schema.String.annotate(Role.annotation("token"))
 * Role.of(NextToken.ast) // => "token"
 * ```
 *
 * @category annotations
 */
export const annotation = (role: Role): Readonly<Record<string, Role>> => ({ [key]: role })

/**
 * The role of a schema, by its annotation or its kind; `undefined` for one that has members, and for a text without one.
 *
 * @category annotations
 */
export const of = (ast: SchemaAST.AST): Role | undefined => {
  const role = SchemaAST.resolveAt<Role>(key)(ast)
  if (role !== undefined) return role
  if (SchemaAST.isLiteral(ast) || SchemaAST.isBoolean(ast)) return "enumeration"
  return SchemaAST.isNumber(ast) ? "count" : undefined
}
