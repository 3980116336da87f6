/**
 * Which errors are worth another attempt, and whether the attempt that failed may have been carried out.
 *
 * By name and code AWS's common errors decide, else the HTTP status.
 */
import * as CommonError from "@proxy-session/domain/CommonError"
import type { PutVoiceConnectorProxyError } from "@proxy-session/domain/ProxySessionError"
import type { Outcome } from "@proxy-session/domain/TransportError"

/**
 * Why another attempt may fare better: what a common error says, or `Timeout`, where there was no answer in time.
 *
 * @category models
 */
export type RetryReason = CommonError.CommonErrorReason | "Timeout"

/**
 * A reason to try again, and whether the failed attempt may have been carried out: `NotSent` is certain that it was not.
 *
 * @category models
 */
export interface RetryClass {
  readonly reason: RetryReason
  readonly outcome: Outcome
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

const refused = (reason: CommonError.CommonErrorReason | undefined): RetryClass | undefined =>
  reason && { reason, outcome: "NotSent" }

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
      return refused(error.reason) ?? byStatus.get(error.status)
    default:
      return refused(CommonError.reasonOf(error._tag))
  }
}
