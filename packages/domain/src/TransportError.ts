/**
 * A request to which there was no usable answer.
 */
import * as Schema from "effect/Schema"
import { explainedClass } from "./internal/explained.ts"
import { code, prose, requestId } from "./internal/texts.ts"
import { OperationName } from "./OperationName.ts"

/**
 * What went wrong between here and the service.
 *
 * - `Connect`: no connection: name not resolved, refused, TLS failed
 * - `Reset`: the connection broke before the answer's head was complete
 * - `Timeout`: no answer in time
 * - `Truncated`: the connection broke within the answer's body
 * - `TooLarge`: the answer's body is larger than the limit
 * - `Redirect`: the service answered with a redirect, which is never followed since it would carry the signature off
 * - `Protocol`: what came back is not HTTP
 * - `Other`: anything else that the transport reports
 *
 * @category models
 */
export const TransportReason = Schema.Literals([
  "Connect",
  "Reset",
  "Timeout",
  "Truncated",
  "TooLarge",
  "Redirect",
  "Protocol",
  "Other",
])

/**
 * The type of a transport failure's reason.
 *
 * @category models
 */
export type TransportReason = typeof TransportReason.Type

/**
 * Whether the operation may have happened: `NotSent` is certain that it did not, `Unknown` is not.
 *
 * @category models
 */
export const Outcome = Schema.Literals(["NotSent", "Unknown"])

/**
 * The type of an outcome.
 *
 * @category models
 */
export type Outcome = typeof Outcome.Type

/**
 * No usable answer came back. `outcome` says whether the operation may have happened all the same.
 *
 * - `attempts` counts the requests that were tried
 * - `origin` is where the last one was sent, without path or query: `https://voice-chime.us-east-1.amazonaws.com`
 * - `code` is the code of the platform's error, such as `ENOTFOUND`, where it is one that is known to hold no secret
 *
 * After a `CreateProxySession` with the outcome `Unknown`, list the
 * sessions before creating another: the service has no way to tell a repetition from a new request.
 *
 * @category errors
 */
export class TransportError extends explainedClass(
  Schema.TaggedError<TransportError>()("TransportError", {
    operation: OperationName,
    reason: TransportReason,
    outcome: Outcome,
    attempts: Schema.Int,
    origin: Schema.optionalKey(prose),
    code: Schema.optionalKey(code),
    requestId: Schema.optionalKey(requestId),
  }),
) {
  override get message(): string {
    const tries = this.attempts === 1 ? "1 attempt" : `${this.attempts} attempts`
    const happened = this.outcome === "NotSent" ? "it was not carried out" : "whether it was carried out is unknown"
    const from = this.origin === undefined ? "" : ` from ${this.origin}`
    const why = [this.reason, this.code, tries].filter((part) => part !== undefined).join(", ")
    return `${this.operation}: no usable answer${from} (${why}); ${happened}`
  }
  /** What to do about it. */
  get hint(): string {
    if (this.reason === "Redirect") return "Point the endpoint at the service itself."
    if (this.reason === "TooLarge") return "Raise the limit, or ask for smaller pages."
    const advice = adviceOf(this)
    return this.outcome === "NotSent" ? `${advice}.` : `${advice}; before repeating a create, list what exists.`
  }
  /** Whether the same request could succeed when repeated. */
  get retryable(): boolean {
    return this.reason !== "Redirect" && this.reason !== "TooLarge"
  }
}

const adviceOf = ({ code = "", origin = "" }: TransportError): string => {
  if (code === "ENOTFOUND") return "The name of the endpoint does not resolve: check the endpoint, or the region"
  if (code === "ECONNREFUSED") return "Nothing listens at the endpoint: check its port, and that the server runs"
  if (/CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH$/u.test(code)) {
    return "The endpoint's certificate is not trusted: check its name and authority"
  }
  return origin.startsWith("https:") &&
    /^(?:EPROTO|ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG))$/u.test(code)
    ? "The endpoint does not speak TLS: check whether it should begin with http://"
    : "Check the endpoint and the network"
}
