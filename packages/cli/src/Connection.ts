/**
 * The way to the service that a command line, the environment and a profile describe.
 */
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { Namespace } from "@proxy-session/domain/Namespace"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Destination from "./Destination.ts"
import { codes, CommandFailure, fromOperation, general, usage } from "./ExitCode.ts"
import * as Keys from "./Keys.ts"
import { Platform } from "./Platform.ts"
import * as Profile from "./Profile.ts"

/** As with the AWS CLI, the last one counts where a flag is given more than once. */
const optional = <A>(flag: Flag.Flag<A>, description: string) =>
  Flag.map(Flag.atLeast(Flag.withDescription(flag, description), 0), (values) => values.at(-1))

const switchOn = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDefault(false), Flag.withDescription(description))

const seconds = (name: string, description: string) =>
  optional(Flag.withMetavar(Flag.String(name), "seconds"), description)

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
  connectTimeout: seconds("cli-connect-timeout", "How long to wait for a connection; 0 is no limit (default 60)"),
  readTimeout: seconds("cli-read-timeout", "How long to wait for the response; 0 is no limit (default 60)"),
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
  readonly connectTimeout: string | undefined
  readonly readTimeout: string | undefined
  readonly noVerifySsl: boolean
}

/**
 * Both repositories over HTTP, and the {@link Destination} of their requests.
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
      const connect = yield* timeout("--cli-connect-timeout", options.connectTimeout)
      const read = yield* timeout("--cli-read-timeout", options.readTimeout)
      const profile = yield* Profile.load(options.profile)
      const found = options.noSignRequest ? undefined : yield* Effect.mapError(Keys.find(profile), explain)
      const destination = yield* Destination.resolve(options, profile)
      const retries = yield* retryVariables(profile)
      for (const warning of [...profile.warnings, ...destination.warnings]) {
        yield* Console.error(`proxy-session: warning: ${warning}`)
      }
      if (found !== undefined && "passedOver" in found) {
        return yield* nowhere(new CredentialsError({ sources: found.passedOver }))
      }
      yield* Effect.logDebug(`profile ${profile.name} (${profile.reason}), ${options.namespace ?? "chime-sdk-voice"}`)
      yield* Effect.logDebug(`region ${destination.region} (${destination.regionReason})`)
      yield* Effect.logDebug(`endpoint ${destination.url} (${destination.endpointReason})`)
      yield* Effect.logDebug(
        found === undefined ? "unsigned (--no-sign-request)" : `signed with keys of ${found.keys.source}`,
      )
      const platform = yield* Platform
      const client = watched(platform.httpClient({ connect, read }), destination.attempted)
      // Both limits of the AWS CLI hold within one attempt, and it knows no limit for all of them.
      const attemptTimeout = Duration.sum(connect ?? Duration.infinity, read ?? Duration.infinity)
      return HttpRepo.layerConfig({
        ...destination.options,
        attemptTimeout,
        operationTimeout: Duration.infinity,
      }).pipe(
        Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord(retries))),
        Layer.provide(found === undefined ? unsigned(client) : Layer.merge(client, credentials(found.keys))),
        Layer.merge(Layer.succeed(Destination.Destination, destination)),
      )
    }),
  ).pipe(Layer.catch((error) => Layer.effectContext(Effect.fail(explain(error)))))

const noVerifySsl =
  "--no-verify-ssl is not supported: name the endpoint's certificate authority in NODE_EXTRA_CA_CERTS instead"

/** An integer as Python reads it; `undefined` is no integer. */
const integer = (text: string): number | undefined =>
  /^\s*[+-]?\d+(?:_\d+)*\s*$/u.test(text) ? Number(text.trim().replaceAll("_", "")) : undefined

const timeout = (flag: string, text: string | undefined) => {
  const limit = text === undefined ? 60 : integer(text)
  return limit === undefined || limit < 0
    ? Effect.fail(general(`${flag} must be a number of seconds, or 0 for no limit`))
    : Effect.succeed(limit === 0 ? undefined : Duration.seconds(limit))
}

/** How often to try, by the variables of the client. */
const retryVariables = Effect.fnUntraced(function* ({ name, settings }: Profile.Profile) {
  const mode = (yield* Profile.environment("AWS_RETRY_MODE")) ?? settings.get("retry_mode") ?? "standard"
  if (mode !== "standard" && mode !== "adaptive") {
    return yield* general(`AWS_RETRY_MODE, or else retry_mode of profile ${name}, must be standard or adaptive`)
  }
  const attempts = (yield* Profile.environment("AWS_MAX_ATTEMPTS")) ?? settings.get("max_attempts") ?? "3"
  const count = integer(attempts)
  if (count === undefined || count < 1) {
    return yield* general(`AWS_MAX_ATTEMPTS, or else max_attempts of profile ${name}, must be an integer of at least 1`)
  }
  const isNew = ((yield* Profile.variable("AWS_NEW_RETRIES_2026")) ?? "true").toLowerCase() === "true"
  return { AWS_RETRY_MODE: mode, AWS_MAX_ATTEMPTS: String(count), AWS_NEW_RETRIES_2026: String(isNew) }
})

const credentials = ({ accessKeyId, secretAccessKey, sessionToken, source }: Keys.Keys) =>
  Credentials.layer({
    accessKeyId,
    secretAccessKey: Redacted.make(secretAccessKey),
    ...(sessionToken === undefined ? {} : { sessionToken: Redacted.make(sessionToken) }),
  }).pipe(
    Layer.catch(({ sources }) =>
      Layer.effectContext(
        Effect.fail(new CredentialsError({ sources: sources.map(({ reason }) => ({ source, reason })) })),
      ),
    ),
  )

/** Tells of each attempt, and remembers it; without its query, which may hold a token. */
const watched = (client: Layer.Layer<HttpClient.HttpClient>, attempted: Ref.Ref<string>) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      HttpClient.HttpClient,
      HttpClient.tapRequest(({ method, url }) => {
        const shown = url.replace(/\?.*$/su, "")
        return Effect.andThen(Ref.set(attempted, shown), Effect.logDebug(`${method} ${shown}`))
      }),
    ),
  ).pipe(Layer.provide(client))

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
  return error instanceof CredentialsError
    ? new CommandFailure({ exitCode: codes.general, message: `CredentialsError: ${error.message}` })
    : general(error.message)
}

/** That there are no keys at all has a code of its own. */
const nowhere = (error: CredentialsError) =>
  new CommandFailure({ exitCode: codes.configuration, message: `CredentialsError: ${error.message}. ${error.hint}` })

/**
 * Runs an operation on a {@link layer}, and ends with the sentences and exit codes of the AWS CLI where it fails.
 *
 * @category running
 */
export const provide =
  (options: Options, operation: OperationName) =>
  <A, R>(effect: Effect.Effect<A, ErrorOf[OperationName], R>) =>
    effect.pipe(
      Effect.catch((error) =>
        Effect.gen(function* () {
          const destination = yield* Destination.Destination
          const url = yield* Ref.get(destination.attempted)
          return yield* fromOperation(operation, error, { ...destination, url })
        }),
      ),
      Effect.provide(layer(options)),
    )
