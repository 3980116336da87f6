/**
 * What is told about each request that was answered: two metrics and, on demand, a line of log. Of what was sent, metrics
 * hold the operation only, and the log holds the method and the path besides.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import * as Redaction from "@proxy-session/domain/Redaction"
import type { WireError } from "@proxy-session/protocol/ErrorFormat"
import type { Tenant } from "@proxy-session/repo/Tenant"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as Metric from "effect/Metric"
import type { Answered } from "../Call.ts"
import { identity } from "./signature.ts"

/** A request as far as it has been understood. */
export class Seen {
  readonly #request: HttpServerRequest
  body: Uint8Array | undefined
  operation: OperationName | undefined
  tenant: Tenant | undefined
  accessKeyId: string | undefined
  error: WireError | undefined

  constructor(request: HttpServerRequest) {
    this.#request = request
  }

  answered(requestId: string, at: number, seconds: number, response: Answered["response"]): Answered {
    const { method, url } = this.#request
    const mark = url.indexOf("?")
    return {
      requestId,
      at,
      seconds,
      method,
      path: mark < 0 ? url : url.slice(0, mark),
      query: mark < 0 ? "" : url.slice(mark + 1),
      body: this.body,
      operation: this.operation,
      tenant: this.tenant,
      accessKeyId: this.accessKeyId ?? identity(this.#request.headers["authorization"] ?? "")?.accessKeyId,
      error: this.error,
      response,
    }
  }
}

const requests = Metric.counter("proxy_session_server_requests_total", {
  description: "Requests that were answered, by operation and status",
  incremental: true,
})
const durations = Metric.histogram("proxy_session_server_request_duration_seconds", {
  description: "Seconds from the headers of a request to its answer, by operation",
  boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
})

/** The two series of an operation and a status. */
const seriesOf = (operation: string, status: number) => ({
  requests: Metric.withAttributes(requests, { operation, status: String(status) }),
  durations: Metric.withAttributes(durations, { operation }),
})

/** The series by operation and status, each made when it is first needed. */
const made = new Map<string, ReturnType<typeof seriesOf>>()

export const count = (context: Context.Context<never>, seen: Seen, status: number, seconds: number): void => {
  const operation = seen.operation ?? "none"
  const key = `${operation} ${status}`
  let series = made.get(key)
  if (series === undefined) {
    series = seriesOf(operation, status)
    made.set(key, series)
  }
  series.requests.updateUnsafe(1, context)
  series.durations.updateUnsafe(seconds, context)
}

/** A path is somebody else's text: whatever looks like a telephone number is taken out, and it is cut. */
const safePath = (path: string): string => Redaction.scrub(path).slice(0, 256)

export const log = ({ method, operation, path, requestId, response, seconds, tenant }: Answered) =>
  Effect.logInfo("request").pipe(
    Effect.annotateLogs({
      requestId,
      method,
      path: safePath(path),
      operation: operation ?? null,
      status: response?.status ?? null,
      seconds,
      account: tenant?.account ?? null,
      namespace: tenant?.namespace ?? null,
      region: tenant?.region ?? null,
    }),
  )
