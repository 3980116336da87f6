import { national } from "./national.ts"
import { type Reading, readings } from "./readings.ts"

/** What may stand between the groups of a number: white space, dashes, brackets, dots, slashes, a form's `+` for a space. */
export const separator = String.raw`[\s\p{Pd}\u2212()[\]{}.\/\\+_~|*\u00ad\u00b7\u200b-\u200d\u2060\ufeff\ufffd]`

/** Between the groups of a number that is known, whatever is neither a letter nor a digit. */
const mark = String.raw`[^\p{L}\p{N}]`

const marks = new RegExp(mark, "gu")

/**
 * A text in letters of one case and without marks. Where a secret is in a text, its folded form is in the folded
 * text: most texts hold no secret, and need no pattern to say so. What a pattern takes for the same letter, such as `σ`
 * and `ς`, has one capital, if it is taken from the small letter.
 */
const fold = (text: string): string => text.toLowerCase().toUpperCase().replace(marks, "")

/** One way to write a secret, and what stands in the place of it. */
interface Form {
  readonly clue: string
  readonly pattern: () => RegExp
  readonly alias: string
}

/** Patterns are dear, and most are never needed. */
const once = (make: () => RegExp): (() => RegExp) => {
  let made: RegExp | undefined
  return () => (made ??= make())
}

/** A number may be written without its country, too. */
const formsOf = (secret: string, alias: string): ReadonlyArray<Form> => {
  const whole = { clue: fold(secret), pattern: once(() => patternOf(secret)), alias }
  const [digits, others] = national(secret, alias) ?? []
  return digits === undefined || others === undefined
    ? [whole]
    : [whole, { clue: digits, pattern: once(() => nationalPattern(digits)), alias: others }]
}

/** Secrets, and what stands in the place of each. */
export interface Matcher {
  readonly add: (secret: string, alias: string) => void
  readonly delete: (secret: string) => void
  /** Whether one of the secrets is in one of the texts, which have been read: what `replace` replaces is what this finds. */
  readonly isWithin: (texts: ReadonlySet<string>) => boolean
  /**
   * A text with aliases in the place of secrets: of those in letters of either case, however they are escaped, the longest
   * first, so that a secret within another does not leave the rest of that standing. All else stays as it is.
   */
  readonly replace: (text: string) => string
}

/** Secrets are looked for by how they begin, so that a text is gone through once, however many of them there are. */
export const make = (secrets: Iterable<readonly [secret: string, alias: string]> = []): Matcher => {
  const known = new Map<string, ReadonlyArray<Form>>()
  const beginnings = new Map<string, Set<Form>>()
  const lengths = new Set<number>()

  const add = (secret: string, alias: string): void => {
    if (secret.trim() === "") return
    remove(secret)
    const forms = formsOf(secret, alias)
    known.set(secret, forms)
    for (const form of forms) {
      const beginning = form.clue.slice(0, 8)
      const others = beginnings.get(beginning)
      if (others === undefined) beginnings.set(beginning, new Set([form]))
      else others.add(form)
      lengths.add(beginning.length)
    }
  }
  const remove = (secret: string): void => {
    for (const form of known.get(secret) ?? []) beginnings.get(form.clue.slice(0, 8))?.delete(form)
    known.delete(secret)
  }

  /** The longest first. */
  const candidates = (text: string): ReadonlyArray<Form> => {
    if (known.size === 0) return []
    const folded = fold(text)
    const found = new Set<Form>()
    for (const length of lengths) {
      for (let at = 0; at + length <= folded.length; at++) {
        for (const form of beginnings.get(folded.slice(at, at + length)) ?? []) {
          if (folded.startsWith(form.clue, at)) found.add(form)
        }
      }
    }
    return [...found].toSorted((one, other) => other.clue.length - one.clue.length)
  }

  const placesIn = ({ origin, text }: Reading): ReadonlyArray<Place> => {
    const places: Array<Place> = []
    for (const { alias, pattern } of candidates(text)) {
      for (const { 0: found, index } of text.matchAll(pattern())) {
        const [start, end] = [origin(index), origin(index + found.length)]
        if (places.every((place) => end <= place.start || place.end <= start)) places.push({ start, end, alias })
      }
    }
    return places
  }

  /** What was replaced is read anew, but not what is above it; what nothing is replaced in is read once. */
  const replaceFrom = (depth: number, text: string): string => {
    for (const [level, reading] of readings(text).entries()) {
      if (level < depth) continue
      const places = placesIn(reading)
      if (places.length === 0) continue
      let safe = text
      for (const { alias, end, start } of places.toSorted((one, other) => other.start - one.start)) {
        safe = safe.slice(0, start) + alias + safe.slice(end)
      }
      return replaceFrom(level + 1, safe)
    }
    return text
  }

  for (const [secret, alias] of secrets) add(secret, alias)
  return {
    add,
    delete: remove,
    isWithin: (texts) => {
      for (const text of texts) if (candidates(text).some(({ pattern }) => text.search(pattern()) !== -1)) return true
      return false
    },
    replace: (text) => replaceFrom(0, text),
  }
}

interface Place {
  readonly start: number
  readonly end: number
  readonly alias: string
}

/**
 * The pattern of a secret. Eight characters do not come about by chance, so they are found within words, too; fewer are a
 * word of their own. Digits that are no number, and a single letter, are the whole text, or behind a `+`.
 */
const patternOf = (secret: string): RegExp => {
  const bare = secret.replace(/^\+/u, "").trim()
  const isNumber = /^\d{7,}$/u.test(bare)
  const form = isNumber
    ? grouped(bare)
    : bare
        .replace(/[\\^$.*?()[\]{}|/]/gu, String.raw`\$&`)
        .replace(/[ +]/gu, String.raw`[\p{Zs}+]`)
        .replace(/['\u2019]/gu, String.raw`['\u2019]`)
  if (bare.length >= 8) return new RegExp(form, isNumber ? "gu" : "giu")
  const isWord = isNumber || (bare.length > 1 && /\p{L}/u.test(bare))
  const after = String.raw`(?![\p{L}\p{N}])`
  const pattern = isWord ? String.raw`(?<![\p{L}\p{N}])${form}${after}` : String.raw`^${form}$|(?<=\+)${form}${after}`
  return new RegExp(pattern, "giu")
}

/** Without its country a number is short enough to come about by chance within a longer one. */
const nationalPattern = (digits: string): RegExp =>
  new RegExp(String.raw`(?<!\d)(?:0${mark}{0,3})?${grouped(digits)}(?!\d)`, "gu")

const grouped = (digits: string): string => Array.from(digits).join(`${mark}{0,3}`)
