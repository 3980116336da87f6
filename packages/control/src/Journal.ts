/**
 * What the requests of clients were, and what became of them.
 */
import { OperationName } from "@proxy-session/domain/OperationName"
import * as Schema from "effect/Schema"
import { Account } from "./Account.ts"

/**
 * How many requests are kept of one account, and at most returned at once.
 *
 * @category constants
 */
export const capacity = 1000

/**
 * One request.
 *
 * - `path` and `query`: as they were sent, but whatever looks like a telephone number is redacted, and they are cut after
 *   256 characters
 * - `operation`: `null` for a path and a method that are those of no operation
 * - `status`: `null` if the client went away before there was an answer
 * - `account`: `null` if the caller was not known; `accessKeyId`: the key that the request names, known or not
 * - `error`: why it was refused, or what went wrong
 * - `requestBody`, `responseBody`: their first 16 KiB, `null` if empty; only where bodies are kept, and of the latest
 *   requests, 64 MiB altogether. One with a number that is not reserved for fiction is `<redacted>`, unless it is to be
 *   revealed
 *
 * @category models
 */
export const JournalEntry = Schema.Struct({
  at: Schema.DateTimeUtcFromString,
  method: Schema.String,
  path: Schema.String,
  query: Schema.String,
  operation: Schema.NullOr(OperationName),
  status: Schema.NullOr(Schema.Int),
  milliseconds: Schema.Finite,
  requestId: Schema.String,
  account: Schema.NullOr(Schema.String),
  accessKeyId: Schema.NullOr(Schema.String),
  error: Schema.NullOr(Schema.Struct({ type: Schema.String, message: Schema.String })),
  requestBody: Schema.optionalKey(Schema.NullOr(Schema.String)),
  responseBody: Schema.optionalKey(Schema.NullOr(Schema.String)),
})

/**
 * The type of a request in the journal.
 *
 * @category models
 */
export type JournalEntry = typeof JournalEntry.Type

/**
 * Which requests are asked for: those of an account, of an operation, with a status; the latest `limit` of them, 1,000 by
 * default. With `reveal`, bodies are shown whatever numbers they hold.
 *
 * @category models
 */
export const JournalQuery = Schema.Struct({
  account: Schema.optionalKey(Account),
  operation: Schema.optionalKey(OperationName),
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 100, maximum: 599 }))),
  limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: capacity }))),
  reveal: Schema.optionalKey(Schema.Boolean),
})

/**
 * The type of a query.
 *
 * @category models
 */
export type JournalQuery = typeof JournalQuery.Type
