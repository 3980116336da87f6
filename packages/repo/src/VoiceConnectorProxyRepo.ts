/**
 * What can be asked about a Voice Connector's proxy configuration.
 */
import type { Input } from "@proxy-session/domain/Input"
import type { ErrorOf, InputOf, RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import type { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySessionError } from "@proxy-session/domain/ProxySessionError"
import type { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { sessionOperations } from "@proxy-session/domain/SessionOperations"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import { decodingBy } from "./internal/decoding.ts"

/**
 * The repository of proxy configurations, one for each Voice Connector: put, get and delete.
 *
 * A connector needs a configuration before sessions can be created on it. Removing it leaves existing sessions alone.
 * Requests are plain data, as those of `ProxySessionRepo` are.
 *
 * @category services
 */
export class VoiceConnectorProxyRepo extends Context.Service<
  VoiceConnectorProxyRepo,
  {
    /** Sets the whole configuration; a member that is left out loses what it had. */
    readonly put: (
      request: Input<typeof PutVoiceConnectorProxy>,
    ) => Effect.Effect<ProxyConfiguration, ErrorOf["PutVoiceConnectorProxy"]>
    /** Reads the configuration. */
    readonly get: (
      key: Input<typeof VoiceConnectorProxyKey>,
    ) => Effect.Effect<ProxyConfiguration, ErrorOf["GetVoiceConnectorProxy"]>
    /** Removes the configuration; that there was none is no failure. */
    readonly delete: (
      key: Input<typeof VoiceConnectorProxyKey>,
    ) => Effect.Effect<void, ErrorOf["DeleteVoiceConnectorProxy"]>
  }
>()("@proxy-session/repo/VoiceConnectorProxyRepo") {}

/**
 * The operation behind each method.
 *
 * @category models
 */
export interface Methods {
  readonly put: "PutVoiceConnectorProxy"
  readonly get: "GetVoiceConnectorProxy"
  readonly delete: "DeleteVoiceConnectorProxy"
}

/**
 * What an implementation provides: the same methods, given requests that are sound.
 *
 * @category models
 */
export type Implementation = {
  readonly [Method in keyof Methods]: (
    request: RequestOf[Methods[Method]],
  ) => Effect.Effect<SuccessOf[Methods[Method]], ErrorOf[Methods[Method]]>
}

const decoding = decodingBy(sessionOperations)

/**
 * Makes a repository of an implementation, which only ever sees sound requests: instances of their classes.
 *
 * @category constructors
 */
export const make = (implementation: Implementation): VoiceConnectorProxyRepo["Service"] => ({
  put: decoding("PutVoiceConnectorProxy", implementation.put),
  get: decoding("GetVoiceConnectorProxy", implementation.get),
  delete: decoding("DeleteVoiceConnectorProxy", implementation.delete),
})

/**
 * Makes a repository whose methods all do the same with their operation: send it, count it, record it.
 *
 * @category constructors
 */
export const fromOperations = (
  run: <Method extends keyof Methods>(
    operation: Methods[Method],
    method: Method,
  ) => (
    request: RequestOf[Methods[Method]],
  ) => Effect.Effect<SuccessOf[Methods[Method]], ErrorOf[Methods[Method]] | ProxySessionError>,
): VoiceConnectorProxyRepo["Service"] =>
  make({
    put: run("PutVoiceConnectorProxy", "put"),
    get: run("GetVoiceConnectorProxy", "get"),
    delete: run("DeleteVoiceConnectorProxy", "delete"),
  })

/**
 * The methods by the name of their operation, each as a call of the repository in the context.
 *
 * @category operations
 */
export const calls: {
  readonly [Name in Methods[keyof Methods]]: (
    input: InputOf[Name],
  ) => Effect.Effect<SuccessOf[Name], ErrorOf[Name], VoiceConnectorProxyRepo>
} = {
  PutVoiceConnectorProxy: (request) => VoiceConnectorProxyRepo.use((repo) => repo.put(request)),
  GetVoiceConnectorProxy: (key) => VoiceConnectorProxyRepo.use((repo) => repo.get(key)),
  DeleteVoiceConnectorProxy: (key) => VoiceConnectorProxyRepo.use((repo) => repo.delete(key)),
}
