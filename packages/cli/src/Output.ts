/**
 * What a command prints: the answer as the service sent it, put through `--query`, in the form that `--output` asks for.
 */
import * as Jmespath from "@jmespath-community/jmespath"
import * as Effect from "effect/Effect"
import { type CommandFailure, general, usage } from "./ExitCode.ts"
import { table } from "./internal/table.ts"
import { text } from "./internal/text.ts"
import { yaml } from "./internal/yaml.ts"

/**
 * Any JSON value.
 *
 * @category models
 */
export type Json = Jmespath.JSONValue

/**
 * The forms in which an answer can be printed.
 *
 * @category constants
 */
export const formats = ["json", "yaml", "table", "text"] as const

/**
 * The name of a form.
 *
 * @category models
 */
export type Format = (typeof formats)[number]

/**
 * Reads an answer's JSON, its timestamps as the AWS CLI reprints them: `2020-04-15T16:10:10.288000+00:00`.
 *
 * @category decoding
 */
export const parse = (json: string): Json => {
  const value: Json = JSON.parse(json, (member, inner: unknown) =>
    member.endsWith("Timestamp") && typeof inner === "string" ? timestamp(inner) : inner,
  )
  return value
}

/** ISO 8601 as Python writes it: microseconds if there are any, and an offset in the place of `Z`. */
const timestamp = (iso: string): string =>
  iso.replace(/(?:\.(\d{3}))?Z$/u, (_, millis: string | undefined) =>
    millis === undefined || millis === "000" ? "+00:00" : `.${millis}000+00:00`,
  )

/**
 * A function that picks from an answer what a JMESPath expression names. A malformed expression fails at once, before
 * anything is sent.
 *
 * @category decoding
 */
export const query = (
  expression: string | undefined,
): Effect.Effect<(value: Json) => Effect.Effect<Json, CommandFailure>, CommandFailure> =>
  expression === undefined
    ? Effect.succeed(Effect.succeed)
    : Effect.map(
        Effect.try({ try: () => Jmespath.compile(expression), catch: (cause) => usage(`--query: ${reason(cause)}`) }),
        (compiled) => (value) =>
          Effect.try({
            try: () => Jmespath.TreeInterpreter.search(compiled, value),
            catch: (cause) => general(`--query: ${reason(cause)}`),
          }),
      )

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : "is not a JMESPath expression")

/**
 * An answer as text, without a last line break; empty where there is nothing to print.
 *
 * JSON, YAML and text are the same wherever they go, since programs read them. A table is for people: its `title` is the
 * operation, and where it is wider than `width` columns its rows become pairs of name and value.
 *
 * @category encoding
 */
export const render = (
  format: Format,
  value: Json,
  options: { readonly title: string; readonly width: number },
): string => {
  switch (format) {
    case "json":
      return JSON.stringify(value, null, 4)
    case "text":
      return text(value)
    case "yaml":
      return yaml(value)
    default:
      return table(options.title, value, options.width)
  }
}
