/**
 * The gate before a cassette is written: what must not be kept is not kept.
 */

/** Numbers that nobody has: NANP 555-0100 to 555-0199, Ofcom's numbers for drama, and the unassigned code 999. */
const fictional = /^\+?(?:1\d{3}55501\d{2}|447700900\d{3}|999\d{1,12})$/u

/**
 * What a text holds that a cassette must not: real telephone numbers, keys and signatures; each by its kind alone.
 *
 * Numbers are looked for as they are, without `+` and URL-encoded. Times and identifiers are told apart by what
 * surrounds their digits.
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
export const secrets = (text: string): ReadonlyArray<string> => {
  const found = new Set<string>()
  for (const [run] of text.matchAll(/(?<![\w.-])(?:\+|%2B)?[1-9]\d{6,14}(?![\w-])/giu)) {
    if (!fictional.test(run.replace(/^%2B/iu, "+"))) found.add("a telephone number")
  }
  if (/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/u.test(text)) found.add("an access key id")
  if (/AWS4-HMAC-SHA256|X-Amz-Signature|X-Amz-Security-Token/iu.test(text)) found.add("a signature or session token")
  return [...found]
}
