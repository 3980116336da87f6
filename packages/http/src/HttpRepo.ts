/**
 * The live Layer: proxy sessions over signed HTTP.
 */
import type { CredentialsError } from "@proxy-session/domain/CredentialsError"
import type { TransportError } from "@proxy-session/domain/TransportError"
import * as Endpoint from "@proxy-session/protocol/Endpoint"
import * as Operation from "@proxy-session/protocol/Operation"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Credentials } from "./Credentials.ts"
import * as Attempt from "./internal/attempt.ts"
import { secretsOf } from "./internal/secrets.ts"

/**
 * Where the service is, and how large an answer may be.
 *
 * - `endpoint`, a base path included, or else the `region` whose endpoint is asked; the region is signed either way
 * - `namespace` is `chime-sdk-voice` unless told otherwise
 * - `maxResponseBytes` bounds the body of each answer: 4 MiB, where a full page of sessions takes about 60 KiB
 *
 * @category models
 */
export interface Options extends Endpoint.EndpointOptions {
  readonly maxResponseBytes?: number | undefined
}

/**
 * Both repositories over any `HttpClient`, signed with whatever `Credentials` answers.
 *
 * Each request is signed anew. Redirects are never followed, since they would carry the signature off, and no tracing
 * headers are added. An answer that cannot be used is a `TransportError`, which says whether the operation may have
 * happened. With `FetchHttpClient`, further `fetch` options are taken from the `RequestInit` that this Layer is built
 * with; those given to `FetchHttpClient.layer` alone are replaced.
 *
 * **Example** (A repository on one's own endpoint)
 *
 * ```ts
 * import { Credentials } from "@proxy-session/http/Credentials"
 * import * as HttpRepo from "@proxy-session/http/HttpRepo"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * export const live = HttpRepo.layer({ endpoint: "http://127.0.0.1:8080" }).pipe(
 *   Layer.provide(Credentials.layer({ accessKeyId: "test", secretAccessKey: Redacted.make("test") })),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @category layers
 */
export const layer = (
  options: Options = {},
): Layer.Layer<
  ProxySessionRepo.ProxySessionRepo | VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
  Endpoint.EndpointError,
  HttpClient.HttpClient | Credentials
> => Layer.effectContext(make(options))

/**
 * The same as the environment has it.
 *
 * - `AWS_ENDPOINT_URL_CHIME_SDK_VOICE`, then `AWS_ENDPOINT_URL`, both ignored where
 *   `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is true
 * - `AWS_REGION`, then `AWS_DEFAULT_REGION`
 * - `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT`
 *
 * They are read through Effect's `Config`; one that is empty counts as not set. Source: the AWS SDKs and Tools
 * Reference Guide.
 *
 * @category layers
 */
export const layerConfig: Layer.Layer<
  ProxySessionRepo.ProxySessionRepo | VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
  Endpoint.EndpointError | Config.ConfigError,
  HttpClient.HttpClient | Credentials
> = Layer.suspend(() => layerConfigWith({}))

/**
 * As {@link layerConfig}, with options that win over their variables.
 *
 * In the namespace `chime` the first variable is `AWS_ENDPOINT_URL_CHIME`.
 *
 * @category layers
 */
export const layerConfigWith = (
  options: Options,
): Layer.Layer<
  ProxySessionRepo.ProxySessionRepo | VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
  Endpoint.EndpointError | Config.ConfigError,
  HttpClient.HttpClient | Credentials
> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const ignored = yield* flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
      const own = options.namespace === "chime" ? "AWS_ENDPOINT_URL_CHIME" : "AWS_ENDPOINT_URL_CHIME_SDK_VOICE"
      const endpoint = ignored ? undefined : ((yield* text(own)) ?? (yield* text("AWS_ENDPOINT_URL")))
      return layer({
        ...options,
        endpoint: options.endpoint ?? endpoint,
        region: options.region ?? (yield* text("AWS_REGION")) ?? (yield* text("AWS_DEFAULT_REGION")),
        useFips: options.useFips ?? (yield* flag("AWS_USE_FIPS_ENDPOINT")),
        useDualStack: options.useDualStack ?? (yield* flag("AWS_USE_DUALSTACK_ENDPOINT")),
      })
    }),
  )

const text = (name: string) =>
  Config.option(Config.String(name)).pipe(
    Effect.map(Option.filter((value) => value !== "")),
    Effect.map(Option.getOrUndefined),
  )

const flag = (name: string) =>
  Effect.flatMap(text(name), (value) => (value === undefined ? Effect.succeed(false) : Config.Boolean(name)))

const make = Effect.fnUntraced(function* (options: Options) {
  const attempt = Attempt.make({
    client: yield* HttpClient.HttpClient,
    credentials: yield* Credentials,
    endpoint: yield* Effect.fromResult(Endpoint.resolve(options)),
    requestInit: Option.getOrElse(yield* Effect.serviceOption(FetchHttpClient.RequestInit), () => ({})),
    maxResponseBytes: options.maxResponseBytes ?? 4 * 1024 * 1024,
  })

  const call =
    <Request extends object, Success, Error>(operation: Operation.Operation<Request, Success, Error>) =>
    (request: Request): Effect.Effect<Success, Error | TransportError | CredentialsError> =>
      Effect.flatMap(attempt(operation.name, WireRequest.encode(operation, request)), (answer) =>
        Effect.fromResult(
          // The secrets are worked out only where a message may hold them.
          WireResponse.decode(operation, answer, {
            *[Symbol.iterator]() {
              yield* secretsOf(operation.request.make(request))
            },
          }),
        ),
      )

  return Context.make(
    ProxySessionRepo.ProxySessionRepo,
    ProxySessionRepo.make({
      create: call(Operation.CreateProxySession),
      get: call(Operation.GetProxySession),
      list: call(Operation.ListProxySessions),
      update: call(Operation.UpdateProxySession),
      delete: call(Operation.DeleteProxySession),
    }),
  ).pipe(
    Context.add(
      VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
      VoiceConnectorProxyRepo.make({
        put: call(Operation.PutVoiceConnectorProxy),
        get: call(Operation.GetVoiceConnectorProxy),
        delete: call(Operation.DeleteVoiceConnectorProxy),
      }),
    ),
  )
})
