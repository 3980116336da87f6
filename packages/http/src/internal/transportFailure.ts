import type { Outcome, TransportReason } from "@proxy-session/domain/TransportError"
import type { HttpClientError } from "effect/http/HttpClientError"

/** What became of a request, and whether it may have been carried out. */
export interface TransportFailure {
  readonly reason: TransportReason
  readonly outcome: Outcome
}

/**
 * What an error of any `HttpClient` amounts to.
 *
 * Nothing of the error itself is passed on, since its message may hold the URL. One that does not prove that nothing was
 * sent leaves the outcome unknown.
 */
export const classify = ({ reason }: HttpClientError): TransportFailure => {
  switch (reason._tag) {
    case "EncodeError":
    case "InvalidUrlError":
      return { reason: "Other", outcome: "NotSent" }
    case "TransportError":
      return withoutAnswer(reason.cause)
    default:
      return withinBody(reason.cause)
  }
}

/** What kept an answer away. */
export const withoutAnswer = (cause: unknown): TransportFailure =>
  diagnose(cause) ?? { reason: "Other", outcome: "Unknown" }

/** What kept a request from being sent at all. */
export const withoutRequest = (cause: unknown): TransportFailure => ({
  reason: diagnose(cause) === undefined ? "Other" : "Connect",
  outcome: "NotSent",
})

/** The head of an answer has come, so whatever breaks now breaks within its body. */
export const withinBody = (cause: unknown): TransportFailure => {
  const failure = diagnose(cause)
  return {
    reason: failure === undefined || failure.reason === "Reset" ? "Truncated" : failure.reason,
    outcome: "Unknown",
  }
}

/** The codes of Node's sockets, resolver, certificate checks and HTTP parser, and of undici, on which its `fetch` stands. */
const codes: ReadonlyArray<readonly [code: RegExp, failure: TransportFailure]> = [
  [/^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT)$/u, { reason: "Connect", outcome: "NotSent" }],
  [/^(?!ERR_SSL_)\w*(?:CERT|CRL_|INVALID_CA|UNABLE_TO_|HOSTNAME_MISMATCH)/u, { reason: "Connect", outcome: "NotSent" }],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/u, { reason: "Reset", outcome: "Unknown" }],
  [/^(?:ETIMEDOUT|UND_ERR_(?:HEADERS|BODY)_TIMEOUT)$/u, { reason: "Timeout", outcome: "Unknown" }],
  [
    /^(?:EPROTO|ERR_SSL_[\w/]+|HPE_\w+|HTTPParserError|UND_ERR_HEADERS_OVERFLOW)$/u,
    { reason: "Protocol", outcome: "Unknown" },
  ],
]

/**
 * How Node words what can only happen within a TLS handshake; the code is that of any reset.
 *
 * What OpenSSL says proves nothing: it words a record that is none, or an alert, alike when the request is already under way.
 */
const handshake = "Client network socket disconnected before secure TLS connection was established"

/** Looks at what an error was caused by before the error itself, since that says more. */
const diagnose = (error: unknown, depth = 0): TransportFailure | undefined => {
  if (typeof error !== "object" || error === null || depth > 4) return undefined
  const field = (name: string): unknown => Reflect.get(error, name)
  const errors = field("errors")
  for (const cause of [...(Array.isArray(errors) ? errors : []), field("cause")]) {
    const failure = diagnose(cause, depth + 1)
    if (failure !== undefined) return failure
  }
  const syscall = field("syscall")
  if (syscall === "connect" || syscall === "getaddrinfo" || field("message") === handshake) {
    return { reason: "Connect", outcome: "NotSent" }
  }
  const code = String(field("code") ?? field("name"))
  return codes.find(([pattern]) => pattern.test(code))?.[1]
}
