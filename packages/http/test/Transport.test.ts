import { assert, describe, it } from "@effect/vitest"
import { CreateProxySession, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { Credentials } from "@proxy-session/http/Credentials"
import { Request, Response, type Send, TransportFailure } from "@proxy-session/http/Exchange"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Transport from "@proxy-session/http/Transport"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { format, inspect } from "node:util"
import { proxySession } from "./operations.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
const refusal = (status: number, type: string) =>
  new Response({ status, headers: { "x-amzn-errortype": type } }, bytes('{"Message":"no"}'))

const live = (transport: Transport.Transport["Service"], options: HttpRepo.Options = {}) =>
  HttpRepo.layer({ endpoint: "http://service.test", ...options }).pipe(
    Layer.provide([
      Credentials.layer({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }),
      Layer.succeed(Transport.Transport, transport),
    ]),
  )

const key = ProxySessionKey.decode({ voiceConnectorId: "vc", proxySessionId: "session" })
const get = Effect.flatMap(key, (key) => ProxySessionRepo.use((repo) => repo.get(key)))
const remove = Effect.flatMap(key, (key) => ProxySessionRepo.use((repo) => repo.delete(key)))
const create = Effect.flatMap(
  CreateProxySession.decode({
    voiceConnectorId: "vc",
    participantPhoneNumbers: ["+12065550100", "+14015550101"],
    capabilities: ["Voice"],
  }),
  (request) => ProxySessionRepo.use((repo) => repo.create(request)),
)

/** A transport that answers each request with the next of some results, the last one from then on. */
const answering = (...results: ReadonlyArray<Response | TransportFailure>) => {
  const requests: Array<Request> = []
  const transport = Transport.make({
    send: (request, _, __, onBegin) =>
      Effect.suspend(() => {
        onBegin()
        const result = results[Math.min(requests.push(request), results.length) - 1]
        return result instanceof Response ? Effect.succeed(result) : Effect.fail(result ?? assert.fail("no result"))
      }),
  })
  return { requests, transport }
}

describe("a transport of one's own", () => {
  it.effect("is all that the repositories need besides credentials", () =>
    Effect.gen(function* () {
      const { requests, transport } = answering(new Response({ status: 200, headers: {} }, bytes(proxySession)))
      const session = yield* Effect.provide(get, live(transport))
      assert.strictEqual(session.status, "Open")
      const [request] = requests
      assert.include(request, { method: "GET", origin: "http://service.test", body: undefined })
      assert.strictEqual(request?.path, "/voice-connectors/vc/proxy-sessions/session")
      assert.include(request?.headers["authorization"], "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    }),
  )

  it.effect("is asked for a connection before anything is signed, and may say that there is none", () =>
    Effect.gen(function* () {
      const failure = new TransportFailure({ reason: "Timeout", outcome: "NotSent" })
      const { requests, transport } = answering(failure)
      const asked: Array<string> = []
      const full = Transport.make({
        ...transport,
        admit: (origin) => {
          asked.push(origin)
          return Effect.fail(failure)
        },
      })
      const error = yield* Effect.flip(Effect.provide(create, live(full, { retry: { maxAttempts: 1 } })))
      assert.include(error, { _tag: "TransportError", reason: "Timeout", outcome: "NotSent", attempts: 1 })
      assert.deepStrictEqual(asked, ["http://service.test"])
      assert.strictEqual(requests.length, 0)
    }),
  )

  describe("that sends an attempt twice", () => {
    const failed = refusal(500, "ServiceFailureException")
    /** Sends each request twice, and forgets what came of the first. */
    const twice = (transport: Transport.Transport["Service"]) => {
      const send: Send = (...args) => Effect.andThen(Effect.exit(transport.send(...args)), transport.send(...args))
      return Transport.make({ ...transport, send })
    }

    it.effect("may have carried out a create at first, so that it is not repeated", () =>
      Effect.gen(function* () {
        for (const last of [
          refusal(429, "ThrottledClientException"),
          refusal(400, "BadRequestException"),
          new TransportFailure({ reason: "Connect", outcome: "NotSent" }),
        ]) {
          const { requests, transport } = answering(failed, last)
          const error = yield* Effect.flip(Effect.provide(create, live(twice(transport))))
          assert.include(error, { outcome: "Unknown" })
          assert.strictEqual(requests.length, 2)
        }
      }),
    )

    it.effect("does not find a session deleted that was not there twice", () =>
      Effect.gen(function* () {
        const { transport } = answering(refusal(404, "NotFoundException"))
        const error = yield* Effect.flip(Effect.provide(remove, live(twice(transport))))
        assert.include(error, { _tag: "NotFoundException", attempts: 1, ambiguous: true })
      }),
    )
  })
})

describe("what a transport sends and receives", () => {
  it("is printed without what it holds of keys, requests and responses", () => {
    const headers = { authorization: "canary", "x-amz-security-token": "canary", "x-amz-date": "20260101T000000Z" }
    const request = new Request({
      method: "PUT",
      origin: "http://service.test",
      path: "/canary",
      headers,
      body: "canary",
    })
    const response = new Response({ status: 200, headers: { "x-echo": "canary" } }, bytes("canary"))
    for (const value of [request, request.headers, response]) {
      for (const text of [inspect(value, { depth: 9 }), JSON.stringify(value), format("%s", value)]) {
        assert.notInclude(text, "canary")
      }
    }
    assert.include(inspect(request), "http://service.test")
    assert.include(JSON.stringify(request.headers), '"authorization":"<redacted>","x-amz-security-token":"<redacted>"')
    assert.include(JSON.stringify(request), "20260101T000000Z")
    assert.include(inspect(response), "200")
    assert.deepStrictEqual<Readonly<Record<string, string>>>({ ...request.headers }, headers)
  })
})

/** Sends a request by a Layer's transport. */
const sendOver = (transport: Layer.Layer<Transport.Transport>, limit = 1000) =>
  Effect.flatMap(Layer.build(transport), (context) =>
    Context.get(context, Transport.Transport).send(
      new Request({ method: "GET", origin: "http://service.test", path: "/", headers: {}, body: undefined }),
      limit,
      Number.POSITIVE_INFINITY,
      () => undefined,
    ),
  )

describe("Transport.layerFetch", () => {
  const over = (fetch: typeof globalThis.fetch) =>
    Effect.provideService(sendOver(Transport.layerFetch(), 10), FetchHttpClient.Fetch, fetch)

  it.effect("fails as a request of unknown outcome where fetch throws or rejects", () =>
    Effect.gen(function* () {
      const throwing = () => {
        throw new Error("canary")
      }
      for (const fetch of [throwing, () => Promise.reject(new Error("canary"))]) {
        const failure = yield* Effect.flip(over(fetch))
        assert.include(failure, { _tag: "TransportFailure", reason: "Other", outcome: "Unknown" })
        assert.notInclude(inspect(failure), "canary")
      }
    }),
  )

  it.effect("bounds what it reads, in one piece or as a stream", () =>
    Effect.gen(function* () {
      const answer = (size: number, headers: Record<string, string>) => async () =>
        new globalThis.Response("x".repeat(size), { headers })
      for (const length of [{ "content-length": "1" }, {}, { "content-length": "1", "content-encoding": "gzip" }]) {
        assert.strictEqual((yield* over(answer(10, length))).body.byteLength, 10)
        assert.include(yield* Effect.flip(over(answer(11, length))), { reason: "TooLarge", outcome: "Unknown" })
      }
      assert.strictEqual((yield* over(async () => new globalThis.Response(null, { status: 204 }))).body.byteLength, 0)
    }),
  )
})

describe("Transport.layerHttpClient", () => {
  it.effect("is certain that a request that could not be written was not sent", () =>
    Effect.gen(function* () {
      for (const Reason of [HttpClientError.EncodeError, HttpClientError.InvalidUrlError]) {
        const client = HttpClient.make((request) =>
          Effect.fail(new HttpClientError.HttpClientError({ reason: new Reason({ request }) })),
        )
        const transport = Layer.provide(Transport.layerHttpClient(), Layer.succeed(HttpClient.HttpClient, client))
        assert.include(yield* Effect.flip(sendOver(transport)), { reason: "Other", outcome: "NotSent" })
      }
    }),
  )
})
