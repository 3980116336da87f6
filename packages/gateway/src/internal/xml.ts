import type { Answer } from "../Carrier.ts"

/** Characters that XML 1.0 cannot hold, escaped or not: they are dropped. A half of a pair becomes U+FFFD. */
const text = (value: string): string =>
  value
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu, "")
    .replace(/[&<>"'\r]/gu, (character) => escapes[character] ?? "")

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // A reader turns a bare one into a line feed.
  "\r": "&#13;",
}

/** Within an attribute a reader turns tabs and line feeds into spaces. */
const attribute = (value: string): string => text(value).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;")

/** What has been escaped: only `element` makes it. */
export interface Markup {
  readonly xml: string
}

/** An element; what is in it is escaped. */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: string | ReadonlyArray<Markup> = [],
): Markup => {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(value)}"`)
  const inner = typeof content === "string" ? text(content) : content.map(({ xml }) => xml).join("")
  return { xml: inner === "" ? `<${name}${written.join("")}/>` : `<${name}${written.join("")}>${inner}</${name}>` }
}

/** The document that TwiML and the languages like it have. */
export const document = (...content: ReadonlyArray<Markup>): Answer => ({
  contentType: "text/xml; charset=utf-8",
  body: `<?xml version="1.0" encoding="UTF-8"?>${element("Response", {}, content).xml}`,
})
