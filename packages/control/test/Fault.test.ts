import { assert, describe, it } from "@effect/vitest"
import * as SDK from "@aws-sdk/client-chime-sdk-voice"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Control from "../src/Control.ts"
import { accounts, create, layerStandIn, list, StandIn, statusOf, VoiceConnectorId } from "./support.ts"

const [one, two] = accounts

const run = (title: string, test: Effect.Effect<void, never, StandIn>) =>
  it.live(title, () => test.pipe(Effect.provide(layerStandIn())))

/** What becomes of a call by plain HTTP, which retries nothing and hides nothing. */
const failure = (client: SDK.ChimeSDKVoiceClient) =>
  Effect.promise(() =>
    client.send(new SDK.ListProxySessionsCommand({ VoiceConnectorId })).then(
      () => ({ name: "none", code: undefined, status: undefined }),
      (error: Error & { code?: string; $metadata?: { httpStatusCode?: number } }) => ({
        name: error.name,
        code: error.code,
        status: error.$metadata?.httpStatusCode,
      }),
    ),
  )

describe("a fault", () => {
  run(
    "is met by the nth call of its operation, by so many of them, and by no other",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      const mine = client(one)
      const error = "ThrottledClientException"
      const { body, status } = yield* control("POST /faults", {
        operation: "ListProxySessions",
        error,
        after: 2,
        times: 2,
      })
      assert.strictEqual(status, 201)
      assert.strictEqual(body.error, error)
      const id = yield* create(mine)
      const outcomes: Array<string | number> = []
      for (let call = 0; call < 5; call++) outcomes.push(yield* list(mine))
      assert.deepStrictEqual(outcomes, [1, 1, error, error, 1])
      assert.strictEqual(yield* statusOf(mine, id), "Open")
    }),
  )

  run(
    "of an account is met by no other account, and one of all by whoever calls first",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      yield* control("POST /faults", { account: one, error: "ForbiddenException" })
      yield* control("POST /faults", { error: "ServiceFailureException", times: 1 })
      assert.strictEqual(yield* list(client(two)), "ServiceFailureException")
      assert.strictEqual(yield* list(client(one)), "ForbiddenException")
      assert.strictEqual(yield* list(client(one)), 0)
    }),
  )

  run(
    "before the work leaves it undone, and after it loses the answer alone",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      const mine = client(one)
      for (const [when, sessions] of [
        ["before", 0],
        ["after", 1],
      ] as const) {
        yield* control("POST /faults", { operation: "CreateProxySession", error: "ServiceUnavailableException", when })
        assert.isTrue(Exit.isFailure(yield* Effect.exit(create(mine))))
        assert.strictEqual(yield* list(mine), sessions, when)
      }
    }),
  )

  run(
    "is an answer as it is, a connection that is reset, or a body that ends too early",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      const mine = client(one)
      yield* control("POST /faults", { status: 502, body: "<html>Bad Gateway</html>" })
      assert.strictEqual((yield* failure(mine)).status, 502)
      yield* control("POST /faults", { status: 200, body: { ProxySessions: [{ ProxySessionId: "made up" }] } })
      assert.strictEqual(yield* list(mine), 1)
      yield* control("POST /faults", { reset: true })
      assert.strictEqual((yield* failure(mine)).code, "ECONNRESET")
      yield* control("POST /faults", { truncate: true })
      assert.strictEqual((yield* failure(mine)).code, "ECONNRESET")
      assert.strictEqual(yield* list(mine), 0)
    }),
  )

  run(
    "delays an answer, and hangs until the client gives up",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      yield* control("POST /faults", { delay: "150 millis" })
      const started = performance.now()
      assert.strictEqual(yield* list(client(one)), 0)
      assert.isAtLeast(performance.now() - started, 140)
      yield* control("POST /faults", { hang: true, when: "after", operation: "CreateProxySession" })
      const given = yield* Effect.promise(() =>
        client(one)
          .send(
            new SDK.CreateProxySessionCommand({
              VoiceConnectorId,
              ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
              Capabilities: ["SMS"],
            }),
            { abortSignal: AbortSignal.timeout(200) },
          )
          .then(
            () => "answered",
            () => "gave up",
          ),
      )
      assert.strictEqual(given, "gave up")
      assert.strictEqual(yield* list(client(one)), 1)
      const { body } = yield* control("GET /journal?operation=CreateProxySession")
      assert.deepStrictEqual(
        body.requests.map(({ status }) => status),
        [null],
      )
    }),
  )

  run(
    "is retried by the SDK as one of the service is",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      yield* control("POST /faults", { error: "ThrottledClientException", times: 2 })
      assert.strictEqual(yield* list(client(one, 3)), 0)
      const { body } = yield* control("GET /journal")
      assert.deepStrictEqual(
        body.requests.map(({ error, status }) => [status, error?.type ?? null]),
        [
          [429, "ThrottledClientException"],
          [429, "ThrottledClientException"],
          [200, null],
        ],
      )
    }),
  )
})

describe("the faults that wait", () => {
  run(
    "are listed with what is left of them, and dropped for one account or for all",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      yield* control("POST /faults", { account: one, error: "ForbiddenException", times: 3, after: 1 })
      yield* control(`POST /faults?account=${two}`, { delay: "1 second" })
      yield* list(client(one))
      yield* list(client(one))
      assert.deepStrictEqual((yield* control("GET /faults")).body.faults, [
        { account: one, error: "ForbiddenException", times: 2, after: 0 },
        { account: two, delay: "1000 millis", times: 1, after: 0 },
      ])
      assert.strictEqual((yield* control(`DELETE /faults?account=${one}`)).status, 204)
      assert.strictEqual((yield* control("GET /faults")).body.faults.length, 1)
      yield* control("DELETE /faults")
      assert.strictEqual(yield* list(client(one)), 0)
    }),
  )

  it.effect("are at most 10,000, which a call that meets none of them hardly notices", () =>
    Effect.gen(function* () {
      const control = yield* Control.Control
      for (let count = 0; count < 10_000; count++)
        yield* control.fail({ after: 20_000 - count, delay: Duration.seconds(1) })
      assert.include((yield* Effect.flip(control.fail({ reset: true }))).message, "10000 faults wait already")
      const { around } = control
      const call = {
        requestId: "id",
        operation: "GetProxySession",
        tenant: Tenant.defaultValue(),
        accessKeyId: "x",
      } as const
      const answer = HttpServerResponse.empty()
      const started = performance.now()
      for (let count = 0; count < 1000; count++) assert.strictEqual(yield* around(call, Effect.succeed(answer)), answer)
      assert.isBelow(performance.now() - started, 500)
      assert.strictEqual((yield* control.faults())[0]?.after, 19_000)
      yield* control.reset()
      assert.deepStrictEqual(yield* control.faults(), [])
    }).pipe(
      Effect.provide(Control.layer({ store: "memory" }).pipe(Layer.provide(MemoryRepo.layer()))),
      Effect.provideService(
        HttpServerRequest.HttpServerRequest,
        HttpServerRequest.fromWeb(new Request("http://localhost/")),
      ),
    ),
  )
})
