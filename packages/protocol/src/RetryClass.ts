/**
 * Which errors are worth another attempt, and whether the attempt that failed may have been carried out.
 *
 * The lists are those of AWS's standard retry mode, completed by what this API declares: its `ThrottledClientException`
 * (429) is in none of them.
 */
import type { PutVoiceConnectorProxyError } from "@proxy-session/domain/ProxySessionError"
import type { Outcome } from "@proxy-session/domain/TransportError"

/**
 * Why another attempt may fare better.
 *
 * - `Throttling`: the service asked for time
 * - `Transient`: something broke that may be whole again
 * - `Timeout`: there was no answer in time
 * - `ClockSkew`: the signature's date may be wrong, if the clocks differ
 * - `ExpiredToken`: the credentials may be replaced
 *
 * @category models
 */
export type RetryReason = "ClockSkew" | "ExpiredToken" | "Throttling" | "Timeout" | "Transient"

/**
 * A reason to try again, and whether the failed attempt may have been carried out: `NotSent` is certain that it was not.
 *
 * @category models
 */
export interface RetryClass {
  readonly reason: RetryReason
  readonly outcome: Outcome
}

/** By the exception's name or the service's code. */
const byName: ReadonlyMap<string, RetryClass> = new Map<string, RetryClass>([
  ...names("Throttling", [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttled",
    "ThrottledClientException",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
  ]),
  ...names("Transient", ["RequestTimeout", "RequestTimeoutException"]),
  ...names("ClockSkew", [
    "AccessDeniedException",
    "AuthFailure",
    "InvalidSignatureException",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "UnauthorizedClientException",
  ]),
  ...names("ExpiredToken", ["ExpiredToken", "ExpiredTokenException"]),
])

function names(reason: RetryReason, list: ReadonlyArray<string>) {
  return list.map((name) => [name, { reason, outcome: "NotSent" }] as const)
}

const broken: RetryClass = { reason: "Transient", outcome: "Unknown" }

/** By the HTTP status, where neither name nor code says more. */
const byStatus: ReadonlyMap<number, RetryClass> = new Map<number, RetryClass>([
  [408, { reason: "Transient", outcome: "NotSent" }],
  [429, { reason: "Throttling", outcome: "NotSent" }],
  [500, broken],
  [502, broken],
  [503, broken],
  [504, broken],
])

/**
 * What an error says about trying again, or `undefined` where another attempt could not fare better.
 *
 * **Example** (Throttled)
 *
 * ```ts
 * import { ThrottledClientException } from "@proxy-session/domain/ServiceError"
 * import { classify } from "@proxy-session/protocol/RetryClass"
 *
 * classify(new ThrottledClientException({ message: "Rate exceeded" }))?.reason // => "Throttling"
 * ```
 *
 * @category rules
 */
export const classify = (error: PutVoiceConnectorProxyError): RetryClass | undefined => {
  switch (error._tag) {
    case "TransportError":
      if (error.reason === "Redirect" || error.reason === "TooLarge") return undefined
      return { reason: error.reason === "Timeout" ? "Timeout" : "Transient", outcome: error.outcome }
    case "ServiceFailureException":
    case "ServiceUnavailableException":
      return broken
    case "UnmodeledServiceError":
      return byName.get(error.type ?? "") ?? byName.get(error.code ?? "") ?? byStatus.get(error.status)
    default:
      return byName.get(error._tag)
  }
}
