/**
 * The operations as the wire knows them: the domain's table, and how each row is said over HTTP.
 *
 * The client's request and the server's route both follow from this table. It has two parts, as the domain's has.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type * as Operations from "@proxy-session/domain/Operations"
import type { ErrorOf, RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import { connectorOperations } from "./ConnectorOperation.ts"
import { sessionOperations } from "./SessionOperation.ts"

/**
 * The name of a parameter in the query of a request.
 *
 * @category models
 */
export type QueryParameter =
  | "area-code"
  | "city"
  | "country"
  | "filter-name"
  | "filter-value"
  | "max-results"
  | "next-token"
  | "phone-number-type"
  | "product-type"
  | "state"
  | "status"
  | "toll-free-prefix"

/**
 * How an operation is said over HTTP.
 *
 * - `path` is a template; a part in braces is a label that a member of the request fills. It ends in the fixed query of
 *   the operation, if it has one: `/search?type=phone-numbers`.
 * - `query` maps members of the request to parameters of the query; the members that are neither label nor query are
 *   the JSON body's.
 * - `status` is that of success; 204 has no body. `payload` is the member of the answer that holds the result; without
 *   one, the answer is the result itself.
 *
 * @category models
 */
export interface Wire {
  readonly method: "DELETE" | "GET" | "POST" | "PUT"
  readonly path: string
  readonly query: Readonly<Record<string, QueryParameter>>
  readonly status: 200 | 201 | 204
  readonly payload: string | undefined
}

/**
 * One operation: what is asked, returned and failed with, and how that is said over HTTP.
 *
 * @category models
 */
export interface Operation<Request, Success, Error> extends Operations.Operation<Request, Success, Error>, Wire {
  readonly name: OperationName
}

/**
 * A part of the table.
 *
 * @category models
 */
export type Rows<Names extends OperationName> = {
  readonly [Name in Names]: Operation<RequestOf[Name], SuccessOf[Name], ErrorOf[Name]>
}

/**
 * All operations, by name. The compiler asks for a row for each operation of the domain's table.
 *
 * Source: the `http` trait of each operation.
 *
 * @category operations
 */
export const operations: Rows<OperationName> = { ...sessionOperations, ...connectorOperations }

/**
 * Any one of the operations.
 *
 * @category models
 */
export type AnyOperation = (typeof operations)[OperationName]
