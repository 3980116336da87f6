/**
 * What is told about each request that was answered: two metrics and, on demand, a line of log. Of what was sent, metrics
 * hold the operation only, and the log holds the method and the path besides.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import * as Redaction from "@proxy-session/domain/Redaction"
import type { Tenant } from "@proxy-session/repo/Tenant"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

/** A request as far as it has been understood. */
export interface Seen {
  readonly method: string
  /** The path without its query, as it was sent. */
  readonly path: string
  operation: OperationName | undefined
  tenant: Tenant | undefined
}

const requests = Metric.counter("proxy_session_server_requests_total", {
  description: "Requests that were answered, by operation and status",
  incremental: true,
})
const durations = Metric.histogram("proxy_session_server_request_duration_seconds", {
  description: "Seconds from the headers of a request to its answer, by operation",
  boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
})

/** One series for each value of its labels, made when it is first needed. */
const series = <Input, State>(metric: Metric.Metric<Input, State>) => {
  const made = new Map<string, Metric.Metric<Input, State>>()
  return (labels: Readonly<Record<string, string>>): Metric.Metric<Input, State> => {
    const key = Object.values(labels).join(" ")
    const found = made.get(key) ?? Metric.withAttributes(metric, labels)
    made.set(key, found)
    return found
  }
}

const requestsOf = series(requests)
const durationsOf = series(durations)

export const count = (context: Context.Context<never>, seen: Seen, status: number, seconds: number): void => {
  const operation = seen.operation ?? "none"
  requestsOf({ operation, status: String(status) }).updateUnsafe(1, context)
  durationsOf({ operation }).updateUnsafe(seconds, context)
}

/** A path is somebody else's text: whatever looks like a telephone number is taken out, and it is cut. */
const safePath = (path: string): string => Redaction.scrub(path).slice(0, 256)

export const log = (requestId: string, seen: Seen, status: number, seconds: number) =>
  Effect.logInfo("request").pipe(
    Effect.annotateLogs({
      requestId,
      method: seen.method,
      path: safePath(seen.path),
      operation: seen.operation ?? null,
      status,
      seconds,
      account: seen.tenant?.account ?? null,
      namespace: seen.tenant?.namespace ?? null,
      region: seen.tenant?.region ?? null,
    }),
  )
