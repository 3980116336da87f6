import { repr } from "./python.ts"
import { similar } from "./similar.ts"

/**
 * An argument of a command line.
 *
 * - `flag` begins with `--`; one argument may have none, and is known by its place
 * - `values`: how many it takes; a switch takes none
 * - `value`: what a switch stands for, and an argument whose value is left out
 * - `isExact`: the flag must be written out; others may be shortened as long as they are unambiguous
 */
export interface Argument {
  readonly name: string
  readonly flag?: string
  readonly values: "any" | "none" | "one" | "optional"
  readonly value?: boolean | string
  readonly choices?: ReadonlyArray<string>
  readonly isRequired?: boolean
  readonly isExact?: boolean
}

/** What was given for an argument. */
export type Given = ReadonlyArray<string> | boolean | string

/** What a command line says: the values by the names of their arguments, and the words that belong to none. */
export interface Parsed {
  readonly given: ReadonlyMap<string, Given>
  readonly extras: ReadonlyArray<string>
}

/** A command line that breaks a rule, in the words of Python's `argparse`. */
export class ArgumentProblem extends Error {}

/** A flag in a command line, perhaps with a value behind `=`; of some nobody knows what they are. */
interface Flag {
  readonly argument: Argument | undefined
  readonly value: string | undefined
}

/**
 * Parses a command line as Python's `argparse` does, which the AWS CLI uses: of flags that are given twice the last one
 * counts, and what is not known is left for others.
 */
export const parse = (args: ReadonlyArray<Argument>, argv: ReadonlyArray<string>): Parsed => {
  const given = new Map<string, Given>()
  const extras: Array<string> = []
  let place = args.find(({ flag }) => flag === undefined)
  const { flags, pattern } = classify(args, argv)

  /** Takes words for the argument that is known by its place, and answers where the rest begins. */
  const takePlace = (at: number): number => {
    if (place === undefined) return at
    const found = (place.values === "optional" ? /^-*A?-*/u : /^-*A-*/u).exec(pattern.slice(at))
    if (found === null) return at
    const end = at + found[0].length
    const [value] = argv.slice(at, end).filter((_, index) => pattern[at + index] === "A")
    if (value !== undefined) given.set(place.name, valueOf(place, [value]))
    place = undefined
    return end
  }

  const takeFlag = (at: number, { argument, value }: Flag): number => {
    if (argument === undefined) {
      extras.push(argv[at] ?? "")
      return at + 1
    }
    if (value !== undefined) {
      if (argument.values === "none") throw problem(argument, `ignored explicit argument ${repr(value)}`)
      given.set(argument.name, valueOf(argument, [value]))
      return at + 1
    }
    const found = counts[argument.values].exec(pattern.slice(at + 1))
    if (found === null) throw problem(argument, "expected one argument")
    const end = at + 1 + found[0].length
    given.set(argument.name, valueOf(argument, argv.slice(at + 1, end)))
    return end
  }

  let at = 0
  for (const [index, flag] of flags) {
    // A flag within the words that another one took was none.
    if (index < at) continue
    if (at < index) at = takePlace(at)
    extras.push(...argv.slice(at, index))
    at = takeFlag(index, flag)
  }
  extras.push(...argv.slice(takePlace(at)))
  const missing = args.filter(({ isRequired, name }) => isRequired === true && !given.has(name))
  if (missing.length === 0) return { given, extras }
  const names = missing.map(({ flag, name }) => flag ?? name)
  throw new ArgumentProblem(`the following arguments are required: ${names.join(", ")}`)
}

const counts = { any: /^A*/u, none: /^/u, one: /^A/u, optional: /^A?/u } as const

/** Which words are flags, and the pattern of all: `O` for a flag, `A` for a plain word, `-` for the `--` that ends flags. */
const classify = (args: ReadonlyArray<Argument>, argv: ReadonlyArray<string>) => {
  const flags = new Map<number, Flag>()
  const end = argv.indexOf("--")
  const pattern = argv.map((word, index) => {
    if (end !== -1 && index >= end) return index === end ? "-" : "A"
    const flag = flagOf(args, word)
    if (flag !== undefined) flags.set(index, flag)
    return flag === undefined ? "A" : "O"
  })
  return { flags, pattern: pattern.join("") }
}

const flagOf = (args: ReadonlyArray<Argument>, word: string): Flag | undefined => {
  if (!word.startsWith("-") || word.length === 1) return undefined
  const exact = args.find(({ flag }) => flag === word)
  if (exact !== undefined) return { argument: exact, value: undefined }
  const equals = word.indexOf("=")
  const name = equals === -1 ? word : word.slice(0, equals)
  const value = equals === -1 ? undefined : word.slice(equals + 1)
  const named = args.find(({ flag }) => flag === name)
  if (named !== undefined) return { argument: named, value }
  const possible = word.startsWith("--")
    ? args.filter(({ flag, isExact }) => isExact !== true && flag?.startsWith(name) === true)
    : []
  const [first, second] = possible
  if (second !== undefined) {
    const flags = possible.map(({ flag }) => flag)
    throw new ArgumentProblem(`ambiguous option: ${word} could match ${flags.join(", ")}`)
  }
  if (first !== undefined) return { argument: first, value }
  return /^-\d+$|^-\d*\.\d+$/u.test(word) || word.includes(" ") ? undefined : { argument: undefined, value: undefined }
}

const valueOf = (argument: Argument, words: ReadonlyArray<string>): Given => {
  if (argument.values === "any") return words
  const [value = argument.value ?? ""] = words
  if (typeof value === "string" && argument.choices?.includes(value) === false) {
    throw problem(argument, choices(argument.choices, value))
  }
  return value
}

/** The choices in two columns, and those that look like what was given. */
const choices = (all: ReadonlyArray<string>, given: string): string => {
  const columns = all.map((choice) => choice.padEnd(40))
  const lines = columns.flatMap((choice, at) => (at % 2 === 0 ? [columns.slice(at, at + 2).join(" | ")] : []))
  const meant = similar(given, all, 0.8)
  return [
    "Invalid choice, valid choices are:\n",
    ...lines,
    ...(meant.length === 0 ? [] : [`\n\nInvalid choice: ${repr(given)}, maybe you meant:\n`]),
    ...meant.map((choice) => `  * ${choice}`),
  ].join("\n")
}

const problem = ({ flag, name }: Argument, message: string): ArgumentProblem =>
  new ArgumentProblem(`argument ${flag ?? name}: ${message}`)
