/**
 * The gate before a cassette is written: what must not be kept is not kept.
 */
import * as Redaction from "@proxy-session/domain/Redaction"

/** Numbers that nobody has: NANP 555-0100 to 555-0199, Ofcom's numbers for drama, and the unassigned code 999. */
const international = /^(?:1\d{3}55501\d{2}|447700900\d{3}|999\d{1,12})$/u

/** The same, or as they are dialled within their country. */
const fictional = /^(?:1?\d{3}55501\d{2}|(?:44)?7700900\d{3}|999\d{1,12})$/u

/**
 * Whether a telephone number is of a block that is set aside for fiction.
 *
 * @category rules
 */
export const isFictional = (number: string): boolean => international.test(number.replace(/^\+/u, ""))

/**
 * What a text holds that a cassette must not: real telephone numbers, keys and signatures; each by its kind alone.
 *
 * Numbers are looked for as they are, without `+`, with `0` or `00` in its place, in groups, and URL-encoded. Times and identifiers are told apart by what
 * surrounds their digits. `known` are further values that must not be there, in any spelling that `Redaction` knows.
 *
 * **Example** (A fictional and a real number)
 *
 * ```ts
 * import * as Scan from "@proxy-session/replay/Scan"
 *
 * Scan.secrets("+12065550100") // => []
 * Scan.secrets("call +12065559999") // => ["a telephone number"]
 * ```
 *
 * @category rules
 */
export const secrets = (text: string, known: Iterable<string> = []): ReadonlyArray<string> => {
  const found = new Set<string>()
  for (const secret of known) {
    // A short name is a word like too many others; as a whole value it is told all the same.
    const isThere = secret.length < 4 ? text.includes(JSON.stringify(secret)) : Redaction.holds(text, secret)
    if (isThere) found.add("a real value of an alias")
  }
  for (const rule of numbers) {
    for (const { groups } of text.matchAll(rule)) {
      if (!fictional.test((groups?.["digits"] ?? "").replace(/\D/gu, ""))) found.add("a telephone number")
    }
  }
  if (/(?:AKIA|ASIA)[A-Z0-9]{16}/u.test(text)) found.add("an access key id")
  if (/AWS4-HMAC-SHA256|X-Amz-Signature|X-Amz-Security-Token/iu.test(text)) found.add("a signature or session token")
  return [...found]
}

/**
 * A plus sign, URL-encoded even twice, tells a number whatever is before it. Without one, a letter or a hyphen beside
 * the digits tells an identifier, unless what looks like a letter ends an escape, of a URL or of JSON. A string that is
 * all number is one however short it is. In groups a number is known by its plus sign, or by those of North America.
 */
const numbers: ReadonlyArray<RegExp> = [
  /(?:\+|%(?:25)*2B)(?<digits>[1-9]\d{6,14})(?!\d)/giu,
  /(?:(?<![\w.%-])|(?<=%[0-9A-F]{2}|\\[bfnrt]|\\u[0-9A-F]{4}))0{0,2}(?<digits>[1-9]\d{6,14})(?![\w-])/giu,
  /\+(?<digits>[1-9](?:[ ().-]{0,2}\d){6,14})(?!\d)/gu,
  /(?:(?<![\w.%-])|(?<=%[0-9A-F]{2}|\\[bfnrt]|\\u[0-9A-F]{4}))\(?(?<digits>[2-9]\d{2}\)?[ .-]{1,2}\d{3}[ .-]\d{4})(?![\w-])/giu,
  /"\+(?<digits>[1-9]\d{1,14})"/gu,
]
