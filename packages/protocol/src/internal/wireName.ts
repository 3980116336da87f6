/**
 * Members are `camelCase` in the domain and `PascalCase` on the wire, without exception, so one rule serves both ways.
 */
export const toWireName = (member: string): string => member.charAt(0).toUpperCase() + member.slice(1)

/** A value with the members of all its objects named for the wire. */
export const toWire = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toWire)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [toWireName(member), toWire(inner)]))
}

/** No shape of the model is deeper than this; what is, cannot be a member of it. */
const maxDepth = 8

/**
 * The same in the other direction, for JSON that somebody sent: a `null` member counts as absent, and a member that
 * does not begin with a capital is not one of the model's (`__proto__` among them).
 */
export const fromWire = (value: unknown, depth = 0): unknown => {
  if (!isObject(value)) return value
  if (depth > maxDepth) return undefined
  if (Array.isArray(value)) return value.map((element) => fromWire(element, depth + 1))
  const object: Record<string, unknown> = {}
  for (const member of Object.keys(value)) {
    const inner = value[member]
    if (inner === null || !/^[A-Z]/u.test(member)) continue
    object[member.charAt(0).toLowerCase() + member.slice(1)] = fromWire(inner, depth + 1)
  }
  return object
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** A path such as `participants[0].phoneNumber` with its members named for the wire. */
export const toWirePath = (path: string): string => path.replace(/(?<=^|\.)[a-z]/gu, (first) => first.toUpperCase())
