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
  // The longest first, so that a secret within another (a name `1`) does not leave the rest of that standing.
  const known = [...secrets].toSorted((one, other) => other.length - one.length)
  let safe = replaced(text, known)
  let view = safe
  for (let level = 0; level < levels; level++) {
    const deeper = unescaped(view)
    if (deeper === view) break
    view = replaced(deeper, known)
    if (view !== deeper) safe = view
  }
  return safe
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
export const holds = (text: string, secret: string): boolean => {
  let view = text
  for (let level = 0; level <= levels; level++) {
    if (mayHold(view, secret) && patternOf(secret).test(view)) return true
    view = unescaped(view)
  }
  return false
}

/** How often a text is unescaped: a service that repeats a request's URL in JSON, behind a proxy that does, comes to three. */
const levels = 4

/** What numbers and secrets look like where nothing is escaped. */
const replaced = (text: string, secrets: ReadonlyArray<string>): string => {
  let safe = text
  for (const secret of secrets) {
    if (mayHold(safe, secret)) safe = safe.replace(patternOf(secret), placeholder)
  }
  return safe.replace(number, placeholder)
}

/** Most texts hold no secret, and need no pattern to say so. */
const mayHold = (text: string, secret: string): boolean =>
  secret !== "" && secret !== "+" && text.includes(/[^+ ]*/u.exec(secret.replace(/^\+/u, ""))?.[0] ?? "")

const patternOf = (secret: string): RegExp => {
  const bare = secret.replace(/^\+/u, "")
  // The sign goes with its number however it is written, or a remnant of it would stand beside the placeholder.
  const sign = bare === secret ? "" : "(?:\\+|%2[Bb])?"
  const form = sign + bare.replace(/[\\^$.*?()[\]{}|/+]/gu, "\\$&").replaceAll(" ", "[ +]")
  return new RegExp(secret.length < 4 ? `(?<![A-Za-z0-9])${form}(?![A-Za-z0-9])` : form, "gu")
}

const number = /\+[1-9]\d{6,}|(?<![A-Za-z0-9-])[1-9]\d{6,14}(?![A-Za-z0-9-])/gu

/** One level of escapes taken off, those of JSON and percent signs; what is none stays as it is. */
const unescaped = (text: string): string =>
  text.includes("%") || text.includes("\\")
    ? text.replace(/(?:%[0-9A-Fa-f]{2})+|\\(?:u[0-9A-Fa-f]{4}|["\\/bfnrt])/gu, (escape) =>
        escape.startsWith("%")
          ? utf8.decode(Uint8Array.from(escape.slice(1).split("%"), (byte) => Number.parseInt(byte, 16)))
          : String(JSON.parse(`"${escape}"`)),
      )
    : text

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })
