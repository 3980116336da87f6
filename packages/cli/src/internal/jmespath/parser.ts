import { str } from "../python.ts"
import { SyntaxProblem, type Token, tokenize, type TokenType } from "./lexer.ts"
import type { Node, Slice } from "./tree.ts"

/** How tightly a token binds to what stands before it; those that are not here end an expression. */
const power: Partial<Readonly<Record<TokenType, number>>> = {
  pipe: 1,
  or: 2,
  and: 3,
  eq: 5,
  gt: 5,
  lt: 5,
  gte: 5,
  lte: 5,
  ne: 5,
  flatten: 9,
  star: 20,
  filter: 21,
  dot: 40,
  not: 45,
  lbrace: 50,
  lbracket: 55,
  lparen: 60,
}

/** What binds less than this ends a projection. */
const projectionStop = 10

const current: Node = { type: "current" }

/**
 * Parses an expression as jmespath.py 1.0.1 does, with the same mistakes in the same words: commas between arguments and
 * members may be missing, and a slice right behind an index is no projection.
 *
 * It is Pratt's method: what a token means at the beginning of an expression (`begin`) or behind one (`follow`).
 */
export const parse = (expression: string): Node => new Parser(expression).whole()

class Parser {
  readonly expression: string
  readonly tokens: ReadonlyArray<Token>
  at = 0

  constructor(expression: string) {
    this.expression = expression
    this.tokens = tokenize(expression)
  }

  whole(): Node {
    const node = this.parse()
    if (this.next() !== "eof") throw this.unexpected(this.peek(), `Unexpected token: ${str(this.peek().value)}`)
    return node
  }

  peek(ahead = 0): Token {
    return this.tokens[this.at + ahead] ?? { type: "eof", value: "", start: 0 }
  }

  next(): TokenType {
    return this.peek().type
  }

  parse(binding = 0): Node {
    let node = this.begin(this.take())
    while (binding < (power[this.next()] ?? 0)) node = this.follow(this.take(), node)
    return node
  }

  take(): Token {
    const token = this.peek()
    this.at++
    return token
  }

  match(type: TokenType): Token {
    if (this.next() !== type) throw this.expected(type)
    return this.take()
  }

  begin(token: Token): Node {
    switch (token.type) {
      case "literal":
        return { type: "literal", value: token.value }
      case "unquoted_identifier":
        return { type: "field", name: str(token.value) }
      case "quoted_identifier":
        if (this.next() === "lparen") {
          throw this.unexpected({ ...this.peek(), start: 0 }, "Quoted identifier not allowed for function names.")
        }
        return { type: "field", name: str(token.value) }
      case "star":
        return {
          type: "values",
          left: current,
          right: this.next() === "rbracket" ? current : this.projected(power.star),
        }
      case "filter":
      case "flatten":
        return this.follow(token, current)
      case "lbrace":
        return this.hash()
      case "lparen": {
        const node = this.parse()
        this.match("rparen")
        return node
      }
      case "not":
        return { type: "not", child: this.parse(power.not) }
      case "lbracket":
        if (this.next() === "number" || this.next() === "colon") return this.index(current)
        if (this.next() !== "star" || this.peek(1).type !== "rbracket") return this.list()
        this.at += 2
        return { type: "projection", left: current, right: this.projected(power.star) }
      case "current":
        return current
      case "expref":
        return { type: "expref", child: this.parse() }
      case "eof":
        throw this.incomplete()
      default:
        throw this.unexpected(token, "invalid token")
    }
  }

  follow(token: Token, left: Node): Node {
    const { type } = token
    switch (type) {
      case "dot":
        if (this.next() !== "star") return { type: "sub", left, right: this.member(power.dot) }
        this.at++
        return { type: "values", left, right: this.projected(power.dot) }
      case "pipe":
      case "or":
      case "and":
        return { type, left, right: this.parse(power[type]) }
      case "eq":
      case "ne":
      case "gt":
      case "gte":
      case "lt":
      case "lte":
        return { type: "comparator", comparator: type, left, right: this.parse(power[type]) }
      case "flatten":
        return { type: "projection", left: { type: "flatten", child: left }, right: this.projected(power.flatten) }
      case "filter": {
        const condition = this.parse()
        this.match("rbracket")
        const right = this.next() === "flatten" ? current : this.projected(power.filter)
        return { type: "filter", left, right, condition }
      }
      case "lbracket":
        if (this.next() === "number" || this.next() === "colon") return this.index(left)
        this.match("star")
        this.match("rbracket")
        return { type: "projection", left, right: this.projected(power.star) }
      case "lparen":
        return this.call(left)
      default:
        throw this.unexpected(token, "invalid token")
    }
  }

  /** Behind `[`: an index, or a slice, which projects unless it stands right behind an index. */
  index(left: Node): Node {
    if (this.next() !== "colon" && this.peek(1).type !== "colon") {
      const index = BigInt(str(this.take().value))
      this.match("rbracket")
      return { type: "index", left, index }
    }
    const slice: Node = { type: "slice", left, parts: this.slice() }
    return left.type === "index" || left.type === "slice"
      ? slice
      : { type: "projection", left: slice, right: this.projected(power.star) }
  }

  slice(): Slice {
    const parts: [bigint | undefined, bigint | undefined, bigint | undefined] = [undefined, undefined, undefined]
    let part = 0
    while (this.next() !== "rbracket") {
      const token = this.peek()
      if (token.type === "colon" && part < 2) part++
      else if (token.type === "number") parts[part] = BigInt(str(token.value))
      else throw this.unexpected(token, "syntax error")
      this.at++
    }
    this.at++
    return parts
  }

  call(left: Node): Node {
    if (left.type !== "field") {
      const name = this.peek(-2)
      throw this.unexpected(name, `Invalid function name '${str(name.value)}'`)
    }
    const args: Array<Node> = []
    while (this.next() !== "rparen") {
      args.push(this.parse())
      if (this.next() === "comma") this.at++
    }
    this.at++
    return { type: "function", name: left.name, args }
  }

  list(): Node {
    const elements = [this.parse()]
    while (this.next() !== "rbracket") {
      this.match("comma")
      elements.push(this.parse())
    }
    this.at++
    return { type: "list", elements }
  }

  hash(): Node {
    const members: Array<readonly [string, Node]> = []
    for (;;) {
      if (this.next() !== "quoted_identifier" && this.next() !== "unquoted_identifier") {
        throw this.expected("['quoted_identifier', 'unquoted_identifier']")
      }
      const name = str(this.take().value)
      this.match("colon")
      members.push([name, this.parse()])
      if (this.next() === "comma") this.at++
      else if (this.next() === "rbrace") break
    }
    this.at++
    return { type: "hash", members }
  }

  /** What is done with each element of a projection. */
  projected(binding: number | undefined): Node {
    if ((power[this.next()] ?? 0) < projectionStop) return current
    switch (this.next()) {
      case "lbracket":
      case "filter":
        return this.parse(binding)
      case "dot":
        this.at++
        return this.member(binding)
      default:
        throw this.unexpected(this.peek(), "syntax error")
    }
  }

  /** What may stand behind a dot. */
  member(binding: number | undefined): Node {
    switch (this.next()) {
      case "quoted_identifier":
      case "unquoted_identifier":
      case "star":
        return this.parse(binding)
      case "lbracket":
        this.at++
        return this.list()
      case "lbrace":
        this.at++
        return this.hash()
      default:
        throw this.unexpected(
          this.peek(),
          `Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: ${this.next()}`,
        )
    }
  }

  expected(type: string): SyntaxProblem {
    return this.next() === "eof"
      ? this.incomplete()
      : this.unexpected(this.peek(), `Expecting: ${type}, got: ${this.next()}`)
  }

  unexpected({ start, type, value }: Token, reason: string): SyntaxProblem {
    return new SyntaxProblem(
      `${reason}: Parse error at column ${start}, token "${str(value)}" (${type.toUpperCase()}), for expression:\n` +
        this.pointing(start),
    )
  }

  incomplete(): SyntaxProblem {
    const end = this.tokens.at(-1)?.start ?? 0
    return new SyntaxProblem(`Invalid jmespath expression: Incomplete expression:\n${this.pointing(end)}`)
  }

  pointing(at: number): string {
    return `"${this.expression}"\n${" ".repeat(at + 1)}^`
  }
}
