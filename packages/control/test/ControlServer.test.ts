import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { accounts, create, layerStandIn, list, StandIn, statusOf, VoiceConnectorId } from "./support.ts"

const [one, two] = accounts

const run = (title: string, test: Effect.Effect<void, never, StandIn>, options?: Parameters<typeof layerStandIn>[0]) =>
  it.live(title, () => test.pipe(Effect.provide(layerStandIn(options))))

describe("the time of the service", () => {
  run(
    "is moved for one account alone: its session expires, the other's does not, and signatures hold",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      const [mine, theirs] = [client(one), client(two)]
      const [a, b] = [yield* create(mine), yield* create(theirs)]
      assert.strictEqual(yield* statusOf(mine, a), "Open")
      const before = yield* control(`GET /clock?account=${one}`)
      const { body, status } = yield* control("POST /clock", { account: one, advance: "61 minutes" })
      assert.strictEqual(status, 200)
      assert.isAtLeast(Date.parse(body.now) - Date.parse(before.body.now), 61 * 60_000)
      assert.strictEqual(yield* statusOf(mine, a), "Closed")
      assert.strictEqual(yield* statusOf(theirs, b), "Open")
      yield* control("POST /clock", { advance: "1 hour" })
      assert.strictEqual(yield* statusOf(theirs, b), "Closed")
    }),
  )

  run(
    "is set into the past, too: what is made then has that time",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      const mine = client(one)
      const before = yield* create(mine)
      yield* control("POST /clock", { set: "2026-04-06T23:00:00Z" })
      const session = yield* create(mine)
      const { body } = yield* control("GET /state")
      const sessions = body.stores.flatMap(({ connectors }) => connectors).flatMap((each) => each.sessions)
      const found = sessions.find((each) => each.proxySessionId === session)
      assert.match(found?.createdTimestamp ?? "", /^2026-04-06T23:00:/u)
      assert.strictEqual(yield* statusOf(mine, before), "Open")
    }),
  )
})

describe("a clean start", () => {
  run(
    "is of one account: its sessions, time, faults and requests are gone, and the other's are not",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      const [mine, theirs] = [client(one), client(two)]
      const ids = [yield* create(mine), yield* create(theirs)]
      for (const account of accounts) {
        yield* control("POST /clock", { account, advance: "1 day" })
        yield* control("POST /faults", { account, operation: "ListProxySessions", error: "ForbiddenException" })
      }
      const { status } = yield* control(`POST /reset?account=${one}`)
      assert.strictEqual(status, 204)
      assert.strictEqual(yield* list(mine), 0)
      assert.strictEqual(yield* statusOf(mine, yield* create(mine)), "Open")
      assert.strictEqual(yield* statusOf(theirs, ids[1] ?? ""), "Closed")
      assert.strictEqual(yield* list(theirs), "ForbiddenException")
      const journal = yield* control(`GET /journal?account=${one}`)
      assert.deepStrictEqual(
        journal.body.requests.map(({ operation }) => operation),
        ["ListProxySessions", "CreateProxySession", "GetProxySession"],
      )
      yield* control("POST /reset")
      assert.strictEqual(yield* list(theirs), 0)
      assert.deepStrictEqual((yield* control("GET /faults")).body.faults, [])
    }),
  )
})

describe("the state", () => {
  run(
    "goes out and in again, of one account or of all",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      const [mine, theirs] = [client(one), client(two)]
      const id = yield* create(mine)
      yield* create(theirs)
      const whole = yield* control("GET /state")
      const part = yield* control(`GET /state?account=${one}`)
      assert.deepStrictEqual(
        part.body.stores.map(({ account }) => account),
        [one],
      )
      yield* control("POST /reset")
      assert.strictEqual((yield* control(`PUT /state?account=${one}`, part.body)).status, 204)
      assert.strictEqual(yield* statusOf(mine, id), "Open")
      assert.strictEqual(yield* list(theirs), 0)
      assert.strictEqual((yield* control("PUT /state", whole.body)).status, 204)
      assert.strictEqual(yield* list(theirs), 1)
      assert.deepStrictEqual((yield* control("GET /state")).body, whole.body)
    }),
  )

  run(
    "with a number that is not fictional is told only where that is asked for",
    Effect.gen(function* () {
      const { control } = yield* StandIn
      const { body } = yield* control("GET /state")
      body.stores[0]!.connectors[0]!.pool[0]!.phoneNumber = "+14155552671"
      assert.strictEqual((yield* control("PUT /state", body)).status, 204)
      const refused = yield* control("GET /state")
      assert.strictEqual(refused.status, 403)
      assert.include(refused.body.message, "reveal=true")
      assert.deepStrictEqual((yield* control("GET /state?reveal=true")).body.stores[0]?.connectors[0]?.pool[0], {
        phoneNumber: "+14155552671",
        country: "US",
      })
      assert.strictEqual((yield* control(`GET /state?account=${two}`)).status, 200)
    }),
  )

  run(
    "that breaks a rule is refused whole, with every violation by path",
    Effect.gen(function* () {
      const { control } = yield* StandIn
      const before = yield* control("GET /state")
      const bad = structuredClone(before.body)
      bad.stores[0]!.connectors[0]!.voiceConnectorId = ""
      bad.stores[1]!.connectors[0]!.pool[3]!.phoneNumber = "zero"
      bad.stores[1]!.connector = []
      const { body, status } = yield* control("PUT /state", bad)
      assert.strictEqual(status, 400)
      assert.sameMembers(
        [...new Set(body.violations.map(({ path }) => path))],
        [
          "stores[0].connectors[0].voiceConnectorId",
          "stores[1].connectors[0].pool[3].phoneNumber",
          "stores[1].connector",
        ],
      )
      const other = yield* control(`PUT /state?account=${one}`, before.body)
      assert.strictEqual(other.status, 400)
      assert.deepStrictEqual(
        other.body.violations.map(({ path }) => path),
        ["stores[1].account"],
      )
      assert.deepStrictEqual((yield* control("GET /state")).body, before.body)
    }),
  )
})

describe("health and readiness", () => {
  run(
    "are open to all, and name nothing but the store and the version",
    Effect.gen(function* () {
      const { control } = yield* StandIn
      const strange = { "x-forwarded-for": "192.0.2.1", origin: "http://evil.example" }
      const { body, status } = yield* control("GET /health", undefined, strange)
      assert.deepStrictEqual([status, body], [200, { status: "ok", version: "1.2.3", store: "memory", schema: null }])
      assert.strictEqual((yield* control("GET /ready", undefined, strange)).body["status"], "ready")
    }),
    { server: {} },
  )

  run(
    "say 503 once the server is told to stop",
    Effect.gen(function* () {
      const { control } = yield* StandIn
      assert.strictEqual((yield* control("GET /ready")).status, 503)
      assert.strictEqual((yield* control("GET /health")).status, 200)
    }),
    { server: { isReady: Effect.succeed(false) } },
  )
})

describe("the calls", () => {
  run(
    "are listed, and described by an OpenAPI document",
    Effect.gen(function* () {
      const { control } = yield* StandIn
      const { body } = yield* control("GET /")
      assert.include(
        body.calls.map(({ call }) => call),
        "POST /_proxy-session/reset",
      )
      const { body: document } = yield* control("GET /openapi.json")
      assert.strictEqual(document.openapi, "3.1.0")
      const { body: lost, status } = yield* control("GET /stat")
      assert.strictEqual(status, 404)
      assert.include(lost.message, "GET /_proxy-session/")
    }),
  )

  run(
    "are at the root, whatever the path that the operations are below",
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      yield* create(client(one))
      assert.strictEqual((yield* control("GET /health")).status, 200)
      const { body } = yield* control("GET /journal")
      assert.deepStrictEqual(
        body.requests.map(({ path }) => path),
        [`/console/voice-connectors/${VoiceConnectorId}/proxy-sessions`],
      )
    }),
    { basePath: "/console" },
  )
})
