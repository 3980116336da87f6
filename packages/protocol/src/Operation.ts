/**
 * The operations as the wire knows them: the domain's table, and how each row is said over HTTP.
 *
 * The client's request and the server's route both follow from this table.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import * as Operations from "@proxy-session/domain/Operations"
import type { ErrorOf, RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import type { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import * as Output from "./internal/output.ts"

/**
 * The name of a parameter in the query of a request.
 *
 * @category models
 */
export type QueryParameter = "max-results" | "next-token" | "status"

/**
 * How an operation is said over HTTP.
 *
 * - `path` is a template; a part in braces is a label that a member of the request fills.
 * - `query` maps members of the request to parameters of the query; the members that are neither label nor query are
 *   the JSON body's.
 * - `status` is that of success. `payload` is the member of the answer that holds the result; without one, the
 *   answer is the result itself. `write` makes the answer's JSON, where there is one.
 *
 * @category models
 */
export interface Wire<Success> {
  readonly method: "DELETE" | "GET" | "POST" | "PUT"
  readonly path: string
  readonly query: Readonly<Record<string, QueryParameter>>
  readonly status: 200 | 201 | 204
  readonly payload: string | undefined
  readonly write: ((value: Success) => object) | undefined
}

/**
 * One operation: what is asked, returned and failed with, and how that is said over HTTP.
 *
 * @category models
 */
export interface Operation<Request, Success, Error>
  extends Operations.Operation<Request, Success, Error>, Wire<Success> {
  readonly name: OperationName
}

const connector = "/voice-connectors/{VoiceConnectorId}"
const sessions = `${connector}/proxy-sessions`
const session = `${sessions}/{ProxySessionId}`
const configuration = `${connector}/programmable-numbers/proxy`

const ProxySessionAnswer = {
  payload: "proxySession",
  write: (value: ProxySession) => ({ ProxySession: Output.proxySession(value) }),
}
const ProxyAnswer = {
  payload: "proxy",
  write: (value: ProxyConfiguration) => ({ Proxy: Output.proxy(value) }),
}
const NoAnswer = { status: 204, payload: undefined, write: undefined } as const

const table: Operations.Table = Operations.operations

const make = <Name extends OperationName>(
  name: Name,
  wire: Omit<Wire<SuccessOf[Name]>, "query"> & Partial<Pick<Wire<SuccessOf[Name]>, "query">>,
): Operation<RequestOf[Name], SuccessOf[Name], ErrorOf[Name]> => ({ name, query: {}, ...table[name], ...wire })

/**
 * All operations, by name. The compiler asks for a row for each operation of the domain's table.
 *
 * Source: the `http` trait of each operation.
 *
 * @category operations
 */
export const operations: {
  readonly [Name in OperationName]: Operation<RequestOf[Name], SuccessOf[Name], ErrorOf[Name]>
} = {
  CreateProxySession: make("CreateProxySession", {
    method: "POST",
    path: sessions,
    status: 201,
    ...ProxySessionAnswer,
  }),
  GetProxySession: make("GetProxySession", { method: "GET", path: session, status: 200, ...ProxySessionAnswer }),
  ListProxySessions: make("ListProxySessions", {
    method: "GET",
    path: sessions,
    query: { status: "status", nextToken: "next-token", maxResults: "max-results" },
    status: 200,
    payload: undefined,
    write: Output.page,
  }),
  UpdateProxySession: make("UpdateProxySession", {
    method: "POST",
    path: session,
    status: 201,
    ...ProxySessionAnswer,
  }),
  DeleteProxySession: make("DeleteProxySession", { method: "DELETE", path: session, ...NoAnswer }),
  PutVoiceConnectorProxy: make("PutVoiceConnectorProxy", {
    method: "PUT",
    path: configuration,
    status: 200,
    ...ProxyAnswer,
  }),
  GetVoiceConnectorProxy: make("GetVoiceConnectorProxy", {
    method: "GET",
    path: configuration,
    status: 200,
    ...ProxyAnswer,
  }),
  DeleteVoiceConnectorProxy: make("DeleteVoiceConnectorProxy", {
    method: "DELETE",
    path: configuration,
    ...NoAnswer,
  }),
}

/**
 * Any one of the operations.
 *
 * @category models
 */
export type AnyOperation = (typeof operations)[OperationName]
