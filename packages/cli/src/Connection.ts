/**
 * The way to the service that a command line, the environment and a profile describe.
 */
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { Namespace } from "@proxy-session/domain/Namespace"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Retry from "@proxy-session/http/Retry"
import * as Endpoint from "@proxy-session/protocol/Endpoint"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import * as Destination from "./Destination.ts"
import type * as Call from "./Call.ts"
import { codes, CommandFailure, fromOperation, general } from "./ExitCode.ts"
import { int } from "./internal/python.ts"
import * as Keys from "./Keys.ts"
import { Platform, type Trust } from "./Platform.ts"
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
  caBundle: optional(Flag.String("ca-bundle"), "The file of certificate authorities to trust, in PEM form"),
  noVerifySsl: switchOn("no-verify-ssl", "Do not verify the endpoint's certificate"),
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
  readonly caBundle: string | undefined
  readonly noVerifySsl: boolean
}

/** What a connection is made of, once everything that was configured has been found and checked. */
const prepare = Effect.fnUntraced(function* (options: Options) {
  const connect = yield* timeout("--cli-connect-timeout", options.connectTimeout)
  const read = yield* timeout("--cli-read-timeout", options.readTimeout)
  const profile = yield* Profile.load(options.profile)
  const found = options.noSignRequest ? undefined : yield* Effect.mapError(Keys.find(profile), explain)
  const destination = yield* Destination.resolve(options, profile)
  const retries = yield* retriesOf(profile)
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
  const trust = yield* trustOf(options, destination.url, profile)
  const platform = yield* Platform
  return {
    client: watched(platform.httpClient({ connect, read }, trust), destination.attempted),
    credentials: found === undefined ? undefined : credentials(found.keys),
    destination,
    retries,
    // Both limits of the AWS CLI hold within one attempt, and it knows no limit for all of them.
    attemptTimeout: Duration.sum(connect ?? Duration.infinity, read ?? Duration.infinity),
  }
})

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
    Effect.map(prepare(options), ({ attemptTimeout, client, credentials, destination, retries }) =>
      HttpRepo.layerConfig({
        ...destination.options,
        attemptTimeout,
        operationTimeout: Duration.infinity,
        retry: { maxAttempts: retries.maxAttempts, constants: retries.constants },
      }).pipe(
        Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({}))),
        Layer.provide(credentials === undefined ? unsigned(client) : Layer.merge(client, credentials)),
        Layer.merge(Layer.succeed(Destination.Destination, destination)),
      ),
    ),
  ).pipe(Layer.catch((error) => Layer.effectContext(Effect.fail(explain(error)))))

/**
 * Where and how a {@link Call} is made, by the same rules.
 *
 * @category constructors
 */
export const target = (
  options: Options,
): Effect.Effect<Call.Target, CommandFailure, FileSystem.FileSystem | Path.Path | Platform | Scope.Scope> =>
  Effect.gen(function* () {
    const { attemptTimeout, client, credentials, destination, retries } = yield* prepare(options)
    const http = Context.get(yield* Layer.build(client), HttpClient.HttpClient)
    const key =
      credentials === undefined ? undefined : yield* Context.get(yield* Layer.build(credentials), Credentials).get
    return {
      client: http,
      credentials: key,
      endpoint: yield* Effect.fromResult(Endpoint.resolve(destination.options)),
      endpointReason: destination.endpointReason,
      maxAttempts: retries.maxAttempts,
      constants: Retry.constants[retries.constants],
      attemptTimeout,
    }
  }).pipe(Effect.mapError(explain))

/**
 * Which certificates to accept: any with `--no-verify-ssl`; else those that `--ca-bundle`, `AWS_CA_BUNDLE` or the profile's
 * `ca_bundle` vouch for, or the system's own.
 */
const trustOf = Effect.fnUntraced(function* (
  { caBundle, noVerifySsl }: Options,
  url: string,
  profile: Profile.Profile,
): Effect.fn.Return<Trust, CommandFailure, FileSystem.FileSystem> {
  if (!url.startsWith("https:")) return {}
  if (noVerifySsl) return { isAnyone: true }
  const file = caBundle ?? (yield* Profile.variable("AWS_CA_BUNDLE")) ?? profile.settings.get("ca_bundle")
  if (file === undefined) return {}
  const files = yield* FileSystem.FileSystem
  const authorities = yield* Effect.mapError(files.readFileString(file), () =>
    general(`Could not find a suitable TLS CA certificate bundle, invalid path: ${file}`),
  )
  return { authorities }
})

const timeout = (flag: string, text: string | undefined) => {
  const limit = text === undefined ? 60 : int(text)
  return limit === undefined || limit < 0
    ? Effect.fail(general(`${flag} must be a number of seconds, or 0 for no limit`))
    : Effect.succeed(Number(limit) === 0 ? undefined : Duration.seconds(Number(limit)))
}

/** How often to try, and after how long. */
const retriesOf = Effect.fnUntraced(function* ({ name, settings }: Profile.Profile) {
  const mode = (yield* Profile.environment("AWS_RETRY_MODE")) ?? settings.get("retry_mode") ?? "standard"
  if (mode !== "standard" && mode !== "adaptive") {
    return yield* general(`AWS_RETRY_MODE, or else retry_mode of profile ${name}, must be standard or adaptive`)
  }
  const attempts = (yield* Profile.environment("AWS_MAX_ATTEMPTS")) ?? settings.get("max_attempts") ?? "3"
  const count = int(attempts)
  if (count === undefined || count < 1) {
    return yield* general(`AWS_MAX_ATTEMPTS, or else max_attempts of profile ${name}, must be an integer of at least 1`)
  }
  const isNew = ((yield* Profile.variable("AWS_NEW_RETRIES_2026")) ?? "true").toLowerCase() === "true"
  return { maxAttempts: Number(count), constants: isNew ? ("2026" as const) : ("previous" as const) }
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
