/**
 * Faults laid over calls, so that a test meets what its cassette does not hold.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { ProxySessionError } from "@proxy-session/domain/ProxySessionError"

/**
 * What one call of an operation meets in the place of its answer: an error of that operation, or `"hang"`, which never
 * ends. `call` counts the calls of the operation from 1.
 *
 * The cassette is neither asked nor changed: the next call gets what was recorded for this one, as a retry would. In a
 * recording the call is not made, and not recorded. A fault that no call meets counts as a call that was not made, and
 * keeps a recording from being written. Two faults for one call are a defect when the Layer is built.
 *
 * **Example** (The second get is throttled)
 *
 * ```ts
 * import { ThrottledClientException } from "@proxy-session/domain/ServiceError"
 * import type { Fault } from "@proxy-session/replay/Fault"
 *
 * export const busy: Fault = {
 *   operation: "GetProxySession",
 *   call: 2,
 *   fault: new ThrottledClientException({ message: "Rate exceeded" })
 * }
 * ```
 *
 * @category models
 */
export type Fault =
  | {
      readonly operation: Exclude<OperationName, "PutVoiceConnectorProxy">
      readonly call: number
      readonly fault: ProxySessionError | "hang"
    }
  | {
      readonly operation: "PutVoiceConnectorProxy"
      readonly call: number
      readonly fault: ErrorOf["PutVoiceConnectorProxy"] | "hang"
    }
