import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { fromRecord } from "../src/Authentication.ts"
import * as Monitoring from "../src/Monitoring.ts"
import * as NodeServer from "../src/NodeServer.ts"
import { byHost } from "../src/ProxySessionServer.ts"
import { creation, layerServer, request, sessionsPath, signLikeBotocore, Stub } from "./support.ts"

const create = request("POST", sessionsPath, JSON.stringify(creation))
const registry = Layer.sync(Metric.MetricRegistry, () => new Map())
const onItsOwnPort = Monitoring.layer().pipe(
  Layer.provideMerge(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })),
)

describe("the port for those who run a server", () => {
  it.effect("says that the server is up", () =>
    Effect.gen(function* () {
      const answer = yield* request("GET", "/health")
      assert.strictEqual(answer.status, 200)
      assert.strictEqual(answer.text, `{"status":"ok"}`)
      assert.strictEqual((yield* request("HEAD", "/health")).status, 200)
      const refused = yield* request("POST", "/health", "x")
      assert.strictEqual(refused.status, 405)
      assert.strictEqual(refused.headers["allow"], "GET, HEAD")
    }).pipe(Effect.provide(onItsOwnPort)),
  )

  it.effect("knows none of the operations", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* request("GET", sessionsPath)).status, 404)
      assert.strictEqual((yield* request("GET", "/")).status, 404)
    }).pipe(Effect.provide(onItsOwnPort)),
  )

  it.effect("counts what was answered by operation and status, and how long it took", () =>
    Effect.gen(function* () {
      yield* Effect.gen(function* () {
        yield* create
        yield* create
        yield* request("GET", `${sessionsPath}/nothing`)
        yield* request("GET", "/nowhere")
        const stub = yield* Stub
        stub.instead = Effect.andThen(TestClock.adjust("2 seconds"), Effect.die("slow"))
        yield* request("GET", sessionsPath)
      }).pipe(Effect.provide(layerServer({ authentication: "none" })))
      const { headers, text } = yield* request("GET", "/metrics").pipe(Effect.provide(onItsOwnPort))
      assert.strictEqual(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8")
      const lines = text.split("\n")
      assert.include(lines, "# TYPE proxy_session_server_requests_total counter")
      assert.include(lines, `proxy_session_server_requests_total{operation="CreateProxySession",status="201"} 2`)
      assert.include(lines, `proxy_session_server_requests_total{operation="GetProxySession",status="404"} 1`)
      assert.include(lines, `proxy_session_server_requests_total{operation="ListProxySessions",status="500"} 1`)
      assert.include(lines, `proxy_session_server_requests_total{operation="none",status="404"} 1`)
      assert.include(lines, "# TYPE proxy_session_server_request_duration_seconds histogram")
      const bucket = "proxy_session_server_request_duration_seconds_bucket"
      assert.include(lines, `${bucket}{operation="ListProxySessions",le="1"} 0`)
      assert.include(lines, `${bucket}{operation="ListProxySessions",le="2.5"} 1`)
      assert.include(lines, `proxy_session_server_request_duration_seconds_sum{operation="ListProxySessions"} 2`)
    }).pipe(Effect.provide(registry)),
  )
})

describe("the access log", () => {
  const logger = () => {
    const logged: Array<string> = []
    const layer = Logger.layer([Logger.map(Logger.formatJson, (line) => void logged.push(line))])
    return { logged, layer }
  }
  const keys = fromRecord({ AKIDEXAMPLE: { secretAccessKey: Redacted.make("canary"), account: "111122223333" } })

  it.effect(
    "tells of each request its id, method, path, operation, status, duration and account, and nothing else",
    () => {
      const { layer, logged } = logger()
      const body = JSON.stringify({ ...creation, Name: "Canary" })
      const signed = signLikeBotocore(
        {
          accessKeyId: "AKIDEXAMPLE",
          secret: "canary",
          date: "19700101T000000Z",
          region: "eu-west-1",
          service: "chime",
        },
        { method: "POST", path: sessionsPath, headers: { host: "127.0.0.1" }, body },
      )
      return Effect.gen(function* () {
        const lines = ["x-amz-date", "authorization"].map((name) => `${name}: ${signed[name]}`)
        const answer = yield* request("POST", sessionsPath, body, lines)
        assert.strictEqual(answer.status, 201)
        const refused = yield* request("GET", `${sessionsPath}/an-id`)
        yield* request("DELETE", "/phone-numbers/%2B12065550100/nowhere?canary=%2B12065550100")
        yield* request("GET", `/${"a".repeat(300)}`)
        const entries = logged.map((line): unknown => JSON.parse(line))
        const [first, second, third, fourth] = entries.map((entry) => Reflect.get(Object(entry), "annotations"))
        assert.deepStrictEqual(first, {
          requestId: answer.headers["x-amzn-requestid"],
          method: "POST",
          path: sessionsPath,
          operation: "CreateProxySession",
          status: 201,
          seconds: 0,
          account: "111122223333",
          namespace: "chime-sdk-voice",
          region: "eu-west-1",
        })
        assert.deepInclude(second, {
          requestId: refused.headers["x-amzn-requestid"],
          method: "GET",
          path: `${sessionsPath}/an-id`,
          operation: "GetProxySession",
          status: 403,
          account: null,
        })
        assert.deepInclude(third, {
          method: "DELETE",
          path: "/phone-numbers/<redacted>/nowhere",
          operation: null,
          status: 404,
        })
        assert.deepInclude(fourth, { path: `/${"a".repeat(255)}` })
        const all = logged.join("\n")
        for (const secret of ["55501", "canary", "Canary", "AKIDEXAMPLE", "Signature"]) assert.notInclude(all, secret)
      }).pipe(
        Effect.provide(
          Layer.provideMerge(layerServer({ authentication: { keys }, accessLog: true, namespace: byHost }), layer),
        ),
      )
    },
  )

  it.effect("is silent unless it is asked for", () => {
    const { layer, logged } = logger()
    return Effect.gen(function* () {
      yield* create
      assert.deepStrictEqual(logged, [])
    }).pipe(Effect.provide(Layer.provideMerge(layerServer({ authentication: "none" }), layer)))
  })
})
