import type { Role } from "@proxy-session/domain/Role"
import type { CassetteError } from "../CassetteError.ts"
import { holdsNumber, isFictional, isRealNumber } from "./fictional.ts"

/** The roles of what stands for somebody or something real. */
export type Aliased = Extract<Role, "id" | "name" | "number" | "proxyNumber" | "token">

/** Why a value must not be sent or written. It never holds the value. */
export class Refusal extends Error {
  readonly reason: CassetteError["reason"]
  constructor(reason: CassetteError["reason"], rule: string) {
    super(rule)
    this.reason = reason
  }
}

/**
 * Two names for each thing: the real one, which only the implementation sees, and the alias, which the program and the
 * cassette see. They exist in memory only.
 */
export interface Aliases {
  /** The real value of what a request names. What the test made up itself stays; it throws a `Refusal` for real values. */
  readonly outbound: (role: Aliased, value: string) => string
  /** The alias of what an implementation returned. */
  readonly inbound: (role: Aliased, value: string) => string
  /** Whether a text holds a real value, in letters of either case. */
  readonly isKnownIn: (text: string) => boolean
}

/** `configured` has the real value of each alias that the test uses. */
export const make = (configured: Readonly<Record<string, string>> = {}): Aliases => {
  const realOf = new Map<string, string>()
  const aliasOf = new Map<string, string>()
  /** What the test made up, and fictional numbers that an implementation returned. */
  const own = new Set<string>()
  /** Aliases of proxy numbers. A program has no reason to send one, unless it has also seen it as a person's number. */
  const proxies = new Set<string>()
  const pairs = Object.entries(configured).map(([alias, real]) => ({ alias, real, isNumber: /^\+?\d+$/u.test(alias) }))
  const configuredReal = new Map(pairs.map(({ alias, isNumber, real }) => [configuredKey(isNumber, alias), real]))
  const configuredAlias = new Map(pairs.map(({ alias, isNumber, real }) => [configuredKey(isNumber, real), alias]))
  const generators = new Map<string, Generator<string>>()

  const isFree = (role: Aliased, alias: string) => {
    const key = keyOf(role, alias)
    return !own.has(key) && !realOf.has(key) && !configuredReal.has(configuredKey(isNumber(role), alias))
  }
  const assign = (role: Aliased, real: string): string => {
    const block = role === "proxyNumber" ? blockOf(plain(real)) : undefined
    const key = `${kindOf(role)} ${block?.[0]}`
    const candidates = generators.get(key) ?? candidatesOf(role, block)
    generators.set(key, candidates)
    let next = candidates.next()
    while (!next.done && !isFree(role, next.value)) next = candidates.next()
    if (next.done) throw new Error("There is no alias left")
    realOf.set(keyOf(role, next.value), real)
    aliasOf.set(keyOf(role, real), next.value)
    if (role === "proxyNumber") proxies.add(plain(next.value))
    return next.value
  }

  return {
    outbound: (role, value) => {
      if (value === "") return value
      if (isNumber(role) && proxies.has(plain(value))) {
        throw new Refusal("AliasCollision", `is ${value}, which stands for a proxy number: use another number`)
      }
      const key = keyOf(role, value)
      const real = configuredReal.get(configuredKey(isNumber(role), value)) ?? realOf.get(key)
      if (real !== undefined) return real
      if (configuredAlias.has(configuredKey(isNumber(role), value))) {
        throw new Refusal("Secret", "is the real value of an alias: use the alias")
      }
      const problem = problemOf(role, value)
      if (problem !== undefined) throw new Refusal("Secret", problem)
      own.add(key)
      aliasOf.delete(key)
      return value
    },
    inbound: (role, value) => {
      if (value === "") return value
      const key = keyOf(role, value)
      const known = configuredAlias.get(configuredKey(isNumber(role), value)) ?? aliasOf.get(key)
      if (known !== undefined) {
        if (role === "number") proxies.delete(plain(known))
        return known
      }
      if (own.has(key)) return value
      if (!isNumber(role) || !isFictional(value)) return assign(role, value)
      own.add(key)
      return value
    },
    isKnownIn: (text) => {
      const words = wordsOf(text)
      const isIn = (real: string) =>
        words.includes(wordsOf(real)) || (real.length > 7 && bare(text).includes(bare(real)))
      return [...Object.values(configured), ...realOf.values()].some((real) => bare(real) !== "" && isIn(real))
    },
  }
}

/** What a test must not make up. */
const problemOf = (role: Aliased, value: string): string | undefined => {
  if (isNumber(role)) {
    return isFictional(value) ? undefined : "is not a fictional number: use one, or configure an alias"
  }
  const isNumberLike = role === "name" ? holdsNumber(value) : isRealNumber(value)
  return isNumberLike ? "looks like a telephone number" : undefined
}

/** A text between spaces, with one space in place of whatever is neither letter nor digit. */
const wordsOf = (text: string): string =>
  ` ${normal(text)
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim()} `
const bare = (text: string): string => normal(text).replaceAll(/[^\p{L}\p{N}]+/gu, "")
const normal = (text: string): string => text.normalize("NFKC").toLowerCase()

const isNumber = (role: Aliased): boolean => role === "number" || role === "proxyNumber"
const kindOf = (role: Aliased): string => (isNumber(role) ? "number" : role)
/** Somebody may be called by the digits of a number, so a value is known within its kind. */
const keyOf = (role: Aliased, value: string): string => `${kindOf(role)} ${isNumber(role) ? plain(value) : value}`
const configuredKey = (isNumber: boolean, value: string): string => (isNumber ? `number ${plain(value)}` : value)

/** Two spellings of a number are one number. */
const plain = (value: string): string => (/^\+\d+$/u.test(value) ? value.slice(1) : value)

/** Where a proxy number is from, if there are fictional ones: their prefix, and the number of digits behind it. */
const blockOf = (real: string): readonly [prefix: string, digits: number] | undefined => {
  const area = /^1(?<area>[2-9]\d{2})\d{7}$/u.exec(real)?.groups?.["area"]
  if (area !== undefined) return [`+1${area}55501`, 2]
  return real.startsWith("44") ? ["+447700900", 3] : undefined
}

/** The prefix of each kind of alias, and the least number of digits behind it: forms that nobody makes up. */
const forms: Readonly<Record<Aliased, readonly [prefix: string, digits: number]>> = {
  id: ["a11a5000-0000-4000-8000-", 12],
  name: ["Recorded Name ", 1],
  number: ["+999", 12],
  proxyNumber: ["+999", 12],
  token: ["recorded-token-", 1],
}

/** Fictional numbers are few. They are taken from the end of a block, since tests take theirs from its beginning. */
function* candidatesOf(role: Aliased, block: readonly [prefix: string, digits: number] | undefined): Generator<string> {
  if (block !== undefined) {
    for (let n = 10 ** block[1] - 1; n >= 0; n--) yield block[0] + String(n).padStart(block[1], "0")
  }
  const [prefix, digits] = forms[role]
  for (let n = 1; ; n++) yield prefix + String(n).padStart(digits, "0")
}
