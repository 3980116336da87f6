/**
 * The live Layer: proxy sessions over signed HTTP.
 */
import * as Endpoint from "@proxy-session/protocol/Endpoint"
import { sessionOperations } from "@proxy-session/protocol/SessionOperation"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Credentials } from "./Credentials.ts"
import * as Call from "./internal/call.ts"
import * as ClockSkew from "./internal/clockSkew.ts"
import * as RetryQuota from "./internal/retryQuota.ts"
import { atLeastOne, check, millisOf, time } from "./internal/limits.ts"
import type { OptionsError } from "./OptionsError.ts"
import * as Retry from "./Retry.ts"
import { Signer } from "./Signer.ts"
import { Transport } from "./Transport.ts"

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
  Layer.effectContext(
    Effect.flatMap(environment(options), ({ constants, maxAttempts, useDualStack, useFips, ...settings }) => {
      const retry = { ...options.retry, constants, maxAttempts }
      const [endpoint, region] = [settings.endpoint?.value, settings.region?.value]
      return Effect.mapError(make({ ...options, endpoint, region, useDualStack, useFips, retry }), (error) => {
        if (error._tag !== "EndpointError" || error.setting === undefined) return error
        const { message, setting } = error
        const name = settings[setting]?.name
        return name === undefined ? error : new Endpoint.EndpointError({ message: `${message} (${name})`, setting })
      })
    }),
  )

/** A variable that is read as a text of a form. It is not set where it is missing or blank. */
const variable = <A>(name: string, codec: Schema.Codec<A, string>): Config.Config<A | undefined> =>
  Config.flatMap(Config.withDefault(Config.String(name), ""), (text) =>
    text.trim() === "" ? Config.succeed(undefined) : Config.schema(codec, name),
  )

/** A value, and the variable that it comes from, if it is no option. */
interface Setting {
  readonly name?: string
  readonly value: string
}

const setting = (name: string): Config.Config<Setting | undefined> =>
  Config.map(variable(name, Schema.String), (value) => (value === undefined ? undefined : { name, value }))

const either = <A>(one: Config.Config<A | undefined>, other: Config.Config<A>) =>
  Config.flatMap(one, (found) => (found === undefined ? other : Config.succeed(found)))

/** What AWS's variables say, where no option says it. */
const environment = ({ endpoint, namespace, region, retry = {}, useDualStack, useFips }: Options) => {
  const unless = <A>(option: A | undefined, config: Config.Config<A>) => either(Config.succeed(option), config)
  const option = (value: string | undefined): Setting | undefined => (value === undefined ? undefined : { value })
  const flag = (name: string, byDefault: boolean) =>
    Config.map(variable(name, Flag), (text) => (text === undefined ? byDefault : /^(?:1|on|true|y|yes)$/iu.test(text)))
  const own = namespace === "chime" ? "AWS_ENDPOINT_URL_CHIME" : "AWS_ENDPOINT_URL_CHIME_SDK_VOICE"
  const isLegacy = Config.map(variable("AWS_RETRY_MODE", RetryMode), (mode) => mode === "legacy")
  return Config.all({
    endpoint: unless(
      option(endpoint),
      Config.flatMap(flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", false), (isIgnored) =>
        isIgnored ? Config.succeed(undefined) : either(setting(own), setting("AWS_ENDPOINT_URL")),
      ),
    ),
    region: unless(option(region), either(setting("AWS_REGION"), setting("AWS_DEFAULT_REGION"))),
    useFips: unless(useFips, flag("AWS_USE_FIPS_ENDPOINT", false)),
    useDualStack: unless(useDualStack, flag("AWS_USE_DUALSTACK_ENDPOINT", false)),
    maxAttempts: unless(
      retry.maxAttempts,
      either(
        variable("AWS_MAX_ATTEMPTS", PositiveInt),
        Config.map(isLegacy, (legacy) => (legacy ? 5 : 3)),
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

const RetryMode = /*#__PURE__*/ Schema.Literals(["standard", "adaptive", "legacy"])
const Flag = /*#__PURE__*/ Schema.String.check(
  /*#__PURE__*/ Schema.isPattern(/^(?:[01]|on|off|true|false|y|n|yes|no)$/iu, { expected: "true or false" }),
)
const PositiveInt = /*#__PURE__*/ Schema.FiniteFromString.check(
  /*#__PURE__*/ Schema.isInt(),
  /*#__PURE__*/ Schema.isGreaterThanOrEqualTo(1),
)

const make = Effect.fnUntraced(function* (options: Options) {
  const { constants = "2026", create = "safe", clockSkew = true, maxAttempts = 3 } = options.retry ?? {}
  const endpoint = yield* Effect.fromResult(Endpoint.resolve(options))
  const { "retry.maxAttempts": attempts, ...limits } = yield* check("HttpRepo", {
    "retry.maxAttempts": [maxAttempts, atLeastOne],
    maxResponseBytes: [options.maxResponseBytes ?? 4 * 1024 * 1024, atLeastOne],
    attemptTimeout: [millisOf(options.attemptTimeout ?? 10_000), time],
    operationTimeout: [millisOf(options.operationTimeout ?? 30_000), time],
  })
  const call = Call.make({
    ...limits,
    maxAttempts: attempts,
    endpoint,
    transport: yield* Transport,
    credentials: yield* Credentials,
    sign: yield* Signer,
    skew: clockSkew ? ClockSkew.make() : ClockSkew.none,
    quota: RetryQuota.make(),
    constants: Retry.constants[constants],
    repeatCreate: create === "aws-compatible",
  })

  return Context.make(
    ProxySessionRepo.ProxySessionRepo,
    ProxySessionRepo.fromOperations((name) => call(sessionOperations[name])),
  ).pipe(
    Context.add(
      VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
      VoiceConnectorProxyRepo.fromOperations((name) => call(sessionOperations[name])),
    ),
  )
})
