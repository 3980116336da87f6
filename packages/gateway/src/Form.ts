/**
 * The members of a form or a query, as carriers send them.
 */

/**
 * A form's members in the order in which they were sent, decoded.
 *
 * @category models
 */
export class Form {
  readonly pairs: ReadonlyArray<readonly [name: string, value: string]>

  constructor(pairs: ReadonlyArray<readonly [name: string, value: string]>) {
    this.pairs = pairs
  }

  /** All values of a member. */
  values(name: string): ReadonlyArray<string> {
    return this.pairs.filter(([each]) => each === name).map(([, value]) => value)
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const decoded = (text: string): string => {
  const spaced = text.replaceAll("+", " ")
  return spaced.includes("%") ? decodeURIComponent(spaced) : spaced
}

const read = (text: () => string): Form | undefined => {
  try {
    return new Form(
      text()
        .split("&")
        .flatMap((part): ReadonlyArray<readonly [string, string]> => {
          if (part === "") return []
          const mark = part.indexOf("=")
          return [mark < 0 ? [decoded(part), ""] : [decoded(part.slice(0, mark)), decoded(part.slice(mark + 1))]]
        }),
    )
  } catch {
    return undefined
  }
}

/**
 * Reads `application/x-www-form-urlencoded`, strictly: `undefined` for bytes or escapes that are not UTF-8.
 *
 * No carrier sends such a form, and a lenient reader would see another text than the carrier signed.
 *
 * **Example** (A form)
 *
 * ```ts
 * import * as Form from "@proxy-session/gateway/Form"
 *
 * const form = Form.parse(new TextEncoder().encode("Body=See+you%21&NumMedia=0"))
 *
 * form?.values("Body") // => ["See you!"]
 * ```
 *
 * @category decoding
 */
export const parse = (body: Uint8Array): Form | undefined => read(() => utf8.decode(body))

/**
 * Reads the query of a URL, by the same rules. A URL without one has no members.
 *
 * @category decoding
 */
export const ofQuery = (url: string): Form | undefined => {
  const mark = url.indexOf("?")
  return mark < 0 ? new Form([]) : read(() => url.slice(mark + 1))
}
