import { assert, describe, it } from "@effect/vitest"
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Transport from "@proxy-session/http/Transport"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { proxySession } from "./operations.ts"

type Answer = readonly [status: number, type?: string]

const unavailable: Answer = [503, "ServiceUnavailableException"]
const throttled: Answer = [429, "ThrottledClientException"]

/** A service that gives one answer after the other, the last one for ever, and notes the span it is asked in. */
const service = (...answers: ReadonlyArray<Answer>) => {
  const parents: Array<string | undefined> = []
  const client = HttpClient.make((request) =>
    Effect.map(Effect.option(Effect.currentSpan), (span) => {
      const [status, type] = answers[Math.min(parents.length, answers.length - 1)] ?? [200]
      parents.push(span._tag === "Some" ? span.value.name : undefined)
      const headers = { "x-amzn-requestid": `request-${parents.length}`, ...(type && { "x-amzn-errortype": type }) }
      return HttpClientResponse.fromWeb(request, new Response(status < 300 ? proxySession : "{}", { status, headers }))
    }),
  )
  return { parents, layer: Layer.provide(Transport.layerHttpClient(), Layer.succeed(HttpClient.HttpClient, client)) }
}

const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }

const get = Effect.flatMap(ProxySessionKey.decode({ voiceConnectorId: "vc", proxySessionId: "session" }), (key) =>
  ProxySessionRepo.use((repo) => repo.get(key)),
)

const call = (
  { layer }: ReturnType<typeof service>,
  credentials: Layer.Layer<Credentials, CredentialsError> = Credentials.layer(key),
) =>
  Effect.gen(function* () {
    const live = HttpRepo.layer({ region: "eu-central-1", endpoint: "http://service.test:8080" })
    const asked = Effect.provide(get, Layer.provide(live, [credentials, layer])).pipe(
      Effect.provideService(Random.Random, { nextDoubleUnsafe: () => 1, nextIntUnsafe: () => 1 }),
    )
    const fiber = yield* Effect.forkChild(Effect.exit(asked))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

/** The spans that are made while an effect runs, in the order of their beginning. */
const traced = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      },
    })
    yield* Effect.withTracer(effect, tracer)
    return spans.map(({ attributes, kind, name, parent, status }) => ({
      name,
      kind,
      parent: parent._tag === "Some" && parent.value._tag === "Span" ? parent.value.name : undefined,
      ended:
        status._tag === "Ended" && (Exit.isSuccess(status.exit) ? "Success" : String(Cause.squash(status.exit.cause))),
      attributes: Object.fromEntries(attributes),
    }))
  })

const server = { "server.address": "service.test", "server.port": 8080 }
const rpc = {
  "rpc.system.name": "aws-api",
  "rpc.method": "ChimeSDKVoice/GetProxySession",
  "cloud.region": "eu-central-1",
  ...server,
}
const http = { "http.request.method": "GET", ...server }

describe("spans", () => {
  it.effect("tell an operation, and below it each attempt, in OpenTelemetry's words", () =>
    Effect.gen(function* () {
      const spans = yield* traced(call(service(unavailable, [200])))
      assert.deepStrictEqual(spans, [
        {
          name: "ChimeSDKVoice.GetProxySession",
          kind: "client",
          parent: undefined,
          ended: "Success",
          attributes: { ...rpc, "aws.request_id": "request-2" },
        },
        {
          name: "GET",
          kind: "client",
          parent: "ChimeSDKVoice.GetProxySession",
          ended: "Error: HTTP status 503",
          attributes: {
            ...http,
            "http.response.status_code": 503,
            "error.type": "503",
            "aws.request_id": "request-1",
          },
        },
        {
          name: "GET",
          kind: "client",
          parent: "ChimeSDKVoice.GetProxySession",
          ended: "Success",
          attributes: {
            ...http,
            "http.request.resend_count": 1,
            "http.response.status_code": 200,
            "aws.request_id": "request-2",
          },
        },
      ])
    }),
  )

  it.effect("tell the status and the request id of an answer that could not be used", () =>
    Effect.gen(function* () {
      const [operation, attempt] = yield* traced(call(service([302])))
      assert.deepInclude(operation?.attributes, { "aws.request_id": "request-1", "error.type": "TransportError" })
      assert.deepInclude(attempt?.attributes, {
        "aws.request_id": "request-1",
        "http.response.status_code": 302,
        "error.type": "TransportError",
      })
    }),
  )

  it.effect("tell by which error an operation ended", () =>
    Effect.gen(function* () {
      const [operation, attempt] = yield* traced(call(service([404, "NotFoundException"])))
      assert.deepStrictEqual(operation?.attributes, {
        ...rpc,
        "aws.request_id": "request-1",
        "error.type": "NotFoundException",
      })
      assert.strictEqual(attempt?.attributes["error.type"], "404")
      assert.strictEqual(attempt?.ended, "Error: HTTP status 404")
    }),
  )

  it.effect("are not made while nobody listens", () =>
    Effect.gen(function* () {
      const silent = service([200])
      yield* call(silent)
      yield* Effect.withSpan(call(silent), "application")
      yield* traced(call(silent))
      assert.deepStrictEqual(silent.parents, [undefined, "application", "ChimeSDKVoice.GetProxySession"])
    }),
  )
})

describe("metrics", () => {
  const gathered = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.andThen(effect, Metric.snapshot).pipe(
      Effect.map((metrics) =>
        Object.fromEntries(
          metrics.map(({ attributes, id, state }) => {
            const labels = Object.values(attributes ?? {}).join()
            const value = "count" in state ? state.count : "value" in state ? state.value : undefined
            return [labels === "" ? id : `${id}{${labels}}`, Number(value)]
          }),
        ),
      ),
      Effect.provide(Layer.sync(Metric.MetricRegistry, () => new Map())),
    )

  it.effect("count attempts, throttling and outcomes, and show the bucket's level", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* gathered(call(service(throttled, unavailable, [200]))), {
        "proxy_session_client_attempts_total{GetProxySession}": 3,
        "proxy_session_client_throttles_total{GetProxySession}": 1,
        // 500 tokens, less 5 for throttling; the 14 for what is transient have come back with the success.
        "proxy_session_client_retry_quota{service.test,8080}": 495,
        "proxy_session_client_duration_seconds{GetProxySession,success}": 1,
      })
      const failed = yield* gathered(Effect.ignore(call(service(unavailable))))
      assert.strictEqual(failed["proxy_session_client_retry_quota{service.test,8080}"], 500 - 14 - 14)
      assert.deepStrictEqual(yield* gathered(call(service([404, "NotFoundException"]))), {
        "proxy_session_client_attempts_total{GetProxySession}": 1,
        "proxy_session_client_duration_seconds{GetProxySession,NotFoundException}": 1,
      })
    }),
  )

  it.effect("time an operation with its retries and the waiting between", () =>
    Effect.gen(function* () {
      yield* call(service(throttled, throttled, [200]))
      const [duration] = (yield* Metric.snapshot).filter(({ id }) => id.includes("duration"))
      assert.isTrue(duration?.type === "Histogram" && duration.state.sum === 3)
    }).pipe(Effect.provide(Layer.sync(Metric.MetricRegistry, () => new Map()))),
  )

  it.effect("count refreshes of credentials by whether they came, and no attempt that had none as sent", () =>
    Effect.gen(function* () {
      const provider = Credentials.fromProvider(async () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }))
      const good = yield* gathered(call(service([200]), provider))
      assert.strictEqual(good["proxy_session_client_credential_refreshes_total{success}"], 1)
      const broken = Credentials.fromProvider(() => Promise.reject(new Error("no")))
      const none = yield* gathered(call(service([200]), broken))
      assert.deepStrictEqual(none, {
        "proxy_session_client_credential_refreshes_total{failure}": 1,
        [`proxy_session_client_duration_seconds{GetProxySession,${CredentialsError.name}}`]: 1,
      })
    }),
  )
})

describe("the log", () => {
  it.effect("has a line for each retry at debug level, and none above it", () =>
    Effect.gen(function* () {
      const lines: Array<unknown> = []
      const logger = Logger.layer([Logger.map(Logger.formatStructured, (line) => void lines.push(line))])
      const log = (level: "Debug" | "Info") =>
        call(service(unavailable, unavailable, [200])).pipe(
          Effect.provide(Layer.merge(logger, Layer.succeed(References.MinimumLogLevel, level))),
        )
      yield* log("Info")
      assert.deepStrictEqual(lines, [])
      yield* log("Debug")
      assert.deepStrictEqual(
        lines.map((line) => Object(line)).map(({ annotations, level, message }) => [level, message, annotations]),
        [
          [
            "DEBUG",
            "GetProxySession failed with ServiceUnavailableException and is tried again",
            { attempt: 1, delayMillis: 50 },
          ],
          [
            "DEBUG",
            "GetProxySession failed with ServiceUnavailableException and is tried again",
            { attempt: 2, delayMillis: 100 },
          ],
        ],
      )
    }),
  )
})
