import type * as Schema from "effect/Schema"
import { isVolatile } from "./instants.ts"

/** One place where two values are not the same. */
export interface Found {
  readonly path: string
  readonly recorded: Schema.Json | undefined
  readonly answered: Schema.Json | undefined
}

/**
 * Every place where two values differ, but for members of some names. An instant or a request id is never the same; that
 * only one of the two has it is a difference.
 */
export const differences = (
  recorded: Schema.Json | undefined,
  answered: Schema.Json | undefined,
  ignored: ReadonlySet<string>,
  path = "",
): ReadonlyArray<Found> => {
  if (!isContainer(recorded) || !isContainer(answered) || Array.isArray(recorded) !== Array.isArray(answered)) {
    return recorded === answered ? [] : [{ path, recorded, answered }]
  }
  const [one, other] = [new Map(Object.entries(recorded)), new Map(Object.entries(answered))]
  const step = Array.isArray(recorded)
    ? (index: string) => `${path}[${index}]`
    : (member: string) => (path === "" ? member : `${path}.${member}`)
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((member) => !ignored.has(member) && !(isVolatile(member) && one.has(member) && other.has(member)))
    .flatMap((member) => differences(one.get(member), other.get(member), ignored, step(member)))
}

const isContainer = (json: Schema.Json | undefined): json is Schema.JsonArray | Schema.JsonObject =>
  typeof json === "object" && json !== null
