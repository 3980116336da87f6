/**
 * Which errors are worth another attempt, and whether the attempt that failed may have been carried out.
 *
 * By name and code AWS's common errors decide, else the HTTP status.
 */
import * as CommonError from "@proxy-session/domain/CommonError"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
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

/** By the HTTP status, where neither name nor code says more. */
const byStatus: ReadonlyMap<number, RetryReason> = new Map<number, RetryReason>([
  [408, "Transient"],
  [429, "Throttling"],
  [500, "Transient"],
  [502, "Transient"],
  [503, "Transient"],
  [504, "Transient"],
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
export const classify = (error: ErrorOf[OperationName]): RetryClass | undefined => {
  switch (error._tag) {
    case "TransportError":
      if (error.reason === "Redirect" || error.reason === "TooLarge") return undefined
      return { reason: error.reason === "Timeout" ? "Timeout" : "Transient", outcome: error.outcome }
    case "ServiceFailureException":
    case "ServiceUnavailableException":
      return { reason: "Transient", outcome: "Unknown" }
    case "UnmodeledServiceError": {
      const reason = error.reason ?? byStatus.get(error.status)
      return reason && { reason, outcome: error.outcome }
    }
    default: {
      const reason = CommonError.reasonOf(error._tag)
      return reason && { reason, outcome: "NotSent" }
    }
  }
}
