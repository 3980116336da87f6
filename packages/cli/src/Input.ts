/**
 * From what somebody typed to a request: flags, lists, shorthand, JSON and files, as the AWS CLI takes them.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { type CommandFailure, usage } from "./ExitCode.ts"
import type { Member, Shape } from "./Shape.ts"

/**
 * What was given for a member: the texts behind its flag, a switch's position, or nothing.
 *
 * @category models
 */
export type Given = ReadonlyArray<string> | boolean | undefined

/**
 * The flag of a member: a switch for a boolean, a choice for an enumeration, text for everything else.
 *
 * Numbers and structures are read later, so that they can come from a file.
 *
 * @category constructors
 */
export const flag = (member: Member, description: string): Flag.Flag<Given> => {
  const { shape } = member
  const describe = <A>(self: Flag.Flag<A>) => Flag.withDescription(self, description)
  const one = (self: Flag.Flag<string>): Flag.Flag<Given> =>
    Flag.map(Flag.optional(describe(self)), (value) => Option.getOrUndefined(Option.map(value, (text) => [text])))
  switch (shape._tag) {
    case "Boolean":
      return Flag.map(Flag.optional(describe(Flag.Boolean(member.flag))), (value): Given =>
        Option.getOrUndefined(value),
      )
    case "Enum":
      return one(Flag.Literals(member.flag, shape.values))
    case "Integer":
      return one(Flag.withMetavar(Flag.String(member.flag), "integer"))
    case "List":
      return Flag.map(Flag.atLeast(describe(Flag.withMetavar(Flag.String(member.flag), "list")), 0), (values): Given =>
        values.length === 0 ? undefined : values,
      )
    case "Structure":
      return one(Flag.withMetavar(Flag.String(member.flag), "structure"))
    default:
      return one(Flag.String(member.flag))
  }
}

/**
 * Writes a command line so that each flag has one value: `--capabilities Voice SMS` becomes
 * `--capabilities Voice --capabilities SMS`.
 *
 * Options before the command move behind it, a last `help` becomes `--help`, and `--generate-cli-skeleton` gets the
 * value that it has when none is given.
 *
 * @category combinators
 */
export const normalize = (
  argv: ReadonlyArray<string>,
  commands: ReadonlySet<string>,
  lists: ReadonlySet<string>,
): ReadonlyArray<string> => {
  const at = argv.findIndex((token) => commands.has(token))
  const [name, ...rest] = at > 0 ? [...argv.slice(at, at + 1), ...argv.slice(0, at), ...argv.slice(at + 1)] : argv
  if (name === "help" || (rest.length === 1 && rest[0] === "help")) {
    return [...(name === "help" ? rest : [name ?? ""]), "--help"]
  }
  const tokens = name === undefined ? [] : [name, ...rest]
  const end = tokens.indexOf("--")
  const written: Array<string> = []
  let list: string | undefined
  let values = 0
  for (const [index, token] of tokens.entries()) {
    if (token.startsWith("--") && (end === -1 || index < end)) {
      list = lists.has(token) ? token : undefined
      values = 0
      written.push(token === skeletonFlag && !isSkeleton(tokens[index + 1]) ? `${token}=input` : token)
    } else if (list !== undefined && ++values > 1) {
      written.push(list, token)
    } else {
      written.push(token)
    }
  }
  return written
}

const skeletonFlag = "--generate-cli-skeleton"

const isSkeleton = (token: string | undefined): boolean => token === "input" || token === "output"

/**
 * The plain input of a request, by the names of the domain: what the flags say, over what `--cli-input-json` says.
 *
 * Values are checked for their form alone; the model's rules are the request's own schema's. A message names the flag
 * and the rule, never the value.
 *
 * @category decoding
 */
export const read = Effect.fnUntraced(function* (
  members: ReadonlyArray<Member>,
  given: Readonly<Record<string, Given>>,
  json: string | undefined,
): Effect.fn.Return<Readonly<Record<string, unknown>>, CommandFailure, FileSystem.FileSystem> {
  const missing = members.filter(({ name, required }) => required && given[name] === undefined)
  if (json === undefined && missing.length > 0) {
    return yield* usage(
      `the following arguments are required: ${missing.map((member) => `--${member.flag}`).join(", ")}`,
    )
  }
  const input: Record<string, unknown> = {}
  if (json !== undefined) {
    const parsed = yield* parse("--cli-input-json", yield* load("--cli-input-json", json))
    if (!isObject(parsed)) return yield* usage("--cli-input-json: must be a JSON object")
    Object.assign(input, yield* fromJson({ _tag: "Structure", members }, parsed))
  }
  for (const member of members) {
    const value = given[member.name]
    if (value === undefined) continue
    input[member.name] = typeof value === "boolean" ? value : yield* readTexts(`--${member.flag}`, member.shape, value)
  }
  return input
})

const readTexts = Effect.fnUntraced(function* (
  flag: string,
  shape: Shape,
  texts: ReadonlyArray<string>,
): Effect.fn.Return<unknown, CommandFailure, FileSystem.FileSystem> {
  const loaded = yield* Effect.forEach(texts, (text) => load(flag, text))
  const [first = ""] = loaded
  if (shape._tag !== "List") return yield* readText(flag, shape, first)
  return loaded.length === 1 && /^\s*\[/u.test(first)
    ? yield* Effect.flatMap(parse(flag, first), (json) => fromJson(shape, json))
    : yield* Effect.forEach(loaded, (text) => readText(flag, shape.element, text))
})

const readText = (flag: string, shape: Shape, text: string): Effect.Effect<unknown, CommandFailure> => {
  switch (shape._tag) {
    case "Integer":
      return /^\s*-?\d{1,15}\s*$/u.test(text) ? Effect.succeed(Number(text)) : usage(`${flag}: must be a whole number`)
    case "Structure":
      return /^\s*\{/u.test(text)
        ? Effect.flatMap(parse(flag, text), (json) => fromJson(shape, json))
        : Effect.flatMap(shorthand(flag, text), (fields) => fromJson(shape, fields))
    default:
      return Effect.succeed(text)
  }
}

/** `Country=US,AreaCode=206`, as the AWS CLI's shorthand has it for a structure of plain members. */
const shorthand = (flag: string, text: string): Effect.Effect<Readonly<Record<string, string>>, CommandFailure> => {
  const pairs = text.split(",").map((pair) => /^\s*([A-Za-z]+)\s*=(.*)$/u.exec(pair))
  return pairs.includes(null)
    ? usage(`${flag}: must be JSON or shorthand, such as Key=value,Key=value`)
    : Effect.succeed(Object.fromEntries(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1], pair[2]]]))))
}

/** The content of the file that a value such as `file://request.json` names, or the value itself. */
const load = (flag: string, text: string): Effect.Effect<string, CommandFailure, FileSystem.FileSystem> =>
  text.startsWith("file://")
    ? Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(text.slice("file://".length))).pipe(
        Effect.mapError(() => usage(`${flag}: unable to load ${text}`)),
      )
    : Effect.succeed(text)

const parse = (flag: string, text: string): Effect.Effect<unknown, CommandFailure> =>
  Effect.try({ try: (): unknown => JSON.parse(text), catch: () => usage(`${flag}: is not valid JSON`) })

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Renames the members of JSON from the wire's names to the domain's; the AWS CLI, too, refuses those it cannot name. */
const fromJson = (shape: Shape, json: unknown): Effect.Effect<unknown, CommandFailure> => {
  if (shape._tag === "List" && Array.isArray(json)) {
    return Effect.forEach(json, (element: unknown) => fromJson(shape.element, element))
  }
  if (shape._tag !== "Structure" || !isObject(json)) return Effect.succeed(json)
  const known = new Map(shape.members.map((member) => [member.wireName, member]))
  return Effect.map(
    Effect.forEach(Object.entries(json), ([name, value]: [string, unknown]) => {
      const member = known.get(name)
      return member === undefined
        ? usage(`Unknown parameter in input: "${name}", must be one of: ${[...known.keys()].join(", ")}`)
        : Effect.map(fromJson(member.shape, value), (inner) => [member.name, inner] as const)
    }),
    Object.fromEntries<unknown>,
  )
}
