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
 * escaped in JSON, by percent signs or as forms have it, wholly or in part, up to four times over; a text in which only
 * unescaping shows one is answered unescaped. Besides them every `+` before 7 digits or more, and every run of 7 to 15
 * digits that stands alone, is taken for a number, an account id as well; one written with spaces, brackets or hyphens is
 * not. A secret of fewer than four characters is taken out as a word of its own only: the name `B` leaves the code
 * `BadRequest` readable.
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
  const known = [...new Set(Array.from(secrets).flatMap(readings))]
  // Of a name that holds digits nothing is known any more once they have been taken for a number.
  return wherever(
    wherever(text, (view) => withoutSecrets(view, known)),
    withoutNumbers,
  )
}

/** How often a text is unescaped: a service that repeats a request's URL in JSON, behind a proxy that does, comes to three. */
const levels = 4

/** A text as it stands, and with each level of escapes taken off that it has. */
const readings = (text: string): ReadonlyArray<string> => {
  const views = [text]
  for (let view = unescaped(text); view !== views.at(-1) && views.length <= levels; view = unescaped(view)) {
    views.push(view)
  }
  return views
}

/** Takes something out of a text; where it shows only with escapes taken off, the text is answered without them. */
const wherever = (text: string, without: (view: string) => string): string => {
  let safe = without(text)
  let view = safe
  for (let level = 0; level < levels; level++) {
    const deeper = unescaped(view)
    if (deeper === view) break
    view = without(deeper)
    if (view !== deeper) safe = view
  }
  return safe
}

interface Place {
  readonly start: number
  readonly end: number
}

/** All secrets at once, or one would be looked for in the place of another; of those that overlap nothing is left. */
const withoutSecrets = (text: string, secrets: ReadonlyArray<string>): string => {
  // As forms have it, each `+` may be a space.
  const spaced = text.replaceAll("+", " ")
  const places = [placeholder, ...secrets]
    .flatMap((secret) => Array.from(placesOf(secret, text, spaced)))
    .toSorted((one, other) => one.start - other.start)
  let safe = ""
  let done = 0
  for (const { end, start } of places) {
    if (start >= done) safe += text.slice(done, start) + placeholder
    done = Math.max(done, end)
  }
  return safe + text.slice(done)
}

/** Searched without patterns, since a token may be longer than a pattern, which would be told in the error. */
function* placesOf(secret: string, text: string, spaced: string): Generator<Place> {
  const bare = secret.replace(/^\+/u, "").replaceAll("+", " ")
  if (bare.trim() === "") return
  for (let at = spaced.indexOf(bare); at !== -1; at = spaced.indexOf(bare, at + bare.length)) {
    const end = at + bare.length
    const isWord = !alphanumeric.test(spaced.slice(at - 1, at)) && !alphanumeric.test(spaced.slice(end, end + 1))
    if (secret.length < 4 && !isWord) continue
    // The sign goes with its number however it is written, or a remnant of it would stand beside the placeholder.
    const sign = secret.startsWith("+") ? (/(?:\+|%2B)$/iu.exec(text.slice(Math.max(at - 3, 0), at))?.[0] ?? "") : ""
    yield { start: at - sign.length, end }
  }
}

const alphanumeric = /[A-Za-z0-9]/u

/** What is left of a number that a secret was part of goes with it. */
const withoutNumbers = (text: string): string => text.replace(remnant, placeholder).replace(number, placeholder)

const remnant = /(?<!\d)\+?\d*<redacted>\d*/gu
const number = /\+\d{7,}|(?<![A-Za-z0-9-])\d{7,15}(?![A-Za-z0-9-])/gu

/** One level of escapes taken off, those of JSON and percent signs; what is none stays as it is. */
const unescaped = (text: string): string =>
  text.includes("%") || text.includes("\\")
    ? text.replace(/%[0-7][0-9A-Fa-f]|(?:%[89A-Fa-f][0-9A-Fa-f])+|\\(?:u[0-9A-Fa-f]{4}|["\\/bfnrt])/gu, plain)
    : text

/** A text may be escapes from end to end, so that those of single characters are not given to a decoder. */
const plain = (escape: string): string => {
  const code = escape.slice(escape.startsWith("\\u") ? 2 : 1)
  if (escape.startsWith("\\"))
    return code.length === 4 ? String.fromCharCode(Number.parseInt(code, 16)) : (controls[code] ?? code)
  return escape.length === 3 && code < "80"
    ? String.fromCharCode(Number.parseInt(code, 16))
    : utf8.decode(Uint8Array.from(code.split("%"), (byte) => Number.parseInt(byte, 16)))
}

/** JSON's escapes that do not stand for themselves (RFC 8259). */
const controls: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })
