/**
 * Which requests may be served although nobody's signature or token was verified.
 *
 * A server on a loopback port is not out of reach of the network: a web page can make the browser of its visitor send
 * requests there. It can do so across origins, or as its own origin after it has rebound its DNS name to 127.0.0.1. So
 * everything that answers without verification asks this module first.
 *
 * | request | served |
 * | --- | --- |
 * | for `localhost`, a name below it, 127.0.0.0/8 or `::1` | yes |
 * | for a host in `allowedHosts` | yes |
 * | for any other host, or for none | no |
 * | with an `Origin` other than the host it is for, `null` included | no |
 * | with a `Sec-Fetch-Site` other than `same-origin` and `none` | no |
 *
 * The port does not matter. A refusal is 403 `ForbiddenException` in the service's own form.
 */
import * as ErrorFormat from "@proxy-session/protocol/ErrorFormat"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import * as Host from "effect/net/Host"
import * as NetAddress from "effect/net/NetAddress"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Answer from "./internal/answer.ts"
import * as Refusal from "./internal/refusal.ts"
import { sentHeaders } from "./internal/sentHeaders.ts"

/**
 * The name or the address of a host, without a scheme, a port or a path. An IPv6 address may stand in brackets.
 *
 * @category schemas
 */
export const HostName = Schema.String.check(
  Schema.makeFilter((text: string) => parse(unbracketed(text)) !== undefined, {
    expected: "a host name or an address, without a scheme, a port or a path",
  }),
)

/**
 * Which hosts may be asked for besides loopback names and addresses; none by default. What is no `HostName` allows
 * nothing.
 *
 * @category models
 */
export interface UnverifiedRequestsOptions {
  readonly allowedHosts?: ReadonlyArray<string> | undefined
}

/**
 * Why a request is refused, or `undefined` where it may be served.
 *
 * **Example** (A rebound name)
 *
 * ```ts
 * import * as UnverifiedRequests from "@proxy-session/server/UnverifiedRequests"
 * import * as HttpServerRequest from "effect/http/HttpServerRequest"
 *
 * const check = UnverifiedRequests.check({ allowedHosts: ["stand-in.test"] })
 * const answers = ["localhost:4010", "stand-in.test", "evil.example:4010"].map(
 *   (host) => check(HttpServerRequest.fromWeb(new Request(`http://${host}/`)))?.status
 * )
 *
 * answers // => [undefined, undefined, 403]
 * ```
 *
 * @category policies
 */
export const check = ({ allowedHosts = [] }: UnverifiedRequestsOptions = {}): ((
  request: HttpServerRequest,
) => ErrorFormat.WireError | undefined) => {
  const allowed = new Set(allowedHosts.flatMap((host) => parse(unbracketed(host)) ?? []))
  const isAllowed = (authority: string) => {
    const host = hostOf(authority)
    return host !== undefined && (allowed.has(host) || isLoopback(host))
  }
  return (request) => {
    const headers = sentHeaders(request)
    if (headers.repeated.has("host")) return Refusal.repeatedHost
    const host = headers.get("host")
    // A target in absolute form, HTTP/2 and a web `Request` have the host elsewhere, too; all of them must be allowed.
    const target = /^https?:\/\/([^/?#]*)/iu.exec(request.originalUrl)?.[1]
    const hosts = [host, target].filter((authority) => authority !== undefined)
    if (hosts.length === 0 || !hosts.every(isAllowed)) return strangeHost
    for (const name of ["origin", "sec-fetch-site"]) if (headers.repeated.has(name)) return strangePage
    const origin = headers.get("origin")
    if (origin !== undefined && !hosts.every((authority) => isOriginOf(origin, authority))) return strangePage
    const site = headers.get("sec-fetch-site")
    return site === undefined || site === "same-origin" || site === "none" ? undefined : strangePage
  }
}

/**
 * Answers the requests that may be served with a handler, and refuses the others.
 *
 * **Example** (A handler of one's own)
 *
 * ```ts
 * import * as UnverifiedRequests from "@proxy-session/server/UnverifiedRequests"
 * import * as Effect from "effect/Effect"
 * import * as HttpServerResponse from "effect/http/HttpServerResponse"
 *
 * export const app = Effect.succeed(HttpServerResponse.text("hello")).pipe(
 *   UnverifiedRequests.guard({ allowedHosts: ["stand-in.test"] })
 * )
 * ```
 *
 * @category middleware
 */
export const guard = (
  options?: UnverifiedRequestsOptions,
): (<E, R>(
  handler: Effect.Effect<HttpServerResponse, E, R>,
) => Effect.Effect<HttpServerResponse, E, R | HttpServerRequest>) => {
  const refusalOf = check(options)
  return (handler) =>
    Effect.flatMap(HttpServerRequest, (request) => {
      const refusal = refusalOf(request)
      return refusal === undefined ? handler : refuse(refusal)
    })
}

const refuse = (refusal: ErrorFormat.WireError): Effect.Effect<HttpServerResponse> =>
  Effect.withFiber((fiber) => {
    const now = fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()
    return Effect.succeed(Answer.error(Answer.envelope(fiber.getRef(Random.Random), now), refusal))
  })

const forbidden = (message: string): ErrorFormat.WireError => ({
  ...ErrorFormat.exceptions.ForbiddenException,
  type: "ForbiddenException",
  message,
})

const strangeHost = forbidden(
  "Unverified requests are served for loopback names and addresses only: " +
    "ask for localhost or 127.0.0.1, or allow this host at the server (allowedHosts, --allowed-host)",
)

const strangePage = forbidden(
  "Unverified requests of web pages are served for pages of this very server only: " +
    "Origin or Sec-Fetch-Site names another origin",
)

/** One text for each host: addresses in their shortest form, names in small letters and without the dot at the end. */
const parse = (text: string): string | undefined => {
  const host = Host.hostFromString(text)
  if (Result.isFailure(host)) return undefined
  return NetAddress.isIpAddress(host.success) || NetAddress.isScopedIpv6Literal(host.success)
    ? Host.formatHost(host.success)
    : Host.toRelative(host.success)
}

const unbracketed = (text: string): string => /^\[(.*:.*)\]$/u.exec(text)?.[1] ?? text

const hostOf = (authority: string): string | undefined => {
  const [, address, name] = /^(?:\[([^\]]*:[^\]]*)\]|([^:]*))(?::\d{0,5})?$/u.exec(authority) ?? []
  return parse(address ?? name ?? "")
}

/** Browsers take every name below `localhost` for the machine itself, whatever a name server says (RFC 6761, 6.3). */
const isLoopback = (host: string): boolean => {
  const address = NetAddress.ipFromString(host)
  return Result.isSuccess(address) ? NetAddress.isLoopback(address.success) : /(?:^|\.)localhost$/u.test(host)
}

const ports: Readonly<Record<string, string>> = { http: ":80", https: ":443" }

const isOriginOf = (origin: string, authority: string): boolean => {
  const [, scheme = "", rest] = /^(https?):\/\/(.+)$/iu.exec(origin) ?? []
  const port = ports[scheme.toLowerCase()] ?? ""
  const plain = (text: string) => (text.endsWith(port) ? text.slice(0, text.length - port.length) : text).toLowerCase()
  return rest !== undefined && plain(rest) === plain(authority)
}
