/** An element as it was written; `text` is what stands directly in it. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: ReadonlyArray<Element>
  readonly text: string
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }

const unescape = (text: string): string => {
  if (/[<]|&(?!(?:amp|lt|gt|quot|apos|#\d+);)/u.test(text)) throw new Error("a bare < or &")
  return text.replace(/&(?:#(\d+)|(\w+));/gu, (_, code?: string, name = "") =>
    code === undefined ? (entities[name] ?? "") : String.fromCodePoint(Number(code)),
  )
}

/** A strict reader of XML without comments, sections and instructions: it throws at anything that is not well-formed. */
export const parseXml = (source: string): Element => {
  const prologue = '<?xml version="1.0" encoding="UTF-8"?>'
  if (!source.startsWith(prologue)) throw new Error("no prologue")
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/u.test(source) || !source.isWellFormed()) {
    throw new Error("a character that XML cannot hold")
  }
  let at = prologue.length
  const take = (pattern: RegExp): RegExpExecArray => {
    const found = new RegExp(pattern, "uy")
    found.lastIndex = at
    const match = found.exec(source)
    if (match === null) throw new Error(`not well-formed at ${at}`)
    at = found.lastIndex
    return match
  }
  const element = (): Element => {
    const [, name = ""] = take(/<([A-Za-z]+)/)
    const attributes: Record<string, string> = {}
    while (source[at] === " ") {
      const [, key = "", value = ""] = take(/ ([A-Za-z]+)="([^"<\n\t\r]*)"/)
      if (key in attributes) throw new Error("an attribute twice")
      attributes[key] = unescape(value)
    }
    if (source.startsWith("/>", at)) {
      at += 2
      return { name, attributes, children: [], text: "" }
    }
    take(/>/)
    const children: Array<Element> = []
    let text = ""
    while (!source.startsWith("</", at)) {
      if (source[at] === "<") children.push(element())
      else text += unescape(take(/[^<]+/)[0])
    }
    take(new RegExp(`</${name}>`))
    return { name, attributes, children, text }
  }
  const root = element()
  if (at !== source.length) throw new Error("more than one document")
  return root
}
