import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import * as SessionEvent from "@proxy-session/domain/SessionEvent"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as EventWebhook from "@proxy-session/repo/EventWebhook"
import { SessionEvents } from "@proxy-session/repo/SessionEvents"
import { Tenant } from "@proxy-session/repo/Tenant"
import { assert, describe, it } from "@effect/vitest"
import * as Mac from "effect/crypto/Mac"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { createHmac } from "node:crypto"

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
const url = "https://app.example/events?token=secret-of-the-url"

const event = (n: number) =>
  SessionEvent.created(
    {
      tenant: Tenant.defaultValue(),
      voiceConnectorId: VoiceConnectorId.make("abcdef1ghij2klmno3pqr4"),
      proxySessionId: ProxySessionId.make(`session-${n}`),
    },
    DateTime.makeUnsafe(n),
  )

interface Received {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest) =>
  body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""

/** What a signature must be, by other code than the one under test. */
const signed = ({ body, headers }: Received, key = secret) =>
  createHmac("sha256", Buffer.from(key.slice("whsec_".length), "base64"))
    .update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`)
    .digest("base64")

/** An application that answers each request with the next status, and `undefined` with nothing at all. */
const application = (statuses: ReadonlyArray<number | undefined>) => {
  const received: Array<Received> = []
  const client = HttpClient.make((request) => {
    received.push({ headers: { ...request.headers }, body: bodyOf(request) })
    const status = statuses[Math.min(received.length, statuses.length) - 1]
    return status === undefined
      ? Effect.never
      : status === 0
        ? Effect.fail(new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request }) }))
        : Effect.succeed(
            HttpClientResponse.fromWeb(request, new Response(status === 204 ? null : "a secret answer", { status })),
          )
  })
  return { received, layer: Layer.succeed(HttpClient.HttpClient, client) }
}

const play = <A, E>(
  app: ReturnType<typeof application>,
  options: Partial<EventWebhook.EventWebhookOptions>,
  script: Effect.Effect<A, E, SessionEvents>,
) =>
  script.pipe(
    Effect.provide(
      EventWebhook.layer({ url, secrets: [Redacted.make(secret)], concurrency: 1, ...options }).pipe(
        Layer.provide(app.layer),
        Layer.provideMerge(SessionEvents.layer()),
      ),
      { local: true },
    ),
  )

const publish = (...numbers: ReadonlyArray<number>) =>
  Effect.forEach(numbers, (n) => SessionEvents.use((events) => events.publish(event(n))), { discard: true })

const turn = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))

/** Waits until so many requests have arrived, since signing takes a time that no test clock moves, and for their end. */
const arrive = (app: ReturnType<typeof application>, count: number) =>
  Effect.andThen(Effect.repeat(turn, { until: () => app.received.length >= count }), Effect.repeat(turn, { times: 20 }))

/** The same, while seconds go by. */
const arriveLater = (app: ReturnType<typeof application>, count: number) =>
  Effect.repeat(Effect.andThen(TestClock.adjust("1 second"), Effect.repeat(turn, { times: 20 })), {
    until: () => app.received.length >= count,
  })

const lostOf = (reason: string) =>
  Effect.map(Metric.value(Metric.withAttributes(EventWebhook.lost, { reason })), ({ count }) => count)

const sessions = ({ received }: ReturnType<typeof application>) =>
  received.map(({ body }) => String(JSON.parse(body).data.proxySessionId))

describe("the webhook of events", () => {
  it.effect("signs as the example of Standard Webhooks has it", () =>
    Effect.gen(function* () {
      const bytes = Result.getOrThrow(Base64.decode(secret.slice("whsec_".length)))
      const headers = yield* EventWebhook.signatureHeaders([yield* Mac.key(Mac.hmacSha256, bytes)], {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: 1614265330,
        body: '{"test": 2432232314}',
      })
      assert.strictEqual(headers["webhook-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }).pipe(Effect.provide(Mac.layerWebCrypto.pipe(Layer.provide(SecureRandom.layerWebCrypto)))),
  )

  it.effect("posts each event once, signed with every secret", () => {
    const other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
    const app = application([204])
    const secrets = [secret, other].map((each) => Redacted.make(each))
    return play(
      app,
      { secrets },
      Effect.gen(function* () {
        yield* TestClock.setTime(1_600_000_000_999)
        yield* publish(1, 1, 2)
        yield* arrive(app, 2)
        assert.deepStrictEqual(sessions(app), ["session-1", "session-2"])
        for (const request of app.received) {
          assert.strictEqual(request.headers["webhook-timestamp"], "1600000000")
          assert.strictEqual(request.headers["webhook-signature"], `v1,${signed(request)} v1,${signed(request, other)}`)
          assert.strictEqual(request.headers["content-type"], "application/json")
        }
        assert.deepStrictEqual(JSON.parse(app.received[0]?.body ?? ""), {
          type: "SessionCreated",
          timestamp: "1970-01-01T00:00:00.001Z",
          data: {
            id: "SessionCreated/abcdef1ghij2klmno3pqr4/session-1",
            tenant: Tenant.defaultValue(),
            voiceConnectorId: "abcdef1ghij2klmno3pqr4",
            proxySessionId: "session-1",
          },
        })
      }),
    )
  })

  it.effect("tries again what fails, breaks or hangs, with the same id, until it is accepted", () => {
    const app = application([500, 0, undefined, 302, 200])
    return play(
      app,
      {},
      Effect.gen(function* () {
        yield* publish(1)
        yield* arriveLater(app, 5)
        assert.strictEqual(app.received.length, 5)
        assert.strictEqual(new Set(app.received.map(({ headers }) => headers["webhook-id"])).size, 1)
        for (const request of app.received) assert.include(request.headers["webhook-signature"], signed(request))
        yield* publish(2)
        yield* arriveLater(app, 6)
        assert.strictEqual(sessions(app).at(-1), "session-2")
      }),
    )
  })

  it.effect("gives an event up after a while, counts it, and goes on with the next", () => {
    const app = application([500])
    return play(
      app,
      { giveUpAfter: "10 minutes" },
      Effect.gen(function* () {
        const before = yield* lostOf("undelivered")
        yield* publish(1)
        yield* arriveLater(app, 2)
        yield* Effect.repeat(Effect.andThen(TestClock.adjust("10 seconds"), turn), {
          until: Effect.fnUntraced(function* () {
            return (yield* lostOf("undelivered")) > before
          }),
        })
        const tried = app.received.length
        assert.isAbove(tried, 5)
        assert.isBelow(tried, 30)
        const waited = (yield* Clock.currentTimeMillis) / 60_000
        assert.isAbove(waited, 9)
        yield* publish(2)
        yield* arriveLater(app, tried + 1)
        assert.strictEqual(sessions(app).at(-1), "session-2")
      }),
    )
  })

  it.effect("keeps so many events and no more, and counts those that it drops", () => {
    const app = application([undefined])
    return play(
      app,
      { capacity: 3 },
      Effect.gen(function* () {
        const before = yield* lostOf("dropped")
        yield* publish(1)
        yield* arrive(app, 1)
        yield* publish(2, 3, 4, 5, 6)
        yield* arrive(app, 1)
        assert.strictEqual((yield* lostOf("dropped")) - before, 2)
        assert.deepStrictEqual(sessions(app), ["session-1"])
      }),
    )
  })

  it.effect("logs neither the address nor a secret nor an answer", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ cause, message }) => void lines.push(JSON.stringify([message, String(cause)])))
    const app = application([500])
    return play(
      app,
      { giveUpAfter: 0 },
      Effect.gen(function* () {
        yield* publish(1)
        yield* arrive(app, 1)
        yield* TestClock.adjust("2 minutes")
        yield* arrive(app, 1)
      }),
    ).pipe(
      Effect.provide(Logger.layer([logger])),
      Effect.tap(() =>
        Effect.sync(() => {
          assert.isAbove(lines.length, 0)
          assert.notMatch(lines.join(), /app\.example|token|MfKQ9r8|a secret answer|session-1/u)
        }),
      ),
    )
  })

  it.effect("is not built of options that are wrong, and says which without a secret", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        play(
          application([200]),
          {
            url: "ftp://app.example",
            secrets: [Redacted.make("whsec_c2hvcnQ="), Redacted.make("no-base64-and-no-prefix")],
            capacity: 0,
            concurrency: 1.5,
          },
          Effect.void,
        ),
      )
      assert.strictEqual(error._tag, "EventWebhookError")
      assert.deepStrictEqual(
        error.violations.map(({ path }) => path),
        ["url", "capacity", "concurrency", "secrets[0]", "secrets[1]"],
      )
      assert.notMatch(error.message, /c2hvcnQ|no-base64/u)
      const none = yield* Effect.flip(play(application([200]), { secrets: [] }, Effect.void))
      assert.strictEqual(none.message, "EventWebhook: secrets must have at least one secret")
    }),
  )
})
