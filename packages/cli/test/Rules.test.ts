/**
 * The rules of the service that `serve` takes as flags, seen by a client.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as NetAddress from "effect/net/NetAddress"
import * as TestClock from "effect/testing/TestClock"
import { layerAnswer, run } from "./harness.ts"

type App = Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>

/** What a `serve` with these flags answers, without a socket. */
const serving = Effect.fnUntraced(function* (
  argv: ReadonlyArray<string>,
  files: Readonly<Record<string, string>> = {},
) {
  const served = yield* Deferred.make<App>()
  const httpServer = Layer.succeed(
    HttpServer.HttpServer,
    HttpServer.make({
      address: NetAddress.inetAddressFromIpStringUnsafe("127.0.0.1", 4010),
      serve: (app) =>
        Effect.flatMap(Effect.context(), (services) =>
          Effect.asVoid(Deferred.succeed(served, Effect.provideContext(Effect.scoped(Effect.orDie(app)), services))),
        ),
    }),
  )
  const fiber = yield* Effect.forkScoped(run(["serve", "--no-auth", ...argv], { files, httpServer }))
  const ended = Effect.flatMap(Fiber.join(fiber), ({ stderr }) => Effect.die(stderr))
  const app = yield* Effect.raceFirst(Deferred.await(served), ended)
  return (method: string, path: string, body?: object) =>
    Effect.gen(function* () {
      const within = path.startsWith("/") ? path : `/voice-connectors/${path}`
      const request = new Request(`http://127.0.0.1:4010${within}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const response = yield* Effect.provideService(
        app,
        HttpServerRequest.HttpServerRequest,
        HttpServerRequest.fromWeb(request),
      )
      const text = yield* Effect.promise(() => HttpServerResponse.toWeb(response).text())
      return { status: response.status, text, json: text === "" ? {} : JSON.parse(text) }
    })
})

const connector = "abcdef1ghij2klmno3pqr4"
const configuration = { DefaultSessionExpiryMinutes: 20, PhoneNumberPoolCountries: ["US"] }
const creation = { ParticipantPhoneNumbers: ["+14015550101", "+12065550100"], Capabilities: ["Voice"] }
const put = (send: Effect.Success<ReturnType<typeof serving>>, id = connector) =>
  send("PUT", `${id}/programmable-numbers/proxy`, configuration)
const create = (send: Effect.Success<ReturnType<typeof serving>>, more: object = {}) =>
  Effect.map(send("POST", `${connector}/proxy-sessions`, { ...creation, ...more }), ({ json, status }) => ({
    status,
    message: String(json.Message),
    id: String(json.ProxySession?.ProxySessionId),
    number: String(json.ProxySession?.Participants?.[0]?.ProxyPhoneNumber),
  }))

const testing = (name: string, test: () => Effect.Effect<void, never, Effect.Services<ReturnType<typeof serving>>>) =>
  it.effect(name, () => Effect.provide(test(), layerAnswer(404, "")))

describe("serve", () => {
  testing("has the service's own rules, unless it is told others", () =>
    Effect.gen(function* () {
      const send = yield* serving([])
      assert.strictEqual((yield* put(send, "any")).status, 200)
      assert.strictEqual((yield* put(send)).status, 200)
      assert.strictEqual((yield* create(send, { ExpiryMinutes: 721 })).status, 400)
      const { id, number, status } = yield* create(send, { ExpiryMinutes: 720 })
      assert.strictEqual(status, 201)
      assert.strictEqual((yield* send("DELETE", `${connector}/proxy-sessions/${id}`)).status, 204)
      assert.strictEqual((yield* send("GET", `${connector}/proxy-sessions/${id}`)).status, 404)
      const again = yield* create(send)
      assert.strictEqual(again.number, number)
    }),
  )

  testing("ends a deleted session with --delete-mode close", () =>
    Effect.gen(function* () {
      const send = yield* serving(["--delete-mode", "close"])
      yield* put(send)
      const { id } = yield* create(send)
      assert.strictEqual((yield* send("DELETE", `${connector}/proxy-sessions/${id}`)).status, 204)
      assert.strictEqual((yield* send("GET", `${connector}/proxy-sessions/${id}`)).json.ProxySession.Status, "Closed")
    }),
  )

  testing("takes the lives of --expiry-range and no others", () =>
    Effect.gen(function* () {
      const send = yield* serving(["--expiry-range", "10-2000"])
      yield* put(send)
      for (const [minutes, expected] of [
        [9, 400],
        [10, 201],
        [2000, 201],
        [2001, 400],
      ] as const) {
        const { message, status } = yield* create(send, { ExpiryMinutes: minutes })
        assert.strictEqual(status, expected)
        if (status === 400) assert.include(message, "10 to 2000")
      }
      const { id } = yield* create(send, { ExpiryMinutes: 2000 })
      yield* TestClock.adjust("1999 minutes")
      assert.strictEqual((yield* send("GET", `${connector}/proxy-sessions/${id}`)).json.ProxySession.Status, "Open")
    }),
  )

  testing("gives a pair another number with --default-number-selection AvoidSticky", () =>
    Effect.gen(function* () {
      const send = yield* serving(["--default-number-selection", "AvoidSticky"])
      yield* put(send)
      const { id, number } = yield* create(send)
      yield* send("DELETE", `${connector}/proxy-sessions/${id}`)
      assert.notStrictEqual((yield* create(send)).number, number)
    }),
  )

  testing("makes connectors under ids that AWS issues only with --strict-connector-ids", () =>
    Effect.gen(function* () {
      const send = yield* serving(["--strict-connector-ids"])
      assert.strictEqual((yield* put(send, "any")).status, 404)
      assert.strictEqual((yield* put(send)).status, 200)
    }),
  )

  testing("makes no connectors on demand with --unknown-connectors refused", () =>
    Effect.gen(function* () {
      const send = yield* serving(["--unknown-connectors", "refused"])
      assert.strictEqual((yield* put(send)).status, 404)
    }),
  )

  testing("makes connectors beside those of a seed with --unknown-connectors created", () =>
    Effect.gen(function* () {
      const seed = JSON.stringify({
        format: "proxy-session-memory/1",
        stores: [{ connectors: [{ voiceConnectorId: connector }] }],
      })
      const seeded = yield* serving(["--seed", "/seed.json"], { "/seed.json": seed })
      assert.strictEqual((yield* put(seeded, "other")).status, 404)
      const send = yield* serving(["--seed", "/seed.json", "--unknown-connectors", "created"], { "/seed.json": seed })
      assert.strictEqual((yield* put(send, "other")).status, 200)
    }),
  )

  const order = (send: Effect.Success<ReturnType<typeof serving>>, ...E164PhoneNumbers: ReadonlyArray<string>) =>
    send("POST", "/phone-number-orders", { ProductType: "VoiceConnector", E164PhoneNumbers })

  for (const { flags, fourth } of [
    { flags: [], fourth: [201, undefined] },
    { flags: ["--quotas"], fourth: [400, "ResourceLimitExceeded"] },
  ]) {
    testing(`has ${flags.length === 0 ? "no quotas" : "AWS's quotas with --quotas"}`, () =>
      Effect.gen(function* () {
        const send = yield* serving(flags)
        const make = Effect.map(
          send("POST", "/voice-connectors", { Name: "Rides", RequireEncryption: true }),
          (answer) => [answer.status, answer.json.Code],
        )
        for (let count = 1; count <= 3; count++) assert.deepStrictEqual(yield* make, [201, undefined])
        assert.deepStrictEqual(yield* make, fourth)
        const five = [0, 1, 2, 3, 4].map((last) => `+1206555010${last}`)
        assert.strictEqual((yield* order(send, ...five)).status, 201)
        const { json, status } = yield* order(send, "+12065550105")
        assert.deepStrictEqual([status, json.Code], fourth)
      }),
    )
  }

  testing("gives a connector without numbers none with --no-default-pool, and its own once it has some", () =>
    Effect.gen(function* () {
      const send = yield* serving(["--no-default-pool"])
      assert.strictEqual((yield* put(send)).status, 200)
      const refused = yield* create(send)
      assert.strictEqual(refused.status, 400)
      assert.include(refused.message, "No proxy number is available")
      yield* order(send, "+13605550101")
      const body = { E164PhoneNumbers: ["+13605550101"] }
      assert.strictEqual((yield* send("POST", `${connector}?operation=associate-phone-numbers`, body)).status, 200)
      assert.deepInclude(yield* create(send), { status: 201, number: "+13605550101" })
    }),
  )

  testing("is a service that is no more with --retired", () =>
    Effect.gen(function* () {
      const send = yield* serving(["--retired"])
      const { json, status } = yield* put(send)
      assert.deepStrictEqual([status, json.Code], [410, "Gone"])
      assert.strictEqual((yield* send("GET", `${connector}/proxy-sessions`)).status, 410)
    }),
  )

  testing("gives the same ids in every run with the same --id-seed", () =>
    Effect.gen(function* () {
      const ids = (seed: string) =>
        Effect.gen(function* () {
          const send = yield* serving(["--id-seed", seed])
          yield* put(send)
          return [(yield* create(send)).id, (yield* create(send)).id]
        })
      const [first, second] = yield* ids("one")
      assert.match(String(first), /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u)
      assert.notStrictEqual(first, second)
      assert.deepStrictEqual(yield* ids("one"), [first, second])
      assert.notDeepEqual(yield* ids("two"), [first, second])
    }),
  )
})

describe("serve refuses", () => {
  for (const [flag, value, says] of [
    ["--expiry-range", "20", "such as 1-720"],
    ["--expiry-range", "0-20", "such as 1-720"],
    ["--expiry-range", "30-20", "such as 1-720"],
    ["--expiry-range", "1.5-20", "such as 1-720"],
    ["--expiry-range", "1-20 minutes", "such as 1-720"],
    ["--delete-mode", "keep", `"remove" | "close"`],
    ["--default-number-selection", "sticky", `"PreferSticky" | "AvoidSticky"`],
    ["--unknown-connectors", "yes", `"created" | "refused"`],
  ] as const) {
    it.effect(`${flag} ${value}, and says what would be right`, () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* run(["serve", "--no-auth", flag, value])
        assert.deepStrictEqual([code, stdout], [252, ""])
        assert.include(stderr, flag)
        assert.include(stderr, says)
      }).pipe(Effect.provide(layerAnswer(404, ""))),
    )
  }
})
