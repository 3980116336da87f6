/**
 * Keeps telephone numbers and names out of whatever a value is printed to.
 *
 * Classes that hold a secret answer `toJSON`, `toString` and Node's `inspect` with a view in which the secret is
 * replaced. The fields themselves stay readable: to send a session elsewhere, encode it with its schema
 * (`Schema.encodeEffect(ProxySession)`); to log it, print it as it is.
 */
import * as Inspectable from "effect/Inspectable"

/**
 * What stands in the place of a secret.
 *
 * @category constants
 */
export const placeholder = "<redacted>"

/**
 * The key of Node's custom inspection, for classes that hide a field.
 *
 * @category symbols
 */
export const inspect: typeof Inspectable.NodeInspectSymbol = Inspectable.NodeInspectSymbol

/**
 * A plain copy of an object in which the named fields, where present, hold the placeholder.
 *
 * A list keeps its length, since it says nothing about the secrets in it.
 *
 * @category combinators
 */
export const hide = <A extends object>(
  value: A,
  ...secrets: ReadonlyArray<keyof A & string>
): Record<string, unknown> => {
  const view: Record<string, unknown> = Object.fromEntries(Object.entries(value))
  for (const key of secrets) {
    const secret = view[key]
    if (secret !== undefined) view[key] = Array.isArray(secret) ? secret.map(() => placeholder) : placeholder
  }
  return view
}

/**
 * The one-line text of a redacted view, such as `Participant({"phoneNumber":"<redacted>"})`.
 *
 * @category combinators
 */
export const print = (identifier: string, view: unknown): string => `${identifier}(${JSON.stringify(view)})`

/**
 * Text that somebody else wrote, made safe to log: known secrets and anything like a telephone number are replaced.
 *
 * A service may echo what it was sent in an error message. The given secrets are found as they are, without `+`, and
 * escaped in any way: in JSON or by percent signs, wholly or in part, twice over, in letters of either case, and with `+`
 * for a space, as forms have it. Besides them every `+` before 7 digits or more, and every run of 7 to 15 digits that
 * stands alone, is taken for a number; one written with spaces, brackets or hyphens is not. A secret of fewer than four
 * characters is taken out as a word of its own only: the name `B` leaves the code `BadRequest` readable.
 *
 * **Example** (An echoed number)
 *
 * ```ts
 * import * as Redaction from "@proxy-session/domain/Redaction"
 *
 * Redaction.scrub("+12065550100 is in use") // => "<redacted> is in use"
 * ```
 *
 * @category combinators
 */
export const scrub = (text: string, secrets: Iterable<string> = []): string => {
  let safe = text
  // The longest first, so that a secret within another (a name `1`) does not leave the rest of that standing.
  for (const secret of [...secrets].toSorted((one, other) => other.length - one.length)) {
    if (mayHold(safe, secret)) safe = safe.replace(patternOf(secret), placeholder)
  }
  return safe.replace(number, placeholder)
}

/**
 * Whether a text holds a secret, in any of the spellings that {@link scrub} takes out.
 *
 * **Example** (Encoded as forms are)
 *
 * ```ts
 * import * as Redaction from "@proxy-session/domain/Redaction"
 *
 * Redaction.holds("?name=Jane+Doe", "Jane Doe") // => true
 * ```
 *
 * @category predicates
 */
export const holds = (text: string, secret: string): boolean => mayHold(text, secret) && patternOf(secret).test(text)

/** No encoding changes letters and digits: where the first of them are not, there is no need for a pattern. */
const mayHold = (text: string, secret: string): boolean =>
  secret !== "" && secret !== "+" && text.includes(/[A-Za-z0-9]+/u.exec(secret)?.[0] ?? "")

const patternOf = (secret: string): RegExp => {
  const bare = secret.replace(/^\+/u, "")
  const form = `${bare === secret ? "" : `(?:${echo("+")})?`}${Array.from(bare, echo).join("")}`
  return new RegExp(secret.length < 4 ? begin + form + end : form, "gu")
}

/** What a word may follow, an escape being no part of it, and what it may not be followed by. */
const begin = "(?<=^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2}|\\\\(?:u[0-9A-Fa-f]{4}|[bfnrt]))"
const end = "(?![A-Za-z0-9])"

/** The pattern of a character as somebody may repeat it. */
const echo = (char: string): string => {
  if (/[A-Za-z0-9]/u.test(char)) return char
  const bytes = Array.from(new TextEncoder().encode(char), (byte) => `%(?:25)*${hex(byte, 2)}`)
  const units = Array.from({ length: char.length }, (_, at) => `\\\\u${hex(char.charCodeAt(at), 4)}`)
  const json = literal(JSON.stringify(char).slice(1, -1))
  return `(?:${literal(char)}|${json}|${bytes.join("")}|${units.join("")}${char === " " ? "|\\+" : ""})`
}

/** Hexadecimal digits in either case. */
const hex = (code: number, digits: number): string =>
  code
    .toString(16)
    .padStart(digits, "0")
    .replace(/[a-f]/gu, (letter) => `[${letter}${letter.toUpperCase()}]`)

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&")

const number = new RegExp(`${echo("+")}[1-9]\\d{6,}|(?<!-)${begin}[1-9]\\d{6,14}(?!-)${end}`, "gu")
