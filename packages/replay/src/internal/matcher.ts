import { type Reading, readings } from "./readings.ts"

/** What may stand between the groups of a number: white space, dashes, brackets, dots, slashes, a form's `+` for a space. */
export const separator = String.raw`[\s\p{Pd}\u2212()[\]{}.\/\\+]`

const separators = new RegExp(separator, "gu")

/**
 * A text in letters of one case and without separators. Where a secret is in a text, its folded form is in the folded
 * text: most texts hold no secret, and need no pattern to say so. What a pattern takes for the same letter, such as `σ`
 * and `ς`, has one capital, if it is taken from the small letter.
 */
const fold = (text: string): string => text.toLowerCase().toUpperCase().replace(separators, "")

/** Whether one of the secrets is in one of the texts, which have been read: what `replace` replaces is what this finds. */
export const isWithin = (texts: ReadonlySet<string>, secrets: Iterable<string>): boolean => {
  const folded = Array.from(texts, fold).join("\0")
  for (const secret of secrets) {
    const clue = fold(secret)
    if (clue === "" || !folded.includes(clue)) continue
    const pattern = patternOf(secret)
    for (const text of texts) if (text.search(pattern) !== -1) return true
  }
  return false
}

/** A secret, and what stands in its place. */
export interface Replacement {
  readonly secret: string
  readonly clue: string
  readonly alias: string
}

export const replacement = (secret: string, alias: string): Replacement => ({ secret, clue: fold(secret), alias })

/**
 * A text with aliases in the place of secrets: of those in letters of either case, however they are escaped, the longest
 * first, so that a secret within another does not leave the rest of that standing. All else stays as it is.
 */
export const replace = (text: string, replacements: ReadonlyArray<Replacement>): string =>
  replaceFrom(0, text, replacements)

/** What was replaced is read anew, but not what is above it; what nothing is replaced in is read once. */
const replaceFrom = (depth: number, text: string, replacements: ReadonlyArray<Replacement>): string => {
  for (const [level, reading] of readings(text).entries()) {
    if (level < depth) continue
    const places = placesIn(reading, replacements)
    if (places.length === 0) continue
    let safe = text
    for (const { alias, end, start } of places.toSorted((one, other) => other.start - one.start)) {
      safe = safe.slice(0, start) + alias + safe.slice(end)
    }
    return replaceFrom(level + 1, safe, replacements)
  }
  return text
}

interface Place {
  readonly start: number
  readonly end: number
  readonly alias: string
}

const placesIn = (reading: Reading, replacements: ReadonlyArray<Replacement>): ReadonlyArray<Place> => {
  const folded = fold(reading.text)
  const places: Array<Place> = []
  const longestFirst = replacements
    .filter(({ clue }) => clue !== "" && folded.includes(clue))
    .toSorted((one, other) => other.clue.length - one.clue.length)
  for (const { alias, secret } of longestFirst) {
    for (const { 0: found, index } of reading.text.matchAll(patternOf(secret))) {
      const [start, end] = [reading.origin(index), reading.origin(index + found.length)]
      if (places.every((place) => end <= place.start || place.end <= start)) places.push({ start, end, alias })
    }
  }
  return places
}

/**
 * The pattern of a secret. Eight characters do not come about by chance, so they are found within words, too; fewer are a
 * word of their own. Digits that are no number, and a single letter, are the whole text, or behind a `+`.
 */
const patternOf = (secret: string): RegExp => {
  const bare = secret.replace(/^\+/u, "").trim()
  const isNumber = /^\d{7,}$/u.test(bare)
  const form = isNumber
    ? Array.from(bare).join(`${separator}{0,3}`)
    : bare.replace(/[\\^$.*?()[\]{}|/]/gu, String.raw`\$&`).replace(/[ +]/gu, String.raw`[\p{Zs}+]`)
  if (bare.length >= 8) return new RegExp(form, "giu")
  const isWord = isNumber || (bare.length > 1 && /\p{L}/u.test(bare))
  const after = String.raw`(?![\p{L}\p{N}])`
  const pattern = isWord ? String.raw`(?<![\p{L}\p{N}])${form}${after}` : String.raw`^${form}$|(?<=\+)${form}${after}`
  return new RegExp(pattern, "giu")
}
