import { assert, describe, it } from "@effect/vitest"
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { MalformedResponse } from "@proxy-session/domain/MalformedResponse"
import { NotFoundException, UnmodeledServiceError } from "@proxy-session/domain/ServiceError"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { CreateProxySession, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import { OptionsError } from "@proxy-session/http/OptionsError"
import * as Transport from "@proxy-session/http/Transport"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import type { EndpointError } from "@proxy-session/protocol/Endpoint"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import * as Net from "node:net"
import { operations, proxySession } from "./operations.ts"
import { type Handler, reply, type Server, start, transports, unlistened } from "./server.ts"
import { parts, signatureOf } from "./verify.ts"

const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make(secretAccessKey) }

/** One attempt for each call: what comes of several is tested elsewhere. */
const live = (options: HttpRepo.Options, transport: Layer.Layer<Transport.Transport>, credentials = key) =>
  HttpRepo.layer({ retry: { maxAttempts: 1 }, ...options }).pipe(
    Layer.provide([Credentials.layer(credentials), transport]),
  )

/** A transport over a client of Effect's. */
const over = (client: HttpClient.HttpClient) =>
  Layer.provide(Transport.layerHttpClient(), Layer.succeed(HttpClient.HttpClient, client))

const get = Effect.flatMap(ProxySessionKey.decode({ voiceConnectorId: "vc", proxySessionId: "session" }), (request) =>
  ProxySessionRepo.use((repo) => repo.get(request)),
)

const plain = {
  voiceConnectorId: "vc",
  participantPhoneNumbers: ["+12065550100", "+14015550101"],
  name: "Canary 7",
  capabilities: ["Voice"],
} as const

const create = Effect.flatMap(CreateProxySession.decode(plain), (request) =>
  ProxySessionRepo.use((repo) => repo.create(request)),
)

const eventually = (holds: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() =>
    holds()
      ? Effect.void
      : Effect.andThen(
          Effect.promise(() => new Promise(setImmediate)),
          eventually(holds),
        ),
  )

describe.each(Object.entries(transports))("HttpRepo over %s", (_, client) => {
  /** Runs an effect against a server that answers with the handler. */
  const against = <A, E>(
    handler: Handler,
    use: (
      repos: <B, F>(
        effect: Effect.Effect<B, F, ProxySessionRepo | VoiceConnectorProxyRepo>,
      ) => Effect.Effect<B, F | EndpointError | CredentialsError | OptionsError>,
      server: Server,
    ) => Effect.Effect<A, E>,
    options: HttpRepo.Options = {},
  ) =>
    Effect.flatMap(start(handler), (server) =>
      use((effect) => Effect.provide(effect, live({ endpoint: server.url, ...options }, client)), server),
    )

  const answers = (handler: Handler, options?: HttpRepo.Options) =>
    against(handler, (repos) => Effect.flip(repos(get)), options)

  for (const operation of operations) {
    it.effect(`${operation.name} goes out exactly as it was signed`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(Date.UTC(2026, 10, 23, 3, 14, 31))
        const server = yield* start(reply(operation.status, operation.answer))
        yield* Effect.provide(operation.call, live({ endpoint: server.url, region: "eu-central-1" }, client))
        const [request] = server.received
        assert.isDefined(request)
        assert.strictEqual(server.received.length, 1)
        assert.strictEqual(request.method, operation.method)
        assert.strictEqual(request.target, operation.target)
        assert.strictEqual(request.body, operation.body === undefined ? "" : JSON.stringify(operation.body))
        assert.strictEqual(
          request.headers["content-type"],
          operation.body === undefined ? undefined : "application/json",
        )
        assert.strictEqual(request.headers.host, `127.0.0.1:${server.port}`)
        assert.strictEqual(request.headers["x-amz-date"], "20261123T031431Z")
        const { accessKeyId, scope, signature, signedHeaders } = parts(request.headers.authorization ?? "")
        assert.strictEqual(accessKeyId, "AKIDEXAMPLE")
        assert.strictEqual(scope, "20261123/eu-central-1/chime/aws4_request")
        assert.deepStrictEqual(signedHeaders, [
          "amz-sdk-invocation-id",
          "amz-sdk-request",
          ...(operation.body === undefined ? [] : ["content-type"]),
          "host",
          "x-amz-content-sha256",
          "x-amz-date",
        ])
        assert.strictEqual(signature, signatureOf(request, secretAccessKey))
        assert.strictEqual(new Set(request.names).size, request.names.length)
      }),
    )
  }

  it.effect("a session token is sent and signed", () =>
    Effect.gen(function* () {
      const server = yield* start(reply(200, proxySession))
      const temporary = { ...key, sessionToken: Redacted.make("token/+=") }
      yield* Effect.provide(get, live({ endpoint: server.url }, client, temporary))
      const [request] = server.received
      assert.isDefined(request)
      assert.strictEqual(request.headers["x-amz-security-token"], "token/+=")
      assert.include(parts(request.headers.authorization ?? "").signedHeaders, "x-amz-security-token")
      assert.strictEqual(parts(request.headers.authorization ?? "").signature, signatureOf(request, secretAccessKey))
    }),
  )

  it.effect("the base path of an endpoint is kept, and signed as it is sent", () =>
    Effect.gen(function* () {
      const server = yield* start(reply(200, proxySession))
      for (const base of ["/console/", "/a b//c~d/e%2Ff"]) {
        yield* Effect.provide(get, live({ endpoint: server.url + base }, client))
      }
      assert.deepStrictEqual(
        server.received.map(({ target }) => target),
        [
          "/console/voice-connectors/vc/proxy-sessions/session",
          "/a%20b//c~d/e%2Ff/voice-connectors/vc/proxy-sessions/session",
        ],
      )
      for (const request of server.received) {
        assert.strictEqual(parts(request.headers.authorization ?? "").signature, signatureOf(request, secretAccessKey))
      }
    }),
  )

  it.effect("no tracing header goes out, and the spans are the repository's, not the client's", () =>
    Effect.gen(function* () {
      const spans: Array<string> = []
      const tracer = Tracer.make({
        span: (options) => {
          spans.push(options.name)
          return new Tracer.NativeSpan(options)
        },
      })
      const server = yield* start(reply(200, proxySession))
      yield* get.pipe(
        Effect.provide(live({ endpoint: server.url }, client)),
        Effect.withSpan("application"),
        Effect.withTracer(tracer),
      )
      const names = server.received[0]?.names ?? []
      for (const header of ["traceparent", "b3", "x-b3-traceid", "tracestate"]) assert.notInclude(names, header)
      assert.deepStrictEqual(spans, ["application", "ChimeSDKVoice.GetProxySession", "GET"])
    }),
  )

  it.effect("the answers of AWS's examples are read, numbers, instants and lists", () =>
    Effect.gen(function* () {
      const server = yield* start(reply(200, proxySession))
      const session = yield* Effect.provide(get, live({ endpoint: server.url }, client))
      assert.deepStrictEqual(yield* Schema.encodeEffect(ProxySession)(session), {
        voiceConnectorId: "abcdef1ghij2klmno3pqr4",
        proxySessionId: "123a4bc5-67d8-901e-2f3g-h4ghjk56789l",
        status: "Open",
        expiryMinutes: 60,
        capabilities: ["SMS", "Voice"],
        createdTimestamp: "2020-04-15T16:10:10.288Z",
        updatedTimestamp: "2020-04-15T16:10:10.288Z",
        participants: [
          { phoneNumber: "+12065550100", proxyPhoneNumber: "+19135550199" },
          { phoneNumber: "+14015550101", proxyPhoneNumber: "+19135550199" },
        ],
      })
    }),
  )

  it.effect("a missing session is a NotFoundException with the service's code and request id", () =>
    Effect.gen(function* () {
      const error = yield* answers(
        reply(404, '{"Code":"NotFound","Message":"Unable to find the requested identifier"}', {
          "x-amzn-errortype": "NotFoundException:",
        }),
      )
      assert.deepStrictEqual(
        error,
        new NotFoundException({
          message: "Unable to find the requested identifier",
          code: "NotFound",
          requestId: "request-1",
        }),
      )
    }),
  )

  it.effect("what no operation declares, HTML among it, keeps its status and request id", () =>
    Effect.gen(function* () {
      const gateway = yield* answers(reply(502, "<html>Bad gateway</html>", { "content-type": "text/html" }))
      assert.instanceOf(gateway, UnmodeledServiceError)
      assert.strictEqual(gateway.status, 502)
      assert.strictEqual(gateway.requestId, "request-1")
    }),
  )

  it.effect("what the request held is taken out of the service's message", () =>
    Effect.gen(function* () {
      const message = "Canary 7 of +12065550100, 14015550101 and %2B14015550101 is in use"
      const error = yield* against(
        reply(400, JSON.stringify({ Code: "BadRequest", Message: message }), {
          "x-amzn-errortype": "BadRequestException",
        }),
        (repos) => Effect.flip(repos(create)),
      )
      assert.include(error, {
        _tag: "BadRequestException",
        message: "<redacted> of <redacted>, <redacted> and <redacted> is in use",
      })
    }),
  )

  it.effect("a request that is a plain object keeps its secrets as well", () =>
    Effect.gen(function* () {
      const request = { ...(yield* CreateProxySession.decode(plain)) } as CreateProxySession
      const error = yield* against(
        reply(500, JSON.stringify({ Code: "ServiceFailure", Message: "Canary 7 of +1206" })),
        (repos) => Effect.flip(repos(ProxySessionRepo.use((repo) => repo.create(request)))),
      )
      assert.include(error, { _tag: "ServiceFailureException", message: "<redacted> of +1206" })
    }),
  )

  for (const [what, body] of [
    ["HTML", "<html>Welcome</html>"],
    ["an array", "[]"],
    ["half a document", proxySession.slice(0, 100)],
    [
      "bytes that are not UTF-8",
      Buffer.from(proxySession.replace('"Status"', '"Name":"Ren\u00E9","Status"'), "latin1"),
    ],
    ["nothing", ""],
  ] as const) {
    it.effect(`a success whose body is ${what} is a MalformedResponse that does not repeat it`, () =>
      Effect.gen(function* () {
        const error = yield* answers(reply(200, body))
        assert.instanceOf(error, MalformedResponse)
        assert.strictEqual(error.requestId, "request-1")
        assert.notInclude(JSON.stringify(error), "Welcome")
      }),
    )
  }

  for (const status of [300, 301, 302, 303, 304, 307, 308]) {
    it.effect(`a redirect is never followed: ${status}`, () =>
      Effect.gen(function* () {
        const elsewhere = yield* start(reply(200, proxySession))
        const error = yield* answers(reply(status, "", { location: `${elsewhere.url}/steal` }))
        assert.include(error, {
          _tag: "TransportError",
          reason: "Redirect",
          outcome: "Unknown",
          requestId: "request-1",
        })
        assert.deepStrictEqual(elsewhere.received, [])
      }),
    )
  }

  it.live("a body that runs over the limit is given up there, with its connection", () =>
    Effect.gen(function* () {
      let sent = 0
      yield* against(
        (_, response) => {
          const more = () => {
            while (sent < 64 * 1024 * 1024 && !response.destroyed) {
              sent += 65536
              if (!response.write(Buffer.alloc(65536, "x"))) return response.once("drain", more)
            }
            return response.end()
          }
          more()
        },
        (repos, server) =>
          Effect.gen(function* () {
            const error = yield* Effect.flip(repos(get))
            assert.include(error, { _tag: "TransportError", reason: "TooLarge", outcome: "Unknown" })
            yield* eventually(() => server.sockets.size === 0)
          }),
      )
      assert.isBelow(sent, 16 * 1024 * 1024)
    }),
  )

  it.live("a body that is announced as over the limit is not waited for", () =>
    against(
      (_, response) => response.writeHead(200, { "content-length": String(64 * 1024 * 1024) }).flushHeaders(),
      (repos, server) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(repos(get))
          assert.include(error, { _tag: "TransportError", reason: "TooLarge", outcome: "Unknown" })
          yield* eventually(() => server.sockets.size === 0)
        }),
    ),
  )

  it.effect("the limit is on the body's bytes, to the byte", () =>
    Effect.gen(function* () {
      const size = Buffer.byteLength(proxySession)
      const sized = (maxResponseBytes: number) =>
        against(reply(200, proxySession), (repos) => Effect.exit(repos(get)), { maxResponseBytes })
      assert.strictEqual((yield* sized(size))._tag, "Success")
      assert.strictEqual((yield* sized(size - 1))._tag, "Failure")
    }),
  )

  it.effect("a connection that breaks within the body is Truncated", () =>
    Effect.gen(function* () {
      for (const headers of [{ "content-length": "1000" }, {}]) {
        const error = yield* answers((_, response) => {
          response.writeHead(200, headers)
          response.write(proxySession.slice(0, 100), () => response.destroy())
        })
        assert.include(error, { _tag: "TransportError", reason: "Truncated", outcome: "Unknown", attempts: 1 })
      }
    }),
  )

  it.effect("a connection that breaks before the answer is a Reset of unknown outcome", () =>
    Effect.gen(function* () {
      for (const end of ["destroy", "resetAndDestroy"] as const) {
        const error = yield* answers((_, response) => response.socket?.[end]())
        assert.include(error, { _tag: "TransportError", reason: "Reset", outcome: "Unknown", attempts: 1 })
      }
    }),
  )

  it.effect("what is not HTTP is a Protocol failure", () =>
    Effect.gen(function* () {
      const error = yield* answers((_, response) => response.socket?.end("SSH-2.0-OpenSSH\r\n\r\n"))
      assert.include(error, { _tag: "TransportError", reason: "Protocol", outcome: "Unknown" })
    }),
  )

  it.live("a head beyond all measure is a Protocol failure", () =>
    Effect.gen(function* () {
      const error = yield* answers((_, response) => {
        response.socket?.write(`HTTP/1.1 200 OK\r\nx-long: ${"x".repeat(100_000)}\r\ncontent-length: 0\r\n\r\n`)
      })
      assert.include(error, { _tag: "TransportError", reason: "Protocol", outcome: "Unknown" })
    }),
  )

  it.live("a refused connection is certain not to have been sent", () =>
    Effect.gen(function* () {
      const url = yield* unlistened
      const error = yield* Effect.flip(Effect.provide(create, live({ endpoint: url }, client)))
      assert.include(error, { _tag: "TransportError", reason: "Connect", outcome: "NotSent", attempts: 1 })
      assert.include(error, { origin: url, code: "ECONNREFUSED" })
    }),
  )

  it.live("a name that does not resolve is certain not to have been sent", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.provide(create, live({ endpoint: "http://no-such-host.invalid" }, client)),
      )
      assert.include(error, { _tag: "TransportError", reason: "Connect", outcome: "NotSent", code: "ENOTFOUND" })
      assert.include(error.message, "no usable answer from http://no-such-host.invalid (Connect, ENOTFOUND, 1 attempt)")
    }),
  )

  it.live("a TLS handshake that is hung up on is certain not to have been sent, and one without TLS is not", () =>
    Effect.gen(function* () {
      for (const [talk, reason, outcome] of [
        [(socket: Net.Socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), "Protocol", "Unknown"],
        [(socket: Net.Socket) => socket.destroy(), "Connect", "NotSent"],
      ] as const) {
        const server = yield* Effect.acquireRelease(
          Effect.callback<Net.Server>((resume) => {
            const server = Net.createServer((socket) => {
              socket.on("error", () => undefined)
              socket.once("data", () => talk(socket))
            })
            server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
          }),
          (server) => Effect.sync(() => server.close()),
        )
        const { port } = server.address() as Net.AddressInfo
        const error = yield* Effect.flip(
          Effect.provide(create, live({ endpoint: `https://127.0.0.1:${port}` }, client)),
        )
        assert.include(error, { _tag: "TransportError", reason, outcome, origin: `https://127.0.0.1:${port}` })
        const hint = "hint" in error ? error.hint : ""
        assert.strictEqual(hint.startsWith("The endpoint does not speak TLS"), reason === "Protocol", error.message)
      }
    }),
  )

  it.live("interruption closes the connection, before the answer and within it", () =>
    Effect.gen(function* () {
      for (const begin of [false, true]) {
        const arrived = yield* Deferred.make<void>()
        yield* against(
          (_, response) => {
            if (begin) response.writeHead(200).write("{")
            Effect.runSync(Deferred.succeed(arrived, undefined))
          },
          (repos, server) =>
            Effect.gen(function* () {
              const fiber = yield* Effect.forkChild(repos(get))
              yield* Deferred.await(arrived)
              yield* Fiber.interrupt(fiber)
              yield* eventually(() => server.sockets.size === 0)
            }),
        )
      }
    }),
  )

  it.live("an answer that was read leaves its connection to the next request", () =>
    against(reply(200, proxySession), (repos, server) =>
      Effect.gen(function* () {
        yield* repos(Effect.repeat(get, { times: 9 }))
        assert.strictEqual(server.received.length, 10)
        assert.isAtMost(server.connections(), 2)
      }),
    ),
  )
})

describe("HttpRepo", () => {
  const stub = (handle: (url: URL) => Response) =>
    over(HttpClient.make((request, url) => Effect.succeed(HttpClientResponse.fromWeb(request, handle(url)))))

  it.effect("asks AWS's own endpoint of a region where none is given", () =>
    Effect.gen(function* () {
      const urls: Array<string> = []
      const client = stub((url) => {
        urls.push(url.href)
        return new Response(proxySession)
      })
      yield* Effect.provide(get, live({ region: "eu-west-1" }, client))
      yield* Effect.provide(get, live({ region: "eu-west-1", namespace: "chime" }, client))
      assert.deepStrictEqual(urls, [
        "https://voice-chime.eu-west-1.amazonaws.com/voice-connectors/vc/proxy-sessions/session",
        "https://chime.us-east-1.amazonaws.com/voice-connectors/vc/proxy-sessions/session",
      ])
    }),
  )

  it.effect("is not built without a region or an endpoint", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.provide(
          get,
          live(
            {},
            stub(() => new Response()),
          ),
        ),
      )
      assert.include(error, { _tag: "EndpointError", message: "Invalid Configuration: Missing Region" })
    }),
  )

  it.effect("is not built with options out of their range, and names each", () =>
    Effect.gen(function* () {
      const refused = (options: HttpRepo.Options) =>
        Layer.build(HttpRepo.layer({ region: "us-east-1", ...options })).pipe(
          Effect.scoped,
          Effect.flip,
          Effect.map((error) =>
            error._tag === "OptionsError" ? [...new Set(error.violations.map(({ path }) => path))] : error,
          ),
          Effect.provide([Credentials.layer(key), Transport.layerFetch()]),
        )
      for (const maxAttempts of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        assert.deepStrictEqual(yield* refused({ retry: { maxAttempts } }), ["retry.maxAttempts"])
      }
      assert.deepStrictEqual(
        yield* refused({ maxResponseBytes: 0, attemptTimeout: 0, operationTimeout: "0 seconds" }),
        ["maxResponseBytes", "attemptTimeout", "operationTimeout"],
      )
      const error = new OptionsError({
        of: "HttpRepo",
        violations: [{ path: "attemptTimeout", rule: "must be longer" }],
      })
      assert.strictEqual(error.message, "HttpRepo: attemptTimeout must be longer")
    }),
  )

  it.effect("takes the opaque answer that a browser gives to a redirect for one", () =>
    Effect.gen(function* () {
      const client = over(
        HttpClient.make((request) => Effect.succeed(HttpClientResponse.fromWeb(request, Response.error()))),
      )
      const error = yield* Effect.flip(Effect.provide(get, live({ region: "eu-west-1" }, client)))
      assert.include(error, { _tag: "TransportError", reason: "Redirect" })
    }),
  )

  it.effect("keeps the fetch options it is built with, all but the redirect", () =>
    Effect.gen(function* () {
      const seen: Array<RequestInit | undefined> = []
      const fetch: typeof globalThis.fetch = (_, init) => {
        seen.push(init)
        return Promise.resolve(new Response(proxySession))
      }
      const init = { cache: "no-store", redirect: "follow" } as const
      for (const transport of [
        Transport.layerFetch(init),
        Transport.layerHttpClient().pipe(
          Layer.provide([FetchHttpClient.layer, Layer.succeed(FetchHttpClient.RequestInit, init)]),
        ),
      ]) {
        yield* get.pipe(
          Effect.provide(live({ region: "eu-west-1" }, transport)),
          Effect.provideService(FetchHttpClient.Fetch, fetch),
        )
        assert.include(seen.pop(), { cache: "no-store", redirect: "manual" })
      }
    }),
  )

  it.effect("asks for credentials anew for each request, and fails with their error before it sends any", () =>
    Effect.gen(function* () {
      const server = yield* start(reply(200, proxySession))
      const ids = ["first", "second"]
      const changing = Layer.succeed(Credentials, {
        get: Effect.suspend(() => {
          const accessKeyId = ids.shift()
          return accessKeyId === undefined
            ? Effect.fail(new CredentialsError({ sources: [{ source: "test", reason: "ran out" }] }))
            : Effect.succeed({ ...key, accessKeyId })
        }),
        renew: Effect.succeed,
      })
      const error = yield* get.pipe(
        Effect.andThen(get),
        Effect.andThen(get),
        Effect.flip,
        Effect.provide(
          HttpRepo.layer({ endpoint: server.url }).pipe(Layer.provide([changing, Transport.layerFetch()])),
        ),
      )
      assert.include(error, { _tag: "CredentialsError" })
      assert.deepStrictEqual(
        server.received.map(({ headers }) => parts(headers.authorization ?? "").accessKeyId),
        ["first", "second"],
      )
    }),
  )
})

it.effect("an application's own list of headers that are not to be printed holds, and AWS's token is on it", () =>
  Effect.gen(function* () {
    let printed = ""
    const client = HttpClient.make((request) =>
      Effect.succeed(HttpClientResponse.fromWeb(request, new Response(proxySession))),
    ).pipe(
      HttpClient.mapRequest(HttpClientRequest.setHeader("x-own-token", "canary")),
      HttpClient.tapRequest((request) => Effect.sync(() => void (printed += JSON.stringify(request.headers)))),
    )
    const temporary = { ...key, sessionToken: Redacted.make("canary") }
    yield* get.pipe(
      Effect.provide(live({ endpoint: "http://service.test" }, over(client), temporary)),
      Effect.provideService(Headers.CurrentRedactedNames, ["x-own-token"]),
    )
    assert.include(printed, "x-own-token")
    assert.include(printed, "x-amz-security-token")
    assert.notMatch(printed, /canary|Signature=/u)
  }),
)
