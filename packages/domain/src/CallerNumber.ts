/**
 * Who calls or texts, read from what a carrier or a SIP header says.
 */
import { PhoneNumber } from "./PhoneNumber.ts"

/**
 * The caller as the network names them.
 *
 * - `Number`: an E.164 number with its `+`, ready to be compared.
 * - `Withheld`: the caller hides the number.
 * - `Malformed`: a short code, a SIP user name or anything else that is no telephone number.
 *
 * A number is a secret: print `_tag`, never the whole value.
 *
 * @category models
 */
export type CallerNumber =
  | { readonly _tag: "Number"; readonly number: PhoneNumber }
  | { readonly _tag: "Withheld" }
  | { readonly _tag: "Malformed" }

/** Words that carriers send for a hidden number. */
const words = ["ANONYMOUS", "RESTRICTED", "UNAVAILABLE", "BLOCKED", "UNKNOWN", "PRIVATE", "WITHHELD"]

const keys = "22233344455566677778889999"
const onKeypad = (word: string): string => word.replace(/[A-Z]/gu, (letter) => keys.charAt(letter.charCodeAt(0) - 65))

/** Some carriers spell the word on a keypad: `+266696687` is ANONYMOUS, and looks like a number. */
const withheld = new Set([...words, ...words.map(onKeypad)])

/** The number or name within `"Display" <sip:user@host;transport=udp>`, `tel:…` or `whatsapp:…`. */
const bareAddress = (text: string): string =>
  (/<([^<>]*)>/u.exec(text)?.[1] ?? text)
    .trim()
    .replace(/^(?:sips?|tel|whatsapp|rcs):/iu, "")
    .replace(/[;@?][\s\S]*$/u, "")

/** International spellings: `+`, the dialling prefixes 00 and 011, or 11 digits and more without any of them. */
const international = [/^\+([1-9]\d{6,14})$/u, /^00([1-9]\d{6,14})$/u, /^011([1-9]\d{6,14})$/u, /^([1-9]\d{10,14})$/u]

/** A national number, with or without its trunk prefix 0. */
const national = /^0?([1-9]\d{5,11})$/u

const digitsOf = (text: string, nationalPrefix: string | undefined): string | undefined => {
  for (const pattern of international) {
    const digits = pattern.exec(text)?.[1]
    if (digits !== undefined) return digits
  }
  const digits = nationalPrefix === undefined ? undefined : national.exec(text)?.[1]
  return digits === undefined ? undefined : `${nationalPrefix}${digits}`.replace(/^\+/u, "")
}

/**
 * Reads a caller from text: an E.164 number, a number with a dialling prefix, a SIP or `tel` URI, or a word.
 *
 * `nationalPrefix` is the calling code, such as `+44`, that national numbers get. Without one a national number is
 * `Malformed`; a country is never guessed. Spaces, dots, hyphens and brackets within a number are ignored. An empty text
 * is a withheld number. `+` is optional from 11 digits on.
 *
 * Source: RFC 3261 section 8.1.1.3 and RFC 3323 (`anonymous`), RFC 3966 (`tel`), ITU-T E.164. The keypad spellings come
 * from public programs; no carrier documents them.
 *
 * **Example** (The spellings of one number)
 *
 * ```ts
 * import * as CallerNumber from "@proxy-session/domain/CallerNumber"
 *
 * CallerNumber.parse("sip:+12065550100@carrier.example;user=phone") // => { _tag: "Number", number: "+12065550100" }
 * CallerNumber.parse("(206) 555-0100", "+1") // => { _tag: "Number", number: "+12065550100" }
 * CallerNumber.parse("anonymous") // => { _tag: "Withheld" }
 * ```
 *
 * @category constructors
 */
export const parse = (text: string, nationalPrefix?: string): CallerNumber => {
  if (plain.test(text) && !withheld.has(text.slice(1))) return ofDigits(text.slice(1))
  const compact = bareAddress(text).replace(/[\s().-]/gu, "")
  if (compact === "" || withheld.has(compact.replace(/^\+/u, "").toUpperCase())) return { _tag: "Withheld" }
  const digits = digitsOf(compact, nationalPrefix)
  return digits === undefined || digits.length > 15 ? { _tag: "Malformed" } : ofDigits(digits)
}

/** How most carriers spell a number: nothing has to be done about it. */
const plain = /^\+[1-9]\d{6,14}$/u

const ofDigits = (digits: string): CallerNumber => ({
  _tag: "Number",
  number: PhoneNumber.make(`+${digits}`, { disableChecks: true }),
})
