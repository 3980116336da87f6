/**
 * What a caller may pass where a request is asked for: plain data.
 */
import type * as Brand from "effect/Brand"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { decode, isDecoded } from "./internal/decoded.ts"
import { InvalidRequest, violations } from "./InvalidRequest.ts"
import type { OperationName } from "./OperationName.ts"

type Unbranded = { readonly [K in keyof Brand.Brand<"">]?: never }

type Plain<T> = T extends string & Brand.Brand<string>
  ? T | (string & Unbranded)
  : T extends number & Brand.Brand<string>
    ? T | (number & Unbranded)
    : T extends ReadonlyArray<unknown>
      ? { readonly [K in keyof T]: Plain<T[K]> }
      : T extends object
        ? { readonly [K in keyof T]: Plain<T[K]> | ({} extends Pick<T, K> ? undefined : never) }
        : T

/**
 * Plain data that stands for a request of a class.
 *
 * An id is its own brand or a plain string, and never another brand: swapped ids do not compile. An optional member may
 * be `undefined`, which is the same as absent. Instances of the class fit, and so does anything else that has the
 * members, such as a whole `ProxySession` where its key is asked for.
 *
 * **Gotchas**
 *
 * A literal is the caller's own: `console.log` prints the numbers and names in it. An instance of the class hides them.
 *
 * **Example** (A function that passes its argument on)
 *
 * ```ts
 * import type { Input } from "@proxy-session/domain/Input"
 * import type { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
 * import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 *
 * export const read = (key: Input<typeof ProxySessionKey>) => ProxySessionRepo.use((repo) => repo.get(key))
 * ```
 *
 * @category models
 */
export type Input<C extends { readonly fields: Schema.Struct.Fields }> = Plain<Schema.Struct<C["fields"]>["Type"]>

/**
 * A function that reads unknown input with a request's schema, and remembers that the request was decoded.
 *
 * {@link reader} returns such a request as it is, so a server that decodes what it received costs no second decode in the
 * repository. The request is frozen. It stops at the first violation.
 *
 * @category constructors
 */
export const decodeUnknown: <A extends object>(
  schema: Schema.Codec<A, unknown>,
) => (input: unknown) => Result.Result<A, Schema.SchemaError> = decode

/**
 * A function that turns what a caller passed into the request that it stands for, or says every rule that it breaks.
 *
 * A request that this package decoded before is returned as it is. Anything else is decoded: an instance that a
 * constructor made, too, since its checks can be switched off and its members changed. Members that the class does not
 * have are left out, and so are those that are `undefined`.
 *
 * **Example** (Plain data becomes a request)
 *
 * ```ts
 * import * as Input from "@proxy-session/domain/Input"
 * import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
 * import * as Result from "effect/Result"
 *
 * const read = Input.reader(ProxySessionKey, "GetProxySession")
 * const key = read({ voiceConnectorId: "abcdef1ghij2klmno3pqr4", proxySessionId: "123a4bc5" })
 * Result.getOrThrow(key) instanceof ProxySessionKey // => true
 * ```
 *
 * @category constructors
 */
export const reader = <A extends object>(
  schema: Schema.Codec<A, unknown> & { readonly fields: Schema.Struct.Fields },
  operation?: OperationName,
): ((input: unknown) => Result.Result<A, InvalidRequest>) => {
  const members = Object.keys(schema.fields)
  const all = decode(schema, { errors: "all" })
  return (input) => {
    if (isDecoded(schema, input)) return Result.succeed(input)
    return Result.mapError(
      all(present(members, input)),
      ({ issue }) =>
        new InvalidRequest({ violations: violations(issue), ...(operation === undefined ? {} : { operation }) }),
    )
  }
}

/** The members of an object that are not `undefined`; anything else as it is. */
const present = (members: ReadonlyArray<string>, value: unknown): unknown => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  const found: Record<string, unknown> = {}
  for (const member of members) {
    const inner: unknown = Reflect.get(value, member)
    if (inner !== undefined) found[member] = defined(inner)
  }
  return found
}

const defined = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(defined)
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([member, inner]) => [member, defined(inner)]),
  )
}
