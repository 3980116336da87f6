import type { OperationName } from "@proxy-session/domain/OperationName"
import type { Endpoint } from "@proxy-session/protocol/Endpoint"
import type { Answer } from "@proxy-session/protocol/ErrorFormat"
import { requestId } from "@proxy-session/protocol/ErrorFormat"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Fiber } from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import * as Telemetry from "../Telemetry.ts"
import type { Head } from "./attempt.ts"

/** What an attempt knows of its answer before that has failed, and what it must not tell. */
interface Told extends Iterable<string> {
  readonly head: Head | undefined
}

/** What is told of the calls of one operation. */
export interface Observer {
  readonly operation: <A, E extends { readonly _tag: string }>(
    fiber: Fiber<unknown, unknown>,
    now: () => number,
    call: Effect.Effect<A, E>,
  ) => Effect.Effect<A, E>
  readonly attempt: <E extends { readonly _tag: string }>(
    fiber: Fiber<unknown, unknown>,
    attempt: number,
    exchange: Effect.Effect<Answer, E>,
    told: Told,
  ) => Effect.Effect<Answer, E>
  /** An attempt is about to be sent. */
  readonly sent: Effect.Effect<void>
  readonly throttled: Effect.Effect<void>
}

/** Effect's own tracer keeps spans that nobody reads; making them would be the dearest part of a call. */
const isTraced = (fiber: Fiber<unknown, unknown>): boolean =>
  fiber.getRef(Tracer.Tracer) !== Tracer.nativeTracer && !fiber.getRef(Tracer.DisablePropagation)

const serverOf = ({ origin }: Endpoint) => {
  const { hostname, port, protocol } = new URL(origin)
  return {
    "server.address": hostname,
    "server.port": port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
  }
}

/** Tells how many tokens are left for retries. */
export const quota = (endpoint: Endpoint, level: () => number): Effect.Effect<void> => {
  const { "server.address": address, "server.port": port } = serverOf(endpoint)
  const attributes = { "server.address": address, "server.port": String(port) }
  const gauge = Metric.withAttributes(Telemetry.quota, attributes)
  return Effect.suspend(() => Metric.update(gauge, level()))
}

export const make = (endpoint: Endpoint, operation: OperationName, method: string): Observer => {
  const server = serverOf(endpoint)
  const succeeded = Metric.withAttributes(Telemetry.duration, { operation, outcome: "success" })
  const ended = (exit: Exit.Exit<unknown, { readonly _tag: string }>) =>
    Exit.isSuccess(exit)
      ? succeeded
      : Metric.withAttributes(Telemetry.duration, { operation, outcome: errorType(exit.cause) })

  return {
    operation: (fiber, now, call) => {
      const begun = now()
      const timed = Effect.onExit(call, (exit) => Metric.update(ended(exit), (now() - begun) / 1000))
      if (!isTraced(fiber)) return timed
      return Effect.useSpan(
        `ChimeSDKVoice.${operation}`,
        {
          kind: "client",
          attributes: {
            "rpc.system.name": "aws-api",
            "rpc.method": `ChimeSDKVoice/${operation}`,
            "cloud.region": endpoint.signingRegion,
            ...server,
          },
        },
        (span) =>
          timed.pipe(
            Effect.withParentSpan(span),
            Effect.tapCause((cause) => Effect.sync(() => span.attribute("error.type", errorType(cause)))),
          ),
      )
    },
    attempt: (fiber, attempt, exchange, told) => {
      if (!isTraced(fiber)) return exchange
      // A span keeps the exit it ends with, and the answer's body holds numbers and names: it goes around the span.
      let answer: Answer | undefined
      const spanned = Effect.useSpan(
        method,
        {
          kind: "client",
          attributes: {
            "http.request.method": method,
            ...server,
            ...(attempt === 1 ? {} : { "http.request.resend_count": attempt - 1 }),
          },
        },
        (span) =>
          exchange.pipe(
            Effect.flatMap((received) => {
              answer = received
              tell(span, received, told)
              return received.status < 400 ? Effect.void : Effect.fail(new Refused(received.status))
            }),
            Effect.tapCause((cause) =>
              Effect.sync(() => {
                if (told.head !== undefined) tell(span, told.head, told)
                span.attribute("error.type", errorType(cause))
              }),
            ),
          ),
      )
      const answered = Effect.suspend(() =>
        answer === undefined ? Effect.die(new Error("an attempt ended without its answer")) : Effect.succeed(answer),
      )
      return Effect.matchEffect(spanned, {
        onFailure: (error) => (error instanceof Refused ? answered : Effect.fail(error)),
        onSuccess: () => answered,
      })
    },
    sent: Metric.update(Metric.withAttributes(Telemetry.attempts, { operation }), 1),
    throttled: Metric.update(Metric.withAttributes(Telemetry.throttles, { operation }), 1),
  }
}

/** Whichever attempt was the last tells the operation's request id. */
const tell = (span: Tracer.Span, { headers, status }: Head, secrets: Iterable<string>): void => {
  span.attribute("http.response.status_code", status)
  const id = requestId(headers, secrets)
  if (id === undefined) return
  span.attribute("aws.request_id", id)
  const parent = Option.getOrUndefined(span.parent)
  if (parent?._tag === "Span") parent.attribute("aws.request_id", id)
}

/** What the span of an attempt that was answered with an error ends in; `_tag` is what `error.type` is to be. */
class Refused extends Error {
  readonly _tag: string
  constructor(status: number) {
    super(`HTTP status ${status}`)
    this._tag = String(status)
  }
}

const errorType = (cause: Cause.Cause<{ readonly _tag: string }>): string =>
  Option.match(Cause.findErrorOption(cause), {
    onSome: ({ _tag }) => _tag,
    onNone: () => (Cause.hasInterrupts(cause) ? "Interrupted" : "Defect"),
  })
