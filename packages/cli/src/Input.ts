/**
 * From what somebody typed to a request: flags, lists, shorthand, JSON, YAML and files, as the AWS CLI takes them.
 */
import * as Redaction from "@proxy-session/domain/Redaction"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import * as Result from "effect/Result"
import * as ExitCode from "./ExitCode.ts"
import type { CommandFailure } from "./ExitCode.ts"
import { attempt } from "./internal/attempt.ts"
import type { Given } from "./internal/argparse.ts"
import * as Json from "./internal/json.ts"
import { int, isDict, isList, OrderedDict, PythonError, repr, typeName, type Value } from "./internal/python.ts"
import * as Shorthand from "./internal/shorthand.ts"
import { problems } from "./internal/validate.ts"
import * as Profile from "./Profile.ts"
import type { Member, Shape } from "./Shape.ts"

/** What was typed may be a telephone number, and is not repeated. */
const invalid = (message: string): CommandFailure => ExitCode.invalid(Redaction.scrub(message))
const failed = (message: string): CommandFailure => ExitCode.failed(Redaction.scrub(message))

/**
 * Reads a request: what was given for each member, and what `--cli-input-json` or `--cli-input-yaml` says of the others.
 *
 * A text that begins with `file://` is the content of that file. It fails with the AWS CLI's exit codes: 252 for what is
 * wrong by the model or cannot be read, 255 for a number that is none.
 *
 * @category decoding
 */
export const read = Effect.fnUntraced(function* (
  members: ReadonlyArray<Member>,
  given: ReadonlyMap<string, Given>,
): Effect.fn.Return<ReadonlyMap<string, Value>, CommandFailure, FileSystem.FileSystem | Path.Path> {
  const request = new Map<string, Value>()
  for (const { flag, name, shape, wireName } of members) {
    const value = given.get(name)
    if (value !== undefined) request.set(wireName, yield* unpack(`--${flag}`, shape, value))
  }
  for (const [key, value] of yield* whole(given)) if (!request.has(key)) request.set(key, value)
  return request
})

/**
 * Checks a value by a shape, as the AWS CLI does before it sends a request.
 *
 * @category decoding
 */
export const check = (shape: Shape, value: Value): Effect.Effect<void, CommandFailure> => {
  const found = problems(shape, value)
  return found.length === 0 ? Effect.void : invalid(`Parameter validation failed:\n${found.join("\n")}`)
}

const unpack = Effect.fnUntraced(function* (
  flag: string,
  shape: Shape,
  given: Given,
): Effect.fn.Return<Value, CommandFailure, FileSystem.FileSystem | Path.Path> {
  if (typeof given === "boolean") return given
  const only = typeof given === "string" ? given : given.length === 1 ? given[0] : undefined
  const content = only === undefined ? undefined : yield* load(flag, only)
  const words = content ?? given
  return yield* attempt(() => ofWords(shape, words), explain(flag))
})

/** A problem of a parameter is told with its flag, one of Python's as it is. */
const explain = (flag: string) => (problem: unknown) => {
  if (problem instanceof PythonError) return failed(problem.message)
  return problem instanceof Problem || problem instanceof Shorthand.ShorthandProblem
    ? parameter(flag, problem.message)
    : undefined
}

const parameter = (name: string, message: string): CommandFailure =>
  invalid(`Error parsing parameter '${name}': ${message}`)

/** What is wrong with a parameter, without its name. */
class Problem extends Error {}

const ofWords = (shape: Shape, words: ReadonlyArray<string> | string): Value => {
  const first = typeof words === "string" ? words : words[0]
  const isJson = first !== undefined && /^\s*[[{]/u.test(first)
  if (shape._tag === "List") {
    const only = typeof words === "string" ? words : words.length === 1 ? words[0] : undefined
    if (shape.element._tag === "Structure" && !isJson && typeof words !== "string") {
      return words.map((word) => ofShorthand(shape.element, word))
    }
    if (typeof words === "string") beginning(words)
    if (only !== undefined && /^\s*\[/u.test(only)) return ofJson(only)
    return Array.from(words, (word) => ofWords(shape.element, word))
  }
  const text = typeof words === "string" ? words : (first ?? "")
  if (shape._tag === "Structure") {
    if (!isJson) return ofShorthand(shape, text)
    if (beginning(text) === "{") return ofJson(text)
    throw new Problem(`Invalid JSON:\n${text}`)
  }
  return shape._tag === "Integer" ? integer(text) : text
}

const beginning = (text: string): string => {
  const [char] = text.trimStart()
  if (char === undefined) throw new PythonError("string index out of range")
  return char
}

const ofJson = (text: string): Value =>
  ordered(
    Result.getOrThrowWith(
      Json.read(text),
      ({ message }) => new Problem(`Invalid JSON: ${message}\nJSON received: ${text}`),
    ),
  )

const ordered = (value: Value): Value => {
  if (isList(value)) return value.map(ordered)
  return isDict(value) ? new OrderedDict([...value].map(([name, each]) => [name, ordered(each)])) : value
}

const integer = (text: string): bigint => {
  const value = int(text)
  if (value === undefined) throw new PythonError(`invalid literal for int() with base 10: ${repr(text)}`)
  return value
}

/** Shorthand knows only text, lists and structures; the shape says what they are. */
const ofShorthand = (shape: Shape, text: string): Value => typed(shape, Shorthand.read(text))

const typed = (shape: Shape, value: Value): Value => {
  if (shape._tag === "List") return (isList(value) ? value : [value]).map((each) => typed(shape.element, each))
  if (shape._tag === "Structure" && isDict(value)) {
    const shapes = new Map(shape.members.map((member) => [member.wireName, member.shape]))
    return new Map(
      [...value].map(([name, each]) => {
        const shape = shapes.get(name)
        return [name, shape === undefined ? each : typed(shape, each)]
      }),
    )
  }
  if (typeof value !== "string") return value
  if (shape._tag === "Integer") return integer(value)
  if (shape._tag !== "Boolean") return value
  return /^true$/iu.test(value) ? true : /^false$/iu.test(value) ? false : value
}

/** The whole request, where it was given as a document. */
const whole = Effect.fnUntraced(function* (
  given: ReadonlyMap<string, Given>,
): Effect.fn.Return<ReadonlyMap<string, Value>, CommandFailure, FileSystem.FileSystem | Path.Path> {
  const documents = Object.entries(readers).flatMap(([name, reader]) => {
    const text = given.get(name)
    return typeof text === "string" ? [{ name, text, reader }] : []
  })
  const [document] = documents
  if (document === undefined) return new Map()
  if (documents.length > 1) return yield* invalid("Only one --cli-input- parameter may be specified.")
  const { name, reader, text } = document
  const content = yield* load(`--${name}`, text)
  const value = yield* reader(content ?? text)
  return isDict(value)
    ? value
    : yield* parameter(`--${name}`, `Invalid type: expecting map, received <class '${typeName(value)}'>`)
})

const readers = {
  "cli-input-json": (text: string) =>
    Effect.fromResult(Result.mapError(Json.read(text), () => parameter("cli-input-json", "Invalid JSON received."))),
  "cli-input-yaml": (text: string) =>
    Effect.flatMap(
      Effect.promise(() => import("./internal/yamlReader.ts")),
      ({ read }) => {
        const document = read(text)
        return document === undefined
          ? parameter("cli-input-yaml", "Invalid YAML received.")
          : Effect.succeed(document.value)
      },
    ),
} as const

/** The content of the file that a value names, or `undefined` where it names none. */
const load = Effect.fnUntraced(function* (
  flag: string,
  text: string,
): Effect.fn.Return<string | undefined, CommandFailure, FileSystem.FileSystem | Path.Path> {
  const given = /^fileb?:\/\/(.*)$/su.exec(text)?.[1]
  if (given === undefined) return undefined
  const folder = yield* Profile.home
  const path = yield* Profile.expand(folder === undefined ? given : given.replace(/^~(?=\/|$)/u, folder))
  const files = yield* FileSystem.FileSystem
  const bytes = yield* Effect.mapError(files.readFile(path), ({ reason }) => {
    const [number, words] = errors[reason._tag] ?? ["5", "Input/output error"]
    return parameter(flag, `Unable to load paramfile ${text}: [Errno ${number}] ${words}: ${repr(path)}`)
  })
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).replaceAll(/\r\n?/gu, "\n")
  } catch {
    return yield* parameter(
      flag,
      `Unable to load paramfile (${path}), text contents could not be decoded.  If this is a binary file, please use ` +
        "the fileb:// prefix instead of the file:// prefix.",
    )
  }
})

/** What Python calls the failures of a file. */
const errors: Readonly<Record<string, readonly [number: string, words: string]>> = {
  NotFound: ["2", "No such file or directory"],
  PermissionDenied: ["13", "Permission denied"],
  BadResource: ["21", "Is a directory"],
}
