import { readings } from "./readings.ts"

/** What may stand between the groups of a number: spaces, dashes, brackets, dots, slashes, and a form's `+` for a space. */
export const separator = String.raw`[\p{Zs}\p{Pd}().\/+]`

const separators = new RegExp(separator, "gu")

/**
 * A text in small letters and without separators. Where a secret is in a text, its folded form is in the folded text:
 * most texts hold no secret, and need no pattern to say so.
 */
const fold = (text: string): string => text.toLowerCase().replace(separators, "")

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
export const replace = (text: string, replacements: ReadonlyArray<Replacement>): string => {
  let safe = text
  for (let depth = 0; ; depth++) {
    const reading = Array.from(readings(safe))[depth]
    if (reading === undefined) return safe
    const folded = fold(reading.text)
    const places: Array<{ readonly start: number; readonly end: number; readonly alias: string }> = []
    const longestFirst = replacements
      .filter(({ clue }) => clue !== "" && folded.includes(clue))
      .toSorted((one, other) => other.clue.length - one.clue.length)
    for (const { alias, secret } of longestFirst) {
      for (const { 0: found, index } of reading.text.matchAll(patternOf(secret))) {
        const [start, end] = [reading.origin(index), reading.origin(index + found.length)]
        if (places.every((place) => end <= place.start || place.end <= start)) places.push({ start, end, alias })
      }
    }
    for (const { alias, end, start } of places.toSorted((one, other) => other.start - one.start)) {
      safe = safe.slice(0, start) + alias + safe.slice(end)
    }
  }
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
