/**
 * Export of traces, metrics and logs by OTLP, configured by OpenTelemetry's standard variables.
 */
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Otlp from "effect/observability/Otlp"
import type { Flusher } from "effect/observability/OtlpExporter"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import type * as Scope from "effect/Scope"
import type * as Context from "effect/Context"
import { type CommandFailure, configuration } from "./ExitCode.ts"
import { version } from "./internal/version.ts"
import { Platform } from "./Platform.ts"
import { variable } from "./Profile.ts"

const endpoints = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
  "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
] as const

/** OpenTelemetry's own defaults, which count once somebody has named an endpoint. */
const defaults = ConfigProvider.fromEnvRecord({
  OTEL_TRACES_EXPORTER: "otlp",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_LOGS_EXPORTER: "otlp",
})

const serializations = {
  "http/protobuf": OtlpSerialization.layerProtobuf,
  "http/json": OtlpSerialization.layerJson,
}

const isProtocol = (text: string): text is keyof typeof serializations => Object.hasOwn(serializations, text)

const timeouts = { connect: Duration.seconds(10), read: Duration.seconds(10) }

/**
 * Starts the export for as long as the scope is open, if an endpoint is set; else there is nothing to provide.
 *
 * `OTEL_EXPORTER_OTLP_ENDPOINT` or that of a signal turns it on. Headers, resource, intervals, compression and the exporters
 * (`none` for a signal that is not wanted) are set by their own variables. What is left of a scope is sent when it closes.
 *
 * @category constructors
 */
export const start: Effect.Effect<Context.Context<Flusher> | undefined, CommandFailure, Platform | Scope.Scope> =
  Effect.gen(function* () {
    let isOn = false
    for (const name of endpoints) {
      const url = yield* variable(name)
      if (url === undefined) continue
      isOn = true
      if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol)) {
        return yield* configuration(`${name} must be the URL of a collector, as in http://127.0.0.1:4318`)
      }
    }
    if (!isOn) return undefined
    const protocol = (yield* variable("OTEL_EXPORTER_OTLP_PROTOCOL")) ?? "http/protobuf"
    if (!isProtocol(protocol)) {
      return yield* configuration("OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or http/json")
    }
    const { httpClient } = yield* Platform
    const environment = yield* ConfigProvider.ConfigProvider
    const serviceName = (yield* variable("OTEL_SERVICE_NAME")) ?? "proxy-session"
    const layer = Otlp.layerFromConfig({ resource: { serviceName, serviceVersion: version } }).pipe(
      Layer.provide([
        serializations[protocol],
        httpClient(timeouts, {}),
        ConfigProvider.layer(ConfigProvider.orElse(environment, defaults)),
      ]),
    )
    // Effect takes a variable that it cannot read for a defect, and its message can hold what a header holds.
    return yield* Effect.catchCauseIf(
      Layer.build(layer),
      (cause) => !Cause.hasInterrupts(cause),
      () => configuration("a variable of OpenTelemetry, whose name begins with OTEL_, has no valid value"),
    )
  })
