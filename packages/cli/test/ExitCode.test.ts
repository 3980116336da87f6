import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Layer from "effect/Layer"
import { connector, keys, layerAnswer, Network, run } from "./harness.ts"

const get = ["get-proxy-session", ...connector, "--proxy-session-id", "s-1"]

const create = [
  "create-proxy-session",
  ...connector,
  "--participant-phone-numbers",
  "+14015550101",
  "+12065550100",
  "--capabilities",
  "Voice",
]

/** Lets the retries of a run happen, however long they wait. */
const patiently = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(self)
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

const fails = (network: Layer.Layer<Network>, argv: ReadonlyArray<string> = get) =>
  Effect.map(patiently(run(argv)), ({ code, stderr, stdout }) => {
    assert.strictEqual(stdout, "")
    assert.notMatch(stderr, /\n\s+at /u)
    return [code, stderr] as const
  }).pipe(Effect.provide(network))

describe("a service error", () => {
  it.effect("is told in the AWS CLI's sentence, with exit code 254", () =>
    Effect.gen(function* () {
      const answer = layerAnswer(404, '{"Code":"NotFound","Message":"Unable to find the requested identifier"}', {
        "x-amzn-errortype": "NotFoundException:",
      })
      assert.deepStrictEqual(yield* fails(answer), [
        254,
        "\nAn error occurred (NotFoundException) when calling the GetProxySession operation: Unable to find the requested identifier\n",
      ])
    }),
  )

  it.effect(
    "that nobody declared has its type, else its code, else its status for a name, and its body for a message",
    () =>
      Effect.gen(function* () {
        const sentence = (name: string, message: string) =>
          [254, `\nAn error occurred (${name}) when calling the GetProxySession operation: ${message}\n`] as const
        const gone = layerAnswer(410, '{"Code":"Gone","Message":"over"}', { "x-amzn-errortype": "GoneException" })
        assert.deepStrictEqual(yield* fails(gone), sentence("GoneException", "over"))
        assert.deepStrictEqual(
          yield* fails(layerAnswer(410, '{"Code":"Gone","Message":"over"}')),
          sentence("Gone", "over"),
        )
        assert.deepStrictEqual(yield* fails(layerAnswer(418, "<html>")), sentence("418", "<html>"))
        assert.deepStrictEqual(yield* fails(layerAnswer(404, "")), sentence("404", ""))
      }),
  )
})

describe("a failure that is no answer", () => {
  it.effect("is told by its name, with exit code 255, the endpoint and what led to it", () =>
    Effect.gen(function* () {
      const refused = Layer.succeed(Network, {
        requests: [],
        timeouts: [],
        client: HttpClient.make((request) =>
          Effect.fail(
            new HttpClientError.HttpClientError({
              reason: new HttpClientError.TransportError({ request, cause: { code: "ENOTFOUND" } }),
            }),
          ),
        ),
      })
      const [code, stderr] = yield* fails(refused, create)
      assert.strictEqual(code, 255)
      const [, error, endpoint, last] = stderr.split("\n")
      assert.match(error ?? "", /^TransportError: CreateProxySession: no usable answer \(Connect.*\(ENOTFOUND\)$/u)
      assert.strictEqual(
        endpoint,
        "The endpoint is AWS's own for us-east-1: neither --endpoint-url nor AWS_ENDPOINT_URL_CHIME_SDK_VOICE nor " +
          "AWS_ENDPOINT_URL is set, nor endpoint_url in profile default.",
      )
      const connectors = "https://voice-chime.us-east-1.amazonaws.com/voice-connectors/abcdef1ghij2klmno3pqr4"
      assert.strictEqual(last, `Could not connect to the endpoint URL: "${connectors}/proxy-sessions"`)
      assert.notInclude(stderr, "555")
      const [, other] = yield* fails(refused, [...create, "--endpoint-url", "http://stand-in.test:4010"])
      assert.include(other, "\nThe endpoint is set by --endpoint-url.\n")
    }),
  )

  it.effect(
    "is none where the answer is not as the model has it, as in the AWS CLI, unless nothing can be made of it",
    () =>
      Effect.gen(function* () {
        const bare = yield* run(get).pipe(
          Effect.provide(layerAnswer(200, '{"ProxySession":{"VoiceConnectorId":7,"Name":null,"Else":1}}')),
        )
        assert.deepStrictEqual(
          [bare.code, bare.stdout],
          [0, '{\n    "ProxySession": {\n        "VoiceConnectorId": 7\n    }\n}\n'],
        )
        assert.deepStrictEqual(yield* fails(layerAnswer(200, '["+12065550100"]')), [
          255,
          "\n'list' object has no attribute 'get'\n",
        ])
      }),
  )

  it.effect("is not repeated where a session may have been created, and says so", () =>
    Effect.gen(function* () {
      const requests: Array<HttpClientRequest> = []
      const lost = Layer.succeed(Network, {
        requests,
        timeouts: [],
        client: HttpClient.make((request) => {
          requests.push(request)
          return Effect.fail(
            new HttpClientError.HttpClientError({
              reason: new HttpClientError.TransportError({ request, cause: { code: "ECONNRESET" } }),
            }),
          )
        }),
      })
      const [code, stderr] = yield* fails(lost, create)
      assert.deepStrictEqual([code, requests.length], [255, 1])
      assert.include(stderr, "whether it was carried out is unknown")
      assert.match(
        stderr,
        /\nConnection was closed before we received a valid response from endpoint URL: "https:\S+"\.\n$/u,
      )
      const [, again] = yield* fails(lost)
      assert.strictEqual(requests.length, 4)
      assert.include(again, "(Reset, 3 attempts)")
    }),
  )

  it.effect("says so where TLS is what failed", () =>
    Effect.gen(function* () {
      const plain = Layer.succeed(Network, {
        requests: [],
        timeouts: [],
        client: HttpClient.make((request) =>
          Effect.fail(
            new HttpClientError.HttpClientError({
              reason: new HttpClientError.TransportError({ request, cause: { code: "ERR_SSL_WRONG_VERSION_NUMBER" } }),
            }),
          ),
        ),
      })
      const [code, stderr] = yield* fails(plain, [...get, "--endpoint-url", "https://stand-in.test"])
      assert.strictEqual(code, 255)
      assert.include(stderr, "(ERR_SSL_WRONG_VERSION_NUMBER: it speaks no TLS, try http)\n")
      assert.match(stderr, /\nSSL validation failed for https:\/\/stand-in\.test\/\S+ ERR_SSL_WRONG_VERSION_NUMBER\n$/u)
    }),
  )

  it.effect("and no failure either is told in one line, without its stack", () =>
    Effect.gen(function* () {
      const broken = Layer.succeed(Network, {
        requests: [],
        timeouts: [],
        client: HttpClient.make(() => Effect.die("+12065550100")),
      })
      assert.deepStrictEqual(yield* fails(broken), [
        255,
        "\nproxy-session: error: an internal error occurred (string)\n",
      ])
    }),
  )
})

describe("--debug", () => {
  it.effect("tells on stderr what is done, and no secret", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* run([
        "list-proxy-sessions",
        ...connector,
        "--debug",
        "--endpoint-url",
        "http://me:password@127.0.0.1:4010",
      ])
      assert.deepStrictEqual({ code, stdout }, { code: 255, stdout: "" })
      assert.include(stderr, "calling ListProxySessions")
      assert.include(stderr, "http://127.0.0.1:4010")
      assert.notInclude(stderr, "password")
      assert.notInclude(stderr, "secret-of-example")
    }).pipe(Effect.provide(layerAnswer(200, "{}"))),
  )

  it.effect("tells each request, where it goes and why, and who signs", () =>
    Effect.gen(function* () {
      const { stderr } = yield* run(["list-proxy-sessions", ...connector, "--next-token", "canary", "--debug"], {
        env: { ...keys, AWS_PROFILE: "work", AWS_ENDPOINT_URL: "http://127.0.0.1:4010/base" },
        files: { "/home/me/.aws/config": "[profile work]\nregion = eu-west-1\n" },
      })
      for (const told of [
        "profile work (AWS_PROFILE), chime-sdk-voice",
        "region us-east-1 (AWS_REGION)",
        "endpoint http://127.0.0.1:4010/base (set by AWS_ENDPOINT_URL)",
        "signed with keys of the environment",
        "GET http://127.0.0.1:4010/base/voice-connectors/abcdef1ghij2klmno3pqr4/proxy-sessions",
      ]) {
        assert.include(stderr, told)
      }
      for (const secret of ["canary", keys.AWS_ACCESS_KEY_ID, keys.AWS_SECRET_ACCESS_KEY]) {
        assert.notInclude(stderr, secret)
      }
    }).pipe(Effect.provide(layerAnswer(200, "{}"))),
  )

  it.effect("tells the error and its request id", () =>
    Effect.gen(function* () {
      const { stderr } = yield* run([...get, "--debug"])
      assert.include(stderr, "NotFoundException")
      assert.include(stderr, "b-1234")
    }).pipe(
      Effect.provide(layerAnswer(404, "{}", { "x-amzn-errortype": "NotFoundException", "x-amzn-requestid": "b-1234" })),
    ),
  )
})
