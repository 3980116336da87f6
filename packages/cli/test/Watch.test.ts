import { CallRouter } from "@proxy-session/repo/CallRouter"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { NotFoundException } from "@proxy-session/domain/ServiceError"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { connector, layerServer, type Machine, Network, run } from "./harness.ts"

const start = Effect.gen(function* () {
  yield* run([
    "put-voice-connector-proxy",
    ...connector,
    "--default-session-expiry-minutes",
    "1",
    "--phone-number-pool-countries",
    "US",
  ])
  const { stdout } = yield* run([
    "create-proxy-session",
    ...connector,
    "--participant-phone-numbers",
    "+14015550101",
    "+12065550100",
    "--capabilities",
    "Voice",
  ])
  return String(JSON.parse(stdout).ProxySession.ProxySessionId)
})

const watch = (id: string, machine?: Machine, ...more: ReadonlyArray<string>) =>
  Effect.forkChild(run(["watch-proxy-session", ...connector, "--proxy-session-id", id, ...more], machine))

describe("watch-proxy-session", () => {
  it.effect("writes a line a change until the session closes", () =>
    Effect.gen(function* () {
      const id = yield* start
      const fiber = yield* watch(id)
      yield* TestClock.adjust("20 seconds")
      const router = yield* CallRouter
      yield* router.interact(yield* ProxySessionKey.decode({ voiceConnectorId: connector[1], proxySessionId: id }))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Fiber.join(fiber), {
        code: 0,
        stdout: `1970-01-01T00:00:00.000Z Open Voice
1970-01-01T00:00:20.000Z InProgress Voice
1970-01-01T00:01:00.000Z Closed Voice
`,
        stderr: "",
        screen: "",
      })
    }).pipe(Effect.provide(layerServer)),
  )

  it.effect("rewrites one line on a terminal, no wider than that", () =>
    Effect.gen(function* () {
      const id = yield* start
      const fiber = yield* watch(id, { isTerminal: true, columns: 100 }, "--interval", "30")
      yield* TestClock.adjust("1 minute")
      const { screen, stdout } = yield* Fiber.join(fiber)
      const clear = "\r\u001B[2K"
      assert.strictEqual(stdout, "")
      assert.strictEqual(
        screen,
        `${clear}${id}: Open (Voice), 1m left${clear}${id}: Open (Voice), 30s left${clear}${id}: Closed (Voice)\n`,
      )
      const narrow = yield* watch(id, { isTerminal: true, columns: 20 })
      assert.strictEqual((yield* Fiber.join(narrow)).screen, `${clear}${id.slice(0, 19)}\n`)
    }).pipe(Effect.provide(layerServer)),
  )

  it.effect("asks every two seconds unless told otherwise", () =>
    Effect.gen(function* () {
      const id = yield* start
      const { requests } = yield* Network
      const before = requests.length
      yield* watch(id)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(requests.length - before, 6)
    }).pipe(Effect.provide(layerServer)),
  )

  it.effect("ends when the session is deleted", () =>
    Effect.gen(function* () {
      const id = yield* start
      const fiber = yield* watch(id)
      yield* TestClock.adjust("2 seconds")
      yield* run(["delete-proxy-session", ...connector, "--proxy-session-id", id])
      yield* TestClock.adjust("2 seconds")
      const { code, stdout } = yield* Fiber.join(fiber)
      assert.deepStrictEqual({ code, stdout }, { code: 0, stdout: "1970-01-01T00:00:00.000Z Open Voice\nDeleted\n" })
    }).pipe(Effect.provide(layerServer)),
  )

  it.effect("fails as get-proxy-session does for a session that was never there", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* Effect.flatMap(watch("nobody"), Fiber.join)
      assert.strictEqual(code, 254)
      assert.include(stderr, new NotFoundException({ message: "" })._tag)
    }).pipe(Effect.provide(layerServer)),
  )

  it.effect("does not ask more than ten times a second", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* Effect.flatMap(watch("a", {}, "--interval", "0.01"), Fiber.join)
      assert.strictEqual(code, 252)
      assert.include(stderr, "at least 0.1 seconds")
    }).pipe(Effect.provide(layerServer)),
  )
})
