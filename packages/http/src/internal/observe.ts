import type { CredentialsError } from "@proxy-session/domain/CredentialsError"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { Endpoint } from "@proxy-session/protocol/Endpoint"
import { requestId } from "@proxy-session/protocol/ErrorFormat"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Fiber } from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import type { Head, Response, TransportFailure } from "../Exchange.ts"
import * as Telemetry from "../Telemetry.ts"
import { monotonicMillis } from "./timeout.ts"

type AnyFiber = Fiber<unknown, unknown>
type AttemptError = CredentialsError | TransportFailure

/** What is reported of the calls of one operation. */
export type Observer = ReturnType<typeof make>

/** Effect's own tracer keeps spans that nobody reads. To make them would be the most expensive part of a call. */
const isTraced = (fiber: AnyFiber): boolean =>
  fiber.getRef(Tracer.Tracer) !== Tracer.nativeTracer && !fiber.getRef(Tracer.DisablePropagation)

export const make = (endpoint: Endpoint, operation: OperationName, method: string, level: () => number) => {
  const { hostname, port, protocol } = new URL(endpoint.origin)
  const serverPort = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port)
  const server = { "server.address": hostname, "server.port": serverPort }
  const durationOf = (outcome: string) => Metric.withAttributes(Telemetry.duration, { operation, outcome })
  const succeeded = durationOf("success")
  const attempts = Metric.withAttributes(Telemetry.attempts, { operation })
  const throttles = Metric.withAttributes(Telemetry.throttles, { operation })
  const name = `ChimeSDKVoice.${operation}`
  const attributes = {
    "rpc.system.name": "aws-api",
    "rpc.method": `ChimeSDKVoice/${operation}`,
    "cloud.region": endpoint.signingRegion,
    ...server,
  }
  const first = { "http.request.method": method, ...server }
  const quota = Metric.withAttributes(Telemetry.quota, { "server.address": hostname, "server.port": `${serverPort}` })

  return {
    operation: <A, E extends { readonly _tag: string }>(
      fiber: AnyFiber,
      clock: Clock.Clock,
      call: Effect.Effect<A, E>,
    ): Effect.Effect<A, E> => {
      const begun = monotonicMillis(clock)
      const observed = (span?: Tracer.Span) =>
        Effect.onExitPrimitive(call, (exit) => {
          const type = Exit.isSuccess(exit) ? undefined : errorType(exit.cause)
          const duration = type === undefined ? succeeded : durationOf(type)
          duration.updateUnsafe((monotonicMillis(clock) - begun) / 1000, fiber.context)
          if (type !== undefined) span?.attribute("error.type", type)
          return undefined
        })
      if (!isTraced(fiber)) return observed()
      // Not `withParentSpan`, which would note the line that it is called from, each time: half of what a span costs.
      return Effect.useSpan(name, { kind: "client", attributes }, (span) =>
        Effect.provideService(observed(span), Tracer.ParentSpan, span),
      )
    },

    attempt: (
      fiber: AnyFiber,
      before: number,
      exchange: Effect.Effect<Response, AttemptError>,
      secrets: Iterable<string>,
    ): Effect.Effect<Response, AttemptError> => {
      if (!isTraced(fiber)) return exchange
      const attributes = before === 0 ? first : { ...first, "http.request.resend_count": before }
      const spanned = Effect.useSpan(method, { kind: "client", attributes }, (span) =>
        Effect.matchCauseEffect(exchange, {
          onFailure: (cause) => {
            const error = Option.getOrUndefined(Cause.findErrorOption(cause))
            if (error?._tag === "TransportFailure" && error.head !== undefined) describe(span, error.head, secrets)
            span.attribute("error.type", errorType(cause))
            return Effect.failCause(cause)
          },
          onSuccess: (response) => {
            describe(span, response, secrets)
            if (response.status < 400) return Effect.succeed(response)
            span.attribute("error.type", String(response.status))
            return Effect.fail(new Refused(response))
          },
        }),
      )
      return Effect.catch(spanned, (error) =>
        error instanceof Refused ? Effect.succeed(error.response) : Effect.fail(error),
      )
    },

    /** An attempt is about to be sent. */
    sent: (fiber: AnyFiber) => attempts.updateUnsafe(1, fiber.context),
    throttled: (fiber: AnyFiber) => throttles.updateUnsafe(1, fiber.context),
    /** The number of tokens that are left for retries has changed. */
    quota: (fiber: AnyFiber) => quota.updateUnsafe(level(), fiber.context),
  }
}

/** The operation's request id is that of its last attempt. */
const describe = (span: Tracer.Span, { headers, status }: Head, secrets: Iterable<string>): void => {
  span.attribute("http.response.status_code", status)
  const id = requestId(headers, secrets)
  if (id === undefined) return
  span.attribute("aws.request_id", id)
  const parent = Option.getOrUndefined(span.parent)
  if (parent?._tag === "Span") parent.attribute("aws.request_id", id)
}

/** The end of the span of an attempt whose response is an error. The response is hidden, since a span keeps its end. */
class Refused extends Error {
  readonly #response: Response
  constructor(response: Response) {
    super(`HTTP status ${response.status}`)
    this.#response = response
  }
  get response(): Response {
    return this.#response
  }
}

const errorType = (cause: Cause.Cause<{ readonly _tag: string }>): string =>
  Option.match(Cause.findErrorOption(cause), {
    onSome: ({ _tag }) => (_tag === "TransportFailure" ? "TransportError" : _tag),
    onNone: () => (Cause.hasInterrupts(cause) ? "Interrupted" : "Defect"),
  })
