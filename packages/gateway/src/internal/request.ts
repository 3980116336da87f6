import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import { type HttpServerRequest, MaxBodySize } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Whole from "./whole.ts"

/** The longest body that is read: many times what a carrier sends. */
const limit = 64 * 1024

/**
 * The target of a request as it was sent, or `undefined` where it is not what was sent: a target in absolute form reaches us
 * with its steps resolved.
 */
export const sentTarget = ({ originalUrl, source, url }: HttpServerRequest): string | undefined => {
  if ("url" in source && source.url === url) return url
  const origin = originalUrl.endsWith(url) ? originalUrl.slice(0, originalUrl.length - url.length) : undefined
  return origin !== undefined && /^(?:https?:\/\/[^/?#]*)?$/iu.test(origin) ? url : undefined
}

/** The steps of a path, decoded; `undefined` where one cannot be. */
export const steps = (target: string): ReadonlyArray<string> | undefined => {
  const [path = ""] = target.split("?", 1)
  try {
    const sent = path.split("/").slice(1)
    return path.includes("%") ? sent.map(decodeURIComponent) : sent
  } catch {
    return undefined
  }
}

/** An answer that says nothing but its status. */
export const empty = (status: number, headers: Readonly<Record<string, string>> = {}) =>
  HttpServerResponse.empty({ status, headers: { ...headers, "content-length": "0" } })

/** Why a request's body is not read: the status of the answer. */
export class Unread {
  readonly status: 400 | 413 | 415
  constructor(status: 400 | 413 | 415) {
    this.status = status
  }
}

/** Reads a body of one of the media types, in UTF-8 and as it is: a compressed one would be another than the carrier signed. */
export const body = (
  request: HttpServerRequest,
  contentTypes: ReadonlyArray<string>,
): Effect.Effect<Uint8Array, Unread> => {
  const { headers } = request
  if (!isOf(contentTypes, headers["content-type"]) || !isPlain(headers["content-encoding"])) {
    return Effect.fail(new Unread(415))
  }
  if (Number(headers["content-length"] ?? 0) > limit) return Effect.fail(new Unread(413))
  const encoding = headers["transfer-encoding"]
  if (encoding !== undefined && encoding.toLowerCase() !== "chunked") return Effect.fail(new Unread(400))
  // Who waits to be told to go on is told by the platform.
  return headers["expect"] === undefined
    ? Whole.read(request.source, limit, new Unread(413), streamed(request))
    : streamed(request)
}

const streamed = (request: HttpServerRequest): Effect.Effect<Uint8Array, Unread> =>
  Effect.suspend(() => request.arrayBuffer).pipe(
    Effect.provideService(MaxBodySize, ByteSize.bytes(limit)),
    Effect.mapBoth({
      onFailure: ({ reason }) =>
        new Unread(reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge" ? 413 : 400),
      onSuccess: (content) => new Uint8Array(content),
    }),
  )

const isPlain = (encoding: string | undefined): boolean =>
  encoding === undefined || encoding.trim().toLowerCase() === "identity"

const isOf = (contentTypes: ReadonlyArray<string>, sent: string | undefined): boolean => {
  const [type = "", ...parameters] = (sent ?? "").split(";").map((part) => part.trim().toLowerCase())
  return (
    contentTypes.includes(type) &&
    parameters.every((parameter) => !parameter.startsWith("charset=") || /^charset="?utf-8"?$/u.test(parameter))
  )
}
