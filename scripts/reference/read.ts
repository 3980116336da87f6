/**
 * Reads what the packages export, and what their docstrings say, from the sources.
 */

/** One public export of a module. */
export interface Export {
  readonly name: string
  readonly category: string | undefined
  /** Its docstring in Markdown, without tags; empty where there is none. */
  readonly doc: string
  readonly signature: string
}

/** A public module: what it is for, and what it exports. */
export interface Module {
  readonly name: string
  readonly doc: string
  readonly exports: ReadonlyArray<Export>
}

const textOf = (comment: string): string =>
  comment
    .slice(3, -2)
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/u, ""))
    .join("\n")
    .trim()

/** Where, outside of all brackets, a text has an `=` or an arrow. */
const marks = (text: string): ReadonlyArray<readonly [mark: "=" | "=>" | ":", at: number]> => {
  const found: Array<readonly ["=" | "=>" | ":", number]> = []
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ""
    if (text.startsWith("=>", at)) {
      if (depth === 0) found.push(["=>", at])
      at++
    } else if ("([{<".includes(character)) depth++
    else if (")]}>".includes(character)) depth--
    else if (depth === 0 && (character === "=" || character === ":")) found.push([character, at])
  }
  return found
}

const longest = 40

/** The declaration without what only the compiler needs: a function without its body. */
const signatureOf = (statement: string): string => {
  if (/^(?:type|interface|class) /u.test(statement)) return statement
  const all = marks(statement)
  const equals = all.find(([mark]) => mark === "=")?.[1] ?? statement.length
  const annotated = all.some(([mark, at]) => mark === ":" && at < equals)
  if (annotated) return statement.slice(0, equals).trimEnd()
  const arrow = all.find(([mark, at]) => mark === "=>" && at > equals)?.[1]
  if (arrow !== undefined && /^=\s*(?:async\s*)?[(<]/u.test(statement.slice(equals))) {
    return statement.slice(0, arrow).trimEnd()
  }
  const lines = statement.split("\n")
  return lines.length <= longest ? statement : [...lines.slice(0, longest), "…"].join("\n")
}

const declaration =
  /(?:(?<comment>\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\n)?^export (?:declare )?(?<statement>(?:const|type|interface|class|function) (?<name>\w+)[\s\S]*?)(?=\n\n\S|\n*$(?![\s\S]))/gmu

/** The public face of a module's source. An `@internal` export is none of it: the published declarations leave it out. */
export const readModule = (name: string, source: string): Module => ({
  name,
  doc: textOf(/^\/\*\*[\s\S]*?\*\//u.exec(source)?.[0] ?? "/***/"),
  exports: Array.from(source.matchAll(declaration)).flatMap(({ groups }) => {
    const text = textOf(groups?.["comment"] ?? "/***/")
    if (/^@internal$/mu.test(text)) return []
    return {
      name: groups?.["name"] ?? "",
      category: /^@category (?<category>.+)$/mu.exec(text)?.groups?.["category"],
      doc: text.replace(/^@\w+.*$/gmu, "").trim(),
      signature: signatureOf(groups?.["statement"] ?? ""),
    }
  }),
})

/** The first sentence of a docstring, which stands alone; `undefined` where there is none. */
export const firstSentence = (doc: string): string | undefined =>
  /^[\s\S]*?[.:](?=\s|$)/u.exec(doc.split("\n\n", 1)[0]?.replaceAll("\n", " ") ?? "")?.[0]
