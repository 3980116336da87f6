/**
 * Everything that each operation can fail with: a closed union per operation, so that a match on it can be exhaustive.
 */
import * as Schema from "effect/Schema"
import { CredentialsError } from "./CredentialsError.ts"
import { InvalidRequest } from "./InvalidRequest.ts"
import { MalformedResponse } from "./MalformedResponse.ts"
import {
  AccessDeniedException,
  BadRequestException,
  ForbiddenException,
  NotFoundException,
  ServiceFailureException,
  ServiceUnavailableException,
  ThrottledClientException,
  UnauthorizedClientException,
  UnmodeledServiceError,
} from "./ServiceError.ts"
import { TransportError } from "./TransportError.ts"

/**
 * The seven errors that all eight operations declare.
 *
 * @category errors
 */
export const DeclaredError = Schema.Union([
  BadRequestException,
  UnauthorizedClientException,
  ForbiddenException,
  NotFoundException,
  ThrottledClientException,
  ServiceFailureException,
  ServiceUnavailableException,
])

/**
 * The type of an error that all eight operations declare.
 *
 * @category errors
 */
export type DeclaredError = typeof DeclaredError.Type

/**
 * What can go wrong besides: the request, the way there and back, the credentials, an answer nobody declared.
 *
 * @category errors
 */
export const ClientError = Schema.Union([
  InvalidRequest,
  UnmodeledServiceError,
  TransportError,
  MalformedResponse,
  CredentialsError,
])

/**
 * The type of an error that no operation declares.
 *
 * @category errors
 */
export type ClientError = typeof ClientError.Type

/**
 * Everything that an operation on proxy sessions can fail with.
 *
 * @category errors
 */
export const ProxySessionError = Schema.Union([...DeclaredError.members, ...ClientError.members])

/**
 * The type of everything that an operation on proxy sessions can fail with.
 *
 * @category errors
 */
export type ProxySessionError = typeof ProxySessionError.Type

/**
 * Everything that `CreateProxySession` can fail with.
 *
 * @category errors
 */
export const CreateProxySessionError = ProxySessionError

/**
 * The type of what `CreateProxySession` can fail with.
 *
 * @category errors
 */
export type CreateProxySessionError = ProxySessionError

/**
 * Everything that `GetProxySession` can fail with.
 *
 * @category errors
 */
export const GetProxySessionError = ProxySessionError

/**
 * The type of what `GetProxySession` can fail with.
 *
 * @category errors
 */
export type GetProxySessionError = ProxySessionError

/**
 * Everything that `ListProxySessions` can fail with.
 *
 * @category errors
 */
export const ListProxySessionsError = ProxySessionError

/**
 * The type of what `ListProxySessions` can fail with.
 *
 * @category errors
 */
export type ListProxySessionsError = ProxySessionError

/**
 * Everything that `UpdateProxySession` can fail with.
 *
 * @category errors
 */
export const UpdateProxySessionError = ProxySessionError

/**
 * The type of what `UpdateProxySession` can fail with.
 *
 * @category errors
 */
export type UpdateProxySessionError = ProxySessionError

/**
 * Everything that `DeleteProxySession` can fail with.
 *
 * @category errors
 */
export const DeleteProxySessionError = ProxySessionError

/**
 * The type of what `DeleteProxySession` can fail with.
 *
 * @category errors
 */
export type DeleteProxySessionError = ProxySessionError

/**
 * Everything that `PutVoiceConnectorProxy` can fail with: it alone declares `AccessDeniedException` too.
 *
 * @category errors
 */
export const PutVoiceConnectorProxyError = Schema.Union([...ProxySessionError.members, AccessDeniedException])

/**
 * The type of what `PutVoiceConnectorProxy` can fail with.
 *
 * @category errors
 */
export type PutVoiceConnectorProxyError = typeof PutVoiceConnectorProxyError.Type

/**
 * Everything that `GetVoiceConnectorProxy` can fail with.
 *
 * @category errors
 */
export const GetVoiceConnectorProxyError = ProxySessionError

/**
 * The type of what `GetVoiceConnectorProxy` can fail with.
 *
 * @category errors
 */
export type GetVoiceConnectorProxyError = ProxySessionError

/**
 * Everything that `DeleteVoiceConnectorProxy` can fail with.
 *
 * @category errors
 */
export const DeleteVoiceConnectorProxyError = ProxySessionError

/**
 * The type of what `DeleteVoiceConnectorProxy` can fail with.
 *
 * @category errors
 */
export type DeleteVoiceConnectorProxyError = ProxySessionError
