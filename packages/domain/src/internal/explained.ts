import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import { violations } from "../InvalidRequest.ts"

/**
 * The error of a constructor, from constructing once more for all issues: it says each rule and its path, as `decode` does.
 * Effect's own says that the validation failed, and no more. The issue stays the cause.
 */
const explain = (name: string, original: unknown, construct: (options: Schema.MakeOptions) => unknown): unknown => {
  try {
    construct({ parseOptions: { errors: "all" } })
    return original
  } catch (error) {
    if (!(error instanceof Error) || !SchemaIssue.isIssue(error.cause)) return error
    const rules = violations(error.cause).map(({ path, rule }) => `${path === "" ? name : `${name}.${path}`} ${rule}`)
    return new Error(rules.join("; "), { cause: error.cause })
  }
}

/** A schema of a brand whose `make` says which rule a value breaks. */
export const explained = <S extends Schema.Constraint & { readonly identifier: string }>(schema: S): S => {
  const make = SchemaParser.make(schema)
  return Object.defineProperty(schema, "make", {
    value: (input: S["~type.make.in"], options?: Schema.MakeOptions) => {
      try {
        return make(input, options)
      } catch (error) {
        throw explain(schema.identifier, error, (all) => make(input, { ...options, ...all }))
      }
    },
  })
}

export interface Class {
  readonly prototype: object
  new (input: never, options?: Schema.MakeOptions): object
  readonly identifier: string
  make(input: never, options?: Schema.MakeOptions): object
}

/** The base of a class whose constructors say which rules the members break. */
export function explainedClass<C extends Class>(base: C): C
export function explainedClass(base: Class): Class {
  return class extends base {
    constructor(input: never, options?: Schema.MakeOptions) {
      try {
        super(input, options)
      } catch (error) {
        throw explain(base.identifier, error, (all) => base.make(input, { ...options, ...all }))
      }
    }
    static override make(input: never, options?: Schema.MakeOptions): object {
      try {
        return super.make(input, options)
      } catch (error) {
        throw explain(base.identifier, error, (all) => super.make(input, { ...options, ...all }))
      }
    }
  }
}
