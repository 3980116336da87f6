/**
 * The way to the service that a command line, the environment and a profile describe.
 */
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import type { Namespace } from "@proxy-session/domain/Namespace"
import { Credentials } from "@proxy-session/http/Credentials"
import * as Retry from "@proxy-session/http/Retry"
import * as Endpoint from "@proxy-session/protocol/Endpoint"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import * as Destination from "./Destination.ts"
import type * as Call from "./Call.ts"
import { codes, CommandFailure, general } from "./ExitCode.ts"
import { int, repr } from "./internal/python.ts"
import * as Keys from "./Keys.ts"
import { Platform, type Timeouts, type Trust } from "./Platform.ts"
import * as Profile from "./Profile.ts"

/**
 * What may be said on the command line.
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

/**
 * What a connection is made of, once everything that was configured has been found and checked.
 *
 * A flag wins over the environment, and that over the profile. Keys come from the environment unless `--profile` was
 * given, else from the profile.
 *
 * @category constructors
 */
export const prepare = Effect.fnUntraced(function* (options: Options) {
  yield* Destination.checkFlag(options.endpointUrl)
  const { connect, read } = yield* timeoutsOf(options)
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
    settings: profile.settings,
    retries,
    // Both limits of the AWS CLI hold within one attempt, and it knows no limit for all of them.
    attemptTimeout: Duration.sum(connect ?? Duration.infinity, read ?? Duration.infinity),
  }
})

/**
 * Where and how a {@link Call} is made, by the same rules.
 *
 * @category constructors
 */
export const target = (
  options: Options,
): Effect.Effect<Call.Target, CommandFailure, FileSystem.FileSystem | Path.Path | Platform | Scope.Scope> =>
  Effect.gen(function* () {
    const { attemptTimeout, client, credentials, destination, retries, settings } = yield* prepare(options)
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
      settings,
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
  const limit = text === undefined ? 60n : int(text)
  const rule = `${flag} must be a number of seconds, or 0 for no limit`
  if (limit === undefined) {
    return Effect.fail(general(`${rule}\ninvalid literal for int() with base 10: ${repr(text ?? "")}`))
  }
  if (limit < 0n) return Effect.fail(general(rule))
  return Effect.succeed(limit === 0n ? undefined : Duration.seconds(Number(limit)))
}

/**
 * How long to wait, by the flags of both timeouts.
 *
 * @category constructors
 */
export const timeoutsOf = ({ connectTimeout, readTimeout }: Options): Effect.Effect<Timeouts, CommandFailure> =>
  Effect.all({
    read: timeout("--cli-read-timeout", readTimeout),
    connect: timeout("--cli-connect-timeout", connectTimeout),
  })

/** How often to try, and after how long. */
const retriesOf = Effect.fnUntraced(function* (profile: Profile.Profile) {
  const mode = (yield* Profile.firstVariable("AWS_RETRY_MODE")) ?? (yield* Profile.setting("retry_mode", profile))
  if (mode !== undefined && mode.value !== "standard" && mode.value !== "adaptive") {
    return yield* general(`${mode.by} must be standard or adaptive`)
  }
  const attempts =
    (yield* Profile.firstVariable("AWS_MAX_ATTEMPTS")) ?? (yield* Profile.setting("max_attempts", profile))
  const count = attempts === undefined ? 3 : Number(int(attempts.value) ?? 0)
  if (attempts !== undefined && count < 1) return yield* general(`${attempts.by} must be an integer of at least 1`)
  const isNew = ((yield* Profile.variable("AWS_NEW_RETRIES_2026")) ?? "true").toLowerCase() === "true"
  return { maxAttempts: count, constants: isNew ? ("2026" as const) : ("previous" as const) }
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

/**
 * The end of a command whose connection cannot be made.
 *
 * @category errors
 */
export const explain = (error: { readonly _tag: string; readonly message: string }): CommandFailure => {
  if (error instanceof CommandFailure) return error
  return error instanceof CredentialsError
    ? new CommandFailure({ exitCode: codes.general, message: `CredentialsError: ${error.message}` })
    : general(error.message)
}

/** That there are no keys at all has a code of its own. */
const nowhere = (error: CredentialsError) =>
  new CommandFailure({ exitCode: codes.configuration, message: `CredentialsError: ${error.message}. ${error.hint}` })
