import * as Redaction from "@proxy-session/domain/Redaction"
import type * as Schema from "effect/Schema"
import type { Interaction } from "../Cassette.ts"
import type { DifferingMember } from "../CassetteError.ts"
import { isFictional, isRealNumber } from "./fictional.ts"
import { roleAt, type Shape } from "./shape.ts"

interface Difference {
  readonly path: string
  readonly recorded: Schema.Json | undefined
  readonly asked: Schema.Json | undefined
}

const differences = (
  recorded: Schema.Json | undefined,
  asked: Schema.Json | undefined,
  path = "",
): ReadonlyArray<Difference> => {
  if (!isContainer(recorded) || !isContainer(asked) || Array.isArray(recorded) !== Array.isArray(asked)) {
    return recorded === asked ? [] : [{ path, recorded, asked }]
  }
  const [one, other] = [new Map(Object.entries(recorded)), new Map(Object.entries(asked))]
  const step = Array.isArray(recorded)
    ? (index: string) => `${path}[${index}]`
    : (member: string) => (path === "" ? member : `${path}.${member}`)
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((member) =>
    differences(one.get(member), other.get(member), step(member)),
  )
}

const isContainer = (json: Schema.Json | undefined): json is Schema.JsonArray | Schema.JsonObject =>
  typeof json === "object" && json !== null

/** How a request differs from the nearest of some recorded ones; `undefined` if there are none. */
export const nearest = (
  recorded: ReadonlyArray<Interaction>,
  request: Schema.Json,
  shape: Shape,
): ReadonlyArray<typeof DifferingMember.Type> | undefined =>
  recorded
    .map((each) => differences(each.request, request))
    .toSorted((one, other) => one.length - other.length)[0]
    ?.map(({ asked, path, recorded }) => ({
      path,
      recorded: shown(shape, path, recorded),
      asked: shown(shape, path, asked),
    }))

/** A value as JSON, unless its role says that it may be somebody's. */
const shown = (shape: Shape, path: string, value: Schema.Json | undefined): string => {
  if (value === undefined) return "nothing"
  const text = JSON.stringify(value)
  const string = typeof value === "string" ? value : ""
  switch (roleAt(shape, path)) {
    case "count":
    case "enumeration":
    case "instant":
      return text
    case "id":
      return isRealNumber(string) ? Redaction.placeholder : text
    case "number":
    case "proxyNumber":
      return isFictional(string) ? text : Redaction.placeholder
    default:
      return Redaction.placeholder
  }
}
