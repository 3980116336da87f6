/**
 * What is told of a failure of the database: enough to act on, and nothing that a person wrote.
 */
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"

/**
 * The database failed.
 *
 * `reason` is `effect/sql`'s name for the kind of failure, such as `ConnectionError` or `DeadlockError`, or `Schema` where
 * the tables are not those that this version needs. `code` is the database's own: an SQLSTATE of five characters, or a
 * number of SQLite. The database's message and detail are dropped, since they can hold telephone numbers.
 *
 * @category errors
 */
export class DatabaseError extends Schema.TaggedError<DatabaseError>()("DatabaseError", {
  reason: Schema.String,
  code: Schema.optionalKey(Schema.String),
  hint: Schema.optionalKey(Schema.String),
}) {
  override get message(): string {
    const code = this.code === undefined ? "" : ` (${this.code})`
    return `The database failed: ${this.reason}${code}${this.hint === undefined ? "" : `. ${this.hint}`}`
  }
}

const codeOf = (cause: unknown): string | undefined => {
  if (typeof cause !== "object" || cause === null) return undefined
  const code = "code" in cause ? cause.code : "errno" in cause ? cause.errno : undefined
  return typeof code === "number" || (typeof code === "string" && /^[A-Z0-9_]{1,32}$/u.test(code))
    ? String(code)
    : "cause" in cause
      ? codeOf(cause.cause)
      : undefined
}

/**
 * The failure of a statement, without what it was about.
 *
 * @category constructors
 */
export const fromSqlError = ({ reason }: SqlError): DatabaseError => {
  const code = codeOf(reason.cause)
  return new DatabaseError({ reason: reason._tag, ...(code === undefined ? {} : { code }) })
}
