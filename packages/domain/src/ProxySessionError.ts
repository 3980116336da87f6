/**
 * What operations can fail with: closed unions, so that a match on them can be exhaustive.
 *
 * The union of each operation is in the table of operations: `ErrorOf["GetProxySession"]` in `Operations`.
 */
import * as Schema from "effect/Schema"
import { CredentialsError } from "./CredentialsError.ts"
import { InvalidRequest } from "./InvalidRequest.ts"
import { MalformedResponse } from "./MalformedResponse.ts"
import {
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
 * Everything that an operation can fail with that declares the common seven errors and no other.
 *
 * @category errors
 */
export const ProxySessionError = Schema.Union([...DeclaredError.members, ...ClientError.members])

/**
 * The type of what an operation can fail with that declares the common seven errors and no other.
 *
 * @category errors
 */
export type ProxySessionError = typeof ProxySessionError.Type
