/**
 * The table of operations: what each one takes, what it returns, how it fails, and whether it may be repeated.
 *
 * Everything that exists once for each operation follows from this table: the wire format, the client, the server, the
 * commands, and the types of the services.
 */
import * as Schema from "effect/Schema"
import type { Input } from "./Input.ts"
import type { OperationName } from "./OperationName.ts"
import { ProxyConfiguration } from "./ProxyConfiguration.ts"
import { ProxySession } from "./ProxySession.ts"
import { ClientError, DeclaredError, ProxySessionError } from "./ProxySessionError.ts"
import { ProxySessionPage } from "./ProxySessionPage.ts"
import { CreateProxySession, ListProxySessions, ProxySessionKey, UpdateProxySession } from "./ProxySessionRequest.ts"
import { AccessDeniedException } from "./ServiceError.ts"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "./VoiceConnectorProxyRequest.ts"

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

/** The errors of an operation, from those that the model declares for it. Most declare the common seven and no more. */
const errors = <const Declared extends ReadonlyArray<Schema.Constraint>>(...declared: Declared) =>
  Schema.Union([...declared, ...ClientError.members])

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
  CreateProxySession: {
    request: CreateProxySession,
    success: ProxySession,
    error: ProxySessionError,
    repeatable: false,
  },
  GetProxySession: { request: ProxySessionKey, success: ProxySession, error: ProxySessionError, repeatable: true },
  ListProxySessions: {
    request: ListProxySessions,
    success: ProxySessionPage,
    error: ProxySessionError,
    repeatable: true,
  },
  UpdateProxySession: {
    request: UpdateProxySession,
    success: ProxySession,
    error: ProxySessionError,
    repeatable: true,
  },
  DeleteProxySession: { request: ProxySessionKey, success: Schema.Void, error: ProxySessionError, repeatable: true },
  PutVoiceConnectorProxy: {
    request: PutVoiceConnectorProxy,
    success: ProxyConfiguration,
    error: errors(...DeclaredError.members, AccessDeniedException),
    repeatable: true,
  },
  GetVoiceConnectorProxy: {
    request: VoiceConnectorProxyKey,
    success: ProxyConfiguration,
    error: ProxySessionError,
    repeatable: true,
  },
  DeleteVoiceConnectorProxy: {
    request: VoiceConnectorProxyKey,
    success: Schema.Void,
    error: ProxySessionError,
    repeatable: true,
  },
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
