import type { CredentialsError } from "@proxy-session/domain/CredentialsError"
import type { OperationName } from "@proxy-session/domain/OperationName"
import { TransportError } from "@proxy-session/domain/TransportError"
import type { Endpoint } from "@proxy-session/protocol/Endpoint"
import { type Answer, requestId } from "@proxy-session/protocol/ErrorFormat"
import { queryString, type WireRequest } from "@proxy-session/protocol/WireRequest"
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
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { Bytes } from "./bytes.ts"
import { type Exchange, exchangeOf, type Progress, type Received, tooLarge } from "./exchange.ts"
import { type Slots, unlimited } from "./slots.ts"
import { classify, type TransportFailure, withinBody, withoutAnswer, withoutRequest } from "./transportFailure.ts"
import { callbackWithin } from "./within.ts"

/** What attempts are made with. */
export interface Options {
  readonly client: HttpClient.HttpClient
  readonly endpoint: Endpoint
  readonly requestInit: RequestInit
  readonly maxResponseBytes: number
}

/** The beginning of an answer. */
export type Head = Pick<Answer, "headers" | "status">

/** What an attempt is, and what its request holds that an answer may repeat. */
export interface Sending extends Progress, Iterable<string> {
  readonly fiber: Fiber<unknown, unknown>
  /** What came of an answer that cannot be used. */
  head: Head | undefined
  /** What becomes of it once it has no time left. */
  readonly late: () => Effect.Effect<never, CredentialsError | TransportError>
}

/** How attempts are made over a client. */
export interface Attempt {
  /** Runs what makes an attempt once there is a connection for it, where the client can tell. */
  readonly connected: Slots
  /** Whether `send` ends by itself when no time is left. */
  readonly keepsTime: boolean
  /** One attempt with a signed request: its answer as it came, whatever the status. */
  readonly send: (
    operation: OperationName,
    request: WireRequest,
    headers: Readonly<Record<string, string>>,
    sending: Sending,
    /** Milliseconds, for a client that keeps the time. */
    left: () => number,
  ) => Effect.Effect<Answer, CredentialsError | TransportError>
}

export const make = (options: Options): Attempt => {
  const exchange = exchangeOf(options.client)
  return exchange === undefined
    ? { connected: unlimited, keepsTime: false, send: throughClient(options) }
    : { connected: exchange.connections(options.endpoint.origin), keepsTime: true, send: directly(options, exchange) }
}

const lost = (operation: OperationName, failure: TransportFailure) =>
  new TransportError({ operation, ...failure, attempts: 1 })

/** The beginning of an answer has come, and tells which request it was. */
const unusable = (operation: OperationName, failure: TransportFailure, head: Head, sending: Sending) => {
  sending.head = head
  const id = requestId(head.headers, sending)
  return new TransportError({ operation, ...failure, attempts: 1, ...(id === undefined ? {} : { requestId: id }) })
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400

const redirected: TransportFailure = { reason: "Redirect", outcome: "Unknown" }
const beyondLimit: TransportFailure = { reason: "TooLarge", outcome: "Unknown" }

/** With a client of ours nothing needs to be put into Effect's requests and taken out of its responses. */
const directly =
  ({ endpoint: { basePath, origin }, maxResponseBytes }: Options, { start }: Exchange): Attempt["send"] =>
  (operation, request, headers, sending, left) => {
    const sent = {
      origin,
      path: basePath + targetOf(request),
      method: request.method,
      headers,
      body: request.body ?? null,
    }
    return callbackWithin<Answer, CredentialsError | TransportError>(
      sending.fiber,
      left,
      (resume) => start(sent, maxResponseBytes, sending, (received) => resume(answerOf(operation, received, sending))),
      sending.late(),
    )
  }

const answerOf = (
  operation: OperationName,
  { body, failure, headers, status }: Received,
  sending: Sending,
): Effect.Effect<Answer, TransportError> => {
  if (status === 0) {
    return Effect.fail(lost(operation, sending.isBegun ? withoutAnswer(failure) : withoutRequest(failure)))
  }
  const head = { status, headers: flattened(headers) }
  if (isRedirect(status)) return Effect.fail(unusable(operation, redirected, head, sending))
  return failure === undefined
    ? Effect.succeed({ ...head, body: decode(body) })
    : Effect.fail(unusable(operation, failure === tooLarge ? beyondLimit : withinBody(failure), head, sending))
}

/** A header that was sent more than once is one with all its values. */
const flattened = (headers: Received["headers"]): Answer["headers"] =>
  Record.map(headers, (value) => (typeof value === "object" ? value.join(", ") : value))

type RedactedNames = ReadonlyArray<string | RegExp>

/**
 * An application may print the requests that pass its client, and has a list of headers not to print, which need not have
 * those of a signature. Mostly it is the same list as before.
 */
let latest: { readonly own: RedactedNames; readonly all: RedactedNames } = { own: [], all: [] }
const redactedNames = (fiber: Fiber<unknown, unknown>): RedactedNames => {
  const own = fiber.getRef(Headers.CurrentRedactedNames)
  if (own !== latest.own) latest = { own, all: [...own, "authorization", "x-amz-security-token"] }
  return latest.all
}

/** `ByteSize.bytes` would bring the names of all units along. */
const byteSize = Brand.nominal<ByteSize>()

const throughClient = (options: Options): Attempt["send"] => {
  const { endpoint, maxResponseBytes } = options
  // The client's own span would record the URL, its trace headers would follow the signature, and `fetch` would carry
  // the session token wherever a redirect points.
  const context = Context.make(HttpClient.TracerDisabledWhen, constTrue).pipe(
    Context.add(HttpClient.TracerPropagationEnabled, false),
    Context.add(MaxBodySize, byteSize(BigInt(maxResponseBytes))),
    Context.add(FetchHttpClient.RequestInit, { ...options.requestInit, redirect: "manual" }),
  )

  const receive = (operation: OperationName, sending: Sending) => (response: HttpClientResponse) => {
    const head = { status: response.status, headers: response.headers }
    // A browser answers a redirect that it may not follow with the status 0.
    if (head.status === 0 || isRedirect(head.status)) return Effect.fail(unusable(operation, redirected, head, sending))
    return Effect.mapBoth(read(response, maxResponseBytes), {
      onFailure: (error) => unusable(operation, error === "TooLarge" ? beyondLimit : classify(error), head, sending),
      onSuccess: (body): Answer => ({ ...head, body }),
    })
  }
  const client = HttpClient.withScope(options.client)
  return (operation, request, headers, sending) => {
    // Such a client does not tell when it begins.
    sending.isBegun = true
    return client.execute(toHttp(endpoint, request, headers)).pipe(
      Effect.mapError((error) => lost(operation, classify(error))),
      Effect.flatMap(receive(operation, sending)),
      freeingUnlessRead,
      Effect.provideContext(Context.add(context, Headers.CurrentRedactedNames, redactedNames(sending.fiber))),
    )
  }
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

const targetOf = ({ path, query }: WireRequest): string => (query.length === 0 ? path : `${path}?${queryString(query)}`)

/** The URL is passed as text that is already encoded, so that what is sent is byte for byte what was signed. */
const toHttp = (endpoint: Endpoint, request: WireRequest, headers: Readonly<Record<string, string>>) => {
  const empty = HttpClientRequest.makeWith(
    request.method,
    endpoint.origin + endpoint.basePath + targetOf(request),
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
    const bytes = new Bytes()
    return response.stream.pipe(
      Stream.runForEach((chunk) => {
        bytes.add(chunk)
        return bytes.size > limit ? Effect.fail("TooLarge" as const) : Effect.void
      }),
      Effect.catchIf(isWithoutBody, () => Effect.void),
      Effect.map(() => decode(bytes.whole())),
    )
  })

/** `fetch` has no stream for the body of a 204. */
const isWithoutBody = (error: HttpClientError | "TooLarge"): error is HttpClientError =>
  error !== "TooLarge" && error.reason._tag === "EmptyBodyError"

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** What is not UTF-8 is no JSON either, and is read as something that says so: a lone replacement character. */
const decode = (body: ArrayBuffer | Uint8Array): string => {
  try {
    return utf8.decode(body)
  } catch {
    return "\uFFFD"
  }
}
