import type { HttpServerRequest } from "effect/http/HttpServerRequest"

/** The path and the query (without its `?`) of a request, neither decoded nor resolved. */
export interface SentTarget {
  readonly path: string
  readonly query: string
}

/**
 * Splits the request's target as it was sent, or tells that it is not what was sent.
 *
 * A target in absolute form (`GET http://host/a/../b`) reaches us with its steps already resolved: another path than the
 * one that the client wrote, and perhaps signed. Such a target is taken only if that changed nothing.
 */
export const sentTarget = (request: HttpServerRequest): SentTarget | undefined => {
  const { source, url } = request
  const isAsSent = "url" in source && source.url === url
  if (!isAsSent && request.originalUrl !== url && !isAbsolute(request.originalUrl, url)) return undefined
  const mark = url.indexOf("?")
  return mark < 0 ? { path: url, query: "" } : { path: url.slice(0, mark), query: url.slice(mark + 1) }
}

const isAbsolute = (originalUrl: string, url: string): boolean =>
  originalUrl.endsWith(url) && /^https?:\/\/[^/?#]*$/iu.test(originalUrl.slice(0, originalUrl.length - url.length))
