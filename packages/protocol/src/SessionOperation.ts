/**
 * The part of the wire's table that is about proxy sessions and their configurations.
 */
import * as Domain from "@proxy-session/domain/SessionOperations"
import { noAnswer, rowsOf } from "./internal/rows.ts"
import type { Rows } from "./Operation.ts"

const connector = "/voice-connectors/{VoiceConnectorId}"
const sessions = `${connector}/proxy-sessions`
const session = `${sessions}/{ProxySessionId}`
const configuration = `${connector}/programmable-numbers/proxy`

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
    payload: "proxySession",
  }),
  GetProxySession: make("GetProxySession", { method: "GET", path: session, status: 200, payload: "proxySession" }),
  ListProxySessions: make("ListProxySessions", {
    method: "GET",
    path: sessions,
    query: { status: "status", nextToken: "next-token", maxResults: "max-results" },
    status: 200,
    payload: undefined,
  }),
  UpdateProxySession: make("UpdateProxySession", {
    method: "POST",
    path: session,
    status: 201,
    payload: "proxySession",
  }),
  DeleteProxySession: make("DeleteProxySession", { method: "DELETE", path: session, ...noAnswer }),
  PutVoiceConnectorProxy: make("PutVoiceConnectorProxy", {
    method: "PUT",
    path: configuration,
    status: 200,
    payload: "proxy",
  }),
  GetVoiceConnectorProxy: make("GetVoiceConnectorProxy", {
    method: "GET",
    path: configuration,
    status: 200,
    payload: "proxy",
  }),
  DeleteVoiceConnectorProxy: make("DeleteVoiceConnectorProxy", {
    method: "DELETE",
    path: configuration,
    ...noAnswer,
  }),
}
