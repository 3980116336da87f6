/**
 * The errors that the service declares, by AWS's own names, and the one for errors that it does not declare.
 *
 * Every one has a `message` that is safe to log, the service's open `code` and the `requestId` to quote to whoever runs
 * the service. `retryable` tells whether the same request may succeed later, `hint` what to do, `outcome` whether the
 * operation may have happened. A client that has tried several times tells how often (`attempts`), and whether one of the
 * attempts before the last may have been carried out (`ambiguous`), which makes the outcome `Unknown` whatever the last
 * answer says.
 */
import * as Schema from "effect/Schema"
import * as CommonError from "./CommonError.ts"
import { advised } from "./internal/advised.ts"
import { advice, earlier, overall } from "./internal/earlier.ts"
import { explainedClass } from "./internal/explained.ts"
import { code, prose, requestId } from "./internal/texts.ts"
import type { Outcome } from "./TransportError.ts"

const fields = {
  message: prose,
  code: Schema.optionalKey(code),
  requestId: Schema.optionalKey(requestId),
  ...earlier,
}

const checkKey = "Check the credentials, the region that is signed, and this machine's clock."
const mind = "Before repeating a create, list what exists."

/**
 * The service refuses the request as wrong: a value out of range, or a state that does not allow it. HTTP 400.
 *
 * @category errors
 */
export class BadRequestException extends advised(
  Schema.TaggedError<BadRequestException>()("BadRequestException", fields),
  "Correct the request; repeating it unchanged cannot succeed.",
) {}

/**
 * The service does not know who is asking: no signature, an unknown key, a wrong or stale signature. HTTP 401.
 *
 * @category errors
 */
export class UnauthorizedClientException extends advised(
  Schema.TaggedError<UnauthorizedClientException>()("UnauthorizedClientException", fields),
  checkKey,
) {}

/**
 * The caller may not do this, or the connector's proxy configuration is disabled. HTTP 403.
 *
 * @category errors
 */
export class ForbiddenException extends advised(
  Schema.TaggedError<ForbiddenException>()("ForbiddenException", fields),
  "Check what the credentials may do, and whether the proxy configuration is disabled.",
) {}

/**
 * There is no such Voice Connector, proxy configuration or proxy session. HTTP 404.
 *
 * @category errors
 */
export class NotFoundException extends advised(
  Schema.TaggedError<NotFoundException>()("NotFoundException", fields),
  "Check the ids, and that the region and namespace are those in which the resource was made.",
) {}

/**
 * Too many requests: the service refused this one, and asks for time. HTTP 429.
 *
 * @category errors
 */
export class ThrottledClientException extends advised(
  Schema.TaggedError<ThrottledClientException>()("ThrottledClientException", fields),
  "Send fewer requests; the one that was refused was not carried out and can be repeated later.",
  { retryable: true },
) {}

/**
 * The service failed on its own account; whether the operation happened is unknown. HTTP 500.
 *
 * @category errors
 */
export class ServiceFailureException extends advised(
  Schema.TaggedError<ServiceFailureException>()("ServiceFailureException", fields),
  `Repeat what is safe to repeat. ${mind}`,
  { retryable: true, outcome: "Unknown" },
) {}

/**
 * The service is not available for now. HTTP 503.
 *
 * @category errors
 */
export class ServiceUnavailableException extends advised(
  Schema.TaggedError<ServiceUnavailableException>()("ServiceUnavailableException", fields),
  `Repeat what is safe to repeat. ${mind}`,
  { retryable: true, outcome: "Unknown" },
) {}

/**
 * The caller may not set a proxy configuration. HTTP 403; declared by `PutVoiceConnectorProxy` alone.
 *
 * @category errors
 */
export class AccessDeniedException extends advised(
  Schema.TaggedError<AccessDeniedException>()("AccessDeniedException", fields),
  "Check what the credentials may do.",
) {}

/**
 * The service answered with an error that the operation does not declare.
 *
 * `status` is the HTTP status, `type` the exception's name if the answer had one (`GoneException`), `code` the
 * service's open code (`Gone`). AWS's edge adds such errors to every API, and a proxy in between may answer in its own
 * words.
 *
 * @category errors
 */
export class UnmodeledServiceError extends explainedClass(
  Schema.TaggedError<UnmodeledServiceError>()("UnmodeledServiceError", {
    ...fields,
    status: Schema.Int,
    type: Schema.optionalKey(code),
  }),
) {
  /** What to do about it. */
  get hint(): string {
    if (this.status === 410) return advice(this, "The service has been retired; see what took its place.")
    if (this.reason === "ClockSkew" || this.reason === "ExpiredToken") return advice(this, checkKey)
    const lookUp =
      "Look up the code in AWS's list of common errors, or ask whoever runs the endpoint, quoting the request id."
    return this.ambiguous !== true && this.outcome === "Unknown" ? `${lookUp} ${mind}` : advice(this, lookUp)
  }
  /** Why the request was refused, if it was by one of AWS's common errors. */
  get reason(): CommonError.CommonErrorReason | undefined {
    return CommonError.reasonOf(this.type ?? "") ?? CommonError.reasonOf(this.code ?? "")
  }
  /** Whether the same request could succeed when repeated, by its name and code, else by its status. */
  get retryable(): boolean {
    if (this.reason !== undefined) return this.reason === "Throttling" || this.reason === "Transient"
    return this.status === 429 || this.status === 408 || isFailure(this.status)
  }
  /**
   * Whether the operation may have happened all the same: it may unless the service refused, as it says by a status of 4xx,
   * by 501, or by the name of a common error. A gateway that gave up waiting has failed, by whatever name.
   */
  get outcome(): Outcome {
    const isRefused = this.reason !== undefined && this.reason !== "Transient"
    return overall(this, isRefused || isRefusal(this.status) ? "NotSent" : "Unknown")
  }
}

/** Whether the service says that it has not begun, by its status. */
const isRefusal = (status: number): boolean => (status >= 400 && status < 500) || status === 501

/** Whether the service failed, as opposed to refusing. What it does not implement it has not begun. */
const isFailure = (status: number): boolean => status >= 500 && status !== 501
