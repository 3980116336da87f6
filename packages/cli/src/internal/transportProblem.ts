import type { Outcome, TransportReason } from "@proxy-session/domain/TransportError"
import * as Predicate from "effect/Predicate"

/** What kept a response away, whether the request may have been carried out, and the code that the platform gives it. */
export interface Problem {
  readonly reason: TransportReason
  readonly outcome: Outcome
  readonly code: string | undefined
}

/** The codes of Node's sockets, resolver and TLS, and of undici. The codes of certificates are OpenSSL's. */
const reasons: ReadonlyArray<readonly [code: RegExp, reason: TransportReason]> = [
  [/^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/u, "Connect"],
  [/^(?!ERR_SSL_)\w*(?:CERT|CRL_|INVALID_CA|UNABLE_TO_|HOSTNAME_MISMATCH)/u, "Connect"],
  [/^(?:ETIMEDOUT|UND_ERR_(?:HEADERS|BODY)_TIMEOUT)$/u, "Timeout"],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/u, "Reset"],
  [/^(?:EPROTO|ERR_SSL_[\w/]+|HPE_\w+)$/u, "Protocol"],
]

/** Looks at what an error was caused by before the error itself, since that says more. */
export const diagnose = (error: unknown): Problem => {
  const found = codeOf(error, 0)
  const reason = found?.isConnecting
    ? "Connect"
    : (reasons.find(([pattern]) => pattern.test(found?.code ?? ""))?.[1] ?? "Other")
  return { reason, outcome: reason === "Connect" ? "NotSent" : "Unknown", code: found?.code }
}

interface Code {
  readonly code: string
  readonly isConnecting: boolean
}

const codeOf = (error: unknown, depth: number): Code | undefined => {
  if (!Predicate.isObject(error) || depth > 5) return undefined
  const inner = ["reason", "cause", "errors"].flatMap((name): ReadonlyArray<unknown> => {
    const value: unknown = Reflect.get(error, name)
    return Array.isArray(value) ? value : [value]
  })
  const found = inner.map((each) => codeOf(each, depth + 1)).find((code) => code !== undefined)
  if (found !== undefined) return found
  const code: unknown = Reflect.get(error, "code")
  const syscall: unknown = Reflect.get(error, "syscall")
  return typeof code === "string" && /^[A-Z][\w/]+$/u.test(code)
    ? { code, isConnecting: syscall === "connect" || syscall === "getaddrinfo" }
    : undefined
}
