import { placeholder } from "@proxy-session/domain/Redaction"
import type * as Schema from "effect/Schema"
import type { Interaction } from "../Cassette.ts"
import { AliasCollision } from "../CassetteError.ts"
import { isFictional } from "../Scan.ts"
import * as Matcher from "./matcher.ts"
import { uncapitalized } from "./uncapitalized.ts"

/** What stands for somebody or something real. */
type Kind = "connector" | "name" | "phone" | "proxy" | "session" | "token"

/** What of an answer is of a kind, or is a text that may repeat what is, by the name of its member. */
const kinds: ReadonlyMap<string, Kind | "text"> = new Map([
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
  const toReal = makeNames(Object.entries(told))
  const toAlias = makeNames(Object.entries(told).map(([alias, real]) => [real, alias]))
  /** Real values that the configuration tells: a test that sends one has not made it up. */
  const configured = makeNames(Object.entries(told).map(([alias, real]) => [real, alias]))
  /** What the test made up, or came in fictional: names of their own. */
  const own = makeNames(Object.keys(told).map((alias) => [alias, alias]))
  /** What messages may repeat. */
  const repeated = Matcher.make([
    ...secrets.map((secret) => [secret, placeholder] as const),
    ...Object.entries(told).map(([alias, real]) => [plain(real), plain(alias)] as const),
  ])
  const next = makeNext()
  /** Aliases that were given to proxy numbers, and to nothing else. */
  const proxies = new Set<string>()
  const held = new Set(reserved.flatMap(valuesOf).map(({ value }) => value))

  const isFree = (kind: Kind, alias: string) =>
    own.get(kind, alias) === undefined && toReal.get(kind, alias) === undefined
  const assign = (kind: Kind, real: string, before: string | undefined): string => {
    // What has not the form of an alias may be a name that the test is yet to make up.
    const canReuse = before !== undefined && isGenerated(kind, before, real) && isFree(kind, before)
    const alias = canReuse ? before : next(kind, real, (each) => isFree(kind, each) && !held.has(plain(each)))
    toReal.set(kind, alias, real)
    toAlias.set(kind, real, alias)
    repeated.add(plain(real), plain(alias))
    if (kind === "proxy") proxies.add(plain(alias))
    return alias
  }

  return {
    canSend: (json) => !valuesOf(json).some(({ kind, value }) => lost.has(value) && own.get(kind, value) === undefined),
    // What is an alias, too, or the test's own, is fictional: a recording of a replay meets nothing else.
    secrets: () => {
      const named = new Set(toReal.names().map(plain))
      const made = new Set(own.names().map(plain))
      for (const real of configured.names()) made.delete(plain(real))
      const isSecret = (real: string) => !named.has(plain(real)) && !made.has(plain(real))
      return new Set([...secrets, ...toReal.values().filter(isSecret)])
    },
    outbound: (json) =>
      walk(json, (value, kind) => {
        if (isPhone(kind) && proxies.has(plain(value))) throw new AliasCollision({ alias: value })
        const real = toReal.get(kind, value)
        if (real !== undefined) return real
        if (configured.get(kind, value) !== undefined) return value
        own.set(kind, value, value)
        if (toAlias.delete(kind, value)) repeated.delete(plain(value))
        return value
      }),
    inbound: (json, before) =>
      walk(
        json,
        (value, kind, old) => {
          const known = toAlias.get(kind, value)
          if (known !== undefined) {
            if (kind !== "proxy") proxies.delete(plain(known))
            return known
          }
          if (own.get(kind, value) !== undefined) return value
          if (!isPhone(kind) || !isFictional(value)) return assign(kind, value, old)
          own.set(kind, value, value)
          return value
        },
        before,
        // A message may repeat what was sent.
        repeated.replace,
      ),
  }
}

/**
 * What values are called, each within its kind: somebody may be called by the digits of a number. What is told of no kind
 * is so called in all.
 */
const makeNames = (told: ReadonlyArray<readonly [name: string, value: string]>) => {
  const names = new Map<string, { readonly name: string; readonly value: string }>()
  for (const [name, value] of told) {
    names.set(`told ${name}`, { name, value }).set(`phone ${plain(name)}`, { name, value })
  }
  const key = (kind: Kind, name: string) => (isPhone(kind) ? `phone ${plain(name)}` : `${kind} ${name}`)
  return {
    get: (kind: Kind, name: string) => (names.get(key(kind, name)) ?? names.get(`told ${name}`))?.value,
    set: (kind: Kind, name: string, value: string) => names.set(key(kind, name), { name, value }),
    delete: (kind: Kind, name: string) => names.delete(key(kind, name)),
    names: () => Array.from(names.values(), ({ name }) => name),
    values: () => Array.from(names.values(), ({ value }) => value),
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
    for (const { value } of valuesOf(json)) if (!except.has(value)) into.add(value)
  }
  return answered
}

/** What of a request or an answer stands for somebody or something. */
const valuesOf = (json: Schema.Json): ReadonlyArray<{ readonly kind: Kind; readonly value: string }> => {
  const values: Array<{ kind: Kind; value: string }> = []
  walk(json, (value, kind) => (values.push({ kind, value: plain(value) }), value))
  return values
}

const isPhone = (kind: Kind): boolean => kind === "phone" || kind === "proxy"

/** Two spellings of a number are one number. */
const plain = (value: string): string => (/^\+\d+$/u.test(value) ? value.slice(1) : value)

/** The next alias of a kind. What is not free will not be: nothing is tried twice, however many there are. */
const makeNext = () => {
  const begun = new Map<string, Generator<string>>()
  return (kind: Kind, real: string, isFree: (alias: string) => boolean): string => {
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

/** How aliases begin, and of how many digits the rest is at least: forms in which nobody makes up a name. */
const forms: Readonly<Record<Kind, readonly [prefix: string, digits: number]>> = {
  connector: ["connector", 13],
  name: ["Recorded Name ", 1],
  phone: ["+999", 12],
  proxy: ["+999", 12],
  session: ["a11a5000-0000-4000-8000-", 12],
  token: ["recorded-token-", 1],
}

/** Numbers for fiction are few: they are given from the end of a block, since tests take theirs from its beginning. */
function* candidatesOf(kind: Kind, block: readonly [prefix: string, digits: number] | undefined): Generator<string> {
  if (block !== undefined) {
    for (let n = 10 ** block[1] - 1; n >= 0; n--) yield block[0] + String(n).padStart(block[1], "0")
  }
  const [prefix, digits] = forms[kind]
  for (let n = 1; ; n++) yield prefix + String(n).padStart(digits, "0")
}

/** Whether an alias has a form that is given to something real of a kind: a proxy number keeps its area. */
const isGenerated = (kind: Kind, alias: string, real: string): boolean => {
  const [prefix, digits] = forms[kind]
  const rest = alias.slice(prefix.length)
  const isOfForm = alias.startsWith(prefix) && rest.length >= digits && /^\d+$/u.test(rest)
  const block = kind === "proxy" ? blockOf(plain(real)) : undefined
  return isOfForm || (block !== undefined && alias.startsWith(block[0]) && isFictional(alias))
}

type Visit = (value: string, kind: Kind, before: string | undefined) => string

const walk = (
  json: Schema.Json,
  visit: Visit,
  before?: unknown,
  text: (value: string) => string = (value) => value,
  kind?: Kind | "text",
): Schema.Json => {
  if (typeof json === "string") {
    if (kind === undefined) return json
    if (kind === "text") return text(json)
    return json === "" ? json : visit(json, kind, typeof before === "string" ? before : undefined)
  }
  if (typeof json !== "object" || json === null) return json
  const old = typeof before === "object" && before !== null ? new Map(Object.entries(before)) : undefined
  const step = (member: string, value: Schema.Json, below: Kind | "text" | undefined) =>
    walk(value, visit, old?.get(member), text, below)
  return Array.isArray(json)
    ? json.map((each, index) => step(String(index), each, kind))
    : Object.fromEntries(
        Object.entries(json).map(([member, value]) => [member, step(member, value, kindOf(member, json))]),
      )
}
