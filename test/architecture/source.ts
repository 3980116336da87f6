/**
 * Just enough of TypeScript's lexis to tell code from comments and strings.
 */

/** A module's code without comments, in which `"0"` stands for the first of its strings. */
export interface Masked {
  readonly code: string
  readonly strings: ReadonlyArray<string>
}

const comment = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/uy
const quoted = /"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/uy
const templateText = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/uy
const regularExpression = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/uy

/** What a `/` may follow without being a division. */
const beforeRegularExpression = /(?:^|[(,=:[!&|?{};+\-*%~^<>\n]|\b(?:return|typeof|case|yield|await|of|in))\s*$/u

/** Takes comments out of a module and puts its strings aside; what a template computes stays code. */
export const mask = (source: string): Masked => {
  const strings: Array<string> = []
  const templates: Array<number> = []
  let code = ""
  let depth = 0
  let at = 0

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0]
    at += found?.length ?? 0
    return found
  }
  const putAside = (text: string) => {
    code += `"${strings.push(text) - 1}"`
  }
  const template = () => {
    putAside(take(templateText) ?? "")
    if (source.startsWith("${", at)) {
      at += 2
      code += "+("
      templates.push(depth)
    } else at += 1
  }

  while (at < source.length) {
    const text = take(comment)
    if (text !== undefined) {
      code += text.includes("\n") ? "\n" : " "
      continue
    }
    const string = take(quoted)
    if (string !== undefined) {
      putAside(string.slice(1, -1))
      continue
    }
    if (source[at] === "/" && beforeRegularExpression.test(code.slice(-12)) && take(regularExpression) !== undefined) {
      code += "/./"
      continue
    }
    const character = source[at] ?? ""
    at += 1
    if (character === "`") template()
    else if (character === "}" && templates.at(-1) === depth) {
      templates.pop()
      code += ")+"
      template()
    } else {
      if (character === "{") depth += 1
      if (character === "}") depth -= 1
      code += character
    }
  }
  return { code, strings }
}
