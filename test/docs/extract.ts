/**
 * Finds the examples of docstrings and documents, and makes modules of them that can be checked and run.
 */

/** One example: where it stands, and the module that it is. */
export interface Example {
  /** The file that it stands in, relative to the repository, and the line. */
  readonly source: string
  readonly line: number
  /** The name that other examples of the same file import it by, if its first line is a comment with one. */
  readonly name: string | undefined
  readonly code: string
}

const fence = /^(?<indent> *)```ts\n(?<code>[\s\S]*?)\n\k<indent>```$/gmu

const lineOf = (text: string, index: number): number => text.slice(0, index).split("\n").length

/** The examples of a document in Markdown. */
export const fromMarkdown = (source: string, text: string): ReadonlyArray<Example> =>
  Array.from(text.matchAll(fence), ({ groups, index }) => {
    const indent = groups?.["indent"] ?? ""
    const code = (groups?.["code"] ?? "")
      .split("\n")
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
      .join("\n")
    return {
      source,
      line: lineOf(text, index),
      name: /^\/\/ (?<name>[\w.-]+\.ts)$/mu.exec(code.split("\n", 1)[0] ?? "")?.groups?.["name"],
      code,
    }
  })

/** The examples of the docstrings of a module. */
export const fromModule = (source: string, text: string): ReadonlyArray<Example> =>
  Array.from(text.matchAll(/\/\*\*[\s\S]*?\*\//gu)).flatMap(({ 0: comment, index }) => {
    const body = comment
      .slice(3, -2)
      .split("\n")
      .map((line) => line.replace(/^\s*\* ?/u, ""))
      .join("\n")
    return fromMarkdown(source, body).map((example) => ({
      ...example,
      line: lineOf(text, index) + example.line - 1,
    }))
  })

/** How deep in brackets a line leaves the reader, strings aside. */
const depth = (line: string): number => {
  const code = line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/gu, "").replace(/\/\/.*$/u, "")
  return (code.match(/[([{]/gu)?.length ?? 0) - (code.match(/[)\]}]/gu)?.length ?? 0)
}

/**
 * The module of an example, in which each `expression // => value` is an assertion.
 *
 * An expression may span lines: it begins where its brackets do.
 */
export const toModule = (code: string): string => {
  const lines = code.split("\n")
  const out: Array<string> = []
  let asserts = 0
  for (const line of lines) {
    const expected = /^(?<expression>.*?)\s*\/\/ => (?<value>.+)$/u.exec(line)?.groups
    if (expected === undefined) {
      out.push(line)
      continue
    }
    asserts++
    const expression = [expected["expression"] ?? ""]
    for (let open = depth(line); open < 0;) {
      const before = out.pop()
      if (before === undefined) throw new Error(`an expression without a beginning: ${line}`)
      expression.unshift(before)
      open += depth(before)
    }
    out.push(`assert.deepStrictEqual<unknown>(${expression.join("\n")}, ${expected["value"]})`)
  }
  return [...(asserts === 0 ? [] : [`import { assert } from "vitest"`]), ...out, "export {}", ""].join("\n")
}
