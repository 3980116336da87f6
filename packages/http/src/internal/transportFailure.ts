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
 * Only its kind and the codes of its causes count: messages may hold the URL, and each runtime has its own. An error
 * that does not prove that nothing was sent leaves the outcome unknown.
 */
export const classify = ({ reason }: HttpClientError): TransportFailure => {
  switch (reason._tag) {
    case "EncodeError":
    case "InvalidUrlError":
      return { reason: "Other", outcome: "NotSent" }
    case "TransportError":
      return diagnose(reason.cause) ?? { reason: "Other", outcome: "Unknown" }
    default: {
      // The head of an answer has come, so whatever breaks now breaks within its body.
      const failure = diagnose(reason.cause)
      return {
        reason: failure === undefined || failure.reason === "Reset" ? "Truncated" : failure.reason,
        outcome: "Unknown",
      }
    }
  }
}

/**
 * Codes of Node's sockets, TLS and HTTP parser and of undici, which Node's `fetch` stands on.
 *
 * Of TLS only what ends a handshake proves that nothing was sent: since TLS 1.3 a server may refuse a client's
 * certificate when the request is already under way.
 */
const codes: ReadonlyArray<readonly [code: RegExp, failure: TransportFailure]> = [
  [/^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT)$/u, { reason: "Connect", outcome: "NotSent" }],
  [/^(?!ERR_SSL_)\w*(?:CERT|CRL_|INVALID_CA|UNABLE_TO_|HOSTNAME_MISMATCH)/u, { reason: "Connect", outcome: "NotSent" }],
  [
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|\w+_ALERT_(?:PROTOCOL_VERSION|HANDSHAKE_FAILURE))$/u,
    { reason: "Connect", outcome: "NotSent" },
  ],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/u, { reason: "Reset", outcome: "Unknown" }],
  [/^(?:ETIMEDOUT|UND_ERR_(?:HEADERS|BODY)_TIMEOUT)$/u, { reason: "Timeout", outcome: "Unknown" }],
  [/^(?:HPE_\w+|UND_ERR_HEADERS_OVERFLOW)$/u, { reason: "Protocol", outcome: "Unknown" }],
]

/** How Node words the end of a connection within the TLS handshake; the code is that of any other. */
const withinHandshake = "Client network socket disconnected before secure TLS connection was established"

/** Looks at what an error was caused by before the error itself, since that says more. */
const diagnose = (error: unknown, depth = 0): TransportFailure | undefined => {
  if (typeof error !== "object" || error === null || depth > 4) return undefined
  const errors: unknown = Reflect.get(error, "errors")
  const causes: ReadonlyArray<unknown> = [...(Array.isArray(errors) ? errors : []), Reflect.get(error, "cause")]
  for (const cause of causes) {
    const failure = diagnose(cause, depth + 1)
    if (failure !== undefined) return failure
  }
  const syscall: unknown = Reflect.get(error, "syscall")
  if (syscall === "connect" || syscall === "getaddrinfo" || Reflect.get(error, "message") === withinHandshake) {
    return { reason: "Connect", outcome: "NotSent" }
  }
  const code: unknown = Reflect.get(error, "code")
  return typeof code === "string" ? codes.find(([pattern]) => pattern.test(code))?.[1] : undefined
}
