/**
 * Voice Connectors and their numbers over signed HTTP, as a Layer of its own: a client that only gets sessions holds
 * nothing of it.
 */
import type * as Endpoint from "@proxy-session/protocol/Endpoint"
import { connectorOperations } from "@proxy-session/protocol/ConnectorOperation"
import * as VoiceConnectors from "@proxy-session/repo/VoiceConnectors"
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Credentials } from "./Credentials.ts"
import type { Options } from "./HttpRepo.ts"
import * as Caller from "./internal/caller.ts"
import { configured } from "./internal/environment.ts"
import type { OptionsError } from "./OptionsError.ts"
import type { Transport } from "./Transport.ts"

/**
 * `VoiceConnectors` over a transport, with the options, the signatures and the retries of `HttpRepo.layer`.
 *
 * **Example** (Provisioning a stand-in)
 *
 * ```ts
 * import { Credentials } from "@proxy-session/http/Credentials"
 * import * as HttpVoiceConnectors from "@proxy-session/http/HttpVoiceConnectors"
 * import * as Transport from "@proxy-session/http/Transport"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * export const live = HttpVoiceConnectors.layer({ endpoint: "http://127.0.0.1:8080" }).pipe(
 *   Layer.provide(Credentials.layer({ accessKeyId: "test", secretAccessKey: Redacted.make("test") })),
 *   Layer.provide(Transport.layerFetch())
 * )
 * ```
 *
 * @category layers
 */
export const layer = (
  options: Options = {},
): Layer.Layer<VoiceConnectors.VoiceConnectors, Endpoint.EndpointError | OptionsError, Transport | Credentials> =>
  Layer.effect(VoiceConnectors.VoiceConnectors, make(options))

/**
 * The same, configured from AWS's variables as `HttpRepo.layerConfig` is.
 *
 * @category layers
 */
export const layerConfig = (
  options: Options = {},
): Layer.Layer<
  VoiceConnectors.VoiceConnectors,
  Endpoint.EndpointError | OptionsError | Config.ConfigError,
  Transport | Credentials
> => Layer.effect(VoiceConnectors.VoiceConnectors, configured(options, make))

const make = (options: Options) =>
  Effect.map(Caller.make("HttpVoiceConnectors", options), (call) =>
    VoiceConnectors.fromOperations((name) => call(connectorOperations[name])),
  )
