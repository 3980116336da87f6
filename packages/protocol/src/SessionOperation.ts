/**
 * The part of the wire's table that is about proxy sessions and their configurations.
 */
import type { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import * as Domain from "@proxy-session/domain/SessionOperations"
import * as Output from "./internal/output.ts"
import { noAnswer, rowsOf } from "./internal/rows.ts"
import type { Rows } from "./Operation.ts"

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

const make = rowsOf(Domain.sessionOperations)

/**
 * The eight operations on proxy sessions and their configurations.
 *
 * Source: the `http` trait of each operation.
 *
 * @category operations
 */
export const sessionOperations: Rows<keyof typeof Domain.sessionOperations> = {
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
  DeleteProxySession: make("DeleteProxySession", { method: "DELETE", path: session, ...noAnswer }),
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
    ...noAnswer,
  }),
}
