import * as Brand from "effect/Brand"
import type { ByteSize } from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Fiber } from "effect/Fiber"
import { constTrue } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import { MaxBodySize } from "effect/http/HttpIncomingMessage"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type Request, Response, secretHeaders, type Send, TransportFailure } from "../Exchange.ts"
import { Bytes, isSmall } from "./bytes.ts"
import { cut, headFailure, lost, timedOut, tooLarge } from "./diagnosis.ts"
import { effectUntil } from "./timeout.ts"

/** Sends requests with any `HttpClient`, which does not tell when it begins. */
export const httpClientSend = (client: HttpClient.HttpClient, init: RequestInit): Send => {
  const scoped = HttpClient.withScope(client)
  // The client's own span would record the URL, its trace headers would follow the signature, and `fetch` would carry
  // the session token wherever a redirect points.
  const context = Context.make(HttpClient.TracerDisabledWhen, constTrue).pipe(
    Context.add(HttpClient.TracerPropagationEnabled, false),
    Context.add(FetchHttpClient.RequestInit, { ...init, redirect: "manual" }),
  )
  return (request, limit, deadline, onBegin) =>
    Effect.withFiber((fiber) => {
      onBegin()
      const response = scoped.execute(toHttp(request)).pipe(
        Effect.mapError(failureOf),
        Effect.flatMap((response) => receive(response, limit)),
        freeingUnlessRead,
        Effect.provideContext(
          context.pipe(
            Context.add(MaxBodySize, byteSize(BigInt(limit))),
            Context.add(Headers.CurrentRedactedNames, redactedNames(fiber)),
          ),
        ),
      )
      return effectUntil(deadline, response, () => Effect.fail(timedOut(true)))
    })
}

/** `ByteSize.bytes` would bring the names of all units along. */
const byteSize = Brand.nominal<ByteSize>()

/** An application may print the requests that pass its client. Its list of headers not to print need not have these. */
const redactedNames = (fiber: Fiber<unknown, unknown>) => [
  ...fiber.getRef(Headers.CurrentRedactedNames),
  ...secretHeaders,
]

/** The URL is passed as text that is already encoded, so that what is sent is byte for byte what was signed. */
const toHttp = ({ body, headers, method, origin, path }: Request): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.make(method)(origin + path, {
    headers: { ...headers },
    body: body === undefined ? HttpBody.empty : HttpBody.text(body, "application/json"),
  })

const failureOf = ({ reason }: HttpClientError): TransportFailure =>
  reason._tag === "EncodeError" || reason._tag === "InvalidUrlError"
    ? new TransportFailure({ reason: "Other", outcome: "NotSent" })
    : lost(reason.cause)

const receive = (response: HttpClientResponse, limit: number): Effect.Effect<Response, TransportFailure> => {
  const head = { status: response.status, headers: response.headers }
  const failure = headFailure(head, limit)
  if (failure !== undefined) return Effect.fail(failure)
  const whole = (body: Uint8Array) =>
    body.byteLength > limit ? Effect.fail(tooLarge(head)) : Effect.succeed(new Response(head, body))
  const failed = ({ reason }: HttpClientError) => Effect.fail(cut(reason.cause, head))
  if (isSmall(head)) {
    return Effect.matchEffect(response.arrayBuffer, {
      onFailure: failed,
      onSuccess: (body) => whole(new Uint8Array(body)),
    })
  }
  return Effect.suspend(() => {
    const bytes = new Bytes()
    return response.stream.pipe(
      Stream.runForEachWhile((chunk) =>
        Effect.sync(() => {
          bytes.add(chunk)
          return bytes.size <= limit
        }),
      ),
      // `fetch` has no stream for the body of a 204.
      Effect.catch((error) => (error.reason._tag === "EmptyBodyError" ? Effect.void : Effect.fail(error))),
      Effect.matchEffect({ onFailure: failed, onSuccess: () => whole(bytes.whole()) }),
    )
  })
}

/**
 * Frees the connection of a response that was not read to its end, by closing its scope.
 *
 * One that was read has nothing left to free. To close its scope would abort a request that is over, which costs more than
 * the rest of the exchange's upkeep.
 */
const freeingUnlessRead = <A, E>(exchange: Effect.Effect<A, E, Scope.Scope>): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    const scope = Scope.makeUnsafe()
    return exchange.pipe(
      Effect.provideService(Scope.Scope, scope),
      Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : Scope.close(scope, exit))),
    )
  })
