/**
 * What can be asked about a Voice Connector's proxy configuration.
 */
import { checker } from "@proxy-session/domain/InvalidRequest"
import type { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import { checked } from "./internal/checked.ts"

/**
 * The repository of proxy configurations, one for each Voice Connector: put, get and delete.
 *
 * A connector needs a configuration before sessions can be created on it. Removing it leaves existing sessions alone.
 *
 * @category services
 */
export class VoiceConnectorProxyRepo extends Context.Service<
  VoiceConnectorProxyRepo,
  {
    /** Sets the whole configuration; a member that is left out loses what it had. */
    readonly put: (
      request: PutVoiceConnectorProxy,
    ) => Effect.Effect<ProxyConfiguration, ErrorOf["PutVoiceConnectorProxy"]>
    /** Reads the configuration. */
    readonly get: (key: VoiceConnectorProxyKey) => Effect.Effect<ProxyConfiguration, ErrorOf["GetVoiceConnectorProxy"]>
    /** Removes the configuration; that there was none is no failure. */
    readonly delete: (key: VoiceConnectorProxyKey) => Effect.Effect<void, ErrorOf["DeleteVoiceConnectorProxy"]>
  }
>()("@proxy-session/repo/VoiceConnectorProxyRepo") {}

/**
 * Puts the model's checks before an implementation, so that it only ever sees sound requests.
 *
 * @category constructors
 */
export const make = (implementation: VoiceConnectorProxyRepo["Service"]): VoiceConnectorProxyRepo["Service"] => ({
  put: checked(checker("PutVoiceConnectorProxy", PutVoiceConnectorProxy.fields), implementation.put),
  get: checked(checker("GetVoiceConnectorProxy", VoiceConnectorProxyKey.fields), implementation.get),
  delete: checked(checker("DeleteVoiceConnectorProxy", VoiceConnectorProxyKey.fields), implementation.delete),
})
