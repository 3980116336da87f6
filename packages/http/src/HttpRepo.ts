/**
 * The live Layer: proxy sessions over signed HTTP.
 */
import type * as Endpoint from "@proxy-session/protocol/Endpoint"
import { sessionOperations } from "@proxy-session/protocol/SessionOperation"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Credentials } from "./Credentials.ts"
import * as Caller from "./internal/caller.ts"
import { configured } from "./internal/environment.ts"
import type { OptionsError } from "./OptionsError.ts"
import type * as Retry from "./Retry.ts"
import type { Transport } from "./Transport.ts"

/**
 * Where the service is, how large an answer may be, and how long it may take.
 *
 * - `endpoint`, a base path included, or else the `region` whose endpoint is asked; the region is signed either way
 * - `namespace` is `chime-sdk-voice` unless told otherwise
 * - `maxResponseBytes` bounds the body of each answer: 4 MiB, where a full page of sessions takes about 60 KiB
 * - `attemptTimeout` bounds each attempt, connecting and the body included, once it has a key and a connection of
 *   `NodeTransport` or `UndiciTransport`: 10 seconds; `operationTimeout` all of them with the waiting before and between:
 *   30 seconds
 * - `retry` says when an attempt is followed by another
 *
 * @category models
 */
export interface Options extends Endpoint.EndpointOptions {
  readonly maxResponseBytes?: number | undefined
  readonly attemptTimeout?: Duration.Input | undefined
  readonly operationTimeout?: Duration.Input | undefined
  readonly retry?: Retry.RetryOptions | undefined
}

/**
 * Both repositories over a transport, signed with the keys of `Credentials`.
 *
 * Each attempt is signed anew, and a failed one is followed by another where that does no harm. Redirects are never
 * followed, since they would carry the signature off, and no tracing headers are added. A response that cannot be used
 * is a `TransportError`, which says whether the operation may have happened.
 *
 * **Example** (A repository on one's own endpoint)
 *
 * ```ts
 * import { Credentials } from "@proxy-session/http/Credentials"
 * import * as HttpRepo from "@proxy-session/http/HttpRepo"
 * import * as Transport from "@proxy-session/http/Transport"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * export const live = HttpRepo.layer({ endpoint: "http://127.0.0.1:8080" }).pipe(
 *   Layer.provide(Credentials.layer({ accessKeyId: "test", secretAccessKey: Redacted.make("test") })),
 *   Layer.provide(Transport.layerFetch())
 * )
 * ```
 *
 * @category layers
 */
export const layer = (
  options: Options = {},
): Layer.Layer<Repositories, Endpoint.EndpointError | OptionsError, Transport | Credentials> =>
  Layer.effectContext(make(options))

type Repositories = ProxySessionRepo.ProxySessionRepo | VoiceConnectorProxyRepo.VoiceConnectorProxyRepo

/**
 * Both repositories, configured from AWS's variables; options win over them, and a variable that an option replaces is not
 * read.
 *
 * - `AWS_ENDPOINT_URL_CHIME_SDK_VOICE` (`AWS_ENDPOINT_URL_CHIME` in the namespace `chime`), then `AWS_ENDPOINT_URL`; both are
 *   ignored where `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is true
 * - `AWS_REGION`, then `AWS_DEFAULT_REGION`
 * - `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT`
 * - `AWS_MAX_ATTEMPTS`
 * - `AWS_RETRY_MODE`: `legacy` means five attempts and the constants before 2026, `adaptive` the same as `standard`
 * - `AWS_NEW_RETRIES_2026`: `false` means the constants before 2026
 *
 * They are read through Effect's `Config`. A blank variable is not set, and letter case does not matter in `true` and `false`.
 *
 * Source: the AWS SDKs and Tools Reference Guide.
 *
 * @category layers
 */
export const layerConfig = (
  options: Options = {},
): Layer.Layer<Repositories, Endpoint.EndpointError | OptionsError | Config.ConfigError, Transport | Credentials> =>
  Layer.effectContext(configured(options, make))

const make = (options: Options) =>
  Effect.map(Caller.make("HttpRepo", options), (call) =>
    Context.make(
      ProxySessionRepo.ProxySessionRepo,
      ProxySessionRepo.fromOperations((name) => call(sessionOperations[name])),
    ).pipe(
      Context.add(
        VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
        VoiceConnectorProxyRepo.fromOperations((name) => call(sessionOperations[name])),
      ),
    ),
  )
