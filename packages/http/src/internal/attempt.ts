import type { OperationName } from "@proxy-session/domain/OperationName"
import { TransportError } from "@proxy-session/domain/TransportError"
import type { Endpoint } from "@proxy-session/protocol/Endpoint"
import { type Answer, requestId } from "@proxy-session/protocol/ErrorFormat"
import { queryString, type WireRequest } from "@proxy-session/protocol/WireRequest"
import * as ByteSize from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { constTrue } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import { MaxBodySize } from "effect/http/HttpIncomingMessage"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { isBuffering } from "./buffering.ts"
import { joined } from "./joined.ts"
import { classify, type TransportFailure } from "./transportFailure.ts"

/** What attempts are made with. */
export interface Options {
  readonly client: HttpClient.HttpClient
  readonly endpoint: Endpoint
  readonly requestInit: RequestInit
  readonly maxResponseBytes: number
}

/** One attempt with a signed request: its answer as it came, whatever the status. */
export type Attempt = (
  operation: OperationName,
  request: WireRequest,
  headers: Readonly<Record<string, string>>,
) => Effect.Effect<Answer, TransportError>

export const make = (options: Options): Attempt => {
  const { endpoint, maxResponseBytes } = options
  // The client's own span would record the URL, its trace headers would follow the signature, and `fetch` would carry
  // the session token wherever a redirect points.
  const context = Context.make(HttpClient.TracerDisabledWhen, constTrue).pipe(
    Context.add(HttpClient.TracerPropagationEnabled, false),
    Context.add(MaxBodySize, ByteSize.bytes(maxResponseBytes)),
    Context.add(FetchHttpClient.RequestInit, { ...options.requestInit, redirect: "manual" }),
  )

  const receive = (operation: OperationName) => (response: HttpClientResponse) => {
    const { headers, status } = response
    const fail = (failure: TransportFailure) => {
      const id = requestId(headers)
      return new TransportError({ operation, ...failure, attempts: 1, ...(id === undefined ? {} : { requestId: id }) })
    }
    // A browser answers a redirect that it may not follow with the status 0.
    if (status === 0 || (status >= 300 && status < 400)) {
      return Effect.fail(fail({ reason: "Redirect", outcome: "Unknown" }))
    }
    return Effect.mapBoth(read(response, maxResponseBytes), {
      onFailure: (error) => fail(error === "TooLarge" ? { reason: "TooLarge", outcome: "Unknown" } : classify(error)),
      onSuccess: (body): Answer => ({ status, headers, body }),
    })
  }

  const exchange =
    <R>(client: HttpClient.HttpClient.With<HttpClientError, R>) =>
    (operation: OperationName, request: WireRequest, headers: Readonly<Record<string, string>>) =>
      client.execute(toHttp(endpoint, request, headers)).pipe(
        Effect.mapError((error) => new TransportError({ operation, ...classify(error), attempts: 1 })),
        Effect.flatMap(receive(operation)),
      )

  if (isBuffering(options.client)) {
    const whole = exchange(options.client)
    return (operation, request, headers) => Effect.provideContext(whole(operation, request, headers), context)
  }
  const held = exchange(HttpClient.withScope(options.client))
  return (operation, request, headers) =>
    Effect.provideContext(freeingUnlessRead(held(operation, request, headers)), context)
}

/**
 * Frees the connection of an answer that was not read to its end, by closing its scope.
 *
 * One that was has nothing left to free; closing its scope would abort a request that is over, which costs more than
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

/** The URL is passed as text that is already encoded, so that what is sent is byte for byte what was signed. */
const toHttp = (endpoint: Endpoint, request: WireRequest, headers: Readonly<Record<string, string>>) => {
  const query = queryString(request.query)
  const empty = HttpClientRequest.makeWith(
    request.method,
    `${endpoint.origin}${endpoint.basePath}${request.path}${query === "" ? "" : `?${query}`}`,
    UrlParams.empty,
    Option.none(),
    Headers.fromInput(headers),
    HttpBody.empty,
  )
  return request.body === undefined
    ? empty
    : HttpClientRequest.setBody(empty, HttpBody.text(request.body, "application/json"))
}

/**
 * A body of at most this declared length is read as one piece, which is cheaper than a stream. Should a browser have
 * unpacked it without telling, what it can have grown to is bounded, too.
 */
const maxUnstreamed = 64 * 1024

/** Reads a body up to the limit, so that what an endpoint can make this process hold is bounded. */
const read = (response: HttpClientResponse, limit: number): Effect.Effect<string, HttpClientError | "TooLarge"> =>
  Effect.suspend(() => {
    const declared = Number(response.headers["content-length"])
    if (declared > limit) return Effect.fail("TooLarge" as const)
    if (declared <= maxUnstreamed && response.headers["content-encoding"] === undefined) {
      return Effect.flatMap(response.arrayBuffer, (body) =>
        body.byteLength > limit ? Effect.fail("TooLarge" as const) : Effect.succeed(decode(body)),
      )
    }
    const chunks: Array<Uint8Array> = []
    let size = 0
    return response.stream.pipe(
      Stream.runForEach((chunk) => {
        chunks.push(chunk)
        size += chunk.byteLength
        return size > limit ? Effect.fail("TooLarge" as const) : Effect.void
      }),
      Effect.catchIf(isWithoutBody, () => Effect.void),
      Effect.map(() => decode(joined(chunks))),
    )
  })

/** `fetch` has no stream for the body of a 204. */
const isWithoutBody = (error: HttpClientError | "TooLarge"): error is HttpClientError =>
  error !== "TooLarge" && error.reason._tag === "EmptyBodyError"

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** What is not UTF-8 is no JSON either, and is read as something that says so: a lone replacement character. */
const decode = (body: ArrayBuffer): string => {
  try {
    return utf8.decode(body)
  } catch {
    return "\uFFFD"
  }
}
