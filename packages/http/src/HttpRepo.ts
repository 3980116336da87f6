/**
 * The live Layer: proxy sessions over signed HTTP.
 */
import * as Endpoint from "@proxy-session/protocol/Endpoint"
import * as Operation from "@proxy-session/protocol/Operation"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Credentials } from "./Credentials.ts"
import * as Attempt from "./internal/attempt.ts"
import * as Call from "./internal/call.ts"
import * as ClockSkew from "./internal/clockSkew.ts"
import * as RetryQuota from "./internal/retryQuota.ts"
import { atLeastOne, check, millisOf, time } from "./internal/limits.ts"
import type { OptionsError } from "./OptionsError.ts"
import * as Retry from "./Retry.ts"
import { Signer } from "./Signer.ts"

/**
 * Where the service is, how large an answer may be, and how long it may take.
 *
 * - `endpoint`, a base path included, or else the `region` whose endpoint is asked; the region is signed either way
 * - `namespace` is `chime-sdk-voice` unless told otherwise
 * - `maxResponseBytes` bounds the body of each answer: 4 MiB, where a full page of sessions takes about 60 KiB
 * - `attemptTimeout` bounds each attempt, connecting and the body included, once it has a key and one of the connections
 *   of `NodeClient` or `UndiciClient`: 10 seconds; `operationTimeout` all of them with the waiting before and between:
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
 * Both repositories over any `HttpClient`, signed with whatever `Credentials` answers.
 *
 * Each attempt is signed anew, and a failed one is followed by another where that does no harm. Redirects are never
 * followed, since they would carry the signature off, and no tracing headers are added. An answer that cannot be used
 * is a `TransportError`, which says whether the operation may have happened: give it no client that repeats requests by
 * itself, since of those it would know only the last. With `FetchHttpClient`, further `fetch`
 * options are taken from the `RequestInit` that this Layer is built with; those given to `FetchHttpClient.layer` alone
 * are replaced.
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
  Endpoint.EndpointError | OptionsError,
  HttpClient.HttpClient | Credentials
> => Layer.effectContext(make(options))

/**
 * The same as the environment has it.
 *
 * - `AWS_ENDPOINT_URL_CHIME_SDK_VOICE`, then `AWS_ENDPOINT_URL`, both ignored where
 *   `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is true
 * - `AWS_REGION`, then `AWS_DEFAULT_REGION`
 * - `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT`
 * - `AWS_MAX_ATTEMPTS`; `AWS_RETRY_MODE`, of which `legacy` means five attempts and the constants before 2026, and
 *   `adaptive` the same as `standard`; `AWS_NEW_RETRIES_2026`, of which `false` means the constants before 2026
 *
 * They are read through Effect's `Config`; one that is empty counts as not set. Source: the AWS SDKs and Tools
 * Reference Guide.
 *
 * @category layers
 */
export const layerConfig: Layer.Layer<
  ProxySessionRepo.ProxySessionRepo | VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
  Endpoint.EndpointError | OptionsError | Config.ConfigError,
  HttpClient.HttpClient | Credentials
> = /*#__PURE__*/ Layer.suspend(() => layerConfigWith({}))

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
  Endpoint.EndpointError | OptionsError | Config.ConfigError,
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
        retry: yield* retryConfig(options.retry),
      })
    }),
  )

/** An option that is there and `undefined` is one that was not given. */
const retryConfig = /*#__PURE__*/ Effect.fnUntraced(function* (options: Retry.RetryOptions = {}) {
  const isSet = (yield* text("AWS_RETRY_MODE")) !== undefined
  const legacy = isSet && (yield* Config.Literals(["standard", "adaptive", "legacy"], "AWS_RETRY_MODE")) === "legacy"
  const attempts = yield* text("AWS_MAX_ATTEMPTS")
  const isNew = (yield* text("AWS_NEW_RETRIES_2026")) === undefined || (yield* flag("AWS_NEW_RETRIES_2026"))
  const configured = attempts === undefined ? (legacy ? 5 : 3) : yield* Config.schema(PositiveInt, "AWS_MAX_ATTEMPTS")
  return {
    ...options,
    maxAttempts: options.maxAttempts ?? configured,
    constants: options.constants ?? (legacy || !isNew ? "previous" : "2026"),
  } satisfies Retry.RetryOptions
})

const PositiveInt = /*#__PURE__*/ Schema.FiniteFromString.check(
  /*#__PURE__*/ Schema.isInt(),
  /*#__PURE__*/ Schema.isGreaterThanOrEqualTo(1),
)

const text = (name: string) =>
  Config.option(Config.String(name)).pipe(
    Effect.map(Option.filter((value) => value !== "")),
    Effect.map(Option.getOrUndefined),
  )

const flag = (name: string) =>
  Effect.flatMap(text(name), (value) => (value === undefined ? Effect.succeed(false) : Config.Boolean(name)))

/** Times are in milliseconds. */
const limitsOf = (options: Options) =>
  check(
    "HttpRepo",
    {
      "retry.maxAttempts": options.retry?.maxAttempts ?? 3,
      maxResponseBytes: options.maxResponseBytes ?? 4 * 1024 * 1024,
      attemptTimeout: millisOf(options.attemptTimeout ?? 10_000),
      operationTimeout: millisOf(options.operationTimeout ?? 30_000),
    },
    { "retry.maxAttempts": atLeastOne, maxResponseBytes: atLeastOne, attemptTimeout: time, operationTimeout: time },
  )

const make = Effect.fnUntraced(function* (options: Options) {
  const { constants = "2026", create = "safe", clockSkew = true } = options.retry ?? {}
  const endpoint = yield* Effect.fromResult(Endpoint.resolve(options))
  const limits = yield* limitsOf(options)
  const call = Call.make({
    attempt: Attempt.make({
      client: yield* HttpClient.HttpClient,
      endpoint,
      requestInit: Option.getOrElse(yield* Effect.serviceOption(FetchHttpClient.RequestInit), () => ({})),
      maxResponseBytes: limits.maxResponseBytes,
    }),
    credentials: yield* Credentials,
    endpoint,
    sign: yield* Signer,
    skew: clockSkew ? ClockSkew.make() : ClockSkew.none,
    quota: RetryQuota.make(),
    maxAttempts: limits["retry.maxAttempts"],
    constants: Retry.constants[constants],
    repeatCreate: create === "aws-compatible",
    attemptTimeout: limits.attemptTimeout,
    operationTimeout: limits.operationTimeout,
  })

  return Context.make(
    ProxySessionRepo.ProxySessionRepo,
    ProxySessionRepo.make({
      create: call(Operation.operations.CreateProxySession),
      get: call(Operation.operations.GetProxySession),
      list: call(Operation.operations.ListProxySessions),
      update: call(Operation.operations.UpdateProxySession),
      delete: call(Operation.operations.DeleteProxySession),
    }),
  ).pipe(
    Context.add(
      VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
      VoiceConnectorProxyRepo.make({
        put: call(Operation.operations.PutVoiceConnectorProxy),
        get: call(Operation.operations.GetVoiceConnectorProxy),
        delete: call(Operation.operations.DeleteVoiceConnectorProxy),
      }),
    ),
  )
})
