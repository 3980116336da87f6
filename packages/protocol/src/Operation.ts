/**
 * The eight operations as the wire knows them. The client's request and the server's route both follow from this table.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionError, PutVoiceConnectorProxyError } from "@proxy-session/domain/ProxySessionError"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import {
  CreateProxySession as CreateProxySessionRequest,
  ListProxySessions as ListProxySessionsRequest,
  ProxySessionKey,
  UpdateProxySession as UpdateProxySessionRequest,
} from "@proxy-session/domain/ProxySessionRequest"
import {
  PutVoiceConnectorProxy as PutVoiceConnectorProxyRequest,
  VoiceConnectorProxyKey,
} from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as Schema from "effect/Schema"
import * as Output from "./internal/output.ts"

/**
 * One operation: how it is asked, how it is answered, and whether asking twice does harm.
 *
 * - `path` is a template; a part in braces is a label that a member of the request fills.
 * - `query` maps members of the request to parameters of the query; the members that are neither label nor query are
 *   the JSON body's.
 * - `status` is that of success. `payload` is the member of the answer that holds the result; without one, the
 *   answer is the result itself. `write` makes the answer's JSON, where there is one.
 * - `repeatable` is false where a repetition could do the work twice: the model has no idempotency token.
 *
 * @category models
 */
export interface Operation<Request, Success, Error> {
  readonly name: OperationName
  readonly method: "DELETE" | "GET" | "POST" | "PUT"
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly status: 200 | 201 | 204
  readonly payload: string | undefined
  readonly request: Schema.Codec<Request, unknown> & { readonly fields: Schema.Struct.Fields }
  readonly success: Schema.Codec<Success, unknown>
  readonly write: ((value: Success) => object) | undefined
  readonly error: Schema.Codec<Error, unknown>
  readonly repeatable: boolean
}

const connector = "/voice-connectors/{VoiceConnectorId}"
const sessions = `${connector}/proxy-sessions`
const session = `${sessions}/{ProxySessionId}`
const configuration = `${connector}/programmable-numbers/proxy`

const make = <Request, Success, Error>(
  operation: Omit<Operation<Request, Success, Error>, "query" | "repeatable"> &
    Partial<Pick<Operation<Request, Success, Error>, "query" | "repeatable">>,
): Operation<Request, Success, Error> => ({ query: {}, repeatable: true, ...operation })

const ProxySessionAnswer = {
  payload: "proxySession",
  success: ProxySession,
  write: (value: ProxySession) => ({ ProxySession: Output.proxySession(value) }),
}
const ProxyAnswer = {
  payload: "proxy",
  success: ProxyConfiguration,
  write: (value: ProxyConfiguration) => ({ Proxy: Output.proxy(value) }),
}
const NoAnswer = { payload: undefined, success: Schema.Void, write: undefined }

/**
 * `POST /voice-connectors/{VoiceConnectorId}/proxy-sessions`, 201.
 *
 * @category operations
 */
export const CreateProxySession = make({
  name: "CreateProxySession",
  method: "POST",
  path: sessions,
  status: 201,
  ...ProxySessionAnswer,
  request: CreateProxySessionRequest,
  error: ProxySessionError,
  repeatable: false,
})

/**
 * `GET /voice-connectors/{VoiceConnectorId}/proxy-sessions/{ProxySessionId}`, 200.
 *
 * @category operations
 */
export const GetProxySession = make({
  name: "GetProxySession",
  method: "GET",
  path: session,
  status: 200,
  ...ProxySessionAnswer,
  request: ProxySessionKey,
  error: ProxySessionError,
})

/**
 * `GET /voice-connectors/{VoiceConnectorId}/proxy-sessions?status&next-token&max-results`, 200.
 *
 * @category operations
 */
export const ListProxySessions = make({
  name: "ListProxySessions",
  method: "GET",
  path: sessions,
  query: { status: "status", nextToken: "next-token", maxResults: "max-results" },
  status: 200,
  payload: undefined,
  request: ListProxySessionsRequest,
  success: ProxySessionPage,
  write: Output.page,
  error: ProxySessionError,
})

/**
 * `POST /voice-connectors/{VoiceConnectorId}/proxy-sessions/{ProxySessionId}`, 201.
 *
 * @category operations
 */
export const UpdateProxySession = make({
  name: "UpdateProxySession",
  method: "POST",
  path: session,
  status: 201,
  ...ProxySessionAnswer,
  request: UpdateProxySessionRequest,
  error: ProxySessionError,
})

/**
 * `DELETE /voice-connectors/{VoiceConnectorId}/proxy-sessions/{ProxySessionId}`, 204.
 *
 * @category operations
 */
export const DeleteProxySession = make({
  name: "DeleteProxySession",
  method: "DELETE",
  path: session,
  status: 204,
  ...NoAnswer,
  request: ProxySessionKey,
  error: ProxySessionError,
})

/**
 * `PUT /voice-connectors/{VoiceConnectorId}/programmable-numbers/proxy`, 200.
 *
 * @category operations
 */
export const PutVoiceConnectorProxy = make({
  name: "PutVoiceConnectorProxy",
  method: "PUT",
  path: configuration,
  status: 200,
  ...ProxyAnswer,
  request: PutVoiceConnectorProxyRequest,
  error: PutVoiceConnectorProxyError,
})

/**
 * `GET /voice-connectors/{VoiceConnectorId}/programmable-numbers/proxy`, 200.
 *
 * @category operations
 */
export const GetVoiceConnectorProxy = make({
  name: "GetVoiceConnectorProxy",
  method: "GET",
  path: configuration,
  status: 200,
  ...ProxyAnswer,
  request: VoiceConnectorProxyKey,
  error: ProxySessionError,
})

/**
 * `DELETE /voice-connectors/{VoiceConnectorId}/programmable-numbers/proxy`, 204.
 *
 * @category operations
 */
export const DeleteVoiceConnectorProxy = make({
  name: "DeleteVoiceConnectorProxy",
  method: "DELETE",
  path: configuration,
  status: 204,
  ...NoAnswer,
  request: VoiceConnectorProxyKey,
  error: ProxySessionError,
})

/**
 * All eight, by name.
 *
 * @category operations
 */
export const operations = {
  CreateProxySession,
  GetProxySession,
  ListProxySessions,
  UpdateProxySession,
  DeleteProxySession,
  PutVoiceConnectorProxy,
  GetVoiceConnectorProxy,
  DeleteVoiceConnectorProxy,
} satisfies { readonly [Name in OperationName]: { readonly name: OperationName } }

/**
 * Any one of the eight.
 *
 * @category operations
 */
export type AnyOperation = (typeof operations)[OperationName]
