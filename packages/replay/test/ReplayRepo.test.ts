import { assert, describe, it } from "@effect/vitest"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { cassette, get, nobody, put, shelf, voiceConnectorId } from "./support.ts"

const create = (name: string) =>
  ProxySessionRepo.use((repo) =>
    repo.create({
      voiceConnectorId,
      participantPhoneNumbers: ["+14155550101", "+12125550100"],
      capabilities: ["Voice"],
      name,
    }),
  )

/** Every operation once, a failure, and the same request with two answers. */
const story = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  const proxies = yield* VoiceConnectorProxyRepo
  const configuration = yield* put
  const session = yield* create("Trip 1")
  const before = yield* repo.get(session)
  const missing = yield* Effect.flip(get("no-such-session"))
  const updated = yield* repo.update({ ...session, capabilities: ["SMS"] })
  const after = yield* repo.get(session)
  const page = yield* repo.list({ voiceConnectorId })
  yield* repo.delete(session)
  const gone = yield* Effect.flip(repo.get(session))
  const read = yield* proxies.get(session)
  yield* proxies.delete(session)
  return { configuration, session, before, missing, updated, after, page, gone, read }
})

const errorOf = (exit: Exit.Exit<unknown, unknown>): unknown =>
  Exit.isFailure(exit) ? Option.getOrUndefined(Cause.findErrorOption(exit.cause)) : undefined

describe("ReplayRepo", () => {
  it.effect("plays back what was recorded: values, errors and instants, in the order of equal requests", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      const told = yield* record(story)
      const again = yield* replay(story)
      assert.deepStrictEqual(again, told)
      if (Exit.isFailure(again)) return assert.fail("the replay failed")
      assert.strictEqual(again.value.missing._tag, "NotFoundException")
      assert.deepStrictEqual([again.value.before.capabilities, again.value.after.capabilities], [["Voice"], ["SMS"]])
    }),
  )

  it.effect("replays concurrent calls, whatever their order then", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      const names = Array.from({ length: 20 }, (_, index) => `Trip ${index}`)
      const all = (list: ReadonlyArray<string>) =>
        Effect.forEach(list, (name) => Effect.delay(create(name), name.length), { concurrency: "unbounded" })
      const run = (list: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          yield* put
          const fiber = yield* Effect.forkChild(all(list))
          yield* TestClock.adjust("1 second")
          const sessions = yield* Fiber.join(fiber)
          return new Map(sessions.map((session) => [session.name, session.proxySessionId]))
        })
      const told = yield* record(run(names))
      const again = yield* replay(run(names.toReversed()))
      if (Exit.isFailure(told) || Exit.isFailure(again)) return assert.fail("a run failed")
      assert.strictEqual(again.value.size, 20)
      for (const name of names) assert.strictEqual(again.value.get(name), told.value.get(name))
    }),
  )

  it.effect("takes a cassette with an unknown member for stale, and says where, but not what it holds", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = shelf()
      yield* record(put)
      const text = cassettes.get(cassette) ?? ""
      for (const [before, after, path] of [
        [`"request": {`, `"request": { "nickname": "canary",`, "request.nickname is not a member"],
        [`"value": {`, `"value": { "nickname": "canary",`, "outcome.value.nickname is not a member"],
        [`"disabled": false,`, ``, "outcome.value is not written as it would be today"],
      ] as const) {
        assert.include(text, before)
        cassettes.set(cassette, text.replace(before, after))
        const error = errorOf(yield* replay(put))
        assert.include(error, { _tag: "CassetteError", reason: "Stale" })
        assert.include(String(error), `interactions[0] (PutVoiceConnectorProxy): ${path}; record it anew`)
        assert.notInclude(String(error), "canary")
      }
    }),
  )

  it.effect("says how to record a cassette that is absent", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      assert.include(String(errorOf(yield* replay(put))), "to record it, run the test over a Layer in the mode record")
      const configured = yield* record(put, { mode: "auto" }, undefined)
      assert.isTrue(Exit.isSuccess(configured))
    }),
  )

  for (const [what, text, reason] of [
    ["absent", undefined, "Absent"],
    ["half a file", `{"format":"proxy-session-cas`, "NotJson"],
    ["of a newer format", `{"format":"proxy-session-cassette/4","interactions":[]}`, "UnknownFormat"],
    ["half written", `{"format":"proxy-session-cassette/3"}`, "Stale"],
    [
      "of an operation that is no more",
      `{"format":"proxy-session-cassette/3","interactions":[{"operation":"Old","ticks":[0,1],"request":{},"outcome":{"_tag":"Interrupted"}}]}`,
      "Stale",
    ],
    [
      "not what today's schemas say",
      `{"format":"proxy-session-cassette/3","interactions":[{"operation":"GetProxySession","ticks":[0,1],"request":{},"outcome":{"_tag":"Success","value":{"status":"Gone"}}}]}`,
      "Stale",
    ],
  ] as const) {
    it.effect(`a cassette that is ${what} is a typed error and is left as it is`, () =>
      Effect.gen(function* () {
        const { cassettes, replay, store } = shelf()
        if (text !== undefined) cassettes.set(cassette, text)
        assert.include(errorOf(yield* replay(put)), { _tag: "CassetteError", reason })
        const check = Effect.provide(Effect.flip(ReplayRepo.check(cassette)), store)
        assert.include(yield* check, { _tag: "CassetteError", reason })
        assert.strictEqual(cassettes.get(cassette), text)
      }),
    )
  }
})

describe("a check", () => {
  it.effect("returns the calls of a sound cassette", () =>
    Effect.gen(function* () {
      const { record, store } = shelf()
      yield* record(story)
      const calls = yield* Effect.provide(ReplayRepo.check(cassette), store)
      assert.strictEqual(calls.length, 11)
    }),
  )

  it.effect("names the first member that a recording would not have written, but not its value", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay, store } = shelf()
      const program = Effect.andThen(Effect.all([put, create("Trip 1")]), nobody)
      yield* record(program)
      const text = cassettes.get(cassette) ?? ""
      const real = ["+1415", "867", "5309"].join("")
      for (const [before, after, detail] of [
        ["+14155550101", real, "(CreateProxySession): request.participantPhoneNumbers[0] is not a fictional number"],
        [`"+12125550100"\n`, `"${real}"\n`, "(CreateProxySession): request.participantPhoneNumbers[1] is not"],
        [
          `"phoneNumber": "+14155550101"`,
          `"phoneNumber": "${real}"`,
          "(CreateProxySession): outcome.participants[0].phoneNumber is not a fictional number",
        ],
        [`"code": "NotFound"`, `"code": "AliceSmith"`, "(GetProxySession): outcome.code is not a known code"],
        [`"message": "Not Found"`, `"message": "call ${real}"`, "(GetProxySession): outcome.message holds a number"],
        [`"message": "Not Found"`, `"message": "call %2B"`, "(GetProxySession): outcome.message holds an escape"],
      ] as const) {
        assert.include(text, before)
        cassettes.set(cassette, text.replace(before, after))
        const error = yield* Effect.provide(Effect.flip(ReplayRepo.check(cassette)), store)
        assert.strictEqual(error.reason, "Secret")
        assert.include(error.detail, detail)
        assert.notInclude(error.message, real)
      }
      cassettes.set(cassette, text)
      assert.isTrue(Exit.isSuccess(yield* replay(program)))
    }),
  )
})
