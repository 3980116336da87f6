import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import * as Redaction from "@proxy-session/domain/Redaction"
import { TransportError } from "@proxy-session/domain/TransportError"
import type { Endpoint } from "@proxy-session/protocol/Endpoint"
import { requestId } from "@proxy-session/protocol/ErrorFormat"
import type { Operation } from "@proxy-session/protocol/Operation"
import * as Uuid from "@proxy-session/protocol/Uuid"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Fiber } from "effect/Fiber"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { type AwsCredentials, type Credentials, isSameKey } from "../Credentials.ts"
import { type Head, Request, type Response, type TransportFailure } from "../Exchange.ts"
import type { RetryConstants } from "../Retry.ts"
import type { Sign } from "../Signer.ts"
import type { Transport } from "../Transport.ts"
import type { ClockSkew } from "./clockSkew.ts"
import { timedOut } from "./diagnosis.ts"
import * as Observe from "./observe.ts"
import type { RetryQuota } from "./retryQuota.ts"
import { effectUntil, monotonicMillis } from "./timeout.ts"
import * as Transition from "./transition.ts"

/** What all calls of a Layer share. Times are in milliseconds. */
export interface Options {
  readonly transport: Transport["Service"]
  readonly credentials: Credentials["Service"]
  readonly endpoint: Endpoint
  readonly sign: Sign
  readonly skew: ClockSkew
  readonly quota: RetryQuota
  readonly maxAttempts: number
  readonly constants: RetryConstants
  readonly repeatCreate: boolean
  readonly maxResponseBytes: number
  readonly attemptTimeout: number
  readonly operationTimeout: number
}

type Failure<Error> = CredentialsError | Error | TransportError
type AttemptError = CredentialsError | TransportFailure
type SignedHeaders = Readonly<Record<string, string>>

/** What all calls of an operation share. */
interface Shared<Request, Success, Error> {
  readonly options: Options
  readonly operation: Operation<Request, Success, Error>
  readonly rules: Transition.Rules
  readonly observer: Observe.Observer
}

/** Makes the calls of an operation: attempts, each signed anew, within a time. */
export const make =
  (options: Options) =>
  <Request extends object, Success, Error extends ErrorOf[OperationName]>(
    operation: Operation<Request, Success, Error>,
  ) => {
    const { constants, endpoint, maxAttempts, quota, repeatCreate } = options
    const isRepeatable = operation.repeatable || repeatCreate
    const rules = { maxAttempts, constants, isRepeatable, isDelete: operation.method === "DELETE" }
    const observer = Observe.make(endpoint, operation.name, operation.method, quota.level)
    const shared = { options, operation, rules, observer }
    return (request: Request): Effect.Effect<Success, Failure<Error>> =>
      Effect.withFiber((fiber) => new Call(shared, request, fiber).run())
  }

/** An attempt that has a key: what it was signed with, and when. */
interface Attempt {
  readonly key: AwsCredentials
  readonly at: number
  readonly offset: number
  /** How often its request was sent: a transport may be wrapped in one that repeats. */
  begins: number
  signature: string | undefined
}

const noKeyInTime = () =>
  Effect.fail(
    new CredentialsError({ sources: [{ source: "Credentials", reason: "gave none within the operation's time" }] }),
  )

/**
 * One call. It is a class because thousands may wait at once: methods belong to all of them, where closures would be
 * objects of each. A step of an attempt takes what the one before it has made.
 *
 * The success path uses nothing below `failed`.
 */
class Call<Input extends object, Success, Error extends ErrorOf[OperationName]> implements Iterable<string> {
  readonly shared: Shared<Input, Success, Error>
  readonly input: Input
  readonly fiber: Fiber<unknown, unknown>
  readonly clock: Clock.Clock
  readonly deadline: number
  /** Both are the same for all attempts, and made when the first one is about to be sent. */
  wire: WireRequest.WireRequest | undefined
  invocation: string | undefined
  attempt: Attempt | undefined

  constructor(shared: Shared<Input, Success, Error>, input: Input, fiber: Fiber<unknown, unknown>) {
    this.shared = shared
    this.input = input
    this.fiber = fiber
    this.clock = fiber.getRef(Clock.Clock)
    this.deadline = monotonicMillis(this.clock) + shared.options.operationTimeout
  }

  get random(): Random.Random {
    return this.fiber.getRef(Random.Random)
  }

  /** What messages must not repeat, collected only for a message: a service may explain what it expected to be signed. */
  *[Symbol.iterator](): Iterator<string> {
    yield* secretsOf(this.shared.operation.request.make(this.input))
    if (this.attempt === undefined) return
    const { key, signature } = this.attempt
    yield* [key.accessKeyId, Redacted.value(key.secretAccessKey)]
    if (key.sessionToken !== undefined) yield Redacted.value(key.sessionToken)
    if (signature !== undefined) yield* [signature, signature.replace(/^.*Signature=/u, "")]
  }

  run(): Effect.Effect<Success, Failure<Error>> {
    return this.shared.observer.operation(this.fiber, this.clock, this.next(Transition.initial))
  }

  /** Makes the next attempt, and what follows it. */
  next(state: Transition.State): Effect.Effect<Success, Failure<Error>> {
    const { observer, options } = this.shared
    this.attempt = undefined
    const exchange = Effect.suspend(() => observer.attempt(this.fiber, state.attempts, this.exchange(state), this))
    return Effect.matchEffect(options.transport.admit(options.endpoint.origin, this.deadline, exchange), {
      onFailure: (failure) =>
        failure._tag === "TransportFailure"
          ? this.failed(state, this.errorOf(state, failure), failure.head)
          : this.failed(state, failure, undefined),
      onSuccess: (response) => this.received(state, response),
    })
  }

  /** Its time begins when an attempt has a connection and a key. The wait for them is limited by the call's time alone. */
  exchange(state: Transition.State): Effect.Effect<Response, AttemptError> {
    const key = effectUntil(this.deadline, this.shared.options.credentials.get, noKeyInTime)
    return Effect.flatMap(key, (key) => this.signed(state, key))
  }

  signed({ attempts }: Transition.State, key: AwsCredentials): Effect.Effect<Response, AttemptError> {
    const { operation, options } = this.shared
    const deadline = Math.min(this.deadline, monotonicMillis(this.clock) + options.attemptTimeout)
    const [at, offset] = [this.clock.currentTimeMillisUnsafe(), options.skew.offset()]
    const attempt: Attempt = { key, at, offset, begins: 0, signature: undefined }
    this.attempt = attempt
    const wire = (this.wire ??= WireRequest.encode(operation, this.input))
    const headers = options.sign(wire, options.endpoint, key, at + offset, {
      "amz-sdk-invocation-id": (this.invocation ??= Uuid.v4(this.random)),
      "amz-sdk-request": `attempt=${attempts + 1}; max=${options.maxAttempts}`,
    })
    return Effect.flatMap(
      effectUntil(deadline, headers, () => Effect.fail(timedOut(false))),
      (headers) => this.sent(wire, headers, attempt, deadline),
    )
  }

  sent(
    { body, method, path, query }: WireRequest.WireRequest,
    headers: SignedHeaders,
    attempt: Attempt,
    deadline: number,
  ): Effect.Effect<Response, TransportFailure> {
    const { observer, options } = this.shared
    const { basePath, origin } = options.endpoint
    attempt.signature = headers["authorization"]
    observer.sent(this.fiber)
    const target = basePath + (query.length === 0 ? path : `${path}?${WireRequest.queryString(query)}`)
    const request = new Request({ method, origin, path: target, headers, body })
    return options.transport.send(request, options.maxResponseBytes, deadline, () => void attempt.begins++)
  }

  received(state: Transition.State, response: Response): Effect.Effect<Success, Failure<Error>> {
    const { operation, options } = this.shared
    const { headers, status } = response
    if (this.attempt !== undefined) {
      options.skew.observe(headers, this.attempt.at, this.clock.currentTimeMillisUnsafe())
    }
    const result = WireResponse.decode(operation, { status, headers, body: textOf(response.body) }, this)
    return Result.isSuccess(result)
      ? this.succeeded(state, result.success)
      : this.failed(state, result.failure, response)
  }

  succeeded({ cost }: Transition.State, value: Success): Effect.Effect<Success> {
    const { observer, options } = this.shared
    if (options.quota.give(cost === 0 ? 1 : cost)) observer.quota(this.fiber)
    return Effect.succeed(value)
  }

  failed(
    state: Transition.State,
    error: Failure<Error>,
    head: Head | undefined,
  ): Effect.Effect<Success, Failure<Error>> {
    const { observer, operation, options, rules } = this.shared
    const { attempt } = this
    const next = Transition.next(rules, state, {
      error,
      headers: head?.headers ?? {},
      isResent: attempt !== undefined && attempt.begins > 1,
      isClockCorrected: attempt !== undefined && attempt.offset !== options.skew.offset(),
      random: this.random.nextDoubleUnsafe(),
      timeLeft: this.deadline - monotonicMillis(this.clock),
      tokens: options.quota.level(),
    })
    if (next.isThrottled) observer.throttled(this.fiber)
    if (next._tag === "Done") {
      const done = WireResponse.decode(operation, { status: operation.status, headers: {}, body: "" })
      return Result.isSuccess(done) ? this.succeeded(state, done.success) : Effect.fail(error)
    }
    const stop = Effect.suspend(() => Effect.fail(withHistory(error, next.state)))
    if (next._tag === "Stop") return stop
    options.quota.take(next.state.cost)
    observer.quota(this.fiber)
    const again = Effect.logDebug(`${operation.name} failed with ${error._tag} and is tried again`).pipe(
      Effect.annotateLogs({ attempt: next.state.attempts, delayMillis: Math.round(next.delay) }),
      Effect.andThen(Effect.sleep(next.delay)),
      Effect.flatMap(() => this.next(next.state)),
    )
    if (!next.renew || attempt === undefined) return again
    return Effect.flatMap(this.renewed(attempt.key), (isRenewed) => (isRenewed ? again : stop))
  }

  /** Whether there is another key. A provider that hangs must not keep the call beyond its time. */
  renewed(refused: AwsCredentials): Effect.Effect<boolean> {
    const isOther = Effect.match(this.shared.options.credentials.renew(refused), {
      onFailure: () => false,
      onSuccess: (key) => !isSameKey(key, refused),
    })
    return effectUntil(this.deadline, isOther, () => Effect.succeed(false))
  }

  errorOf({ attempts }: Transition.State, { code, head, outcome, reason }: TransportFailure): TransportError {
    const { operation, options } = this.shared
    const id = head && requestId(head.headers, this)
    return new TransportError({
      operation: operation.name,
      reason,
      outcome,
      attempts: attempts + 1,
      origin: options.endpoint.origin,
      ...(code === undefined ? {} : { code }),
      ...(id === undefined ? {} : { requestId: id }),
    })
  }
}

/**
 * The error of the last attempt, which tells of all of them. Credentials may fail with the same instance each time; every
 * other error was made for this call.
 */
const withHistory = <E extends ErrorOf[OperationName]>(
  error: E,
  { attempts, isAmbiguous }: Transition.State,
): CredentialsError | E => {
  if (attempts <= 1 && !isAmbiguous) return error
  const history = isAmbiguous ? { attempts, ambiguous: true } : { attempts }
  if (error instanceof CredentialsError) return new CredentialsError({ sources: error.sources, ...history })
  return Object.assign(
    error,
    error instanceof TransportError && isAmbiguous ? { attempts, outcome: "Unknown" } : history,
  )
}

/**
 * The strings of a request that must reach no message: those that its printed form hides, and the token of a page, of
 * which only the service knows what is in it. So the domain alone decides what is a secret.
 */
const secretsOf = (request: object): ReadonlyArray<string> => [
  ...hidden(request, "toJSON" in request && typeof request.toJSON === "function" ? request.toJSON() : request),
  ...("nextToken" in request && typeof request.nextToken === "string" ? [request.nextToken] : []),
]

const hidden = (value: unknown, view: unknown): ReadonlyArray<string> => {
  if (view === Redaction.placeholder) return typeof value === "string" ? [value] : []
  if (typeof value !== "object" || value === null || typeof view !== "object" || view === null) return []
  const shown = new Map(Object.entries(view))
  return Object.entries(value).flatMap(([member, inner]) => hidden(inner, shown.get(member)))
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** What is not UTF-8 is no JSON either, and is read as something that says so: a lone replacement character. */
const textOf = (body: Uint8Array): string => {
  try {
    return utf8.decode(body)
  } catch {
    return "\uFFFD"
  }
}
