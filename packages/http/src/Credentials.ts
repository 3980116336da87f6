/**
 * What requests are signed with, and where it comes from.
 */
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { violations } from "@proxy-session/domain/InvalidRequest"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { effectUntil, monotonicMillis } from "./internal/timeout.ts"
import { millisOf, time } from "./internal/limits.ts"
import * as Telemetry from "./Telemetry.ts"

/** Both go into headers, which cannot hold everything that a string can. */
const visible = Schema.isPattern(/^[!-~]+$/u, { expected: "visible ASCII" })
/** A secret out of a file or an environment often ends with the line; nothing that is signed with it would be accepted. */
const trimmed = Schema.isPattern(/^(?:\S(?:.*\S)?)?$/su, { expected: "without white space at its ends" })
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
  secretAccessKey: Schema.RedactedFromValue(
    Schema.String.check(Schema.isPattern(/^./su, { expected: "not empty" }), trimmed),
  ),
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
 * Whether two are the same key, although a provider may return it in a new object each time.
 *
 * @internal
 */
export const isSameKey = (one: AwsCredentials, other: AwsCredentials): boolean =>
  one === other ||
  (one.accessKeyId === other.accessKeyId &&
    Equal.equals(one.secretAccessKey, other.secretAccessKey) &&
    Equal.equals(one.sessionToken, other.sessionToken))

/**
 * Any credential provider of the AWS SDK, for example `fromNodeProviderChain()`.
 *
 * `forceRefresh` asks for other credentials than those answered before, since the service has refused them. A provider
 * that keeps what it has found, as those of the SDK do, must heed it.
 *
 * @category models
 */
export type AwsCredentialProvider = (options?: {
  readonly forceRefresh?: boolean
}) => Promise<typeof AwsCredentials.Encoded>

/**
 * How long a provider may take for an answer, 30 seconds unless told otherwise, and what errors call it.
 *
 * @category models
 */
export interface ProviderOptions {
  readonly name?: string | undefined
  readonly timeout?: Duration.Input | undefined
}

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
    /**
     * The credentials to use now. Cheap while those at hand are fresh, and interruptible: a call whose time is up waits
     * for the end of an effect that is not.
     */
    readonly get: Effect.Effect<AwsCredentials, CredentialsError>
    /**
     * The credentials to use in the place of some that the service has refused as expired: those are not used again. The
     * same come back where there are no others.
     */
    readonly renew: (refused: AwsCredentials) => Effect.Effect<AwsCredentials, CredentialsError>
  }
>()("@proxy-session/http/Credentials") {
  /** The same credentials always. Fails if they could sign nothing. */
  static readonly layer = (credentials: AwsCredentials): Layer.Layer<Credentials, CredentialsError> =>
    Layer.effect(Credentials, Effect.map(read("Credentials.layer", Schema.toType(AwsCredentials), credentials), fixed))

  /**
   * The credentials in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, if there is one, `AWS_SESSION_TOKEN`.
   *
   * They are read through Effect's `ConfigProvider` when the Layer is built. It fails with every variable that is missing or
   * blank.
   */
  static readonly layerConfig = (): Layer.Layer<Credentials, CredentialsError> =>
    Layer.effect(Credentials, Effect.map(fromConfig(), fixed))

  /**
   * The credentials of an AWS SDK provider, or of any function like one, asked for when first needed and by one request
   * at a time.
   *
   * From five minutes before they expire it is asked again, in the background; in the last minute requests wait for it,
   * five seconds at most. Should it fail then, or take longer, those at hand are used for as long as they last. One that
   * gives no answer within `timeout` has failed. One that has failed, or has no others than the service has refused, is
   * left alone for a second. What it says when it fails is not repeated, since it might hold a secret: the error names its
   * class alone. Fails at once where `timeout` is no time.
   */
  static readonly fromProvider = (
    provider: AwsCredentialProvider,
    options: ProviderOptions = {},
  ): Layer.Layer<Credentials, CredentialsError> =>
    Layer.effect(
      Credentials,
      Effect.suspend(() => Effect.flatMap(limitsOf(options), (limits) => refreshing(provider, limits))),
    )

  /**
   * The first of several sources that has credentials, asked in their order each time.
   *
   * Where none has, the error names every source and why it was passed over.
   */
  static readonly first = (
    ...sources: readonly [
      Layer.Layer<Credentials, CredentialsError>,
      ...ReadonlyArray<Layer.Layer<Credentials, CredentialsError>>,
    ]
  ): Layer.Layer<Credentials> => Layer.effect(Credentials, Effect.map(Effect.forEach(sources, built), firstOf))
}

/** A source that cannot even be built is one that always fails. */
const built = (source: Layer.Layer<Credentials, CredentialsError>) =>
  Layer.build(source).pipe(
    Effect.map(Context.get(Credentials)),
    Effect.catch((error) =>
      Effect.succeed<Credentials["Service"]>({ get: Effect.fail(error), renew: () => Effect.fail(error) }),
    ),
  )

const firstOf = (sources: ReadonlyArray<Credentials["Service"]>): Credentials["Service"] => {
  const ask = Effect.fnUntraced(function* (
    how: (source: Credentials["Service"]) => Effect.Effect<AwsCredentials, CredentialsError>,
  ) {
    const passedOver: Array<CredentialsError["sources"][number]> = []
    for (const source of sources) {
      const answer = yield* Effect.result(how(source))
      if (Result.isSuccess(answer)) return answer.success
      passedOver.push(...answer.failure.sources)
    }
    return yield* new CredentialsError({ sources: passedOver })
  })
  return { get: ask((source) => source.get), renew: (refused) => ask((source) => source.renew(refused)) }
}

const fixed = (credentials: AwsCredentials): Credentials["Service"] => {
  const always = Effect.succeed(credentials)
  return { get: always, renew: () => always }
}

/** The violations tell paths and rules, never a value. */
const read = <A, I>(source: string, schema: Schema.Codec<A, I>, input: unknown): Effect.Effect<A, CredentialsError> =>
  Effect.mapError(
    Schema.decodeUnknownEffect(schema)(input, { errors: "all" }),
    ({ issue }) =>
      new CredentialsError({
        sources: violations(issue).map(({ path, rule }) => ({ source, reason: `${path || "the answer"} ${rule}` })),
      }),
  )

/** The value of a variable, `undefined` where it is missing or blank; `Config.String` would add a schema to each bundle. */
const variable = (name: string) =>
  Effect.flatMap(ConfigProvider.ConfigProvider, (provider) => provider.load([name])).pipe(
    Effect.mapError(() => new CredentialsError({ sources: [{ source: name, reason: "could not be read" }] })),
    Effect.map((node) => (node?.value?.trim() === "" ? undefined : node?.value)),
  )

const fromConfig = Effect.fnUntraced(function* () {
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

/** How long before they expire credentials are replaced in the background. */
const earlyMillis = 5 * 60_000

/** How long before they expire requests wait for others. */
const lastMillis = 60_000

/** How long they wait then while there are some that still last. */
const patienceMillis = 5000

/** How long a provider in trouble is left alone, so that it is not pressed. */
const pauseMillis = 1000

const refreshing = Effect.fnUntraced(function* (provider: AwsCredentialProvider, limits: ProviderLimits) {
  /** Those at hand. */
  let held: AwsCredentials | undefined
  /** Why there are none. */
  let failure: CredentialsError | undefined
  /** Until when the provider is not asked again. */
  let pausedUntil = Number.NEGATIVE_INFINITY
  /** What the service has refused, for as long as the provider has answered no others. */
  let refusedKey: AwsCredentials | undefined
  /** Until when it is not asked again for others than those that the service refuses. */
  let renewedUntil = Number.NEGATIVE_INFINITY
  /** The provider's answer under way. */
  let asking: Fiber.Fiber<AwsCredentials, CredentialsError> | undefined
  let isClosed = false
  const context = yield* Effect.context()
  const fork = Effect.runForkWith(context)
  yield* Effect.addFinalizer(() => {
    isClosed = true
    return asking === undefined ? Effect.void : Fiber.interrupt(asking)
  })

  const lasting = (now: number) => (held !== undefined && now < expiryOf(held) ? held : undefined)

  const refresh = Effect.fnUntraced(function* () {
    const clock = yield* Clock.Clock
    const answer = yield* Effect.result(ask(provider, refusedKey !== undefined, limits, monotonicMillis(clock)))
    const now = clock.currentTimeMillisUnsafe()
    const outcome = Result.isSuccess(answer) ? refreshed : notRefreshed
    outcome.updateUnsafe(1, context)
    pausedUntil = monotonicMillis(clock) + pauseMillis
    const others = lasting(now)
    if (Result.isFailure(answer)) {
      failure = answer.failure
      return others ?? (yield* failure)
    }
    failure = undefined
    if (refusedKey !== undefined && !isSameKey(answer.success, refusedKey)) {
      refusedKey = undefined
      // The others may be refused within the same second, where keys are short-lived.
      renewedUntil = Number.NEGATIVE_INFINITY
    }
    const isOver = expiryOf(answer.success) <= now
    held = (isOver ? others : undefined) ?? answer.success
    return held
  })

  // The fiber is the Layer's own, so that the interruption of one who waits does not end the refresh of all.
  const running = () => {
    if (asking !== undefined) return asking
    const fiber = fork(isClosed ? Effect.interrupt : refresh())
    asking = fiber
    fiber.addObserver(() => {
      asking = undefined
    })
    return fiber
  }

  const get = Clock.clockWith((clock): Effect.Effect<AwsCredentials, CredentialsError> => {
    const now = clock.currentTimeMillisUnsafe()
    if (held !== undefined && now < expiryOf(held) - earlyMillis) return Effect.succeed(held)
    const atHand = lasting(now)
    if (monotonicMillis(clock) < pausedUntil) {
      if (atHand !== undefined) return Effect.succeed(atHand)
      if (failure !== undefined) return Effect.fail(failure)
      if (held !== undefined) return Effect.succeed(held)
    }
    const fiber = running()
    if (atHand === undefined) return outcomeOf(limits.source, fiber)
    return now < expiryOf(atHand) - lastMillis
      ? Effect.succeed(atHand)
      : effectUntil(
          monotonicMillis(clock) + Math.min(patienceMillis, expiryOf(atHand) - now),
          outcomeOf(limits.source, fiber),
          () => Effect.succeed(atHand),
        )
  })

  const renew = (refused: AwsCredentials): Effect.Effect<AwsCredentials, CredentialsError> => {
    const others = Clock.clockWith((clock) => {
      if (held !== undefined && !isSameKey(held, refused)) return get
      const now = monotonicMillis(clock)
      const isInTrouble = failure !== undefined && now < pausedUntil
      if (isInTrouble || now < renewedUntil) return held === undefined ? get : Effect.succeed(held)
      renewedUntil = now + pauseMillis
      refusedKey = refused
      held = undefined
      failure = undefined
      return outcomeOf(limits.source, running())
    })
    // One that is under way may have been asked before they were refused, and answer them again.
    return Effect.suspend(() => (asking === undefined ? others : Effect.andThen(Fiber.await(asking), others)))
  }

  return { get, renew }
})

/** Whoever waits for a refresh is not interrupted where the Layer, and the refresh with it, is closed. */
const outcomeOf = (source: string, refresh: Fiber.Fiber<AwsCredentials, CredentialsError>) =>
  Effect.flatMap(Fiber.await(refresh), (exit) =>
    Exit.hasInterrupts(exit) ? Effect.fail(noCredentials(source, "its Layer was closed")) : exit,
  )

const refreshed = Metric.withAttributes(Telemetry.credentialRefreshes, { outcome: "success" })
const notRefreshed = Metric.withAttributes(Telemetry.credentialRefreshes, { outcome: "failure" })

const expiryOf = ({ expiration }: AwsCredentials): number =>
  expiration === undefined ? Number.POSITIVE_INFINITY : DateTime.toEpochMillis(expiration)

interface ProviderLimits {
  readonly source: string
  /** Milliseconds. */
  readonly timeout: number
}

const limitsOf = ({
  name: source = "Credentials.fromProvider",
  timeout = 30_000,
}: ProviderOptions): Effect.Effect<ProviderLimits, CredentialsError> => {
  const millis = millisOf(timeout)
  const rule = time(millis)
  return rule === undefined
    ? Effect.succeed({ source, timeout: millis })
    : Effect.fail(noCredentials(source, `timeout ${rule}`))
}

const noCredentials = (source: string, reason: string) => new CredentialsError({ sources: [{ source, reason }] })

const ask = (
  provider: AwsCredentialProvider,
  forceRefresh: boolean,
  { source, timeout }: ProviderLimits,
  now: number,
): Effect.Effect<AwsCredentials, CredentialsError> =>
  effectUntil(
    now + timeout,
    Effect.tryPromise({
      try: () => (forceRefresh ? provider({ forceRefresh }) : provider()),
      catch: (cause) => noCredentials(source, `the provider failed${classOf(cause)}`),
    }),
    () => Effect.fail(noCredentials(source, `the provider gave no answer within ${timeout / 1000}s`)),
  ).pipe(
    Effect.flatMap((answer) => read(source, AwsCredentials, answer)),
    // An answer may have members that throw when they are read.
    Effect.catchDefect((defect) =>
      Effect.fail(noCredentials(source, `the provider's answer failed${classOf(defect)}`)),
    ),
  )

/** The class of an error is safe to tell; its message is not. */
const classOf = (cause: unknown): string => {
  try {
    const name = cause instanceof Error ? cause.name : ""
    return /^(?:[A-Z][A-Za-z]{0,56})?(?:Error|Exception)$/u.test(name) ? ` (${name})` : ""
  } catch {
    return ""
  }
}
