/**
 * The signature of a request by AWS's version 4: the text that is signed, the key, and the signature itself. Client and
 * server compute all of them here.
 *
 * The text is made of the request as it goes over the wire, so nothing is covered that was not sent letter for letter.
 *
 * Source: AWS General Reference, "Create a signed AWS API request".
 */
import * as Uri from "./internal/uri.ts"
import * as Sha256 from "./Sha256.ts"

/**
 * The name of the algorithm in headers and in what is signed.
 *
 * @category constants
 */
export const algorithm = "AWS4-HMAC-SHA256"

/**
 * What a key is derived for and a signature holds for: a day (`20060102`), a region and a service.
 *
 * @category models
 */
export interface Scope {
  readonly day: string
  readonly region: string
  readonly service: string
}

/**
 * The last part of every scope.
 *
 * @category constants
 */
export const terminator = "aws4_request"

/**
 * The scope as text: `20060102/us-east-1/chime/aws4_request`.
 *
 * @category encoding
 */
export const scope = ({ day, region, service }: Scope): string => `${day}/${region}/${service}/${terminator}`

/**
 * A request line and headers as they go over the wire: `path` and `query` (without its `?`) are percent-encoded.
 *
 * @category models
 */
export interface Request {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly header: (name: string) => string | undefined
}

/**
 * The canonical request: method, path, query, the named headers (lower case, in order) and the hash of the body.
 *
 * @category encoding
 */
export const canonicalRequest = (
  { header, method, path, query }: Request,
  signedHeaders: ReadonlyArray<string>,
  bodyHash: string,
): string => {
  let lines = ""
  for (const name of signedHeaders) {
    lines += `${name}:${canonicalValue(header(name) ?? "")}\n`
  }
  return `${method}\n${canonicalPath(path)}\n${canonicalQuery(query)}\n${lines}\n${signedHeaders.join(";")}\n${bodyHash}`
}

/**
 * The signature, in hexadecimal, of a canonical request under a signing key: over the algorithm, the date as sent
 * (`20060102T150405Z`), the scope and the hash of the canonical request.
 *
 * @category signing
 */
export const sign = (key: Uint8Array, date: string, within: Scope, canonicalRequest: string): string =>
  Sha256.hmacHex(key, `${algorithm}\n${date}\n${scope(within)}\n${Sha256.hashHex(canonicalRequest)}`)

/**
 * A function that derives the key that signs within a scope and keeps the latest ones, since each holds for a day.
 *
 * A secret that has changed is derived anew. At most `capacity` keys are kept, and the oldest goes first.
 *
 * @category signing
 */
export const signingKeys = (capacity: number): ((accessKeyId: string, secret: string, within: Scope) => Uint8Array) => {
  const keys = new Map<string, { readonly secret: string; readonly key: Uint8Array }>()
  return (accessKeyId, secret, within) => {
    const name = `${accessKeyId}/${scope(within)}`
    const known = keys.get(name)
    if (known?.secret === secret) return known.key
    const forDay = Sha256.hmac(`AWS4${secret}`, within.day)
    const key = [within.region, within.service, terminator].reduce(Sha256.hmac, forDay)
    const [oldest] = keys.keys()
    if (keys.size >= capacity && oldest !== undefined) keys.delete(oldest)
    keys.set(name, { secret, key })
    return key
  }
}

/** White space at the ends goes, and other white space becomes one blank. */
const canonicalValue = (value: string): string =>
  /^[ \t\r\n]|[\t\r\n]| {2}| $/u.test(value) ? value.replace(/[ \t\r\n]+/gu, " ").replace(/^ | $/gu, "") : value

/** The path as sent, its empty segments and steps taken out and each segment encoded once more. */
const canonicalPath = (path: string): string => {
  const real = withoutSteps(path)
  return /^[\w.~/-]*$/u.test(real) ? real : Uri.encode(real).replaceAll("%2F", "/")
}

const withoutSteps = (path: string): string => {
  if (!/\/(?:\/|\.{1,2}(?:\/|$))/u.test(path)) return path
  const segments: Array<string> = []
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop()
    else if (segment !== "" && segment !== ".") segments.push(segment)
  }
  return `/${segments.join("/")}${segments.length > 0 && path.endsWith("/") ? "/" : ""}`
}

/** The parameters of the query with nothing but unreserved characters unencoded, in order of name and value. */
const canonicalQuery = (query: string): string =>
  query === ""
    ? ""
    : query
        .split("&")
        .map((parameter) => {
          const [name = ""] = parameter.split("=", 1)
          return [reencode(name), reencode(parameter.slice(name.length + 1))] as const
        })
        .toSorted((one, other) => compare(one[0], other[0]) || compare(one[1], other[1]))
        .map(([name, value]) => `${name}=${value}`)
        .join("&")

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** What is not well encoded cannot have been signed this way; left as it is, it does not match. */
const reencode = (text: string): string => {
  const decoded = Uri.decode(text)
  return decoded === undefined ? text : Uri.encode(decoded)
}
