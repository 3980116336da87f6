/**
 * What requests are signed with, and where it comes from.
 */
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { violations } from "@proxy-session/domain/InvalidRequest"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberHandle from "effect/FiberHandle"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** Both go into headers, which cannot hold everything that a string can. */
const visible = Schema.isPattern(/^[!-~]+$/u, { expected: "visible ASCII" })
const idRule = Schema.isPattern(/^(?:(?![,/])[!-~])+$/u, { expected: "visible ASCII without comma and slash" })

/**
 * A key to sign with. Temporary credentials have a session token and mostly an expiration.
 *
 * Encoded, it is what an AWS SDK provider answers: plain strings, and a `Date`.
 *
 * @category models
 */
export const AwsCredentials = Schema.Struct({
  accessKeyId: Schema.String.check(idRule),
  secretAccessKey: Schema.RedactedFromValue(Schema.String.check(Schema.isMinLength(1, { expected: "not empty" }))),
  sessionToken: Schema.optional(Schema.RedactedFromValue(Schema.String.check(visible))),
  expiration: Schema.optional(Schema.DateTimeUtcFromDate),
})

/**
 * The type of a key to sign with.
 *
 * @category models
 */
export type AwsCredentials = typeof AwsCredentials.Type

/**
 * Any credential provider of the AWS SDK, for example `fromNodeProviderChain()`.
 *
 * @category models
 */
export type AwsCredentialProvider = () => Promise<typeof AwsCredentials.Encoded>

/**
 * The credentials to sign with: asked for before each attempt, so that they may change at any time.
 *
 * **Example** (Credentials of an AWS SDK provider)
 *
 * ```ts
 * import { Credentials } from "@proxy-session/http/Credentials"
 *
 * export const credentials = Credentials.fromProvider(async () => ({
 *   accessKeyId: "AKIDEXAMPLE",
 *   secretAccessKey: "of no use",
 *   expiration: new Date("2030-01-01T00:00:00Z")
 * }))
 * ```
 *
 * @category services
 */
export class Credentials extends Context.Service<
  Credentials,
  {
    /** The credentials to use now. Cheap while those at hand are fresh. */
    readonly get: Effect.Effect<AwsCredentials, CredentialsError>
  }
>()("@proxy-session/http/Credentials") {
  /** The same credentials always. Fails if they could sign nothing. */
  static readonly layer = (credentials: AwsCredentials): Layer.Layer<Credentials, CredentialsError> =>
    Layer.effect(Credentials, Effect.map(read("Credentials.layer", Schema.toType(AwsCredentials), credentials), fixed))

  /**
   * The credentials in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, if there is one, `AWS_SESSION_TOKEN`.
   *
   * They are read through Effect's `Config` when the Layer is built, which fails with every variable that is missing.
   */
  static readonly layerConfig: Layer.Layer<Credentials, CredentialsError> = Layer.effect(
    Credentials,
    Effect.suspend(() => Effect.map(fromConfig, fixed)),
  )

  /**
   * The credentials of an AWS SDK provider, asked for when first needed, by one request at a time, and again from five
   * minutes before they expire.
   *
   * Should the provider fail then, those at hand are used for as long as they last. It is asked once a second at most.
   * What it says when it fails is not repeated, since it might hold a secret: the error names its class alone.
   */
  static readonly fromProvider = (provider: AwsCredentialProvider): Layer.Layer<Credentials> =>
    Layer.effect(
      Credentials,
      Effect.suspend(() => refreshing(provider)),
    )
}

const fixed = (credentials: AwsCredentials): Credentials["Service"] => ({ get: Effect.succeed(credentials) })

/** The violations tell paths and rules, never a value. */
const read = <I>(
  source: string,
  schema: Schema.Codec<AwsCredentials, I>,
  input: unknown,
): Effect.Effect<AwsCredentials, CredentialsError> =>
  Effect.mapError(
    Schema.decodeUnknownEffect(schema)(input, { errors: "all" }),
    ({ issue }) =>
      new CredentialsError({
        sources: violations(issue).map(({ path, rule }) => ({ source, reason: `${path || "the answer"} ${rule}` })),
      }),
  )

/** The value of a variable, `undefined` where it is not set or empty. */
const variable = (name: string) =>
  Config.option(Config.String(name)).pipe(
    Effect.map(Option.getOrUndefined),
    Effect.mapError(() => new CredentialsError({ sources: [{ source: name, reason: "could not be read" }] })),
    Effect.map((value) => (value === "" ? undefined : value)),
  )

const fromConfig = Effect.gen(function* () {
  const accessKeyId = yield* variable("AWS_ACCESS_KEY_ID")
  const secretAccessKey = yield* variable("AWS_SECRET_ACCESS_KEY")
  const sessionToken = yield* variable("AWS_SESSION_TOKEN")
  const missing = Object.entries({ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }).filter(
    ([, value]) => value === undefined,
  )
  return yield* missing.length === 0
    ? read("the environment", AwsCredentials, { accessKeyId, secretAccessKey, sessionToken })
    : new CredentialsError({ sources: missing.map(([source]) => ({ source, reason: "is not set" })) })
})

/** How long before they expire credentials are replaced. */
const earlyMillis = 5 * 60_000

/** How long a provider is left alone once it has been asked, so that one in trouble is not pressed. */
const pauseMillis = 1000

const refreshing = Effect.fnUntraced(function* (provider: AwsCredentialProvider) {
  let current: { readonly credentials: AwsCredentials; readonly refreshAt: number } | undefined
  const handle = yield* FiberHandle.make<AwsCredentials, CredentialsError>()
  const fork = yield* FiberHandle.runtime(handle)()

  const refresh = (now: number): Effect.Effect<AwsCredentials, CredentialsError> =>
    ask(provider).pipe(
      Effect.catch((error) =>
        current !== undefined && now < expiryOf(current.credentials)
          ? Effect.succeed(current.credentials)
          : Effect.fail(error),
      ),
      Effect.tap((credentials) =>
        Effect.sync(() => {
          current = { credentials, refreshAt: Math.max(expiryOf(credentials) - earlyMillis, now + pauseMillis) }
        }),
      ),
    )

  const get = Effect.flatMap(Clock.currentTimeMillis, (now) =>
    current !== undefined && now < current.refreshAt
      ? Effect.succeed(current.credentials)
      : // The fiber is the handle's own, so that the interruption of one who waits does not end the refresh of all.
        Fiber.join(Option.getOrElse(FiberHandle.getUnsafe(handle), () => fork(refresh(now)))),
  )
  return { get }
})

const expiryOf = ({ expiration }: AwsCredentials): number =>
  expiration === undefined ? Number.POSITIVE_INFINITY : DateTime.toEpochMillis(expiration)

const ask = (provider: AwsCredentialProvider): Effect.Effect<AwsCredentials, CredentialsError> => {
  const source = "Credentials.fromProvider"
  return Effect.flatMap(
    Effect.tryPromise({
      try: () => provider(),
      catch: (cause) => new CredentialsError({ sources: [{ source, reason: `the provider failed${classOf(cause)}` }] }),
    }),
    (answer) => read(source, AwsCredentials, answer),
  )
}

/** The class of an error is safe to tell; its message is not. */
const classOf = (cause: unknown): string =>
  cause instanceof Error && /^[A-Za-z]{1,64}$/u.test(cause.name) ? ` (${cause.name})` : ""
