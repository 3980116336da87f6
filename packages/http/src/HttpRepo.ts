/**
 * The live Layer: proxy sessions over signed HTTP.
 */
import * as Endpoint from "@proxy-session/protocol/Endpoint"
import { operations } from "@proxy-session/protocol/Operation"
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
): Layer.Layer<
  ProxySessionRepo.ProxySessionRepo | VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
  Endpoint.EndpointError | OptionsError | Config.ConfigError,
  HttpClient.HttpClient | Credentials
> =>
  Layer.effectContext(
    Effect.flatMap(environment(options), ({ constants, endpoint, maxAttempts, region, ...flags }) => {
      const retry = { ...options.retry, constants, maxAttempts }
      const made = make({ ...options, ...flags, endpoint: endpoint?.value, region: region?.value, retry })
      return Effect.mapError(made, (error) => {
        if (error._tag !== "EndpointError" || error.setting === undefined) return error
        const { message, setting } = error
        const name = { endpoint, region }[setting]?.name
        return name === undefined ? error : new Endpoint.EndpointError({ message: `${message} (${name})`, setting })
      })
    }),
  )

/** A variable that is read as a text of a form. It is not set where it is missing or blank. */
const variable = <A>(name: string, codec: Schema.Codec<A, string>): Config.Config<A | undefined> =>
  Config.flatMap(Config.withDefault(Config.String(name), ""), (text) =>
    text.trim() === "" ? Config.succeed(undefined) : Config.schema(codec, name),
  )

/** The first of several variables that is set. */
const firstOf = (name: string, ...others: ReadonlyArray<string>): Config.Config<Setting | undefined> =>
  Config.flatMap(variable(name, Schema.String), (value) => {
    const [next, ...rest] = others
    if (value !== undefined || next === undefined) return Config.succeed(value === undefined ? value : { name, value })
    return firstOf(next, ...rest)
  })

/** A value, and the variable that it comes from, if it is no option. */
interface Setting {
  readonly name?: string
  readonly value: string
}

/** What AWS's variables say, where no option says it. */
const environment = ({ endpoint, namespace, region, retry = {}, useDualStack, useFips }: Options) => {
  const yes = /^(?:1|on|true|y|yes)$/iu
  const Flag = Schema.String.check(
    Schema.isPattern(/^(?:[01]|on|off|true|false|y|n|yes|no)$/iu, { expected: "true or false" }),
  )
  const flag = (name: string, isDefault: boolean) =>
    Config.map(variable(name, Flag), (text) => (text === undefined ? isDefault : yes.test(text)))
  const unless = <A>(option: A | undefined, config: Config.Config<A>) =>
    option === undefined ? config : Config.succeed(option)
  const own = namespace === "chime" ? "AWS_ENDPOINT_URL_CHIME" : "AWS_ENDPOINT_URL_CHIME_SDK_VOICE"
  const isLegacy = Config.map(
    variable("AWS_RETRY_MODE", Schema.Literals(["standard", "adaptive", "legacy"])),
    (mode) => mode === "legacy",
  )
  return Config.all({
    endpoint:
      endpoint === undefined
        ? Config.flatMap(flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", false), (isIgnored) =>
            isIgnored ? Config.succeed(undefined) : firstOf(own, "AWS_ENDPOINT_URL"),
          )
        : Config.succeed<Setting>({ value: endpoint }),
    region:
      region === undefined ? firstOf("AWS_REGION", "AWS_DEFAULT_REGION") : Config.succeed<Setting>({ value: region }),
    useFips: unless(useFips, flag("AWS_USE_FIPS_ENDPOINT", false)),
    useDualStack: unless(useDualStack, flag("AWS_USE_DUALSTACK_ENDPOINT", false)),
    maxAttempts: unless(
      retry.maxAttempts,
      Config.flatMap(variable("AWS_MAX_ATTEMPTS", PositiveInt), (attempts) =>
        attempts === undefined ? Config.map(isLegacy, (legacy) => (legacy ? 5 : 3)) : Config.succeed(attempts),
      ),
    ),
    constants: unless(
      retry.constants,
      Config.map(Config.all([isLegacy, flag("AWS_NEW_RETRIES_2026", true)]), ([legacy, isNew]) =>
        legacy || !isNew ? "previous" : "2026",
      ),
    ),
  })
}

const PositiveInt = /*#__PURE__*/ Schema.FiniteFromString.check(
  /*#__PURE__*/ Schema.isInt(),
  /*#__PURE__*/ Schema.isGreaterThanOrEqualTo(1),
)

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
    ProxySessionRepo.fromOperations((name) => call(operations[name])),
  ).pipe(
    Context.add(
      VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
      VoiceConnectorProxyRepo.fromOperations((name) => call(operations[name])),
    ),
  )
})
