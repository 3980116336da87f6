/**
 * The part of the table of operations that is about proxy sessions and their configurations.
 */
import * as Schema from "effect/Schema"
import { ProxyConfiguration } from "./ProxyConfiguration.ts"
import { ProxySession } from "./ProxySession.ts"
import { ClientError, DeclaredError, ProxySessionError } from "./ProxySessionError.ts"
import { ProxySessionPage } from "./ProxySessionPage.ts"
import { CreateProxySession, ListProxySessions, ProxySessionKey, UpdateProxySession } from "./ProxySessionRequest.ts"
import { AccessDeniedException } from "./ServiceError.ts"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "./VoiceConnectorProxyRequest.ts"

/** The errors of an operation, from those that the model declares for it. Most declare the common seven and no more. */
const errors = <const Declared extends ReadonlyArray<Schema.Constraint>>(...declared: Declared) =>
  Schema.Union([...declared, ...ClientError.members])

/**
 * The eight operations on proxy sessions and their configurations, by AWS's own names.
 *
 * @category operations
 */
export const sessionOperations = {
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
}
