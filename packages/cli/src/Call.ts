/**
 * A call of an operation as the AWS CLI makes it: it sends what was typed and reads what came back, whether the model has
 * it so or not.
 */
import * as Redaction from "@proxy-session/domain/Redaction"
import { TransportError } from "@proxy-session/domain/TransportError"
import type { AwsCredentials } from "@proxy-session/http/Credentials"
import * as FastSigner from "@proxy-session/http/FastSigner"
import * as Retry from "@proxy-session/http/Retry"
import type { Endpoint } from "@proxy-session/protocol/Endpoint"
import * as Operation from "@proxy-session/protocol/Operation"
import type { RetryReason } from "@proxy-session/protocol/RetryClass"
import * as Uuid from "@proxy-session/protocol/Uuid"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type CommandFailure, fromOperation, invalid } from "./ExitCode.ts"
import * as Json from "./internal/json.ts"
import { type Dict, isList, str, type Value } from "./internal/python.ts"
import { type Answer, errorOf } from "./internal/serviceError.ts"
import { diagnose, type Problem } from "./internal/transportProblem.ts"
import type { Row } from "./Operations.ts"

/**
 * Where a call goes and how it is made, and what else the profile sets. Without credentials it is not signed.
 *
 * @category models
 */
export interface Target {
  readonly endpoint: Endpoint
  readonly endpointReason: string
  readonly credentials: AwsCredentials | undefined
  readonly client: HttpClient.HttpClient
  readonly maxAttempts: number
  readonly constants: Retry.RetryConstants
  readonly attemptTimeout: Duration.Duration
  readonly settings: ReadonlyMap<string, string>
}

/**
 * An error of the service, as it names it. `retries` is how many attempts there were before the last one that was allowed.
 *
 * @category errors
 */
export class ServiceError extends Schema.TaggedError<ServiceError>()("ServiceError", {
  code: Schema.String,
  message: Schema.String,
  retries: Schema.UndefinedOr(Schema.Int),
}) {}

/**
 * Calls an operation and returns the body of the answer.
 *
 * A failed attempt is followed by another as in botocore's standard mode, unless the operation is not safe to repeat: that
 * one is repeated only if it was not sent.
 *
 * @category running
 */
export const call = Effect.fn("Call.call")(function* (
  row: Row,
  request: Dict,
  target: Target,
): Effect.fn.Return<string, CommandFailure | ServiceError> {
  const wire = yield* encode(row, request)
  const random = yield* Random.Random
  const invocation = Uuid.v4(random)
  const { repeatable } = Operation.operations[row.name]
  let outcome: TransportError["outcome"] = "NotSent"
  for (let attempt = 1; ; attempt++) {
    const received = yield* Effect.result(
      exchange(target, wire, {
        "amz-sdk-invocation-id": invocation,
        "amz-sdk-request": `attempt=${attempt}; max=${target.maxAttempts}`,
      }),
    )
    const isLast = attempt >= target.maxAttempts
    let pause = { reason: "Transient" as RetryReason, hint: undefined as number | undefined, name: "no response" }
    if (Result.isSuccess(received)) {
      const { body, headers, status } = received.success
      if (status < 300) return body
      const error = yield* errorOf(received.success)
      if (isLast || !repeatable || !error.isTransient) {
        const retries = isLast ? attempt - 1 : undefined
        yield* Effect.logDebug(`${row.name} failed`, error.code, headers["x-amzn-requestid"])
        return yield* new ServiceError({
          code: scrub(error.code, request),
          message: scrub(error.message, request),
          retries,
        })
      }
      pause = { reason: error.isThrottling ? "Throttling" : "Transient", hint: Retry.hintOf(headers), name: error.code }
    } else {
      const { code, outcome: last, reason } = received.failure
      if (last === "Unknown") outcome = last
      if (isLast || !(repeatable || outcome === "NotSent")) {
        const error = new TransportError({ operation: row.name, reason, outcome, attempts: attempt })
        return yield* fromOperation(row.name, error, { url: shown(target, wire), code, ...target })
      }
    }
    yield* Effect.logDebug(`${row.name} failed (${pause.name}) and is tried again`)
    yield* Effect.sleep(Retry.delay(target.constants, pause.reason, attempt, random.nextDoubleUnsafe(), pause.hint))
  }
})

/** Where a request went, without a token, which is not for a log. */
const shown = ({ endpoint }: Target, { path, query }: WireRequest.WireRequest): string => {
  const parameters = query.map(
    ([name, value]) => [name, name === "next-token" ? Redaction.placeholder : value] as const,
  )
  const search = query.length === 0 ? "" : `?${WireRequest.queryString(parameters)}`
  return endpoint.origin + endpoint.basePath + path + search
}

const encode = ({ members, name }: Row, request: Dict): Effect.Effect<WireRequest.WireRequest, CommandFailure> => {
  const operation = Operation.operations[name]
  const { method, query } = operation
  const byName = new Map(
    members.flatMap(({ name, wireName }) => {
      const value = request.get(wireName)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
  const text = (member: string): string | undefined => {
    const value = byName.get(member)
    return value === undefined ? undefined : str(value)
  }
  const step = members.find(({ isLabel, name }) => isLabel && /^\.\.?$/u.test(text(name) ?? ""))
  if (step !== undefined) {
    return invalid(
      `Parameter validation failed:\nInvalid value for parameter ${step.wireName}: . and .. are not names but steps of a path`,
    )
  }
  const inBody = members.filter(({ isLabel, name }) => !isLabel && !Object.hasOwn(query, name))
  const body = new Map(
    inBody.flatMap(({ wireName }) => {
      const value = request.get(wireName)
      return value === undefined ? [] : [[wireName, value] as const]
    }),
  )
  return Effect.succeed({
    method,
    path: WireRequest.pathOf(operation, text),
    query: WireRequest.queryOf(operation, text),
    body: inBody.length === 0 ? undefined : Json.write(body, { separators: [",", ":"] }),
  })
}

const exchange = Effect.fnUntraced(function* (
  { attemptTimeout, client, credentials, endpoint }: Target,
  wire: WireRequest.WireRequest,
  headers: { readonly "amz-sdk-invocation-id": string; readonly "amz-sdk-request": string },
): Effect.fn.Return<Answer, Problem> {
  const now = yield* Clock.currentTimeMillis
  const unsigned = wire.body === undefined ? headers : { ...headers, "content-type": "application/json" }
  const signed =
    credentials === undefined
      ? unsigned
      : yield* Effect.orDie(FastSigner.sign(wire, endpoint, credentials, now, headers))
  const target = wire.query.length === 0 ? wire.path : `${wire.path}?${WireRequest.queryString(wire.query)}`
  // The URL is text that is already encoded, so that what is sent is byte for byte what was signed.
  const request = HttpClientRequest.makeWith(
    wire.method,
    endpoint.origin + endpoint.basePath + target,
    UrlParams.empty,
    Option.none(),
    Headers.fromInput(signed),
    wire.body === undefined ? HttpBody.empty : HttpBody.text(wire.body, "application/json"),
  )
  return yield* client.execute(request).pipe(
    Effect.flatMap((response) =>
      Effect.map(response.text, (body) => ({ status: response.status, headers: response.headers, body })),
    ),
    Effect.mapError(diagnose),
    Duration.isFinite(attemptTimeout)
      ? Effect.timeoutOrElse({ duration: attemptTimeout, orElse: () => Effect.fail(late) })
      : (self) => self,
    Effect.provideService(HttpClient.TracerPropagationEnabled, false),
    Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
  )
})

const late: Problem = { reason: "Timeout", outcome: "Unknown", code: undefined }

/** A service may repeat what it was sent. */
const scrub = (text: string, request: Dict): string => Redaction.scrub(text, secretsOf([...request]))

const secretsOf = (members: ReadonlyArray<readonly [name: string, value: Value]>): ReadonlyArray<string> =>
  members.flatMap(([name, value]) => {
    if (!/(?:Name|PhoneNumbers?)$/u.test(name)) return []
    return isList(value) ? value.map(str) : [str(value)]
  })
