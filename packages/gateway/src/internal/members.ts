import type { Violation } from "@proxy-session/domain/InvalidRequest"
import * as Result from "effect/Result"
import type { Form } from "../Form.ts"

/** Reads single members of a form, and keeps each rule that one breaks. */
export class Members {
  readonly #form: Form
  readonly #violations: Array<Violation> = []

  constructor(form: Form) {
    this.#form = form
  }

  has(name: string): boolean {
    return this.#form.values(name).length > 0
  }

  /** A member that may be absent. It is there once at most: readers of two would not agree on which one counts. */
  optional(name: string): string | undefined {
    const [value, ...more] = this.#form.values(name)
    if (more.length > 0) this.violation(name, "must not be repeated")
    return value
  }

  /** A member that must be there; it may be empty. */
  required(name: string): string {
    const value = this.optional(name)
    if (value === undefined) this.violation(name, "is required")
    return value ?? ""
  }

  /** The carrier's id of a call or a message. */
  id(name: string): string {
    const value = this.required(name)
    if (this.has(name) && !/^[!-~]{1,256}$/u.test(value)) this.violation(name, "must be 1 to 256 characters of ASCII")
    return value
  }

  /** A whole number; an empty member is none. */
  count(name: string): number | undefined {
    const value = this.optional(name)
    if (value === undefined || value === "") return undefined
    if (/^\d{1,9}$/u.test(value)) return Number(value)
    this.violation(name, "must be a whole number")
    return undefined
  }

  violation(path: string, rule: string): void {
    this.#violations.push({ path, rule })
  }

  result<A>(value: A): Result.Result<A, ReadonlyArray<Violation>> {
    return this.#violations.length === 0 ? Result.succeed(value) : Result.fail(this.#violations)
  }
}
