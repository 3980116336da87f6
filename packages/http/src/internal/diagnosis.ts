import * as ErrorCode from "@proxy-session/domain/ErrorCode"
import type { Outcome, TransportReason } from "@proxy-session/domain/TransportError"
import { type Head, TransportFailure } from "../Exchange.ts"

/** The failure of a request of which nothing was sent. */
export const unsent = (cause: unknown): TransportFailure => {
  const found = diagnose(cause)
  return new TransportFailure({ ...found, reason: found === undefined ? "Other" : "Connect", outcome: "NotSent" })
}

/** The failure of a request before the head of a response. Without proof that nothing was sent, the outcome is unknown. */
export const lost = (cause: unknown): TransportFailure =>
  new TransportFailure(diagnose(cause) ?? { reason: "Other", outcome: "Unknown" })

/** The failure of a response whose head has come. */
export const cut = (cause: unknown, head: Head): TransportFailure => {
  const found = diagnose(cause)
  const reason = found === undefined || found.reason === "Reset" ? "Truncated" : found.reason
  return new TransportFailure({ ...found, reason, outcome: "Unknown", head })
}

/** The failure of a response whose body is larger than its limit. */
export const tooLarge = (head: Head): TransportFailure =>
  new TransportFailure({ reason: "TooLarge", outcome: "Unknown", head })

/**
 * The failure that a head is by itself: a redirect, which is not followed, or a body that is announced as too large. A
 * browser shows the status 0 for a redirect that it may not follow.
 */
export const headFailure = (head: Head, limit: number): TransportFailure | undefined => {
  if (head.status === 0 || (head.status >= 300 && head.status < 400)) {
    return new TransportFailure({ reason: "Redirect", outcome: "Unknown", head })
  }
  return Number(head.headers["content-length"]) > limit ? tooLarge(head) : undefined
}

/** The failure of a request that ends at its deadline. */
export const timedOut = (isBegun: boolean): TransportFailure =>
  new TransportFailure({ reason: "Timeout", outcome: isBegun ? "Unknown" : "NotSent" })

/** What an error tells: what went wrong, whether it may have been carried out, and a code that may be shown. */
interface Diagnosis {
  readonly reason: TransportReason
  readonly outcome: Outcome
  readonly code?: string
}

const connect = { reason: "Connect", outcome: "NotSent" } as const

/** The codes of Node's sockets, resolver, certificate checks and HTTP parser, and of undici, on which its `fetch` stands. */
const codes: ReadonlyArray<readonly [code: RegExp, diagnosis: Diagnosis]> = [
  [/^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT)$/u, connect],
  [/^(?!ERR_SSL_)\w*(?:CERT|CRL_|INVALID_CA|UNABLE_TO_|HOSTNAME_MISMATCH)/u, connect],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/u, { reason: "Reset", outcome: "Unknown" }],
  [/^(?:ETIMEDOUT|UND_ERR_(?:HEADERS|BODY)_TIMEOUT)$/u, { reason: "Timeout", outcome: "Unknown" }],
  [
    /^(?:EPROTO|ERR_SSL_[\w/]+|HPE_\w+|HTTPParserError|UND_ERR_HEADERS_OVERFLOW)$/u,
    { reason: "Protocol", outcome: "Unknown" },
  ],
]

/**
 * Node's wording of what can only happen within a TLS handshake; the code is that of any reset.
 *
 * OpenSSL's words prove nothing: they are the same for a record or an alert that a request under way meets.
 */
const handshake = "Client network socket disconnected before secure TLS connection was established"

/** Looks at the causes of an error before the error itself, since they say more. */
const diagnose = (error: unknown, depth = 0): Diagnosis | undefined => {
  if (typeof error !== "object" || error === null || depth > 4) return undefined
  const field = (name: string): unknown => Reflect.get(error, name)
  const errors = field("errors")
  for (const cause of [...(Array.isArray(errors) ? errors : []), field("cause")]) {
    const found = diagnose(cause, depth + 1)
    if (found !== undefined) return found
  }
  const code = String(field("code") ?? field("name"))
  const syscall = field("syscall")
  const isUnconnected = syscall === "connect" || syscall === "getaddrinfo" || field("message") === handshake
  const found = isUnconnected ? connect : codes.find(([pattern]) => pattern.test(code))?.[1]
  return found && ErrorCode.isPlatformCode(code) ? { ...found, code } : found
}
