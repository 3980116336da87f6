import { placeholder } from "@proxy-session/domain/Redaction"
import type { Interaction } from "../Cassette.ts"

/** More do not help whoever looks for them. */
const shown = 3

/**
 * Where recorded calls hold what is refused, the first places of it: never what it is, nor a member or an operation that is
 * called so.
 */
export const placesOf = (
  interactions: ReadonlyArray<Interaction>,
  isRefused: (json: unknown) => boolean,
): ReadonlyArray<string> => {
  const places: Array<string> = []
  for (const [index, { operation, outcome, request }] of interactions.entries()) {
    const paths: Array<string> = []
    walk({ operation, request, outcome }, "", isRefused, (path) => paths.push(path))
    const of = /^[A-Za-z]{1,64}$/u.test(operation) ? ` (${operation})` : ""
    for (const path of paths) {
      if (places.length === shown) return [...places, "and elsewhere"]
      places.push(`at interactions[${index}]${path}${of}`)
    }
  }
  return places
}

const walk = (
  json: unknown,
  path: string,
  isRefused: (json: unknown) => boolean,
  found: (path: string) => void,
): void => {
  if (typeof json !== "object" || json === null) {
    if (isRefused(json)) found(path)
    return
  }
  const isList = Array.isArray(json)
  for (const [member, value] of Object.entries(json)) {
    const isSecret = !isList && isRefused(member)
    const below = isList ? `${path}[${member}]` : `${path}.${isSecret ? placeholder : member}`
    if (isSecret) found(below)
    walk(value, below, isRefused, found)
  }
}
