import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import { once } from "node:events"
import { connector, keys, layerAnswer, run } from "./harness.ts"
import { execute, serve, spawn } from "./process.ts"

/** A collector on a socket of its own, which keeps what it is sent. */
const collector = Effect.acquireRelease(
  Effect.promise(async () => {
    const got: Array<{ path: string; key: string | undefined; body: string }> = []
    const server = createServer((request, response) => {
      const parts: Array<Buffer> = []
      request.on("data", (part: Buffer) => parts.push(part))
      request.on("end", () => {
        const { headers, url = "" } = request
        got.push({ path: url, key: headers["x-key"]?.toString(), body: Buffer.concat(parts).toString("latin1") })
        response.end()
      })
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    return { got, url: `http://127.0.0.1:${port}`, close: () => server.close() }
  }),
  ({ close }) => Effect.sync(close),
)

const number = "+12065550100"
const create = ["create-proxy-session", ...connector, "--participant-phone-numbers", "+14155550101", number]

describe("serve with OpenTelemetry's variables", () => {
  it.live.each(["http/json", "http/protobuf"])(
    "sends traces, metrics and logs to a collector as %s, and nothing secret in them",
    (protocol) =>
      Effect.gen(function* () {
        const { got, url } = yield* collector
        const server = yield* serve(["--access-log"], {
          ...keys,
          OTEL_EXPORTER_OTLP_ENDPOINT: url,
          OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
          OTEL_EXPORTER_OTLP_HEADERS: "x-key=canary-header",
          OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test",
        })
        const to = ["--endpoint-url", server.url]
        const put = ["put-voice-connector-proxy", ...connector, "--default-session-expiry-minutes", "60"]
        yield* execute([...put, "--phone-number-pool-countries", "US", ...to], keys)
        const created = yield* execute([...create, "--capabilities", "Voice", "--name", "Canary", ...to], keys)
        assert.strictEqual(created.code, 0)
        yield* execute(["get-proxy-session", ...connector, "--proxy-session-id", number, ...to], keys)
        const stopped = yield* server.stop("SIGTERM")
        assert.strictEqual(stopped.code, 0)
        const of = (path: string) => got.filter((each) => each.path === path).map(({ body }) => body)
        const [traces, metrics, logs] = ["/v1/traces", "/v1/metrics", "/v1/logs"].map((path) => of(path).join("\n"))
        assert.include(traces, "ChimeSDKVoice.CreateProxySession")
        assert.include(traces, "NotFoundException")
        assert.include(traces, "proxy-session")
        assert.include(traces, "deployment.environment")
        assert.include(metrics, "proxy_session_server_requests_total")
        assert.include(logs, "CreateProxySession")
        for (const { body, key } of got) {
          assert.strictEqual(key, "canary-header")
          for (const secret of ["5550100", "5550101", "anary", keys.AWS_SECRET_ACCESS_KEY, "Signature="]) {
            assert.notInclude(body, secret)
          }
        }
      }),
    60_000,
  )

  it.live(
    "serves on when nobody collects, and stops in order",
    () =>
      Effect.gen(function* () {
        const server = yield* serve(["--no-auth"], { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" })
        assert.strictEqual(
          (yield* execute(["list-proxy-sessions", ...connector, "--endpoint-url", server.url], keys)).code,
          0,
        )
        assert.strictEqual((yield* server.stop("SIGTERM")).code, 0)
      }),
    60_000,
  )

  it.effect.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "canary" }, "OTEL_EXPORTER_OTLP_ENDPOINT must be the URL"],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "canary:x" }, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must be the URL"],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
      "must be http/protobuf or http/json",
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_METRIC_EXPORT_INTERVAL: "canary" }, "begins with OTEL_"],
  ] as const)("%j is refused", ([env, reason]) =>
    Effect.gen(function* () {
      const ended = yield* Effect.provide(
        run(["serve", "--port", "0"], { env: { ...keys, ...env } }),
        layerAnswer(404, ""),
      )
      assert.strictEqual(ended.code, 253, ended.stderr)
      assert.include(ended.stderr, reason)
      assert.notInclude(ended.stderr, "canary")
    }),
  )
})

describe("serve --monitoring-port", () => {
  it.live(
    "says that it is ready until it drains, and goes on serving meanwhile",
    () =>
      Effect.gen(function* () {
        const argv = ["serve", "--port", "0", "--no-auth", "--monitoring-port", "0", "--drain", "2 seconds"]
        const server = yield* spawn([...argv, "--database", "sqlite::memory:"])
        const url = (yield* server.firstLine).replace("listening on ", "")
        const monitoring = (yield* server.secondLine).replace("monitoring on ", "")
        const get = (target: string) =>
          Effect.promise(async () => {
            const answer = await fetch(target)
            await answer.arrayBuffer()
            return answer.status
          })
        const list = get(`${url}/voice-connectors/v/proxy-sessions`)
        const ready = get(`${monitoring}/ready`)
        assert.strictEqual(yield* ready, 200)
        assert.strictEqual(yield* list, 200)
        const metrics = yield* Effect.promise(async () => (await fetch(`${monitoring}/metrics`)).text())
        assert.match(metrics, /^proxy_session_clock_skew_seconds -?0(?:\.\d+)?$/mu)
        const stopping = yield* Effect.forkChild(server.stop("SIGTERM"), { startImmediately: true })
        yield* Effect.repeat(ready, { until: (status) => status === 503 })
        assert.strictEqual(yield* list, 200)
        assert.strictEqual(yield* get(`${monitoring}/health`), 200)
        assert.isUndefined(stopping.pollUnsafe())
      }),
    60_000,
  )
})
