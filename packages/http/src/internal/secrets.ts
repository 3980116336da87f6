import * as Redaction from "@proxy-session/domain/Redaction"

/**
 * The strings of a request that must reach no message: those that its printed form hides, and the token of a page, of
 * which only the service knows what is in it.
 *
 * So the domain alone decides what is a secret.
 */
export const secretsOf = (request: object): ReadonlyArray<string> => [
  ...hidden(request, "toJSON" in request && typeof request.toJSON === "function" ? request.toJSON() : request),
  ...("nextToken" in request && typeof request.nextToken === "string" ? [request.nextToken] : []),
]

const hidden = (value: unknown, view: unknown): ReadonlyArray<string> => {
  if (view === Redaction.placeholder) return typeof value === "string" ? [value] : []
  if (typeof value !== "object" || value === null || typeof view !== "object" || view === null) return []
  const shown = new Map(Object.entries(view))
  return Object.entries(value).flatMap(([member, inner]) => hidden(inner, shown.get(member)))
}
