import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import { TransportError } from "@proxy-session/domain/TransportError"
import type { Endpoint } from "@proxy-session/protocol/Endpoint"
import type { Answer } from "@proxy-session/protocol/ErrorFormat"
import type { Operation } from "@proxy-session/protocol/Operation"
import * as RetryClass from "@proxy-session/protocol/RetryClass"
import * as Uuid from "@proxy-session/protocol/Uuid"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type AwsCredentials, type Credentials, isSameKey } from "../Credentials.ts"
import * as Retry from "../Retry.ts"
import type { Sign } from "../Signer.ts"
import type { Attempt, Head } from "./attempt.ts"
import type { ClockSkew } from "./clockSkew.ts"
import { monotonicMillis } from "./deadline.ts"
import * as Observe from "./observe.ts"
import type { RetryQuota } from "./retryQuota.ts"
import { secretsOf } from "./secrets.ts"
import { within } from "./within.ts"

/** What all calls of a Layer share. */
export interface Options {
  readonly attempt: Attempt
  readonly credentials: Credentials["Service"]
  readonly endpoint: Endpoint
  readonly sign: Sign
  readonly skew: ClockSkew
  readonly quota: RetryQuota
  readonly maxAttempts: number
  readonly constants: Retry.RetryConstants
  readonly repeatCreate: boolean
  /** Milliseconds. */
  readonly attemptTimeout: number
  /** Milliseconds. */
  readonly operationTimeout: number
}

type Failure<Error> = CredentialsError | Error | TransportError

/** An attempt has failed, and this is what comes of it: another one after a while, or the end. */
type Failed<E> =
  | { readonly _tag: "Again"; readonly error: E; readonly delay: number }
  | { readonly _tag: "Stop"; readonly error: E }

type SignedHeaders = Readonly<Record<string, string>>

const forever = () => Number.POSITIVE_INFINITY

/** What is a value already needs no time, and nothing that would end it in time. */
const isAtHand: (effect: Effect.Effect<unknown, unknown>) => boolean = Exit.isExit

const tooSlow = { source: "Credentials", reason: "gave none within the operation's time" }

const secretsOfKey = ({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentials): ReadonlyArray<string> => [
  accessKeyId,
  Redacted.value(secretAccessKey),
  ...(sessionToken === undefined ? [] : [Redacted.value(sessionToken)]),
]

/** What all calls of an operation share. */
interface Shared<Request, Success, Error> extends Options {
  readonly operation: Operation<Request, Success, Error>
  readonly observer: Observe.Observer
  /** Tells how many tokens are left for retries. */
  readonly quotaTold: Effect.Effect<void>
}

/** Makes an operation's calls: credentials, signature, exchange and answer, anew for each attempt, within a time. */
export const make = (options: Options) => {
  const quotaTold = Observe.quota(options.endpoint, options.quota.level)
  return <Request extends object, Success, Error extends ErrorOf[OperationName]>(
    operation: Operation<Request, Success, Error>,
  ) => {
    const observer = Observe.make(options.endpoint, operation.name, operation.method)
    const shared: Shared<Request, Success, Error> = { ...options, operation, observer, quotaTold }
    return (request: Request): Effect.Effect<Success, CredentialsError | Error | TransportError> =>
      Effect.withFiber((fiber) => new Call(shared, request, fiber).run())
  }
}

/**
 * One call and what is known of it. It is a class, since thousands may wait at once: methods belong to all of them, where
 * each closure would be one more object of each.
 *
 * The way of a call that succeeds at once passes none of what is below `fail`.
 */
class Call<Request extends object, Success, Error extends ErrorOf[OperationName]> {
  readonly shared: Shared<Request, Success, Error>
  readonly fiber: Fiber.Fiber<unknown, unknown>
  readonly clock: Clock.Clock
  readonly request: Request
  readonly deadline: number
  /** Both are the same for all attempts, and worked out when the first is about to be sent. */
  wire: WireRequest.WireRequest | undefined
  invocation: string | undefined
  /** How many attempts there were, the one under way included. */
  attempts = 0
  /** Whether one before the attempt under way may have been carried out. */
  ambiguous = false
  lastCost = 0
  isRenewed = false

  /** What the attempt under way is at. */
  state: "keyless" | "queued" | "sending" = "queued"
  /** Whether something of it may have been sent. */
  isBegun = false
  /** Since when its time has been running, on the clock that only goes forward, and by the time of day. */
  since = 0
  begun = 0
  offset = 0
  used: AwsCredentials | undefined
  signature: string | undefined
  /** What came of its answer before that failed. */
  head: Head | undefined

  constructor(shared: Shared<Request, Success, Error>, request: Request, fiber: Fiber.Fiber<unknown, unknown>) {
    this.shared = shared
    this.request = request
    this.fiber = fiber
    this.clock = fiber.getRef(Clock.Clock)
    this.deadline = this.elapsing() + shared.operationTimeout
  }

  get random(): Random.Random {
    return this.fiber.getRef(Random.Random)
  }

  now(): number {
    return this.clock.currentTimeMillisUnsafe()
  }

  elapsing(): number {
    return monotonicMillis(this.clock)
  }

  /** What its messages must not tell, worked out only where one may: a service may explain what it expected to be signed. */
  *[Symbol.iterator](): Iterator<string> {
    yield* secretsOf(this.shared.operation.request.make(this.request))
    if (this.used !== undefined) yield* secretsOfKey(this.used)
    if (this.signature !== undefined) yield* [this.signature, this.signature.replace(/^.*Signature=/u, "")]
  }

  run(): Effect.Effect<Success, Failure<Error>> {
    return this.shared.observer.operation(this.fiber, () => this.elapsing(), this.answer())
  }

  /** What the last attempt comes to, each but the first after a wait. */
  answer(): Effect.Effect<Success, Failure<Error>> {
    return Effect.catch(this.attempt(), (failed) =>
      failed._tag === "Again" ? Effect.delay(this.answer(), failed.delay) : Effect.fail(failed.error),
    )
  }

  attempt(): Effect.Effect<Success, Failed<Failure<Error>>> {
    return Effect.suspend(() => {
      const { attempt, observer, operation, skew } = this.shared
      const left = () => this.left()
      this.attempts++
      this.used = undefined
      this.head = undefined
      const exchange = Effect.suspend(() => {
        this.state = "keyless"
        this.since = this.elapsing()
        this.begun = this.now()
        this.offset = skew.offset()
        this.wire ??= WireRequest.encode(operation, this.request)
        const answer = this.atOnce(this.wire, left) ?? within(left, this.keyed(this.wire), this.late())
        return observer.attempt(this.fiber, this.attempts, answer, this)
      })
      this.state = "queued"
      this.isBegun = false
      return attempt.connected(exchange, left, this.late()).pipe(
        Effect.matchEffect({
          onFailure: (error) => this.fail(error, {}),
          onSuccess: (answer) => {
            skew.observe(answer.headers, this.begun, this.now())
            const result = WireResponse.decode(operation, answer, this)
            return Result.isSuccess(result) ? this.succeed(result.success) : this.fail(result.failure, answer.headers)
          },
        }),
      )
    })
  }

  /**
   * The attempt where the key is at hand and the client keeps the time: as a signature that is at hand, too, leaves nothing
   * to wait for but the answer, there is no need for a fiber that could be interrupted.
   */
  atOnce(request: WireRequest.WireRequest, left: () => number): Effect.Effect<Answer, Failure<never>> | undefined {
    const { attempt, credentials } = this.shared
    if (!attempt.keepsTime || !isAtHand(credentials.get)) return undefined
    return Effect.flatMap(credentials.get, (key) => {
      const headers = this.sign(request, key)
      return isAtHand(headers)
        ? this.exchange(request, headers, left)
        : within(left, this.exchange(request, headers, forever), this.late())
    })
  }

  /** The attempt where the key may have to be waited for. */
  keyed(request: WireRequest.WireRequest): Effect.Effect<Answer, Failure<never>> {
    const headers = Effect.flatMap(this.shared.credentials.get, (key) => this.sign(request, key))
    return this.exchange(request, headers, forever)
  }

  exchange(
    request: WireRequest.WireRequest,
    headers: Effect.Effect<SignedHeaders, CredentialsError>,
    left: () => number,
  ): Effect.Effect<Answer, Failure<never>> {
    const { attempt, observer, operation } = this.shared
    return Effect.flatMap(headers, (signed) => {
      this.signature = signed["authorization"]
      return Effect.andThen(observer.sent, attempt.send(operation.name, request, signed, this, left))
    })
  }

  sign(request: WireRequest.WireRequest, key: AwsCredentials): Effect.Effect<SignedHeaders, CredentialsError> {
    const { endpoint, maxAttempts, sign } = this.shared
    this.used = key
    this.state = "sending"
    this.since = this.elapsing()
    this.begun = this.now()
    this.invocation ??= Uuid.v4(this.random)
    const headers = {
      "amz-sdk-invocation-id": this.invocation,
      "amz-sdk-request": `attempt=${this.attempts}; max=${maxAttempts}`,
    }
    return sign(request, endpoint, key, this.begun + this.offset, headers)
  }

  /** An attempt's time begins with a connection and a key; it is the call that has no more time to wait for them. */
  left(): number {
    const at = this.elapsing()
    const isWaiting = this.state === "keyless" || this.state === "queued"
    const { attemptTimeout } = this.shared
    return Math.min(isWaiting ? attemptTimeout : this.since + attemptTimeout - at, this.deadline - at)
  }

  late(): Effect.Effect<never, CredentialsError | TransportError> {
    return Effect.suspend((): Effect.Effect<never, CredentialsError | TransportError> => {
      if (this.state === "keyless") return Effect.fail(new CredentialsError({ sources: [tooSlow] }))
      const outcome = this.isBegun ? "Unknown" : "NotSent"
      const operation = this.shared.operation.name
      return Effect.fail(new TransportError({ operation, reason: "Timeout", outcome, attempts: this.attempts }))
    })
  }

  succeed(value: Success): Effect.Effect<Success> {
    const { quota, quotaTold } = this.shared
    return quota.give(this.lastCost === 0 ? 1 : this.lastCost) ? Effect.as(quotaTold, value) : Effect.succeed(value)
  }

  fail(error: Failure<Error>, headers: Answer["headers"]): Effect.Effect<Success, Failed<Failure<Error>>> {
    const { credentials, observer, operation, skew } = this.shared
    if (error._tag === "NotFoundException" && this.ambiguous && operation.method === "DELETE") {
      // An attempt before this one did it, though its answer was lost.
      const done = WireResponse.decode(operation, { status: operation.status, headers: {}, body: "" })
      if (Result.isSuccess(done)) return this.succeed(done.success)
    }
    const kind = RetryClass.classify(error)
    if (kind === undefined) return this.stop(error)
    const again = this.again(error, kind, headers)
    if (kind.reason === "Throttling") return Effect.andThen(observer.throttled, again)
    if (kind.reason === "ClockSkew") return skew.offset() === this.offset ? this.stop(error) : again
    if (kind.reason !== "ExpiredToken") return again
    const refused = this.used
    if (refused === undefined || this.isRenewed) return this.stop(error)
    this.isRenewed = true
    // A provider that hangs must not keep the call beyond its time.
    return credentials.renew(refused).pipe(
      Effect.timeoutOption(Math.max(this.deadline - this.elapsing(), 0)),
      Effect.matchEffect({
        onFailure: () => this.stop(error),
        onSuccess: (others) => (Option.isNone(others) || isSameKey(others.value, refused) ? this.stop(error) : again),
      }),
    )
  }

  again(
    error: Failure<Error>,
    { outcome, reason }: RetryClass.RetryClass,
    headers: Answer["headers"],
  ): Effect.Effect<never, Failed<Failure<Error>>> {
    return Effect.suspend(() => {
      const { constants, maxAttempts, operation, quota, quotaTold, repeatCreate } = this.shared
      const mayRepeat = operation.repeatable || outcome === "NotSent" || repeatCreate
      if (!mayRepeat || this.attempts >= maxAttempts) return this.stop(error)
      const chance = this.random.nextDoubleUnsafe()
      const delay = Retry.delay(constants, reason, this.attempts, chance, Retry.hintOf(headers))
      if (this.elapsing() + delay >= this.deadline) return this.stop(error)
      const cost = Retry.costOf(constants, reason)
      if (!quota.take(cost)) return this.stop(error)
      this.lastCost = cost
      this.ambiguous ||= outcome === "Unknown"
      return quotaTold.pipe(
        Effect.andThen(
          Effect.logDebug(`${operation.name} failed with ${error._tag} and is tried again`).pipe(
            Effect.annotateLogs({ attempt: this.attempts, delayMillis: Math.round(delay) }),
          ),
        ),
        Effect.andThen(Effect.fail<Failed<Failure<Error>>>({ _tag: "Again", error, delay })),
      )
    })
  }

  stop(error: Failure<Error>): Effect.Effect<never, Failed<Failure<Error>>> {
    return Effect.fail({ _tag: "Stop", error: this.overall(error) })
  }

  /** An error tells of its own attempt, and the caller wants to know of all of them. */
  overall(error: Failure<Error>): Failure<Error> {
    const { ambiguous, attempts } = this
    const made = error._tag === "CredentialsError" ? attempts - 1 : attempts
    if (made <= 1 && !ambiguous) return error
    const story = ambiguous ? { attempts: made, ambiguous, outcome: "Unknown" } : { attempts: made }
    const schema = this.shared.operation.error
    const last = Schema.encodeUnknownSync(schema)(error)
    return Schema.decodeUnknownSync(schema)(Object.assign({}, last, story))
  }
}
