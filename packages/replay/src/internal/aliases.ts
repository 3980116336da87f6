import type * as Schema from "effect/Schema"
import { isFictional } from "../Scan.ts"
import { uncapitalized } from "./uncapitalized.ts"

/** What of an answer stands for somebody or something real, or may repeat it, by the name of its member. */
const kinds: ReadonlyMap<string, "connector" | "name" | "phone" | "session" | "text" | "token"> = new Map([
  ["body", "text"],
  ["detail", "text"],
  ["fallBackPhoneNumber", "phone"],
  ["message", "text"],
  ["name", "name"],
  ["nextToken", "token"],
  ["participantPhoneNumbers", "phone"],
  ["phoneNumber", "phone"],
  ["proxyPhoneNumber", "phone"],
  ["problem", "text"],
  ["proxySessionId", "session"],
  ["reason", "text"],
  ["requestId", "text"],
  ["voiceConnectorId", "connector"],
  ["x-amzn-requestid", "text"],
] as const)

/** On the wire a member's name begins with a capital. */
const kindOf = (member: string) => kinds.get(member === "next-token" ? "nextToken" : uncapitalized(member))

/**
 * Two names for each thing: the real one, which only the implementation sees, and the fictional one, which the program
 * and the cassette see. They are kept in memory alone.
 */
export interface Aliases {
  /** Puts the real in the place of the fictional. What the test itself made up, and nobody told, stays. */
  readonly outbound: (json: Schema.Json) => Schema.Json
  /** Puts the fictional in the place of the real; what is new takes the alias at the same place of `before`, if it can. */
  readonly inbound: (json: Schema.Json, before?: Schema.Json) => Schema.Json
  /** The real values, none of which may be written. */
  readonly secrets: () => Iterable<string>
}

/** `told` is the real value of each alias that the test uses; `reserved` is what an earlier recording holds. */
export const make = (
  told: Readonly<Record<string, string>> = {},
  reserved: ReadonlyArray<Schema.Json> = [],
): Aliases => {
  const toReal = new Map(Object.entries(told).map(([alias, real]) => [plain(alias), real]))
  const toAlias = new Map(Object.entries(told).map(([alias, real]) => [plain(real), alias]))
  /** What the test made up, or came in fictional: names of their own. */
  const own = new Set<string>(toReal.keys())
  const held = new Set<string>()
  for (const json of reserved) walk(json, (value) => (held.add(plain(value)), value))

  const isFree = (alias: string) => !own.has(plain(alias)) && !toReal.has(plain(alias))
  const assign = (kind: string, real: string, before: string | undefined): string => {
    const canReuse = before !== undefined && isFree(before) && (kind !== "phone" || isFictional(before))
    const alias = canReuse ? before : next(kind, real, (each) => isFree(each) && !held.has(plain(each)))
    toReal.set(plain(alias), real)
    toAlias.set(plain(real), alias)
    return alias
  }

  return {
    // What is an alias, too, is fictional: a recording of a replay meets nothing else.
    secrets: () => [...toReal.values()].filter((real) => !toReal.has(plain(real))),
    outbound: (json) =>
      walk(json, (value) => {
        const real = toReal.get(plain(value))
        if (real === undefined) own.add(plain(value))
        return real ?? value
      }),
    inbound: (json, before) =>
      walk(
        json,
        (value, kind, old) => {
          const known = toAlias.get(plain(value))
          if (known !== undefined) return known
          if (own.has(plain(value))) return value
          if (kind !== "phone" || !isFictional(value)) return assign(kind, value, old)
          own.add(plain(value))
          return value
        },
        before,
        // A message may repeat what was sent.
        (text) =>
          [...toAlias].reduce(
            (safe, [real, alias]) => (real.length < 4 ? safe : safe.replaceAll(real, plain(alias))),
            text,
          ),
      ),
  }
}

/** Two spellings of a number are one number. */
const plain = (value: string): string => (/^\+\d+$/u.test(value) ? value.slice(1) : value)

/** The next alias of a kind. Numbers are given from the end of a block, since tests take theirs from its beginning. */
const next = (kind: string, real: string, isFree: (alias: string) => boolean): string => {
  for (const alias of candidates(kind, plain(real))) if (isFree(alias)) return alias
  throw new Error("There is no alias left")
}

function* candidates(kind: string, real: string): Generator<string> {
  if (kind === "phone") {
    const area = /^1(?<area>[2-9]\d{2})\d{7}$/u.exec(real)?.groups?.["area"]
    if (area !== undefined) for (let n = 99; n >= 0; n--) yield `+1${area}55501${String(n).padStart(2, "0")}`
    if (real.startsWith("44")) for (let n = 999; n >= 0; n--) yield `+447700900${String(n).padStart(3, "0")}`
    for (let n = 1_000_000; n < 9_999_999; n++) yield `+999${n}`
    return
  }
  for (let n = 1; ; n++) {
    if (kind === "session") yield `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`
    else if (kind === "connector") yield `connector${String(n).padStart(13, "0")}`
    else if (kind === "name") yield `Name ${n}`
    else yield `token-${n}`
  }
}

type Visit = (value: string, kind: string, before: string | undefined) => string

const walk = (
  json: Schema.Json,
  visit: Visit,
  before?: unknown,
  text: (value: string) => string = (value) => value,
  kind?: string,
): Schema.Json => {
  if (typeof json === "string") {
    if (kind === undefined) return json
    if (kind === "text") return text(json)
    return json === "" ? json : visit(json, kind, typeof before === "string" ? before : undefined)
  }
  if (typeof json !== "object" || json === null) return json
  const old = typeof before === "object" && before !== null ? new Map(Object.entries(before)) : undefined
  const step = (member: string, value: Schema.Json, below: string | undefined) =>
    walk(value, visit, old?.get(member), text, below)
  return Array.isArray(json)
    ? json.map((each, index) => step(String(index), each, kind))
    : Object.fromEntries(Object.entries(json).map(([member, value]) => [member, step(member, value, kindOf(member))]))
}
