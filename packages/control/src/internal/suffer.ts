/**
 * What becomes of a call that meets a fault.
 */
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { Call } from "@proxy-session/server/Call"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import type { Fault } from "../Fault.ts"
import * as Exceptions from "./exceptions.ts"

type Answer<E, R> = Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>

/** How long the first half of an answer has to leave before the connection is closed. */
const departure = "25 millis"

export const suffer = <E, R>(
  fault: Fault,
  { requestId }: Call,
  run: Answer<E, R>,
): Answer<E | ErrorOf[OperationName], HttpServerRequest | R> => {
  const { body, delay, error, hang, reset, status, truncate, when = "before" } = fault
  const end = (outcome: Answer<E, R>): Answer<E | ErrorOf[OperationName], HttpServerRequest | R> => {
    if (hang !== undefined) return Effect.never
    if (reset !== undefined) return hangUp("resetAndDestroy")
    if (error !== undefined) return Effect.fail(Exceptions.make(error))
    if (status === undefined && body === undefined) return outcome
    const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body)
    const headers = { "x-amzn-requestid": requestId }
    return Effect.succeed(
      HttpServerResponse.text(text, { status: status ?? 200, headers, contentType: "application/json" }),
    )
  }
  const cut = (answer: Answer<E | ErrorOf[OperationName], HttpServerRequest | R>) =>
    truncate === undefined ? answer : Effect.flatMap(answer, half)
  const late = (answer: Answer<E | ErrorOf[OperationName], HttpServerRequest | R>) =>
    delay === undefined ? answer : Effect.delay(answer, delay)
  return when === "before"
    ? late(cut(end(run)))
    : Effect.flatMap(Effect.result(run), (result) => late(cut(end(Effect.fromResult(result)))))
}

/** The answer's first half, and then the end of the connection; an answer without a body is the end at once. */
const half = (answer: HttpServerResponse.HttpServerResponse) => {
  const { body, headers, status } = answer
  if (body._tag !== "Uint8Array" || body.body.length === 0) return hangUp("destroy")
  const content = body.body
  return Effect.contextWith((context: Context.Context<HttpServerRequest>) => {
    const rest = Effect.delay(Effect.provideContext(hangUp("destroy"), context), departure)
    const stream = Stream.concat(Stream.make(content.subarray(0, content.length >> 1)), Stream.fromEffect(rest))
    return Effect.succeed(
      HttpServerResponse.stream(stream, {
        status,
        headers,
        contentType: body.contentType,
        contentLength: content.length,
      }),
    )
  })
}

/** Ends the connection of the request, and with it the request. Without a connection, the request alone is given up. */
const hangUp = (method: "destroy" | "resetAndDestroy"): Effect.Effect<never, never, HttpServerRequest> =>
  Effect.flatMap(HttpServerRequest, ({ source }) => {
    const socket: unknown = Reflect.get(source, "socket")
    const end: unknown = typeof socket === "object" && socket !== null ? Reflect.get(socket, method) : undefined
    if (typeof end !== "function") return Effect.interrupt
    Reflect.apply(end, socket, [])
    return Effect.never
  })
