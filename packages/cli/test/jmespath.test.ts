/**
 * `--query` beside jmespath.py: thousands of expressions that nobody wrote, on both.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { InvalidType } from "../src/internal/jmespath/functions.ts"
import { search } from "../src/internal/jmespath/interpreter.ts"
import { parse } from "../src/internal/jmespath/parser.ts"
import * as Json from "../src/internal/json.ts"
import { str } from "../src/internal/python.ts"
import { lacking } from "../../../test/lacking.ts"
import goldens from "./goldens/query.json" with { type: "json" }

const script = join(import.meta.dirname, "evaluate_jmespath.py")

const evaluate = (python: string, lines: ReadonlyArray<readonly [expression: string, document: string]>) => {
  const input = lines.map((line) => `${JSON.stringify(line)}\n`).join("")
  const { status, stdout } = spawnSync(python, [script], {
    env: { PATH: process.env["PATH"] ?? "", PYTHONIOENCODING: "utf-8" },
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  })
  return status === 0 ? stdout.trimEnd().split("\n") : []
}

/** The system's own first: it may come with libraries that others lack. */
const python = ["/usr/bin/python3", "python3"].find((python) => evaluate(python, [])[0] === '"1.0.1"')

const documents = [
  JSON.stringify(goldens.answer),
  '{"a":[1,2.0,3e2,"b",null,true,{"a":1,"b":[[1],[2,[3]]]}],"b":{"2":"x","1":"y","é":{"a":"😀z"}},"c":"😀￰ab",' +
    '"n":12345678901234567890123,"f":1e400,"s":["b","a","😀","￰"],"m":[{"a":2,"b":"x"},{"a":1.0,"b":"y"},{"a":true}]}',
  "[[1,2,3],[4,5],[]]",
  '"text"',
  "null",
]

const names = `a b c n f s m ProxySessions Status Name ExpiryMinutes Participants PhoneNumber NextToken _x1 "é" "1" "a b" "\\q"`
const literals = [
  ..."1 1.0 -0 -0.0 1e3 true false null [] {} a {a:1} NaN -Infinity [true,1] [1,1.0] 1e23 1e16 5e-324 1e-5 0.0001".split(
    " ",
  ),
  ...'123456789012345678901234567890 [3,1,2] ["b","a"] {"b":1,"a":{"c":[]}} \\` 1.7976931348623157e308 "\\ud83d\\ude00"'.split(
    " ",
  ),
].map((text) => `\`${text}\``)
const texts = ["x", "it\\'s", "", "1", "1_0", " 5 ", "inf", "1e5", "0x1", "1.", ".5", "+3", "nan", "é\n"].map(
  (text) => `'${text}'`,
)
const functions =
  "abs avg ceil contains ends_with floor join keys length map max max_by merge min min_by not_null reverse sort sort_by starts_with sum to_array to_number to_string type values nope".split(
    " ",
  )
const numbers = "0 1 -1 2 10 -10 007 -0 99999999999999999999".split(" ")
const signs = [..."[]{}().,:*@&|!<>=-#$%?\"'`\\ \n\té😀", "[?", "[]", "&&", "||", "==", "!=", "<=", "foo("]

/** Writes expressions, most of which parse, from a sequence of numbers that is the same each time. */
class Writer {
  state: number

  constructor(seed: number) {
    this.state = seed
  }

  /** A number from 0 up to a limit. */
  below(limit: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0
    return Math.floor((this.state / 2 ** 32) * limit)
  }

  pick<A>(choices: ReadonlyArray<A>): A {
    return choices[this.below(choices.length)]!
  }

  /** Anything that stands alone. */
  atom(): string {
    const [name, other] = [this.pick(names.split(" ")), this.pick(names.split(" "))]
    const index = `[${this.pick(numbers)}]`
    return this.pick([name, other, this.pick(literals), this.pick(texts), index, "@", "*", "[]", "[*]"])
  }

  expression(depth: number): string {
    if (depth <= 0) return this.atom()
    const inner = () => this.expression(depth - 1 - this.below(2))
    const part = () => this.pick(["", this.pick(numbers)])
    const separator = this.pick([", ", ",", " "])
    const call = () => {
      const name = this.pick(functions)
      const by = this.pick(["&", "&", "&", ""]) + inner()
      const args = name.endsWith("_by")
        ? [inner(), by]
        : name === "map"
          ? [by, inner()]
          : Array.from({ length: this.pick([1, 1, 1, 2, 2, 0, 3]) }, inner)
      return `${name}(${args.join(separator)})`
    }
    return this.pick<() => string>([
      () => `${inner()}.${this.pick([this.atom(), "*", `[${inner()}, ${inner()}]`, `{x: ${inner()}}`])}`,
      () => `${inner()}[${this.pick(numbers)}]`,
      () => `${inner()}${this.pick(["[*]", "[]", ".*"])}`,
      () => `${inner()}[?${inner()}]`,
      () => `${inner()}[${part()}:${part()}${this.pick(["", ":", ":2", ":-1", ":0"])}]`,
      () => `${inner()} ${this.pick(["==", "!=", "<", "<=", ">", ">=", "||", "&&", "|"])} ${inner()}`,
      () => `${this.pick(["!", "&", ""])}(${inner()})`,
      () => `[${inner()}${separator}${inner()}]`,
      () => `{a: ${inner()}${separator}"b": ${inner()}}`,
      call,
      () => `${inner()} | ${this.pick(functions)}(@)`,
    ])()
  }

  /** With a sign too many, one too few, or an end too early. */
  mistaken(expression: string): string {
    const signsOf = Array.from(expression)
    const at = this.below(signsOf.length + 1)
    return this.pick([
      () => signsOf.toSpliced(at, 1),
      () => signsOf.toSpliced(at, 0, this.pick(signs)),
      () => signsOf.slice(0, at),
    ])().join("")
  }

  any(): string {
    return this.pick<() => string>([
      ...[1, 2, 3, 4].map((depth) => () => this.expression(depth)),
      () => this.mistaken(this.expression(3)),
      () =>
        Array.from({ length: 1 + this.below(6) }, () => this.pick([this.atom(), this.pick(signs)])).join(
          this.pick(["", " "]),
        ),
    ])()
  }
}

/** What our own makes of it, in the same form. */
const ours = (expression: string, document: string): readonly [kind: string, text: string] => {
  let stage = "malformed"
  try {
    const node = parse(expression)
    stage = "error"
    return ["value", Json.write(search(node, Result.getOrThrow(Json.read(document))), { indent: 4 })]
  } catch (cause) {
    if (cause instanceof InvalidType) return [stage, cause.message.replace(InvalidType.mark, () => str(cause.value))]
    return [stage, cause instanceof Error ? cause.message : String(cause)]
  }
}

describe("beside jmespath.py 1.0.1", () => {
  if (python === undefined)
    return lacking("a thousand expressions that nobody wrote", "no Python 3 here has jmespath.py")
  it.each([1, 2, 3])("a thousand expressions that nobody wrote come to the same, messages included (%i)", (seed) => {
    const writer = new Writer(seed)
    const cases = Array.from({ length: 1000 }, () => [writer.any(), writer.pick(documents)] as const)
    const theirs = evaluate(python, cases).slice(1)
    assert.strictEqual(theirs.length, cases.length)
    const kinds = new Set<unknown>()
    for (const [at, [expression, document]] of cases.entries()) {
      const expected = JSON.parse(theirs[at] ?? "")
      kinds.add(expected[0])
      // The address of an object differs from run to run.
      if (String(expected[1]).includes("_Expression object at 0x")) continue
      assert.deepStrictEqual([expression, ...ours(expression, document)], [expression, ...expected])
    }
    assert.deepStrictEqual(kinds, new Set(["value", "malformed", "error"]))
  })
})
