/**
 * What a command prints: the answer as the service sent it, in the form that `--output` asks for.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { type CommandFailure, failed } from "./ExitCode.ts"
import * as Json from "./internal/json.ts"
import { isDict, PythonError, type Value } from "./internal/python.ts"
import { text } from "./internal/text.ts"
import { yaml } from "./internal/yaml.ts"

export type { Value } from "./internal/python.ts"

/**
 * The forms in which an answer can be printed.
 *
 * @category constants
 */
export const formats = ["json", "text", "table", "yaml", "yaml-stream"] as const

/**
 * The name of a form.
 *
 * @category models
 */
export type Format = (typeof formats)[number]

/**
 * What a table needs to know besides: its title, and how many columns there are.
 *
 * @category models
 */
export interface RenderOptions {
  readonly title: string
  readonly width: number
}

/** The lines of an answer, and what the form cannot hold. */
interface Rendered {
  readonly lines: ReadonlyArray<string>
  readonly failure?: PythonError
}

/**
 * The lines of an answer in a form; none where there is nothing to print.
 *
 * JSON, YAML and text are the same wherever they go, since programs read them. A table is for people: its `title` is the
 * operation, and where it is wider than `width` columns its rows become pairs of name and value. It fails where the AWS CLI's
 * form cannot hold what a query made, behind the lines before that.
 *
 * @category encoding
 */
export const render = (format: Format, value: Value, { title, width }: RenderOptions): Effect.Effect<Rendered> =>
  format === "table"
    ? Effect.map(
        Effect.promise(() => import("./internal/table.ts")),
        ({ table }) => ({ lines: [table(title, value, width)] }),
      )
    : Effect.sync(() => {
        const lines: Array<string> = []
        try {
          for (const line of linesOf(format, value)) lines.push(line)
          return { lines }
        } catch (cause) {
          if (cause instanceof PythonError) return { lines, failure: cause }
          throw cause
        }
      })

/** Lines one by one, since those before a failure are printed. */
function* linesOf(format: Exclude<Format, "table">, value: Value): Generator<string, void> {
  if (format === "text") yield* text(value)
  else if (isDict(value) && value.size === 0) return
  else if (format === "json") yield Json.write(value, { indent: 4 })
  else yield yaml(format === "yaml" ? value : [value])
}

/**
 * Prints an answer in a form.
 *
 * @category encoding
 */
export const print = (format: Format, value: Value, options: RenderOptions): Effect.Effect<void, CommandFailure> =>
  Effect.flatMap(render(format, value, options), ({ failure, lines }) =>
    failure === undefined ? printLines(lines) : Effect.andThen(printLines(lines), failed(failure.message)),
  )

/**
 * Prints lines; none at all is not an empty one.
 *
 * @category encoding
 */
export const printLines = (lines: ReadonlyArray<string>): Effect.Effect<void> =>
  lines.length === 0 ? Effect.void : Console.log(lines.join("\n"))
