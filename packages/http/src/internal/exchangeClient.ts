import * as Effect from "effect/Effect"
import type { Fiber } from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import { MaxBodySize } from "effect/http/HttpIncomingMessage"
import * as Option from "effect/Option"
import { BufferedResponse } from "./bufferedResponse.ts"
import { type Exchange, withExchange } from "./exchange.ts"

/** An exchange as an `HttpClient`, for whoever asks through that: it sends bytes or nothing, and has read its answers. */
export const clientOf = (exchange: Exchange): HttpClient.HttpClient => {
  const client = HttpClient.makeWith<never, never, HttpClientError.HttpClientError, never>(
    (effect) => Effect.flatMap(effect, (request) => Effect.withFiber((fiber) => execute(exchange, request, fiber))),
    Effect.succeed,
  )
  return withExchange(client, exchange)
}

const execute = (
  exchange: Exchange,
  request: HttpClientRequest.HttpClientRequest,
  fiber: Fiber<unknown, unknown>,
): Effect.Effect<HttpClientResponse, HttpClientError.HttpClientError> => {
  const target = targetOf(request)
  const body = bodyOf(request)
  if (target === undefined || body === undefined) {
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason:
          target === undefined
            ? new HttpClientError.InvalidUrlError({ request })
            : new HttpClientError.EncodeError({ request, description: "only bytes can be sent" }),
      }),
    )
  }
  const limit = Number(fiber.getRef(MaxBodySize) ?? Number.POSITIVE_INFINITY)
  const sent = { ...target, method: request.method, headers: request.headers, body }
  return Effect.callback((resume) => {
    const giveUp = exchange.start(sent, limit, { isBegun: false }, (received) =>
      resume(
        received.status === 0
          ? Effect.fail(
              new HttpClientError.HttpClientError({
                reason: new HttpClientError.TransportError({ request, cause: received.failure }),
              }),
            )
          : Effect.succeed(new BufferedResponse(request, received)),
      ),
    )
    return Effect.sync(giveUp)
  })
}

/** A URL that is text already is taken as it is; only one with parameters of its own needs to be put together. */
const targetOf = (
  request: HttpClientRequest.HttpClientRequest,
): { readonly origin: string; readonly path: string } | undefined => {
  const match = request.urlParams.params.length === 0 ? /^(https?:\/\/[^/?#]+)(\/[^#]*)$/u.exec(request.url) : null
  if (match !== null) return { origin: match[1] ?? "", path: match[2] ?? "/" }
  const url = Option.getOrUndefined(HttpClientRequest.toUrl(request))
  return url === undefined || !url.protocol.startsWith("http")
    ? undefined
    : { origin: url.origin, path: url.pathname + url.search }
}

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest): Uint8Array | string | null | undefined => {
  if (body._tag === "Empty") return null
  if (body._tag === "Uint8Array") return body.body
  return body._tag === "Raw" && typeof body.body === "string" ? body.body : undefined
}
