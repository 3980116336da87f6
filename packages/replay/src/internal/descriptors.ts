import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { operations as table } from "@proxy-session/domain/Operations"
import { ProxySessionError } from "@proxy-session/domain/ProxySessionError"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import type * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import type * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Interaction } from "../Cassette.ts"
import { outcomes } from "./outcomes.ts"

/**
 * How the calls of one operation are kept: its name, what is asked, what is answered, what goes wrong.
 *
 * Neither an answer nor an error may be missing, so a descriptor of fewer does not do.
 */
export interface Descriptor<Request, in out Success, in out Error> {
  readonly operation: string
  /** Whether it only looks, so that its last answer may be given again. */
  readonly isRead: boolean
  /** What is kept of a request, and what requests are told apart by. */
  readonly encode: (request: Request) => Schema.Json
  readonly decode: (json: Schema.Json) => Request
  readonly success: Schema.Codec<Success, Schema.Json>
  readonly error: Schema.Codec<Error, Schema.Json>
  /** What of a recorded call is not as today's schemas would write it, by path and rule. */
  readonly staleness: (interaction: Interaction) => string | undefined
  /** Ends as a recorded call did. What was read in order to find it sound is not read again. */
  readonly replay: (interaction: Interaction) => Effect.Effect<Success, Error>
}

/** What is needed of an operation to find a stale recording of it. */
export type Known = Pick<Descriptor<never, unknown, unknown>, "operation" | "staleness">

/** One descriptor for each method of a service; a missing method, a wrong error or a requirement does not compile. */
export type Descriptors<Shape> = {
  readonly [Name in keyof Shape]: Shape[Name] extends (request: infer Request) => Effect.Effect<infer A, infer E>
    ? Descriptor<Request, A, E>
    : never
}

const describe = <Fields, Request extends Fields, A, E>(
  operation: string,
  request: Schema.Codec<Fields, unknown>,
  model: Schema.Codec<Request, unknown>,
  success: Schema.Codec<A, unknown>,
  error: Schema.Codec<E, unknown>,
) => {
  const json = {
    request: Schema.toCodecJson(request),
    success: Schema.toCodecJson(success),
    error: Schema.toCodecJson(error),
  }
  return {
    operation,
    isRead: /^(?:Get|List)/u.test(operation),
    encode: Schema.encodeSync(json.request),
    decode: Schema.decodeSync(Schema.toCodecJson(model)),
    success: json.success,
    error: json.error,
    ...outcomes(json.request, json.success, json.error, { isPlain: true }),
  }
}

// Requests are described by their fields alone, since a plain object with the right members is a request, too.

export const sessions = {
  create: describe(
    "CreateProxySession",
    Schema.Struct(CreateProxySession.fields),
    CreateProxySession,
    ProxySession,
    ProxySessionError,
  ),
  get: describe(
    "GetProxySession",
    Schema.Struct(ProxySessionKey.fields),
    ProxySessionKey,
    ProxySession,
    ProxySessionError,
  ),
  list: describe(
    "ListProxySessions",
    Schema.Struct(ListProxySessions.fields),
    ListProxySessions,
    ProxySessionPage,
    ProxySessionError,
  ),
  update: describe(
    "UpdateProxySession",
    Schema.Struct(UpdateProxySession.fields),
    UpdateProxySession,
    ProxySession,
    ProxySessionError,
  ),
  delete: describe(
    "DeleteProxySession",
    Schema.Struct(ProxySessionKey.fields),
    ProxySessionKey,
    Schema.Void,
    ProxySessionError,
  ),
} satisfies Descriptors<ProxySessionRepo.Implementation>

export const proxies = {
  put: describe(
    "PutVoiceConnectorProxy",
    Schema.Struct(PutVoiceConnectorProxy.fields),
    PutVoiceConnectorProxy,
    ProxyConfiguration,
    table.PutVoiceConnectorProxy.error,
  ),
  get: describe(
    "GetVoiceConnectorProxy",
    Schema.Struct(VoiceConnectorProxyKey.fields),
    VoiceConnectorProxyKey,
    ProxyConfiguration,
    ProxySessionError,
  ),
  delete: describe(
    "DeleteVoiceConnectorProxy",
    Schema.Struct(VoiceConnectorProxyKey.fields),
    VoiceConnectorProxyKey,
    Schema.Void,
    ProxySessionError,
  ),
} satisfies Descriptors<VoiceConnectorProxyRepo.Implementation>

export const operations: ReadonlyArray<Known> = [...Object.values(sessions), ...Object.values(proxies)]
