/**
 * The way to the service that a command line, the environment and a profile describe.
 */
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { Namespace } from "@proxy-session/domain/Namespace"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Flag from "effect/cli/Flag"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { codes, CommandFailure, configuration, usage } from "./ExitCode.ts"
import { Platform } from "./Platform.ts"
import * as Profile from "./Profile.ts"

const optional = <A>(flag: Flag.Flag<A>, description: string) =>
  Flag.map(Flag.optional(Flag.withDescription(flag, description)), Option.getOrUndefined)

const switchOn = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDefault(false), Flag.withDescription(description))

const seconds = (name: string, description: string) =>
  Flag.Int(name).pipe(Flag.withDefault(60), Flag.withMetavar("seconds"), Flag.withDescription(description))

/**
 * The flags that every operation has, by the AWS CLI's own names.
 *
 * @category constants
 */
export const flags = {
  endpointUrl: optional(Flag.String("endpoint-url"), "Where to send the request, in the stead of AWS's own endpoint"),
  region: optional(Flag.String("region"), "The region to use; over AWS_REGION, AWS_DEFAULT_REGION and the profile"),
  profile: optional(Flag.String("profile"), "The profile of the shared files to take keys and settings from"),
  namespace: optional(Flag.Literals("namespace", Namespace.literals), "The API to speak; chime-sdk-voice if not given"),
  noSignRequest: switchOn("no-sign-request", "Send the request without a signature, and look for no credentials"),
  connectTimeout: seconds("cli-connect-timeout", "How long to wait for a connection; 0 is for ever (default 60)"),
  readTimeout: seconds("cli-read-timeout", "How long to wait for the answer; 0 is for ever (default 60)"),
  noVerifySsl: switchOn("no-verify-ssl", "Not supported: the endpoint's certificate is always verified").pipe(
    Flag.withHidden,
  ),
}

/**
 * The values of {@link flags}.
 *
 * @category models
 */
export interface Options {
  readonly endpointUrl: string | undefined
  readonly region: string | undefined
  readonly profile: string | undefined
  readonly namespace: Namespace | undefined
  readonly noSignRequest: boolean
  readonly connectTimeout: number
  readonly readTimeout: number
  readonly noVerifySsl: boolean
}

/**
 * Both repositories over HTTP.
 *
 * A flag wins over the environment, and that over the profile. Keys come from the environment unless `--profile` was
 * given, else from the profile.
 *
 * @category layers
 */
export const layer = (options: Options) =>
  Layer.unwrap(
    Effect.gen(function* () {
      if (options.noVerifySsl) return yield* usage(noVerifySsl)
      const profile = yield* Profile.load(options.profile)
      const platform = yield* Platform
      const client = platform.httpClient({
        connect: timeout(options.connectTimeout),
        read: timeout(options.readTimeout),
      })
      const { endpointUrl: endpoint, namespace, region } = options
      // A URL may hold a password, which the endpoint rules refuse, but only later.
      const shown = endpoint?.replace(/\/\/[^/]*@/u, "//") ?? "as configured"
      yield* Effect.logDebug(
        `profile ${profile.name}, endpoint ${shown}, region ${region ?? "as configured"}, ` +
          `${namespace ?? "chime-sdk-voice"}, ${options.noSignRequest ? "unsigned" : "signed"}`,
      )
      // Both limits of the AWS CLI hold within one attempt, and it knows no limit for all of them.
      const attemptTimeout = Duration.sum(
        timeout(options.connectTimeout) ?? Duration.infinity,
        timeout(options.readTimeout) ?? Duration.infinity,
      )
      const limits = { attemptTimeout, operationTimeout: Duration.infinity }
      return HttpRepo.layerConfigWith({ endpoint, region, namespace, ...limits }).pipe(
        Layer.provide(ConfigProvider.layerAdd(ConfigProvider.fromEnvRecord(asVariables(profile)))),
        Layer.provide(options.noSignRequest ? unsigned(client) : Layer.merge(client, credentials(options, profile))),
      )
    }),
  ).pipe(Layer.catch((error) => Layer.effectContext(Effect.fail(explain(error)))))

const noVerifySsl =
  "--no-verify-ssl is not supported: name the endpoint's certificate authority in NODE_EXTRA_CA_CERTS instead"

const timeout = (limit: number): Duration.Duration | undefined => (limit <= 0 ? undefined : Duration.seconds(limit))

/** A profile's settings by the variables that say the same and are asked last. */
const asVariables = ({ settings }: Profile.Profile): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      AWS_DEFAULT_REGION: settings.get("region"),
      AWS_ENDPOINT_URL: settings.get("endpoint_url"),
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: settings.get("ignore_configured_endpoint_urls"),
      AWS_USE_FIPS_ENDPOINT: settings.get("use_fips_endpoint"),
      AWS_USE_DUALSTACK_ENDPOINT: settings.get("use_dualstack_endpoint"),
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )

const credentials = (
  options: Options,
  profile: Profile.Profile,
): Layer.Layer<Credentials, CommandFailure | CredentialsError> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const inEnvironment =
        (yield* Profile.variable("AWS_ACCESS_KEY_ID")) ?? (yield* Profile.variable("AWS_SECRET_ACCESS_KEY"))
      if (options.profile === undefined && inEnvironment !== undefined) return Credentials.layerConfig
      const { accessKeyId, secretAccessKey, sessionToken } = yield* Profile.keys(profile).pipe(
        Effect.mapError(({ sources }) =>
          options.profile === undefined
            ? new CredentialsError({
                sources: [{ source: "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY", reason: "are not set" }, ...sources],
              })
            : new CredentialsError({ sources }),
        ),
      )
      return Credentials.layer({
        accessKeyId,
        secretAccessKey: Redacted.make(secretAccessKey),
        ...(sessionToken === undefined ? {} : { sessionToken: Redacted.make(sessionToken) }),
      })
    }),
  )

/** Signs with a key that is nobody's, and takes the signature off before the request is sent. */
const unsigned = (client: Layer.Layer<HttpClient.HttpClient>) =>
  Layer.merge(
    Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, HttpClient.mapRequest(strip))).pipe(
      Layer.provide(client),
    ),
    Credentials.layer({ accessKeyId: "unsigned", secretAccessKey: Redacted.make("unsigned") }),
  )

const strip = (request: HttpClientRequest.HttpClientRequest): HttpClientRequest.HttpClientRequest =>
  ["authorization", "x-amz-date", "x-amz-content-sha256"].reduce(
    (stripped, header) => HttpClientRequest.removeHeader(stripped, header),
    request,
  )

const explain = (error: { readonly _tag: string; readonly message: string }): CommandFailure => {
  if (error instanceof CommandFailure) return error
  if (error instanceof CredentialsError) {
    return new CommandFailure({
      exitCode: codes.configuration,
      message: `CredentialsError: ${error.message}. ${error.hint}`,
    })
  }
  return error.message.endsWith("Missing Region")
    ? configuration("You must specify a region: with --region, with AWS_REGION, or in the profile")
    : configuration(error.message)
}
