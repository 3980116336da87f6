/** A text with some of its escapes taken off, and where in the text that it was each of its characters began. */
export interface Reading {
  readonly text: string
  readonly origin: (index: number) => number
}

/** Each reading costs as much as the text is long: how many are made of one, at most. */
export const deepest = 32

/**
 * A text as it stands, and again with each level of escapes taken off, until there is none: those of URLs, of JSON and
 * of HTML. A service that repeats a request's URL in JSON, behind a proxy that does, comes to three. Where there are as
 * many as `deepest`, there may be more that nobody has read.
 */
export const readings = (text: string): ReadonlyArray<Reading> => {
  const all: Array<Reading> = []
  let reading: Reading | undefined = { text, origin: (index) => index }
  for (; reading !== undefined && all.length < deepest; reading = unescaped(reading)) all.push(reading)
  return all
}

/** One character at a time, so that each can be told where it came from: percent signs by the bytes of UTF-8. */
const escapes = new RegExp(
  [
    "%[0-7][0-9A-F]|%[CD][0-9A-F]%[89AB][0-9A-F]|%E[0-9A-F](?:%[89AB][0-9A-F]){2}|%F[0-7](?:%[89AB][0-9A-F]){3}",
    '\\\\(?:u[0-9A-F]{4}|["\\\\/bfnrt])',
    "&(?:#0*[0-9]{1,7}|#x0*[0-9A-F]{1,6}|[a-z][a-z0-9]{1,31});",
  ].join("|"),
  "giu",
)

const unescaped = ({ origin, text }: Reading): Reading | undefined => {
  if (!/[%\\&]/u.test(text)) return undefined
  let read = ""
  let last = 0
  const origins: Array<number> = []
  const keep = (until: number) => {
    read += text.slice(last, until)
    for (; last < until; last++) origins.push(origin(last))
  }
  for (const { 0: escape, index } of text.matchAll(escapes)) {
    const char = plain(escape)
    if (char === escape) continue
    keep(index)
    read += char
    for (let unit = 0; unit < char.length; unit++) origins.push(origin(index))
    last = index + escape.length
  }
  if (last === 0) return undefined
  keep(text.length)
  const end = origin(text.length)
  return { text: read, origin: (index) => origins[index] ?? end }
}

/** What HTML must escape, what is in the names of people, and what looks like something else between the groups of a number. */
const named: ReadonlyMap<string, string> = new Map([
  ["aelig", "æ"],
  ["amp", "&"],
  ["apos", "'"],
  ["gt", ">"],
  ["lowbar", "_"],
  ["lpar", "("],
  ["lt", "<"],
  ["oelig", "œ"],
  ["oslash", "ø"],
  ["plus", "+"],
  ["quot", '"'],
  ["rpar", ")"],
  ["rsquo", "\u2019"],
  ["sol", "/"],
  ["szlig", "ß"],
])

/** The accents of letters, by what their entities end in. */
const accents: ReadonlyMap<string, string> = new Map([
  ["acute", "\u0301"],
  ["caron", "\u030c"],
  ["cedil", "\u0327"],
  ["circ", "\u0302"],
  ["grave", "\u0300"],
  ["ring", "\u030a"],
  ["tilde", "\u0303"],
  ["uml", "\u0308"],
])

/** Of more than two thousand entities most are neither letters nor digits: those that are not known are read as a mark. */
const entity = (name: string): string => {
  const [letter, accent] = [name.slice(0, 1), accents.get(name.slice(1))]
  const known = named.get(name.toLowerCase())
  if (known !== undefined) return letter === letter.toLowerCase() ? known : known.toUpperCase()
  return accent === undefined ? "\ufffd" : (letter + accent).normalize("NFC")
}

/** The character that an escape stands for; what stands for none stays. */
const plain = (escape: string): string => {
  if (escape.startsWith("%")) {
    return utf8.decode(Uint8Array.from(escape.slice(1).split("%"), (byte) => Number.parseInt(byte, 16)))
  }
  // JSON knows its letters in lower case only.
  if (escape.startsWith("\\")) return String(JSON.parse(`"${escape.toLowerCase()}"`))
  if (!escape.startsWith("&#")) return entity(escape.slice(1, -1))
  const name = escape.slice(1, -1).toLowerCase()
  const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return code <= 0x10ffff ? String.fromCodePoint(code) : escape
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })
