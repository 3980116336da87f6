/**
 * What the live Layer tells observers besides its spans: its metrics.
 *
 * Spans follow OpenTelemetry's conventions for AWS SDKs. That of an operation is named `ChimeSDKVoice.GetProxySession`
 * and has `rpc.system.name`, `rpc.method`, `cloud.region`, `server.address`, `server.port` and, once known,
 * `aws.request_id` and `error.type`; below it each attempt has one with its method, status and
 * `http.request.resend_count`. They are made only while somebody has put a tracer in the place of Effect's own. Each
 * retry is a log line at debug level.
 *
 * Neither spans nor metrics nor log lines hold an id of a resource, a telephone number, a name, a key or a signature.
 */
import * as Metric from "effect/Metric"

/**
 * How long operations take in all, retries and waiting included, in seconds; by operation and outcome.
 *
 * @category metrics
 */
export const duration = Metric.histogram("proxy_session_client_duration_seconds", {
  description: "Seconds from a call to its outcome",
  boundaries: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
})

/**
 * How many requests were sent, repeated ones included; by operation. An attempt that had no credentials is none of them.
 *
 * @category metrics
 */
export const attempts = Metric.counter("proxy_session_client_attempts_total", {
  description: "Requests sent, each attempt counted",
  incremental: true,
})

/**
 * How many answers asked for time; by operation.
 *
 * @category metrics
 */
export const throttles = Metric.counter("proxy_session_client_throttles_total", {
  description: "Answers that asked for fewer requests",
  incremental: true,
})

/**
 * How many tokens are left in the bucket that retries are paid from; by the server's address and port. Layers of one
 * endpoint have a bucket each, of which the gauge tells the one last used.
 *
 * @category metrics
 */
export const quota = Metric.gauge("proxy_session_client_retry_quota", {
  description: "Tokens left for retries",
})

/**
 * How often credentials were asked for anew; by whether they came.
 *
 * @category metrics
 */
export const credentialRefreshes = Metric.counter("proxy_session_client_credential_refreshes_total", {
  description: "Refreshes of credentials",
  incremental: true,
})
