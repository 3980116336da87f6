/**
 * Who may make a control call.
 */
import type { Violation } from "@proxy-session/domain/InvalidRequest"
import * as UnverifiedRequests from "@proxy-session/server/UnverifiedRequests"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as Redacted from "effect/Redacted"
import type { ControlServerOptions } from "../ControlServer.ts"

/** Why a call is refused. */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
  readonly violations?: ReadonlyArray<Violation>
}

/** The longest body, in bytes: the state of a store with some tens of thousands of sessions. */
export const maxBodyBytes = 16 * 1024 * 1024

/** Compares in a time that depends on neither text, but for their lengths. */
const isEqual = (one: string, other: string): boolean => {
  let difference = one.length ^ other.length
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at)
  return difference === 0
}

const isForwarded = (headers: HttpServerRequest["headers"]): boolean =>
  Object.keys(headers).some((name) => passedOn.has(name) || name.startsWith("x-forwarded-"))

/** What proxies add, besides `X-Forwarded-…`. */
const passedOn = new Set(["forwarded", "via", "x-real-ip"])

/** The account in a body that nobody reads would be every account. */
const noBody = {
  status: 400,
  message: "This call has no body: name the account in the query",
  violations: [{ path: "", rule: "must be empty: name the account in the query" }],
}

/** The check of every call but those that are open to all. */
export const check = ({ allowedHosts, token }: ControlServerOptions) => {
  const unverified = UnverifiedRequests.check({ allowedHosts })
  return (request: HttpServerRequest): Refusal | undefined => {
    const stranger = unverified(request)
    if (stranger !== undefined) return { status: stranger.status, message: stranger.message }
    const { headers, method } = request
    if (token !== undefined) {
      const [, given] = /^Bearer +(.+)$/iu.exec(headers["authorization"] ?? "") ?? []
      if (given === undefined || !isEqual(given, Redacted.value(token))) {
        const message = "Send the server's control token as Authorization: Bearer"
        return { status: 401, message, headers: { "www-authenticate": "Bearer" } }
      }
    } else if (isForwarded(headers)) {
      return { status: 403, message: "A request that a proxy has passed on needs a control token (--control-token)" }
    }
    const length = headers["content-length"] ?? "0"
    const hasBody = length !== "0" || headers["transfer-encoding"] !== undefined
    if (method === "GET" || method === "DELETE") return hasBody ? noBody : undefined
    if (Number(length) > maxBodyBytes) return { status: 413, message: `The body is longer than ${maxBodyBytes} bytes` }
    const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase()
    return hasBody && type !== "application/json"
      ? { status: 415, message: "The body must be application/json" }
      : undefined
  }
}
