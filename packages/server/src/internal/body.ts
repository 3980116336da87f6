import type { WireError } from "@proxy-session/protocol/ErrorFormat"
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import { type HttpServerRequest, MaxBodySize } from "effect/http/HttpServerRequest"
import * as Refusal from "./refusal.ts"
import type { SentHeaders } from "./sentHeaders.ts"
import { isWhole, whole } from "./whole.ts"

const empty = Effect.succeed(new Uint8Array())

/**
 * Reads a body of at most `limit` bytes. A longer one is refused before it is read if its length is declared, and as
 * soon as the limit is passed if not; the platform then closes the connection.
 */
export const body = (
  request: HttpServerRequest,
  headers: SentHeaders,
  limit: number,
): Effect.Effect<Uint8Array, WireError> => {
  const length = headers.get("content-length")
  if (length !== undefined && Number(length) > limit) return Effect.fail(Refusal.tooLarge(limit))
  const encoding = headers.get("transfer-encoding")
  // Node takes any list that ends in `chunked`, and hands on what the others have encoded.
  if (encoding !== undefined && encoding.toLowerCase() !== "chunked") return Effect.fail(Refusal.unknownEncoding)
  if (isBodiless(request.method, length, encoding)) return empty
  const { source } = request
  // Who waits to be told to go on is told by the platform.
  if (!isWhole(source) || headers.get("expect") !== undefined) return streamed(request, limit)
  return Effect.callback<Uint8Array, WireError>((resume) => {
    const giveUp = source[whole](limit, (content) =>
      resume(content === undefined ? Effect.fail(Refusal.tooLarge(limit)) : Effect.succeed(content)),
    )
    return giveUp === undefined ? resume(streamed(request, limit)) : Effect.sync(giveUp)
  })
}

const streamed = (request: HttpServerRequest, limit: number): Effect.Effect<Uint8Array, WireError> =>
  request.arrayBuffer.pipe(
    Effect.provideService(MaxBodySize, ByteSize.bytes(limit)),
    Effect.mapBoth({
      onFailure: ({ reason }) =>
        reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"
          ? Refusal.tooLarge(limit)
          : Refusal.unreadableBody,
      onSuccess: (content) => new Uint8Array(content),
    }),
  )

/** Nobody waits for a body that is not coming. Over HTTP/2 a body need not be declared, but a GET or DELETE has none. */
const isBodiless = (method: string, length: string | undefined, encoding: string | undefined): boolean =>
  encoding === undefined && (length === "0" || (length === undefined && (method === "GET" || method === "DELETE")))
