import type { OperationName } from "@proxy-session/domain/OperationName"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpTraceContext from "effect/http/HttpTraceContext"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"

/** The error of a span: the name of what went wrong. Messages and defects can hold what was sent. */
class OperationFailed extends Data.TaggedError("OperationFailed")<{ readonly message: string }> {}

const nameOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string"
    ? error._tag
    : "Defect"

const isOurs = (name: string): boolean => name === "Defect" || /^Service(?:Failure|Unavailable)Exception$/u.test(name)

/**
 * A span for a call of an operation: its name, and the name of its error. A caller's `traceparent` is its parent. Effect's own
 * tracer keeps spans that nobody reads, so none is made for it.
 */
export const spanned = <A, E, R>(
  context: Context.Context<HttpServerRequest>,
  operation: OperationName,
  call: Effect.Effect<A, E, R>,
): Effect.Effect<A, E, R> => {
  if (Context.get(context, Tracer.Tracer) === Tracer.nativeTracer) return call
  const parent = Option.getOrUndefined(HttpTraceContext.fromHeaders(Context.get(context, HttpServerRequest).headers))
  const attributes = { "rpc.system.name": "aws-api", "rpc.method": `ChimeSDKVoice/${operation}` }
  let result: Exit.Exit<A, E> = Exit.interrupt()
  const traced = Effect.useSpan(
    `ChimeSDKVoice.${operation}`,
    { kind: "server", attributes, ...(parent === undefined ? {} : { parent }) },
    (span) =>
      Effect.flatMap(Effect.exit(Effect.withParentSpan(call, span)), (exit) => {
        result = exit
        if (Exit.isSuccess(exit)) return Effect.void
        const name = nameOf(Option.getOrUndefined(Cause.findErrorOption(exit.cause)))
        span.attribute("error.type", name)
        return isOurs(name) ? Effect.fail(new OperationFailed({ message: name })) : Effect.void
      }),
  )
  return Effect.flatMap(Effect.exit(traced), () => result)
}

/** Effect's own spans of requests hold all headers and the whole URL, keys and numbers among them. */
export const withoutRequests = Layer.succeed(HttpMiddleware.TracerDisabledWhen, () => true)
