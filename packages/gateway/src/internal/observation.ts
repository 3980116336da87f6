/**
 * What is told about each request: three metrics and, on demand, a line of log. Neither holds anything that was sent.
 */
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type { SendError } from "../Sender.ts"

/** A request as far as it has been understood. */
export interface Seen {
  /** The carrier's name, `route` for the JSON endpoint, `none` for a path that is nobody's. */
  source: string
  webhook: "interactions" | "none" | "outcome" | "route" | "sms" | "status" | "voice"
  /** How a call or text was connected, or why it was not. */
  decision: string | undefined
}

const requests = Metric.counter("proxy_session_gateway_requests_total", {
  description: "Requests that were answered, by source, webhook and status",
  incremental: true,
})
const decisions = Metric.counter("proxy_session_gateway_decisions_total", {
  description: "Calls and texts, by how they were connected or why they were refused",
  incremental: true,
})
const unverified = Metric.counter("proxy_session_gateway_unverified_total", {
  description: "Requests without a right signature or token, by source",
  incremental: true,
})
const sends = Metric.counter("proxy_session_gateway_sends_total", {
  description: "Texts by the API of a carrier, by source and result: Sent, or why not",
  incremental: true,
})
const durations = Metric.histogram("proxy_session_gateway_request_duration_seconds", {
  description: "Seconds from the headers of a request to its answer, by source",
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
const decisionsOf = series(decisions)
const unverifiedOf = series(unverified)
const sendsOf = series(sends)
const durationsOf = series(durations)

export const count = (
  context: Context.Context<never>,
  { decision, source, webhook }: Seen,
  status: number,
  seconds: number,
): void => {
  requestsOf({ source, webhook, status: String(status) }).updateUnsafe(1, context)
  durationsOf({ source }).updateUnsafe(seconds, context)
  if (status === 401 || status === 403) unverifiedOf({ source }).updateUnsafe(1, context)
  if (decision !== undefined) decisionsOf({ source, decision }).updateUnsafe(1, context)
}

/** Counts a text that was sent by a carrier's API, or logs why it was not. */
export const countSend = (source: string, cause: Cause.Cause<SendError> | undefined): Effect.Effect<void> => {
  if (cause === undefined) return Metric.update(sendsOf({ source, result: "Sent" }), 1)
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  const log =
    error === undefined
      ? Effect.annotateLogs({ defects: cause.reasons.filter(Cause.isDieReason).map(describe) })
      : Effect.annotateLogs({ outcome: error.outcome, status: error.status ?? "none" })
  const result = error?.reason ?? "Defect"
  return Effect.andThen(
    Metric.update(sendsOf({ source, result }), 1),
    Effect.logError("A text could not be sent").pipe(log, Effect.annotateLogs({ source, result })),
  )
}

/** What is told about a request beside its time. */
export const attributes = ({ decision, source, webhook }: Seen, status: number) => ({
  source,
  webhook,
  status,
  decision: decision ?? "none",
})

export const log = (seen: Seen, status: number, seconds: number): Effect.Effect<void> =>
  Effect.logInfo("request").pipe(Effect.annotateLogs({ ...attributes(seen, status), seconds }))

/**
 * Logs that a store failed. A message is somebody else's text and may hold what was sent, so that only the kind of a failure and
 * the frames of a defect are logged.
 */
export const logFailure = (cause: Cause.Cause<{ readonly _tag: string }>): Effect.Effect<void> =>
  Effect.logError("A call could not be routed").pipe(
    Effect.annotateLogs({
      failures: cause.reasons.filter(Cause.isFailReason).map(({ error }) => error._tag),
      defects: cause.reasons.filter(Cause.isDieReason).map(describe),
    }),
  )

const describe = ({ defect }: Cause.Die): string => {
  if (!(defect instanceof Error)) return typeof defect
  const stack = defect.stack ?? ""
  const frames = stack.slice(stack.indexOf(defect.message) + defect.message.length)
  return [defect.constructor.name, ...(frames.match(/^ +at .+$/gmu) ?? [])].join("\n")
}
