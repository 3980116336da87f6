import { assert, describe, it } from "@effect/vitest"
import { CreateProxySession, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { type AwsCredentials, Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Retry from "@proxy-session/http/Retry"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"

const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("an example") }
const session = JSON.stringify({
  ProxySession: {
    VoiceConnectorId: "vc",
    ProxySessionId: "one",
    Status: "Open",
    CreatedTimestamp: "2020-04-15T16:10:10.288Z",
    UpdatedTimestamp: "2020-04-15T16:10:10.288Z",
  },
})

/** What the service does with one attempt. */
type Turn =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly broken: string }
  | "silence"

const ok: Turn = { status: 200, body: session }
const failure: Turn = { status: 500, headers: { "x-amzn-errortype": "ServiceFailureException:" }, body: "{}" }
const throttled: Turn = { status: 429, headers: { "x-amzn-errortype": "ThrottledClientException:" }, body: "{}" }
const refused: Turn = { broken: "ECONNREFUSED" }
const reset: Turn = { broken: "ECONNRESET" }

interface Seen {
  readonly at: number
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** A client that plays its turns, the last one for ever, and what it saw. */
const playing = (...turns: ReadonlyArray<Turn>) => {
  const seen: Array<Seen> = []
  const client = HttpClient.make((request) =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => {
      const turn = turns[Math.min(seen.length, turns.length - 1)] ?? ok
      seen.push({ at, headers: request.headers })
      if (turn === "silence") return Effect.never
      if ("broken" in turn) {
        const cause = Object.assign(new Error("a broken connection"), { code: turn.broken })
        return Effect.fail(
          new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }),
        )
      }
      const body = turn.status === 204 ? null : (turn.body ?? "")
      return Effect.succeed(
        HttpClientResponse.fromWeb(request, new Response(body, { status: turn.status, headers: { ...turn.headers } })),
      )
    }),
  )
  return { seen, client: Layer.succeed(HttpClient.HttpClient, client) }
}

const live = (
  client: Layer.Layer<HttpClient.HttpClient>,
  options: HttpRepo.Options = {},
  credentials: Layer.Layer<Credentials, unknown> = Credentials.layer(key),
) =>
  HttpRepo.layer({ endpoint: "http://127.0.0.1:1", region: "us-east-1", ...options }).pipe(
    Layer.provide([client, Layer.orDie(credentials)]),
  )

/** Chance at its most patient, so that delays are what they can be at most. */
const patient = Effect.provideService(Random.Random, { nextIntUnsafe: () => 1, nextDoubleUnsafe: () => 1 })

/** Runs an effect while time passes, as far as it takes. */
const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

const get = ProxySessionRepo.use((repo) =>
  Effect.flatMap(ProxySessionKey.decode({ voiceConnectorId: "vc", proxySessionId: "one" }), repo.get),
)
const remove = ProxySessionRepo.use((repo) =>
  Effect.flatMap(ProxySessionKey.decode({ voiceConnectorId: "vc", proxySessionId: "one" }), repo.delete),
)
const create = ProxySessionRepo.use((repo) =>
  Effect.flatMap(
    CreateProxySession.decode({
      voiceConnectorId: "vc",
      participantPhoneNumbers: ["+12065550100", "+14015550101"],
      capabilities: ["Voice"],
    }),
    repo.create,
  ),
)

const gaps = (seen: ReadonlyArray<Seen>) => seen.slice(1).map(({ at }, i) => at - (seen[i]?.at ?? 0))

describe("HttpRepo tries again", () => {
  it.effect("twice after failures that may pass, each time after twice as long, and then tells the last one", () =>
    Effect.gen(function* () {
      const { client, seen } = playing(failure)
      const error = yield* inTime(get.pipe(Effect.flip, patient, Effect.provide(live(client))))
      assert.strictEqual(error._tag, "ServiceFailureException")
      assert.deepStrictEqual(gaps(seen), [50, 100])
    }),
  )

  it.effect("and gives the answer that comes in the end", () =>
    Effect.gen(function* () {
      const { client, seen } = playing(reset, { status: 503, body: "<html>" }, ok)
      const { proxySessionId } = yield* inTime(get.pipe(patient, Effect.provide(live(client))))
      assert.strictEqual(proxySessionId, "one")
      assert.lengthOf(seen, 3)
    }),
  )

  it.effect("after a second where the service asks for fewer requests, by name, code or status", () =>
    Effect.gen(function* () {
      for (const turn of [
        throttled,
        { status: 429, body: "" },
        { status: 400, body: `{"__type":"ns#ThrottlingException"}` },
      ]) {
        const { client, seen } = playing(turn, ok)
        yield* inTime(get.pipe(patient, Effect.provide(live(client))))
        assert.deepStrictEqual(gaps(seen), [1000])
      }
    }),
  )

  it.effect("with the same invocation id and a count, signed anew each time", () =>
    Effect.gen(function* () {
      const { client, seen } = playing(throttled, ok)
      yield* inTime(get.pipe(patient, Effect.provide(live(client))))
      const of = (name: string) => seen.map(({ headers }) => headers[name])
      assert.deepStrictEqual(of("amz-sdk-request"), ["attempt=1; max=3", "attempt=2; max=3"])
      assert.strictEqual(new Set(of("amz-sdk-invocation-id")).size, 1)
      assert.strictEqual(new Set(of("x-amz-date")).size, 2)
      assert.strictEqual(new Set(of("authorization")).size, 2)
    }),
  )

  it.effect("never after what cannot fare better", () =>
    Effect.gen(function* () {
      for (const turn of [
        { status: 400, headers: { "x-amzn-errortype": "BadRequestException:" }, body: "{}" },
        { status: 404, headers: { "x-amzn-errortype": "NotFoundException:" }, body: "{}" },
        { status: 403, headers: { "x-amzn-errortype": "ForbiddenException:" }, body: "{}" },
        { status: 501, body: "" },
        { status: 302, headers: { location: "http://127.0.0.1:2/" } },
        { status: 200, body: "<html>" },
      ]) {
        const { client, seen } = playing(turn, ok)
        yield* inTime(get.pipe(Effect.flip, patient, Effect.provide(live(client))))
        assert.lengthOf(seen, 1)
      }
    }),
  )

  it.effect("as often as it is told", () =>
    Effect.gen(function* () {
      for (const maxAttempts of [1, 2, 5]) {
        const { client, seen } = playing(failure)
        yield* inTime(get.pipe(Effect.flip, patient, Effect.provide(live(client, { retry: { maxAttempts } }))))
        assert.lengthOf(seen, maxAttempts)
      }
    }),
  )

  it.effect("as long after as the service asks for, within five seconds of its own delay", () =>
    Effect.gen(function* () {
      for (const [headers, gap] of [
        [{ "retry-after": "2" }, 2000],
        [{ "x-amz-retry-after": "1500", "retry-after": "9" }, 1500],
        [{ "retry-after": "1000000000" }, 5050],
        [{ "retry-after": "-1" }, 50],
        [{ "retry-after": "NaN" }, 50],
        [{ "retry-after": "Thu, 01 Jan 2099 00:00:00 GMT" }, 50],
      ] as const) {
        const { client, seen } = playing({ status: 503, body: "", headers }, ok)
        yield* inTime(get.pipe(patient, Effect.provide(live(client))))
        assert.deepStrictEqual(gaps(seen), [gap])
      }
    }),
  )

  it.effect("until the tokens that all calls share are spent, and once again when calls succeed", () =>
    Effect.gen(function* () {
      let turn = failure
      const { client, seen } = (() => {
        const seen: Array<number> = []
        const make = HttpClient.make((request) => {
          seen.push(0)
          const { body, headers, status } = turn as { status: number; body: string; headers?: Record<string, string> }
          return Effect.succeed(
            HttpClientResponse.fromWeb(request, new Response(body, { status, headers: { ...headers } })),
          )
        })
        return { seen, client: Layer.succeed(HttpClient.HttpClient, make) }
      })()
      yield* Effect.gen(function* () {
        for (let call = 0; call < 100; call++) yield* inTime(Effect.flip(get))
        // 500 tokens at 14 each are 35 retries.
        assert.strictEqual(seen.length, 100 + 35)
        turn = ok
        for (let call = 0; call < 14; call++) yield* inTime(get)
        turn = failure
        const before = seen.length
        yield* inTime(Effect.flip(get))
        assert.strictEqual(seen.length - before, 2)
      }).pipe(patient, Effect.provide(live(client)))
    }),
  )
})

describe("a create", () => {
  it.effect("is tried again where it certainly was not carried out", () =>
    Effect.gen(function* () {
      for (const turn of [refused, throttled, { status: 400, body: `{"__type":"RequestTimeoutException"}` }]) {
        const { client, seen } = playing(turn, { status: 201, body: session })
        yield* inTime(create.pipe(patient, Effect.provide(live(client))))
        assert.lengthOf(seen, 2)
      }
    }),
  )

  it.effect("is tried once where it may have been, and says so", () =>
    Effect.gen(function* () {
      for (const turn of [reset, failure, { status: 503, body: "" }, "silence"] as const) {
        const { client, seen } = playing(turn, { status: 201, body: session })
        const error = yield* inTime(create.pipe(Effect.flip, patient, Effect.provide(live(client))))
        assert.lengthOf(seen, 1)
        if (error._tag === "TransportError") assert.strictEqual(error.outcome, "Unknown")
      }
    }),
  )

  it.effect("is repeated like any other only where that is asked for by name", () =>
    Effect.gen(function* () {
      const { client, seen } = playing(failure)
      const options = { retry: { create: "aws-compatible" } } as const
      yield* inTime(create.pipe(Effect.flip, patient, Effect.provide(live(client, options))))
      assert.lengthOf(seen, 3)
    }),
  )
})

describe("a delete", () => {
  const missing: Turn = { status: 404, headers: { "x-amzn-errortype": "NotFoundException:" }, body: "{}" }

  it.effect("that finds nothing after an attempt of unknown outcome has been carried out", () =>
    Effect.gen(function* () {
      const { client } = playing(reset, missing)
      yield* inTime(remove.pipe(patient, Effect.provide(live(client))))
    }),
  )

  it.effect("that finds nothing at once, or after one that certainly was not sent, is a NotFoundException", () =>
    Effect.gen(function* () {
      for (const turns of [[missing], [refused, missing]]) {
        const { client } = playing(...turns)
        const error = yield* inTime(remove.pipe(Effect.flip, patient, Effect.provide(live(client))))
        assert.strictEqual(error._tag, "NotFoundException")
      }
    }),
  )
})

describe("deadlines", () => {
  it.effect("end an attempt that is not answered after ten seconds, and the operation after three of them", () =>
    Effect.gen(function* () {
      const { client, seen } = playing("silence")
      const begun = yield* Clock.currentTimeMillis
      const fiber = yield* Effect.forkChild(get.pipe(Effect.flip, patient, Effect.provide(live(client))))
      yield* TestClock.adjust("30 seconds")
      const error = yield* Fiber.join(fiber)
      assert.include(error, { _tag: "TransportError", reason: "Timeout", outcome: "Unknown", attempts: 3 })
      assert.deepStrictEqual(
        seen.map(({ at }) => at - begun),
        [0, 10_050, 20_150],
      )
    }),
  )

  it.effect("hold for a provider of credentials that does not answer, and then nothing was sent", () =>
    Effect.gen(function* () {
      const { client, seen } = playing(ok)
      const hanging = Credentials.fromProvider(() => new Promise(() => undefined))
      const error = yield* inTime(create.pipe(Effect.flip, patient, Effect.provide(live(client, {}, hanging))))
      assert.include(error, { _tag: "TransportError", reason: "Timeout", outcome: "NotSent", attempts: 3 })
      assert.lengthOf(seen, 0)
    }),
  )

  it.effect("are not waited past for another attempt", () =>
    Effect.gen(function* () {
      const { client, seen } = playing({ status: 503, body: "", headers: { "retry-after": "4" } })
      const options = { operationTimeout: "3 seconds" } as const
      yield* inTime(get.pipe(Effect.flip, patient, Effect.provide(live(client, options))))
      assert.lengthOf(seen, 1)
    }),
  )

  it.effect("an interruption ends the waiting and whatever would follow", () =>
    Effect.gen(function* () {
      const { client, seen } = playing(throttled)
      const fiber = yield* Effect.forkChild(get.pipe(Effect.flip, patient, Effect.provide(live(client))))
      yield* TestClock.adjust("500 millis")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 minute")
      assert.lengthOf(seen, 1)
    }),
  )
})

describe("a wrong clock", () => {
  const skewed = (date: string): Turn => ({
    status: 403,
    headers: { "x-amzn-errortype": "InvalidSignatureException:", date },
    body: "{}",
  })
  const dates = (seen: ReadonlyArray<Seen>) => seen.map(({ headers }) => headers["x-amz-date"])

  it.effect("is set right by the service's date, and the request signed again at once", () =>
    Effect.gen(function* () {
      const { client, seen } = playing(skewed("Thu, 01 Jan 1970 01:00:00 GMT"), ok)
      yield* inTime(get.pipe(patient, Effect.provide(live(client))))
      assert.deepStrictEqual(dates(seen), ["19700101T000000Z", "19700101T010000Z"])
      assert.deepStrictEqual(gaps(seen), [0])
    }),
  )

  it.effect("is not believed below four minutes, beyond a day, from a cache, or where that is switched off", () =>
    Effect.gen(function* () {
      for (const [turn, options] of [
        [skewed("Thu, 01 Jan 1970 00:03:59 GMT"), {}],
        [skewed("Sat, 03 Jan 1970 00:00:00 GMT"), {}],
        [skewed("nonsense"), {}],
        [
          {
            status: 403,
            headers: {
              "x-amzn-errortype": "InvalidSignatureException:",
              date: "Thu, 01 Jan 1970 01:00:00 GMT",
              age: "1",
            },
            body: "{}",
          },
          {},
        ],
        [skewed("Thu, 01 Jan 1970 01:00:00 GMT"), { retry: { clockSkew: false } }],
      ] as const) {
        const { client, seen } = playing(turn, ok)
        yield* inTime(get.pipe(Effect.flip, patient, Effect.provide(live(client, options))))
        assert.lengthOf(seen, 1)
      }
    }),
  )

  it.effect("that is right again is no longer corrected", () =>
    Effect.gen(function* () {
      const right: Turn = { status: 200, body: session, headers: { date: "Thu, 01 Jan 1970 00:00:00 GMT" } }
      const { client, seen } = playing(skewed("Thu, 01 Jan 1970 01:00:00 GMT"), right, right)
      yield* Effect.andThen(get, get).pipe(patient, Effect.provide(live(client)))
      assert.strictEqual(dates(seen)[2], "19700101T000000Z")
    }),
  )

  it.effect("does not make a wrong signature worth a second attempt", () =>
    Effect.gen(function* () {
      const { client, seen } = playing(skewed("Thu, 01 Jan 1970 00:00:00 GMT"))
      yield* inTime(get.pipe(Effect.flip, patient, Effect.provide(live(client))))
      assert.lengthOf(seen, 1)
    }),
  )
})

describe("expired credentials", () => {
  const expired: Turn = { status: 403, headers: { "x-amzn-errortype": "ExpiredTokenException:" }, body: "{}" }

  it.effect("are replaced, and the request tried once more with the new ones", () =>
    Effect.gen(function* () {
      const { client, seen } = playing(expired, ok)
      let count = 0
      const provider = Credentials.fromProvider(() =>
        Promise.resolve({ accessKeyId: `KEY${++count}`, secretAccessKey: "s", sessionToken: `t${count}` }),
      )
      yield* get.pipe(patient, Effect.provide(live(client, {}, provider)))
      assert.deepStrictEqual(
        seen.map(({ headers }) => headers["x-amz-security-token"]),
        ["t1", "t2"],
      )
    }),
  )

  it.effect("that cannot be replaced are told as the service told them", () =>
    Effect.gen(function* () {
      const { client, seen } = playing(expired, ok)
      const error = yield* inTime(get.pipe(Effect.flip, patient, Effect.provide(live(client))))
      assert.include(error, { _tag: "UnmodeledServiceError", type: "ExpiredTokenException" })
      assert.lengthOf(seen, 1)
    }),
  )

  it.effect("Credentials.first names each source and why it was passed over", () =>
    Effect.gen(function* () {
      const failing = (name: string) =>
        Credentials.fromProvider((): Promise<never> => Promise.reject(Object.assign(new Error("secret"), { name })))
      const first = Credentials.first(failing("One"), failing("Two"))
      const error = yield* Credentials.use(({ get }) => Effect.flip(get)).pipe(Effect.provide(first))
      assert.deepStrictEqual(
        error.sources.map(({ reason }) => reason),
        ["the provider failed (One)", "the provider failed (Two)"],
      )
      const found = Credentials.first(failing("One"), Credentials.layer(key))
      const used: AwsCredentials = yield* Credentials.use(({ get }) => get).pipe(Effect.provide(found))
      assert.strictEqual(used.accessKeyId, "AKIDEXAMPLE")
    }),
  )
})

describe("the delay", () => {
  it("grows to twenty seconds at most, and is chance's to shorten", () => {
    const { previous } = Retry.constants
    const delays = [1, 2, 3, 4, 5, 6, 7].map((attempt) => Retry.delay(previous, "Transient", attempt, 1, undefined))
    assert.deepStrictEqual(delays, [1000, 2000, 4000, 8000, 16_000, 20_000, 20_000])
    assert.strictEqual(Retry.delay(previous, "Transient", 3, 0.25, undefined), 1000)
    assert.strictEqual(Retry.delay(Retry.constants[2026], "Throttling", 1, 1, undefined), 1000)
    assert.strictEqual(Retry.delay(Retry.constants[2026], "ClockSkew", 2, 1, 5000), 0)
  })
})
