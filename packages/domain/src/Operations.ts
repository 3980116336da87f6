/**
 * The table of operations: what each one takes, what it returns, how it fails, and whether it may be repeated.
 *
 * Everything that exists once for each operation follows from this table: the wire format, the client, the server, the
 * commands, and the types of the services. It has two parts, `SessionOperations` and `ConnectorOperations`, so that a
 * program that uses one of them does not hold the other.
 */
import type * as Schema from "effect/Schema"
import { connectorOperations } from "./ConnectorOperations.ts"
import type { Input } from "./Input.ts"
import type { OperationName } from "./OperationName.ts"
import { sessionOperations } from "./SessionOperations.ts"

/**
 * One row of the table.
 *
 * - `request`: the class of the request
 * - `success`: the schema of the result
 * - `error`: the closed union of the errors that the model declares for the operation and those that can happen to any
 * - `repeatable`: false where a second call could do the work twice, since the model has no idempotency token
 *
 * @category models
 */
export interface Operation<Request, Success, Error> {
  readonly request: Schema.Codec<Request, unknown> & { readonly fields: Schema.Struct.Fields }
  readonly success: Schema.Codec<Success, unknown>
  readonly error: Schema.Codec<Error, unknown>
  readonly repeatable: boolean
}

/**
 * All operations, by AWS's own names.
 *
 * **Example** (A request by the name of its operation)
 *
 * ```ts
 * import * as Operations from "@proxy-session/domain/Operations"
 *
 * Object.keys(Operations.operations.GetProxySession.request.fields) // => ["voiceConnectorId", "proxySessionId"]
 * ```
 *
 * @category operations
 */
export const operations = {
  ...sessionOperations,
  ...connectorOperations,
} satisfies { readonly [Name in OperationName]: Operation<unknown, unknown, unknown> }

type Rows = typeof operations

/**
 * The request of each operation, by name: `RequestOf["GetProxySession"]`.
 *
 * @category models
 */
export type RequestOf = { readonly [Name in OperationName]: Rows[Name]["request"]["Type"] }

/**
 * What a caller passes to each operation, by name.
 *
 * @category models
 */
export type InputOf = { readonly [Name in OperationName]: Input<Rows[Name]["request"]> }

/**
 * The result of each operation, by name.
 *
 * @category models
 */
export type SuccessOf = { readonly [Name in OperationName]: Rows[Name]["success"]["Type"] }

/**
 * Everything that each operation can fail with, by name: `ErrorOf["GetProxySession"]`, or `ErrorOf[OperationName]` for
 * any error of any operation.
 *
 * @category errors
 */
export type ErrorOf = { readonly [Name in OperationName]: Rows[Name]["error"]["Type"] }

/**
 * The table with each row's types looked up by its name, for code that is generic in the name.
 *
 * @category models
 */
export type Table = { readonly [Name in OperationName]: Operation<RequestOf[Name], SuccessOf[Name], ErrorOf[Name]> }
