/**
 * What can be asked about a Voice Connector's proxy configuration.
 */
import type { Input } from "@proxy-session/domain/Input"
import type { ErrorOf, RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import type { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import { decoding } from "./internal/decoding.ts"

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
  readonly [M in keyof Methods]: (
    request: RequestOf[Methods[M]],
  ) => Effect.Effect<SuccessOf[Methods[M]], ErrorOf[Methods[M]]>
}

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
