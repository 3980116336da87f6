import type * as Cookies from "effect/http/Cookies"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import { pipeArguments } from "effect/Pipeable"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Received } from "./exchange.ts"

/**
 * An answer that has been read, as far as it came.
 *
 * Where it broke off, its body fails when asked for; as a stream it yields what there was first. What a repository
 * never asks for is left to Effect's own response over the same bytes.
 */
export class BufferedResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly request: HttpClientRequest
  readonly status: number
  readonly headers: Headers.Headers
  readonly #body: Uint8Array
  readonly #failure: unknown

  constructor(request: HttpClientRequest, { body, failure, headers, status }: Received) {
    super()
    this.request = request
    this.status = status
    this.headers = Headers.fromInput(headers)
    this.#body = body
    this.#failure = failure
  }

  get url(): string {
    return this.request.url
  }
  get remoteAddress(): Option.Option<string> {
    return Option.none()
  }
  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.HttpClientError> {
    return this.#failure === undefined
      ? Effect.sync(() => new Uint8Array(this.#body).buffer)
      : Effect.fail(this.#error())
  }
  get text(): Effect.Effect<string, HttpClientError.HttpClientError> {
    return Effect.map(this.arrayBuffer, (bytes) => new TextDecoder().decode(bytes))
  }
  get stream(): Stream.Stream<Uint8Array, HttpClientError.HttpClientError> {
    const whole = this.#body.byteLength === 0 ? Stream.empty : Stream.make(this.#body)
    return this.#failure === undefined ? whole : Stream.concat(whole, Stream.fail(this.#error()))
  }
  get json(): Effect.Effect<Schema.Json, HttpClientError.HttpClientError> {
    return this.#asWeb((web) => web.json)
  }
  get urlParamsBody(): HttpClientResponse.HttpClientResponse["urlParamsBody"] {
    return this.#asWeb((web) => web.urlParamsBody)
  }
  get formData(): Effect.Effect<FormData, HttpClientError.HttpClientError> {
    return this.#asWeb((web) => web.formData)
  }
  get upgrade(): HttpClientResponse.HttpClientResponse["upgrade"] {
    return this.#asWeb((web) => web.upgrade)
  }
  get cookies(): Cookies.Cookies {
    return HttpClientResponse.fromWeb(this.request, new Response(null, { headers: this.headers })).cookies
  }
  toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "@proxy-session/http/BufferedResponse",
      request: this.request.toJSON(),
      status: this.status,
    })
  }
  pipe() {
    return pipeArguments(this, arguments)
  }

  #asWeb<A>(
    use: (web: HttpClientResponse.HttpClientResponse) => Effect.Effect<A, HttpClientError.HttpClientError>,
  ): Effect.Effect<A, HttpClientError.HttpClientError> {
    return Effect.flatMap(this.arrayBuffer, (bytes) =>
      use(HttpClientResponse.fromWeb(this.request, new Response(bytes, { headers: this.headers }))),
    )
  }
  #error(): HttpClientError.HttpClientError {
    return new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request: this.request, response: this, cause: this.#failure }),
    })
  }
}
