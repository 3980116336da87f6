import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import type { PutVoiceConnectorProxyError } from "@proxy-session/domain/ProxySessionError"
import { TransportError } from "@proxy-session/domain/TransportError"
import type { Endpoint } from "@proxy-session/protocol/Endpoint"
import type { Answer } from "@proxy-session/protocol/ErrorFormat"
import type { Operation } from "@proxy-session/protocol/Operation"
import type { Intercept } from "@proxy-session/protocol/Interceptor"
import * as RetryClass from "@proxy-session/protocol/RetryClass"
import * as Uuid from "@proxy-session/protocol/Uuid"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type { AwsCredentials, Credentials } from "../Credentials.ts"
import * as Retry from "../Retry.ts"
import type { Sign } from "../Signer.ts"
import type { Attempt } from "./attempt.ts"
import type { ClockSkew } from "./clockSkew.ts"
import { isSameKey } from "./isSameKey.ts"
import * as Observe from "./observe.ts"
import type { RetryQuota } from "./retryQuota.ts"
import { secretsOf } from "./secrets.ts"
import { within } from "./within.ts"

/** What all calls of a Layer share. */
export interface Options {
  readonly attempt: Attempt
  readonly credentials: Credentials["Service"]
  readonly endpoint: Endpoint
  readonly intercept: Intercept
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

/** An attempt has failed, and this is what comes of it: another one after a while, or the end. */
type Failed<E> =
  | { readonly _tag: "Again"; readonly error: E; readonly delay: number }
  | { readonly _tag: "Stop"; readonly error: E }

const tooSlow = { source: "Credentials", reason: "gave none within the operation's time" }

const secretsOfKey = ({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentials): ReadonlyArray<string> => [
  accessKeyId,
  Redacted.value(secretAccessKey),
  ...(sessionToken === undefined ? [] : [Redacted.value(sessionToken)]),
]

/** The delay was settled when the attempt failed: it depends on the error, on chance and on what is left of the time. */
const schedule = Schedule.identity<Failed<unknown>>().pipe(
  Schedule.modifyDelay(({ input }) => Effect.succeed(input._tag === "Again" ? input.delay : 0)),
)

/**
 * Makes an operation's calls: credentials, signature, exchange and answer, anew for each attempt, within a time.
 *
 * The way of a call that succeeds at once passes none of what is below `fail`.
 */
export const make = (options: Options) => {
  const { attempt, credentials, endpoint, skew } = options
  const quotaTold = Observe.quota(endpoint, options.quota.level)

  return <Request extends object, Success, Error extends PutVoiceConnectorProxyError>(
    operation: Operation<Request, Success, Error>,
  ) => {
    type Failure = CredentialsError | Error | TransportError
    const observer = Observe.make(endpoint, operation.name, operation.method)

    return (request: Request): Effect.Effect<Success, Failure> =>
      Effect.withFiber((fiber) => {
        const clock = fiber.getRef(Clock.Clock)
        const now = () => clock.currentTimeMillisUnsafe()
        // A clock that is set while a call is under way must neither end it nor keep it.
        const elapsing = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
        const random = fiber.getRef(Random.Random)
        const wire = WireRequest.encode(operation, request)
        const invocation = Uuid.v4(random)
        const deadline = elapsing() + options.operationTimeout
        /** How many attempts there were, the one under way included. */
        let attempts = 0
        /** Whether one before the attempt under way may have been carried out. */
        let ambiguous = false
        let lastCost = 0
        let isRenewed = false
        let used: AwsCredentials | undefined
        let signature: string | undefined

        const secrets: Iterable<string> = {
          // They are worked out only where a message may hold them: a service may explain what it expected to be signed.
          *[Symbol.iterator]() {
            yield* secretsOf(operation.request.make(request))
            if (used !== undefined) yield* secretsOfKey(used)
            if (signature !== undefined) yield* [signature, signature.replace(/^.*Signature=/u, "")]
          },
        }

        const once = Effect.suspend(() => {
          attempts++
          let begun = now()
          const offset = skew.offset()
          let state: "keyless" | "queued" | "signed" | "unsigned" = "signed"
          let since = elapsing()
          used = undefined
          const sign = (request: WireRequest.WireRequest) =>
            Effect.flatMap(credentials.get, (key) => {
              used = key
              state = "unsigned"
              since = elapsing()
              begun = now()
              const headers = {
                "amz-sdk-invocation-id": invocation,
                "amz-sdk-request": `attempt=${attempts}; max=${options.maxAttempts}`,
              }
              return options.sign(request, endpoint, key, begun + offset, headers)
            })
          const exchange = (request: WireRequest.WireRequest) =>
            Effect.suspend(() => {
              state = "keyless"
              return Effect.flatMap(sign(request), (headers) => {
                signature = headers["authorization"]
                state = "signed"
                return Effect.andThen(observer.sent, attempt.send(operation.name, request, headers, secrets))
              })
            })
          const send = (request: WireRequest.WireRequest) =>
            Effect.suspend(() => {
              state = "queued"
              return attempt.connected(exchange(request))
            })
          // An attempt's time begins with a connection and a key; it is the call that has no more time to wait for them.
          const isWaiting = () => state === "keyless" || state === "queued"
          const left = () => {
            const at = elapsing()
            return Math.min(isWaiting() ? options.attemptTimeout : since + options.attemptTimeout - at, deadline - at)
          }
          const late = Effect.suspend((): Effect.Effect<never, CredentialsError | TransportError> => {
            if (state === "keyless") return Effect.fail(new CredentialsError({ sources: [tooSlow] }))
            const outcome = state === "signed" ? "Unknown" : "NotSent"
            return Effect.fail(new TransportError({ operation: operation.name, reason: "Timeout", outcome, attempts }))
          })
          const limited = within(clock, left, options.intercept(operation.name, wire, send), late)
          return observer.attempt(fiber, attempts, limited, secrets).pipe(
            Effect.matchEffect({
              onFailure: (error) => fail(error, {}, offset),
              onSuccess: (answer) => {
                skew.observe(answer.headers, begun, now())
                const result = WireResponse.decode(operation, answer, secrets)
                return Result.isSuccess(result) ? succeed(result.success) : fail(result.failure, answer.headers, offset)
              },
            }),
          )
        })

        const succeed = (value: Success): Effect.Effect<Success> =>
          options.quota.give(lastCost === 0 ? 1 : lastCost) ? Effect.as(quotaTold, value) : Effect.succeed(value)

        /** An error tells of its own attempt, and the caller wants to know of all of them. */
        const overall = (error: Failure): Failure => {
          const made = error._tag === "CredentialsError" ? attempts - 1 : attempts
          if (made <= 1 && !ambiguous) return error
          const story = ambiguous ? { attempts: made, ambiguous, outcome: "Unknown" } : { attempts: made }
          const last = Schema.encodeUnknownSync(operation.error)(error)
          return Schema.decodeUnknownSync(operation.error)(Object.assign({}, last, story))
        }

        const stop = (error: Failure): Effect.Effect<never, Failed<Failure>> =>
          Effect.fail({ _tag: "Stop", error: overall(error) })

        const fail = (
          error: Failure,
          headers: Answer["headers"],
          offset: number,
        ): Effect.Effect<Success, Failed<Failure>> => {
          if (error._tag === "NotFoundException" && ambiguous && operation.method === "DELETE") {
            // An attempt before this one did it, though its answer was lost.
            const done = WireResponse.decode(operation, { status: operation.status, headers: {}, body: "" })
            if (Result.isSuccess(done)) return succeed(done.success)
          }
          const kind = RetryClass.classify(error)
          if (kind === undefined) return stop(error)
          const next = again(error, kind, headers)
          const throttled = kind.reason === "Throttling" ? observer.throttled : Effect.void
          if (kind.reason === "ClockSkew") return skew.offset() === offset ? stop(error) : next
          if (kind.reason === "ExpiredToken") {
            if (used === undefined || isRenewed) return stop(error)
            isRenewed = true
            // A provider that hangs must not keep the call beyond its time.
            const refused = used
            return credentials.renew(refused).pipe(
              Effect.timeoutOption(Math.max(deadline - elapsing(), 0)),
              Effect.matchEffect({
                onFailure: () => stop(error),
                onSuccess: (others) => (Option.isNone(others) || isSameKey(others.value, refused) ? stop(error) : next),
              }),
            )
          }
          return Effect.andThen(throttled, next)
        }

        const again = (
          error: Failure,
          { outcome, reason }: RetryClass.RetryClass,
          headers: Answer["headers"],
        ): Effect.Effect<never, Failed<Failure>> =>
          Effect.suspend(() => {
            const mayRepeat = operation.repeatable || outcome === "NotSent" || options.repeatCreate
            if (!mayRepeat || attempts >= options.maxAttempts) return stop(error)
            const chance = random.nextDoubleUnsafe()
            const delay = Retry.delay(options.constants, reason, attempts, chance, Retry.hintOf(headers))
            if (elapsing() + delay >= deadline) return stop(error)
            const cost = Retry.costOf(options.constants, reason)
            if (!options.quota.take(cost)) return stop(error)
            lastCost = cost
            ambiguous ||= outcome === "Unknown"
            return quotaTold.pipe(
              Effect.andThen(
                Effect.logDebug(`${operation.name} failed with ${error._tag} and is tried again`).pipe(
                  Effect.annotateLogs({ attempt: attempts, delayMillis: Math.round(delay) }),
                ),
              ),
              Effect.andThen(Effect.fail<Failed<Failure>>({ _tag: "Again", error, delay })),
            )
          })

        /** The schedule is set up for a call that has failed alone: to others it would cost more than their signature. */
        const repeat = (failed: Failed<Failure>): Effect.Effect<Success, Failure> => {
          let known: Failed<Failure> | undefined = failed
          const next = Effect.suspend(() => {
            if (known === undefined) return once
            const first = Effect.fail(known)
            known = undefined
            return first
          })
          return next.pipe(
            Effect.retry({ schedule, while: ({ _tag }) => _tag === "Again" }),
            Effect.mapError(({ error }) => error),
          )
        }

        const call = Effect.catch(once, (failed) =>
          failed._tag === "Again" ? repeat(failed) : Effect.fail(failed.error),
        )
        return observer.operation(fiber, elapsing, call)
      })
  }
}
