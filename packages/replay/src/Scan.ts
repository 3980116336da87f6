/**
 * The gate before a cassette is written: what must not be kept is not kept.
 */
import * as Matcher from "./internal/matcher.ts"
import { deepest, readings } from "./internal/readings.ts"

/** Numbers that nobody has: NANP 555-0100 to 555-0199, Ofcom's numbers for drama, and the unassigned code 999. */
const international = /^\+(?:1\d{3}55501\d{2}|447700900\d{3}|999\d{1,12})$/u

/**
 * The same without a sign, or as they are dialled within their country. There, other numbers begin with 999, but none of
 * 15 digits, as generated aliases are.
 */
const domestic = /^0?(?:1?\d{3}55501\d{2}|(?:44)?7700900\d{3}|999\d{12})$/u

const isNobodys = (number: string): boolean => international.test(number) || domestic.test(number)

/**
 * Whether a telephone number is of a block that is set aside for fiction.
 *
 * @category rules
 */
export const isFictional = (number: string): boolean => international.test(number.replace(/^\+?/u, "+"))

/**
 * What a text holds that a cassette must not: real telephone numbers, keys and signatures; each by its kind alone.
 *
 * A text that is JSON is read string by string, keys too, and each string as it stands and with every level of escapes
 * taken off: of URLs, of JSON, of HTML. A run of 10 to 15 digits is a number whatever is beside it, one of 7 to 9 where it
 * stands alone or behind a `+` or `00`; groups are read behind those, and where they are North America's. UUIDs and
 * instants in ISO 8601 are told apart by their form. Fictional numbers are let through: those of code 999 behind a sign, or
 * where they have 15 digits. What is escaped more often than is read is refused. `known` are further values that must not
 * be there, in letters of either case.
 *
 * **Example** (A fictional and a real number)
 *
 * ```ts
 * import * as Scan from "@proxy-session/replay/Scan"
 *
 * Scan.secrets("+12065550100") // => []
 * Scan.secrets("call tel_12065559999") // => ["a telephone number"]
 * ```
 *
 * @category rules
 */
export const secrets = (text: string, known: Iterable<string> = []): ReadonlyArray<string> => scanner(known)(text)

/**
 * The same for many texts, in each of which the `known` values must not be.
 *
 * **Example** (A name that nobody may see)
 *
 * ```ts
 * import * as Scan from "@proxy-session/replay/Scan"
 *
 * const scan = Scan.scanner(["Alice Liddell"])
 *
 * scan("for alice+liddell") // => ["a known secret"]
 * scan("for nobody") // => []
 * ```
 *
 * @category rules
 */
export const scanner = (known: Iterable<string>): ((text: string) => ReadonlyArray<string>) => {
  const matcher = Matcher.make(Array.from(known, (secret) => [secret, ""] as const))
  return (text) => secretsIn(text, matcher)
}

const secretsIn = (text: string, known: Matcher.Matcher): ReadonlyArray<string> => {
  const { beside, strings } = partsOf(text)
  const texts = new Set<string>()
  const found = new Set<string>()
  for (const string of strings) {
    const read = readings(string)
    if (read.length === deepest) found.add("escapes that are too deep to be read")
    // Digits and marks of full width, spaces that do not break: what is the same to a reader is the same here.
    for (const { text } of read) texts.add(text).add(text.normalize("NFKC"))
  }
  if (known.isWithin(texts)) found.add("a known secret")
  if (holdsNumber(beside, [run])) found.add("a telephone number")
  for (const each of texts) {
    if (holdsNumber(each.replace(noNumbers, "~"), numbers)) found.add("a telephone number")
    for (const [kind, rule] of credentials) if (rule.test(each)) found.add(kind)
  }
  return [...found]
}

/** The strings of JSON, unescaped, and what is beside them: digits, above all. What is no JSON is one string. */
const partsOf = (text: string): { readonly strings: ReadonlySet<string>; readonly beside: string } => {
  try {
    JSON.parse(text)
  } catch {
    return { strings: new Set([text]), beside: "" }
  }
  // Read from the text, not from the value, in which the last of two equal keys hides the first.
  const strings = new Set<string>()
  const beside = text.replace(checksum, "{").replace(/"[^"\\]*(?:\\.[^"\\]*)*"/gu, (literal) => {
    strings.add(String(JSON.parse(literal)))
    return '""'
  })
  return { strings, beside }
}

/** How a cassette begins: 16 hexadecimal digits, ten of which may be decimal by chance. */
const checksum = /^\s*\{\s*"format":\s*"[\w/-]*",\s*"checksum":\s*"[0-9a-f]{16}"/u

/** UUIDs, and instants. */
const noNumbers =
  /(?<![A-Za-z0-9])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![A-Za-z0-9])|(?<!\d)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)(?!\d)/giu

const between = `${Matcher.separator}{0,3}`

const run = /(?<!\d)0{0,3}[1-9]\d{9,14}(?!\d)/gu

/** All that is a number where it is not fictional. */
const numbers: ReadonlyArray<RegExp> = [
  run,
  // Behind a sign, as they are or in groups; those of North America are ten digits long, so that what follows is no part.
  new RegExp(
    String.raw`(?:\+|(?<![\d.:,])00)${between}(?:[1-9]\d{6,14}(?!\d)|(?!\d{7})(?:1(?:${between}\d){10}|(?!1)[1-9](?:${between}\d){6,14})(?!\d))`,
    "gu",
  ),
  /(?<![\w.%+-])0{0,2}[1-9]\d{6,8}(?![\w-])/gu,
  new RegExp(String.raw`(?<!\d)(?:1${between})?\(?[2-9]\d{2}${between}\d{3}${between}\d{4}(?!\d)`, "gu"),
  // However short it is, a string that is all number is one.
  /(?<=^|")\+[1-9]\d{1,14}(?=$|")/gu,
  // No alias has other digits than these.
  /(?=\P{ASCII})\p{Nd}{7,15}/gu,
]

const holdsNumber = (text: string, forms: ReadonlyArray<RegExp>): boolean =>
  forms.some((form) =>
    Array.from(text.matchAll(form)).some(({ 0: found, index }) => {
      const before = text.slice(Math.max(0, index - escapeLength), index)
      const digits = found.replace(/[^\p{Nd}]/gu, "").replace(/^00/u, "+")
      if (isNobodys(found.startsWith("+") ? `+${digits}` : digits)) return false
      if (signBefore.test(before) && international.test(`+${digits}`)) return false
      // The first digits may belong to an escape: what is left of `%20` and a fictional number is that number.
      const rest = digitsBehindEscape.exec(before + found)
      return rest === null || !domestic.test(rest.groups?.["digits"] ?? "")
    }),
  )

const escapeLength = 12
const signBefore = new RegExp(String.raw`(?:\+|(?<!\d)00|%(?:25)*2B|\\u002B|&#(?:43|x2B);)${between}$`, "iu")
const digitsBehindEscape = /(?:%(?:25)*[0-9a-f]{2}|\\u[0-9a-f]{4})(?<digits>\d+)$/iu

/** In the order in which they are told; letters of either case, where AWS takes either. */
const credentials: ReadonlyArray<readonly [kind: string, rule: RegExp]> = [
  ["an access key id", /A(?:KIA|SIA|IDA|ROA|GPA|NPA|NVA|BIA|CCA)[A-Z2-7]{16}/u],
  [
    "a secret access key",
    /(?<![A-Za-z0-9/+])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*\d)(?![0-9A-Fa-f]{40})[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/u,
  ],
  [
    "a signature or session token",
    new RegExp(
      [
        "AWS4-(?:HMAC|ECDSA-P256)-SHA256",
        "aws4_request",
        String.raw`signature["'\s]*[:=]["'\s]*[0-9a-f]{64}`,
        String.raw`^x-amz-(?:credential|signature|security-token)$`,
        String.raw`x-amz-(?:credential|signature|security-token)["'\s]*[:=]["'\s]*[^"'\s&]`,
      ].join("|"),
      "iu",
    ),
  ],
  ["a signature or session token", /(?:IQoJ|FwoG|FQoG)[A-Za-z0-9/+_=-]{16}/u],
  ["a bearer token", /bearer[\s+]+(?=\S*\d|\S{24})[\w.~+/-]{8}/iu],
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/u],
]
