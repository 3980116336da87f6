import { placeholder } from "@proxy-session/domain/Redaction"
import type * as Schema from "effect/Schema"
import type { Interaction } from "../Cassette.ts"
import { AliasCollision } from "../CassetteError.ts"
import { isFictional } from "../Scan.ts"
import * as Matcher from "./matcher.ts"
import { uncapitalized } from "./uncapitalized.ts"

/** What of an answer stands for somebody or something real, or may repeat it, by the name of its member. */
const kinds: ReadonlyMap<string, "connector" | "name" | "phone" | "proxy" | "session" | "text" | "token"> = new Map([
  ["body", "text"],
  ["detail", "text"],
  ["fallBackPhoneNumber", "phone"],
  ["message", "text"],
  ["name", "name"],
  ["nextToken", "token"],
  ["participantPhoneNumbers", "phone"],
  ["phoneNumber", "phone"],
  ["proxyPhoneNumber", "proxy"],
  ["problem", "text"],
  ["proxySessionId", "session"],
  ["reason", "text"],
  ["requestId", "text"],
  ["voiceConnectorId", "connector"],
  ["x-amzn-requestid", "text"],
] as const)

/** On the wire a member's name begins with a capital. The reason of a `TransportError` is a word of its schema, no prose. */
const kindOf = (member: string, of: object) =>
  member === "reason" && "_tag" in of && of._tag === "TransportError"
    ? undefined
    : kinds.get(member === "next-token" ? "nextToken" : uncapitalized(member))

/**
 * Two names for each thing: the real one, which only the implementation sees, and the fictional one, which the program
 * and the cassette see. They are kept in memory alone.
 */
export interface Aliases {
  /**
   * Puts the real in the place of the fictional. What the test itself made up, and nobody told, stays, and stands for
   * itself from then on, though something real is called the same. A number that stands for a proxy number is none that
   * a program sends: it has made it up itself, and throws an `AliasCollision`.
   */
  readonly outbound: (json: Schema.Json) => Schema.Json
  /** Puts the fictional in the place of the real; what is new takes the alias at the same place of `before`, if it can. */
  readonly inbound: (json: Schema.Json, before?: Schema.Json) => Schema.Json
  /** Whether a request can be made: whatever it names is known, and not only from an earlier recording. */
  readonly canSend: (json: Schema.Json) => boolean
  /** The real values, none of which may be written. */
  readonly secrets: () => Iterable<string>
}

interface Further {
  readonly lost?: ReadonlySet<string> | undefined
  readonly secrets?: ReadonlyArray<string> | undefined
}

/**
 * `told` is the real value of each alias that the test uses; `reserved` is what an earlier recording holds, and `lost` of
 * that are the aliases whose real values nobody knows any more; `secrets` are further values that nobody may see.
 */
export const make = (
  told: Readonly<Record<string, string>> = {},
  reserved: ReadonlyArray<Schema.Json> = [],
  { lost = new Set(), secrets = [] }: Further = {},
): Aliases => {
  const toReal = new Map(Object.entries(told).map(([alias, real]) => [plain(alias), real]))
  const toAlias = new Map(Object.entries(told).map(([alias, real]) => [plain(real), alias]))
  /** Real values that the configuration tells: a test that sends one has not made it up. */
  const configured: ReadonlySet<string> = new Set(toAlias.keys())
  const placeholders = secrets.map((secret) => Matcher.replacement(secret, placeholder))
  /** What messages may repeat. */
  const repeated = () => [...placeholders, ...[...replacements.values()].flat()]
  const replacements = new Map(Array.from(toAlias, ([real, alias]) => [real, spellings(real, plain(alias))]))
  const next = makeNext()
  /** What the test made up, or came in fictional: names of their own. */
  const own = new Set<string>(toReal.keys())
  /** Aliases that were given to proxy numbers, and to nothing else. */
  const proxies = new Set<string>()
  const held = new Set<string>()
  for (const value of reserved.flatMap(valuesOf)) held.add(value)

  const isFree = (alias: string) => !own.has(plain(alias)) && !toReal.has(plain(alias))
  const assign = (kind: string, real: string, before: string | undefined): string => {
    const canReuse = before !== undefined && isFree(before) && (!isPhone(kind) || isFictional(before))
    const alias = canReuse ? before : next(kind, real, (each) => isFree(each) && !held.has(plain(each)))
    toReal.set(plain(alias), real)
    toAlias.set(plain(real), alias)
    replacements.set(plain(real), spellings(plain(real), plain(alias)))
    if (kind === "proxy") proxies.add(plain(alias))
    return alias
  }

  return {
    canSend: (json) => {
      const isLost = (value: string) => lost.has(value) && !toReal.has(value) && !own.has(value)
      return !valuesOf(json).some(isLost)
    },
    // What is an alias, too, is fictional: a recording of a replay meets nothing else.
    secrets: () => [
      ...secrets,
      ...[...toReal.values()].filter((real) => !toReal.has(plain(real)) && !own.has(plain(real))),
    ],
    outbound: (json) =>
      walk(json, (value) => {
        if (proxies.has(plain(value))) throw new AliasCollision({ alias: value })
        const real = toReal.get(plain(value))
        if (real !== undefined) return real
        if (configured.has(plain(value))) return value
        own.add(plain(value))
        toAlias.delete(plain(value))
        replacements.delete(plain(value))
        return value
      }),
    inbound: (json, before) =>
      walk(
        json,
        (value, kind, old) => {
          const known = toAlias.get(plain(value))
          if (known !== undefined) {
            if (kind !== "proxy") proxies.delete(plain(known))
            return known
          }
          if (own.has(plain(value))) return value
          if (!isPhone(kind) || !isFictional(value)) return assign(kind, value, old)
          own.add(plain(value))
          return value
        },
        before,
        // A message may repeat what was sent.
        (text) => Matcher.replace(text, repeated()),
      ),
  }
}

/** What a recording names that its answers brought up, and not the requests before them: it may be an alias. */
export const broughtUp = (interactions: ReadonlyArray<Interaction>): ReadonlySet<string> => {
  const [asked, answered] = [new Set<string>(), new Set<string>()]
  const events = interactions.flatMap(({ outcome, request, ticks: [began, ended] }) => [
    { at: began, json: request, into: asked, except: answered },
    { at: ended, json: outcome, into: answered, except: asked },
  ])
  for (const { except, into, json } of events.toSorted((one, other) => one.at - other.at)) {
    for (const value of valuesOf(json)) if (!except.has(value)) into.add(value)
  }
  return answered
}

/** What of a request or an answer stands for somebody or something. */
const valuesOf = (json: Schema.Json): ReadonlyArray<string> => {
  const values: Array<string> = []
  walk(json, (value) => (values.push(plain(value)), value))
  return values
}

const isPhone = (kind: string): boolean => kind === "phone" || kind === "proxy"

/** Two spellings of a number are one number. */
const plain = (value: string): string => (/^\+\d+$/u.test(value) ? value.slice(1) : value)

/** In a message a number of North America may be without its country. */
const spellings = (real: string, alias: string): ReadonlyArray<Matcher.Replacement> => {
  const whole = Matcher.replacement(real, alias)
  const american = /^1(?=[2-9]\d{9}$)/u
  return american.test(real) ? [whole, Matcher.replacement(real.slice(1), alias.replace(american, ""))] : [whole]
}

/** The next alias of a kind. What is not free will not be: nothing is tried twice, however many there are. */
const makeNext = () => {
  const begun = new Map<string, Generator<string>>()
  return (kind: string, real: string, isFree: (alias: string) => boolean): string => {
    const block = kind === "proxy" ? blockOf(plain(real)) : undefined
    const key = `${kind} ${block?.[0]}`
    const candidates = begun.get(key) ?? candidatesOf(kind, block)
    begun.set(key, candidates)
    for (let each = candidates.next(); !each.done; each = candidates.next()) if (isFree(each.value)) return each.value
    throw new Error("There is no alias left")
  }
}

/** Where a proxy number is from, if there are numbers for fiction: how they begin, and of how many digits the rest is. */
const blockOf = (real: string): readonly [prefix: string, digits: number] | undefined => {
  const area = /^1(?<area>[2-9]\d{2})\d{7}$/u.exec(real)?.groups?.["area"]
  if (area !== undefined) return [`+1${area}55501`, 2]
  return real.startsWith("44") ? ["+447700900", 3] : undefined
}

/**
 * Aliases in forms that nobody makes up, or what a test makes up later might be taken for one. Numbers for fiction are
 * few: they are given from the end of a block, since tests take theirs from its beginning.
 */
function* candidatesOf(kind: string, [prefix, digits]: readonly [string, number] = ["", 0]): Generator<string> {
  if (digits > 0) for (let n = 10 ** digits - 1; n >= 0; n--) yield prefix + String(n).padStart(digits, "0")
  for (let n = 1; ; n++) {
    if (isPhone(kind)) yield `+999${String(n).padStart(12, "0")}`
    else if (kind === "session") yield `a11a5000-0000-4000-8000-${String(n).padStart(12, "0")}`
    else if (kind === "connector") yield `connector${String(n).padStart(13, "0")}`
    else if (kind === "name") yield `Recorded Name ${n}`
    else yield `recorded-token-${n}`
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
    : Object.fromEntries(
        Object.entries(json).map(([member, value]) => [member, step(member, value, kindOf(member, json))]),
      )
}
