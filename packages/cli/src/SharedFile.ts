/**
 * The format of AWS's shared files, read as botocore reads it: Python's `configparser`, then nested settings and quoted names.
 */
import * as Result from "effect/Result"

/**
 * The settings of a section by their names in lower case. One that has further settings indented below it is a map of those,
 * whose names keep their case.
 *
 * @category models
 */
export type Section = ReadonlyMap<string, string | ReadonlyMap<string, string>>

/**
 * The sections of a file by the text between their brackets, in the order of the file.
 *
 * @category models
 */
export type Sections = ReadonlyMap<string, Section>

/**
 * Where a file is broken, and by which rule. It never holds the line itself, which could be a secret.
 *
 * @category errors
 */
export type Broken = { readonly line: number; readonly rule: string }

/** A value as it is read: the line it begins in, and its lines so far. */
type Draft = { readonly line: number; readonly lines: Array<string> }

/** White space to Python. JavaScript's `\s` has no control characters, and a byte order mark besides. */
const blanks =
  "\t\n\v\f\r\u001C\u001D\u001E\u001F \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008" +
  "\u2009\u200A\u2028\u2029\u202F\u205F\u3000"

const strip = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && blanks.includes(text.charAt(start))) start += 1
  while (end > start && blanks.includes(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/**
 * Reads the text of a shared file.
 *
 * A line that is indented deeper than its setting continues the value. Comments are lines of their own. The settings of
 * `[DEFAULT]` are those of every section that does not have them. A file is broken as a whole by one line that is no header, no
 * setting and no comment, and by a section or setting that is there twice.
 *
 * @category decoding
 */
export const parse = (text: string): Result.Result<Sections, Broken> => {
  const drafts = new Map<string, Map<string, Draft>>()
  const defaults = new Map<string, Draft>()
  let section: Map<string, Draft> | undefined
  let draft: Draft | undefined
  let indent = 0
  for (const [index, line] of text.split(/\r\n|\r|\n/u).entries()) {
    const broken = (rule: string) => Result.fail({ line: index + 1, rule })
    const content = strip(line)
    if (content.startsWith("#") || content.startsWith(";")) continue
    const depth = line.indexOf(content)
    if (content === "" || (draft !== undefined && depth > indent)) {
      draft?.lines.push(content)
      continue
    }
    indent = depth
    const close = content.lastIndexOf("]")
    if (content.startsWith("[") && close > 1) {
      const name = content.slice(1, close)
      if (drafts.has(name)) return broken("begins a section that the file already has")
      section = name === "DEFAULT" ? defaults : new Map<string, Draft>()
      if (section !== defaults) drafts.set(name, section)
      draft = undefined
      continue
    }
    if (section === undefined) return broken("is before the first [section]")
    const delimiter = content.search(/[=:]/u)
    if (delimiter < 0) return broken("is neither a [section] nor a setting (name = value)")
    const name = strip(content.slice(0, delimiter)).toLowerCase()
    if (name === "") return broken("has no name before its value")
    if (section.has(name)) return broken("sets what its section has already set")
    draft = { line: index + 1, lines: [strip(content.slice(delimiter + 1))] }
    section.set(name, draft)
  }
  return finish(drafts, defaults)
}

const finish = (drafts: ReadonlyMap<string, ReadonlyMap<string, Draft>>, defaults: ReadonlyMap<string, Draft>) => {
  const sections = new Map<string, Map<string, string | ReadonlyMap<string, string>>>()
  for (const [name, own] of drafts) {
    const section = new Map<string, string | ReadonlyMap<string, string>>()
    for (const [setting, { line, lines }] of new Map([...defaults, ...own])) {
      while (lines.length > 1 && lines.at(-1) === "") lines.pop()
      const value = lines[0] === "" && lines.length > 1 ? nested(lines) : lines.join("\n")
      if (value === undefined)
        return Result.fail({ line, rule: "has a line below it that is no setting (name = value)" })
      section.set(setting, value)
    }
    sections.set(name, section)
  }
  return Result.succeed(sections)
}

/** What ends a line within a value to Python, beyond the line breaks of files. */
const ends = "\v\f\u001C\u001D\u001E\u0085\u2028\u2029"
const breaks = new RegExp(`[${ends}]`, "u")

const nested = (lines: ReadonlyArray<string>): ReadonlyMap<string, string> | undefined => {
  const settings = new Map<string, string>()
  for (const line of lines.flatMap((text) => text.split(breaks)).map(strip)) {
    const delimiter = line.indexOf("=")
    if (delimiter < 0 && line !== "") return undefined
    if (line !== "") settings.set(strip(line.slice(0, delimiter)), strip(line.slice(delimiter + 1)))
  }
  return settings
}

/**
 * The sections of one kind by their names: `[profile "my dev"]` is the profile `my dev`, and so is `[default]` the profile
 * `default`. A name with spaces needs quotes; a section with more or less than one name is not of the kind.
 *
 * @category getters
 */
export const named = (sections: Sections, kind: "profile" | "services" | "sso-session"): Sections =>
  new Map(
    [...sections].flatMap(([header, section]) => {
      if (header === "default" && kind === "profile") return [[header, section] as const]
      const [, name, ...more] = header.startsWith(kind) ? (words(header) ?? []) : []
      return name === undefined || more.length > 0 ? [] : [[name, section] as const]
    }),
  )

const word = /(?:[^ \t\r\n'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+/gu
const quoted = /\\([^])|'([^']*)'|"((?:[^"\\]|\\[^])*)"/gu

/** The words of a shell. There are none where a quote is not closed. */
const words = (text: string): ReadonlyArray<string> | undefined =>
  /[^ \t\r\n]/u.test(text.replace(word, ""))
    ? undefined
    : Array.from(text.matchAll(word), ([match]) =>
        match.replace(
          quoted,
          (_, escaped?: string, single?: string, double = "") =>
            escaped ?? single ?? double.replace(/\\(["\\])/gu, "$1"),
        ),
      )
