import type { HttpServerRequest } from "effect/http/HttpServerRequest"

/** The headers of a request by lower-case name, and the names that were sent more than once. */
export interface SentHeaders {
  readonly get: (name: string) => string | undefined
  readonly repeated: ReadonlySet<string>
}

const none: ReadonlySet<string> = new Set()

/**
 * Reads the headers as they were sent.
 *
 * Node drops a second `Authorization` or `Host` without a word, so where the platform keeps the raw list, that is read.
 * HTTP/2 has `host` as a pseudo-header, which only the platform's own view has under this name. That view is a copy, made
 * when it is first looked at.
 */
export const sentHeaders = (request: HttpServerRequest): SentHeaders => {
  const { source } = request
  if (!("rawHeaders" in source) || !Array.isArray(source.rawHeaders)) {
    return { get: (name) => request.headers[name], repeated: none }
  }
  const raw: ReadonlyArray<unknown> = source.rawHeaders
  const found = new Map<string, string>()
  let repeated = none
  for (let i = 0; i < raw.length; i += 2) {
    const name = String(raw[i]).toLowerCase()
    if (found.has(name)) repeated = new Set([...repeated, name])
    else found.set(name, String(raw[i + 1]))
  }
  return { get: (name) => found.get(name) ?? (name === "host" ? request.headers["host"] : undefined), repeated }
}
