import type { Value } from "./python.ts"

/** A text that is no shorthand, in the AWS CLI's words, the place marked below the text. */
export class ShorthandProblem extends Error {}

/**
 * Reads the AWS CLI's shorthand for structures: `Country=US,AreaCode=206`, with lists as `a=1,2`, and quotes. No operation
 * has a structure within a structure, which it has words for, too.
 */
export const read = (text: string): ReadonlyMap<string, Value> => new Reader(text).parameter()

const single = /'(?:\\\\|\\'|[^'])*'/uy
const double = /"(?:\\\\|\\"|[^"])*"/uy
const first = /(?:\\,|[!#-&(-+\--<>-Z\\-z|-\uffff])(?:\\,|[\s!#-&(-+\--\\^-|~-\uffff])*/uy
const second = /(?:\\,|[!#-&(-+\--<>-Z\\-z|-\uffff])(?:\\,|[\s!#-&(-+\--<>-\uffff])*/uy

class Reader {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  parameter(): ReadonlyMap<string, Value> {
    const members = new Map<string, Value>()
    let last = 0
    for (;;) {
      const key = this.key()
      this.expect("=", true)
      const value = this.values()
      if (members.has(key)) {
        throw new ShorthandProblem(
          `Second instance of key "${key}" encountered for input:\n${this.marked(last + 1)}\n` +
            'This is often because there is a preceding "," instead of a space.',
        )
      }
      members.set(key, value)
      last = this.at
      if (this.isAtEnd()) return members
      this.expect(",", true)
    }
  }

  key(): string {
    return this.match(/[\w.#/:-]*/uy) ?? ""
  }

  values(): Value {
    return this.isAtEnd() ? "" : this.commaSeparated()
  }

  /** `a=b` is a text and `a=b,c` a list, unless what follows the comma is another member. */
  commaSeparated(): Value {
    const value = this.value()
    this.blanks()
    if (this.next() !== ",") return value
    this.expect(",", true)
    const list: Array<Value> = [value]
    for (;;) {
      try {
        const further = this.furtherValue()
        this.blanks()
        if (this.isAtEnd()) return [...list, further]
        this.expect(",", true)
        list.push(further)
      } catch (problem) {
        if (!(problem instanceof ShorthandProblem) || this.isAtEnd()) throw problem
        this.at = this.text.lastIndexOf(",", this.at)
        return list.length === 1 ? value : list
      }
    }
  }

  value(): string {
    return this.quoted() ?? unescaped(this.match(first) ?? "")
  }

  furtherValue(): string {
    return this.quoted() ?? unescaped(this.must(second, "second"))
  }

  quoted(): string | undefined {
    const mark = this.next()
    if (mark !== "'" && mark !== '"') return undefined
    const text = mark === "'" ? this.must(single, "singled quoted") : this.must(double, "double quoted")
    return text.slice(1, -1).replaceAll(`\\${mark}`, mark).replaceAll("\\\\", "\\")
  }

  next(): string | undefined {
    return this.text[this.at]
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length
  }

  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const [text] = pattern.exec(this.text) ?? []
    this.at += text?.length ?? 0
    return text
  }

  must(pattern: RegExp, name: string): string {
    const text = this.match(pattern)
    if (text === undefined) throw this.unexpected(`<${name}>`, "<none>")
    return text
  }

  blanks(): void {
    this.match(/[ \t\n\r\v\f]*/uy)
  }

  expect(char: string, isLoose = false): void {
    if (isLoose) this.blanks()
    if (this.next() !== char) throw this.unexpected(char, this.next() ?? "EOF")
    this.at++
    if (isLoose) this.blanks()
  }

  unexpected(expected: string, received: string): ShorthandProblem {
    return new ShorthandProblem(`Expected: '${expected}', received: '${received}' for input:\n${this.marked(this.at)}`)
  }

  /** The text, with a mark below the line of a place. */
  marked(at: number): string {
    const end = this.text.indexOf("\n", at)
    const line = end === -1 ? this.text : this.text.slice(0, end)
    const column = at - (this.text.slice(0, at).lastIndexOf("\n") + 1)
    return `${line}\n${" ".repeat(column)}^${this.text.slice(line.length)}`
  }
}

const unescaped = (text: string): string => text.replaceAll("\\,", ",").trimEnd()
