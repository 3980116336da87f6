/**
 * Shared files as nobody writes them: each line is made of pieces that a reader could take for something else.
 */

/** Random numbers that are the same for the same seed. */
const randomly = (seed: number) => {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  const one = (choices: ReadonlyArray<string>) => choices[below(choices.length)] ?? ""
  const maybe = (chance: number, text: () => string) => (next() < chance ? text() : "")
  const many = (limit: number, text: () => string) => Array.from({ length: below(limit + 1) }, text).join("")
  return { below, one, maybe, many, chance: (odds: number) => next() < odds }
}

type Random = ReturnType<typeof randomly>

const spaces = [
  " ",
  " ",
  " ",
  "  ",
  "\t",
  "\u00A0",
  "\v",
  "\f",
  "\u001C",
  "\u001F",
  "\u0085",
  "\u2003",
  "\u2028",
  "\u3000",
  "\uFEFF",
]
const marks = [
  "=",
  ":",
  "#",
  ";",
  "[",
  "]",
  "'",
  '"',
  "\\",
  "%(x)s",
  "${HOME}",
  "\u0000",
  "caf\u00E9",
  "\u{1F600}",
  "\u0130",
  "\u03A3",
]
const letters = ["a", "B", "z", "0", "_", "-", ".", "/", "@"]

const space = ({ many, one }: Random) => many(2, () => one(spaces))
const word = (random: Random) => random.one(letters) + random.many(4, () => random.one(letters))
const value = (random: Random) =>
  random.many(6, () =>
    random.chance(0.7) ? word(random) : random.chance(0.5) ? random.one(spaces) : random.one(marks),
  )

const kinds = [
  "profile",
  "profile",
  "profile",
  "services",
  "sso-session",
  "Profile",
  "profiles",
  "default",
  "DEFAULT",
  "preview",
]
const quotes = ["'", '"', "\\", "'a b'", '"a b"', '"\\""', "''"]

const header = (random: Random) => {
  const { chance, many, maybe, one } = random
  if (chance(0.15)) return "[DEFAULT]"
  const name = () =>
    maybe(0.8, () => one(spaces)) +
    many(2, () => (chance(0.3) ? one(quotes) : word(random))) +
    maybe(0.2, () => one(spaces))
  return `[${maybe(0.1, () => one(spaces))}${one(kinds)}${maybe(0.8, name)}${maybe(0.95, () => "]")}${maybe(0.2, () => value(random))}`
}

const names = [
  "region",
  "Region",
  "output",
  "s3",
  "services",
  "endpoint_url",
  "aws_access_key_id",
  "aws_secret_access_key",
]

const setting = (random: Random) => {
  const { chance, maybe, one } = random
  const name = chance(0.6) ? one(names) + maybe(0.5, () => word(random)) : maybe(0.97, () => word(random))
  const delimiter = maybe(0.98, () => one(["=", "=", "=", ":"]))
  return name + space(random) + delimiter + space(random) + maybe(0.7, () => value(random))
}

const comment = (random: Random) => random.one(["#", ";"]) + value(random)

const line = (random: Random): string => {
  const { chance } = random
  const indent = chance(0.25) ? space(random) : ""
  if (chance(0.2)) return indent + header(random)
  if (chance(0.15)) return indent + comment(random)
  if (chance(0.15)) return indent
  return indent + setting(random)
}

/** A setting with others below it, most of which are well written. */
const nested = (random: Random): string => {
  const { many, maybe, one } = random
  const inner = () =>
    `\n${one(["  ", "\t", " "])}${maybe(0.1, () => comment(random))}${maybe(0.95, () => setting(random).replace(":", "="))}`
  return `${word(random)} =${space(random)}${many(4, inner)}`
}

/**
 * One file of a seed. Most begin with a section, since they would be broken otherwise, and most have few lines, since each of
 * them could break the file.
 */
export const file = (seed: number): Buffer => {
  const random = randomly(seed)
  const { below, chance, maybe, one } = random
  const lines = Array.from({ length: below(9) }, () => (chance(0.2) ? nested(random) : line(random)))
  const text = [...(chance(0.9) ? [maybe(0.2, () => space(random)) + "[default]"] : []), ...lines].join("\n")
  const broken = text.replaceAll("\n", () => one(["\n", "\n", "\n", "\r\n", "\r"]))
  const bytes = Buffer.from(chance(0.02) ? `\uFEFF${broken}` : broken)
  return chance(0.02) ? Buffer.concat([bytes, Buffer.from([0xe9, 0x0a])]) : bytes
}
