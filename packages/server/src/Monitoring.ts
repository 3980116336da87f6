/**
 * What those who run a server look at, on a port of its own: whether it is up, and its metrics.
 */
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Layer from "effect/Layer"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import * as UnverifiedRequests from "./UnverifiedRequests.ts"

/**
 * Which requests for the metrics are served, and what is asked about readiness.
 *
 * - `allowedHosts`: the hosts that may be asked for besides loopback names and addresses, such as the name under which
 *   Prometheus knows this server
 * - `ready`: whether the server should get requests, such as the `check` of a `Readiness`; by default it always should
 *
 * @category models
 */
export interface MonitoringOptions extends UnverifiedRequests.UnverifiedRequestsOptions {
  readonly ready?: Effect.Effect<boolean> | undefined
}

/**
 * The handler of three paths, without authentication, so not for the port that clients use.
 *
 * - `GET /health` is 200 `{"status":"ok"}` as long as the process answers, whoever asks: if not, restart it
 * - `GET /ready` is 200 `{"status":"ready"}` or 503 `{"status":"not ready"}`, whoever asks: if not, send it no requests
 * - `GET /metrics` is all of Effect's metrics in the exposition format of Prometheus: of this package
 *   `proxy_session_server_requests_total{operation,status}` and `proxy_session_server_request_duration_seconds{operation}`, where
 *   `operation` is `none` for a request that asks for none of them. It is served by the rules of
 *   `UnverifiedRequests`.
 *
 * Requests that a client gave up on are not counted.
 *
 * @category handlers
 */
export const app = (
  options?: MonitoringOptions,
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest> => {
  const metrics = Effect.map(PrometheusMetrics.format(), (text) =>
    HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4; charset=utf-8" }),
  ).pipe(UnverifiedRequests.guard(options))
  const ready = Effect.map(options?.ready ?? Effect.succeed(true), (isReady) =>
    isReady ? json(`{"status":"ready"}`) : json(`{"status":"not ready"}`, 503),
  )
  return Effect.flatMap(HttpServerRequest, ({ method, url }) => {
    const [path] = url.split("?", 1)
    if (path !== "/health" && path !== "/metrics" && path !== "/ready")
      return Effect.succeed(HttpServerResponse.empty({ status: 404 }))
    if (method !== "GET" && method !== "HEAD") {
      return Effect.succeed(HttpServerResponse.empty({ status: 405, headers: { allow: "GET, HEAD" } }))
    }
    return path === "/metrics" ? metrics : path === "/ready" ? ready : healthy
  })
}

const json = (text: string, status = 200) => HttpServerResponse.text(text, { contentType: "application/json", status })

const healthy = Effect.succeed(json(`{"status":"ok"}`))

/**
 * Serves the three paths with whatever `HttpServer` the platform provides.
 *
 * **Example** (A port for clients and one for Prometheus)
 *
 * ```ts
 * import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
 * import * as Monitoring from "@proxy-session/server/Monitoring"
 * import * as NodeServer from "@proxy-session/server/NodeServer"
 * import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
 * import * as Layer from "effect/Layer"
 *
 * const listen = (port: number) => NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port })
 *
 * export const Servers = Layer.mergeAll(
 *   ProxySessionServer.layer({ authentication: "none" }).pipe(Layer.provide(listen(4010))),
 *   Monitoring.layer().pipe(Layer.provide(listen(9464)))
 * )
 * ```
 *
 * @category layers
 */
export const layer = (options?: MonitoringOptions): Layer.Layer<never, never, HttpServer.HttpServer> =>
  HttpServer.serve(app(options))
