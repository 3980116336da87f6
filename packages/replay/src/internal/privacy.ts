import * as ErrorCode from "@proxy-session/domain/ErrorCode"
import type { Role } from "@proxy-session/domain/Role"
import * as DateTime from "effect/DateTime"
import type * as Schema from "effect/Schema"
import { type Aliased, type Aliases, Refusal } from "./aliases.ts"
import { holdsNumber, isFictional } from "./fictional.ts"
import { isWritten } from "./reader.ts"
import { map, type Place, type Shape } from "./shape.ts"

const aliased: ReadonlySet<Role> = new Set(["id", "name", "number", "proxyNumber", "token"])
const isAliased = (role: Role): role is Aliased => aliased.has(role)
const written: ReadonlySet<Role> = new Set([...aliased, "code", "prose"])
const instants: ReadonlySet<Role> = new Set(["instant"])
const checked: ReadonlySet<Role> = new Set(["code", "number", "prose", "proxyNumber"])

/** A refusal, with the member that it is about. */
export class RefusedMember extends Error {
  readonly reason: Refusal["reason"]
  constructor(path: string, { message, reason }: Refusal) {
    super(`${path} ${message}`)
    this.reason = reason
  }
}

const at = <A>(path: string, run: () => A): A => {
  try {
    return run()
  } catch (error) {
    throw error instanceof Refusal ? new RefusedMember(path, error) : error
  }
}

/** A request with the real values of the aliases in it. Throws a `RefusedMember` for what a test must not send. */
export const revealed = (aliases: Aliases, shape: Shape, json: Schema.Json): Schema.Json =>
  map(shape, json, aliased, (value, { path, role }) =>
    typeof value === "string" && isAliased(role) ? at(path, () => aliases.outbound(role, value)) : value,
  )

/**
 * What may be written of a success or an error, by the role of each member: aliases, known codes, standard text instead of
 * prose. Everything else is an instant, a count or one of a few values.
 */
export const concealed = (
  { aliases, keepMessages }: { readonly aliases: Aliases; readonly keepMessages: boolean },
  shape: Shape,
  json: Schema.Json,
): Schema.Json => {
  const kept = (text: string) => {
    const problem = problemOfText(text) ?? (aliases.isKnownIn(text) ? "holds the real value of an alias" : undefined)
    if (problem !== undefined) throw new Refusal("Secret", `${problem}, so its text cannot be kept`)
    return text
  }
  return map(shape, json, written, (value, place) => {
    const { path, role } = place
    if (typeof value !== "string") return value
    if (isAliased(role)) return aliases.inbound(role, value)
    if (role === "code" && ErrorCode.isKnown(value)) return value
    return role === "prose" && keepMessages ? at(path, () => kept(value)) : standard(place)
  })
}

/** Text in place of prose: the words of the error's tag. An optional member is left out. */
const standard = ({ isOptional, tag }: Place): string | undefined =>
  isOptional ? undefined : tag.replace(/Exception$/u, "").replaceAll(/(?<=[a-z])(?=[A-Z])/gu, " ")

const problemOfText = (text: string): string | undefined => {
  if (holdsNumber(text)) return "holds a number"
  return /[%\\&]/u.test(text) ? "holds an escape" : undefined
}

/** JSON with other instants, by their milliseconds since 1970. One that is not written as it would be today stays. */
export const mapInstants = (
  shape: Shape,
  json: Schema.Json,
  change: (time: number, path: string) => string,
): Schema.Json =>
  map(shape, json, instants, (value, { path }) => {
    if (typeof value !== "string") return value
    const time = Date.parse(value)
    return Math.abs(time) <= latest && (isWritten(value) || formatted(time) === value) ? change(time, path) : value
  })

/** JSON whose instants are moved by so many milliseconds. */
export const shifted = (shape: Shape, json: Schema.Json, by: number): Schema.Json =>
  by === 0 ? json : mapInstants(shape, json, (time) => formatted(Math.min(latest, Math.max(-latest, time + by))))

const formatted = (time: number): string => DateTime.formatIso(DateTime.makeUnsafe(time))

/** The greatest distance from 1970 that an instant can have, in milliseconds. Source: ECMA-262. */
const latest = 8.64e15

/** Where JSON differs from what a recording would write, by path and rule. */
export const problemsOf = (shape: Shape, json: Schema.Json): ReadonlyArray<string> => {
  const problems: Array<string> = []
  map(shape, json, checked, (value, { path, role }) => {
    const problem = typeof value === "string" ? problemOf(role, value) : undefined
    if (problem !== undefined) problems.push(`${path} ${problem}`)
    return value
  })
  return problems
}

const problemOf = (role: Role, text: string): string | undefined => {
  if (role === "prose") return problemOfText(text)
  if (role === "code") return ErrorCode.isKnown(text) ? undefined : "is not a known code"
  return isFictional(text) ? undefined : "is not a fictional number"
}
