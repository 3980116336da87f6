/**
 * AWS's common errors: what the front of any of its services may answer, without an operation declaring it.
 *
 * The names are those of AWS's standard retry mode, completed by this API's own `ThrottledClientException`, which is in
 * none of its lists. Each of them is said before the operation is begun, but for a time-out with a status of 500 or more.
 */

/**
 * Why the front of a service refused a request.
 *
 * - `Throttling`: it asks for time
 * - `Transient`: something broke that may be whole again
 * - `ClockSkew`: the signature's date may be wrong, if the clocks differ
 * - `ExpiredToken`: the credentials may be replaced
 *
 * @category models
 */
export type CommonErrorReason = "ClockSkew" | "ExpiredToken" | "Throttling" | "Transient"

const names: Readonly<Record<CommonErrorReason, ReadonlyArray<string>>> = {
  Throttling: [
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
  ],
  Transient: ["RequestTimeout", "RequestTimeoutException"],
  ClockSkew: [
    "AccessDeniedException",
    "AuthFailure",
    "InvalidSignatureException",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "UnauthorizedClientException",
  ],
  ExpiredToken: ["ExpiredToken", "ExpiredTokenException"],
}

const reasons: ReadonlyMap<string, CommonErrorReason> = new Map(
  (["Throttling", "Transient", "ClockSkew", "ExpiredToken"] as const).flatMap((reason) =>
    names[reason].map((name) => [name, reason]),
  ),
)

/**
 * What an exception's name or a service's code tells, `undefined` for one that is no common error.
 *
 * **Example** (Asked for time)
 *
 * ```ts
 * import * as CommonError from "@proxy-session/domain/CommonError"
 *
 * CommonError.reasonOf("SlowDown") // => "Throttling"
 * ```
 *
 * @category rules
 */
export const reasonOf = (name: string): CommonErrorReason | undefined => reasons.get(name)
