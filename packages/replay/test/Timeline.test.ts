/**
 * Calls of several fibers, recorded one after the other, and replayed in the order in which they were recorded.
 */
import { assert, describe, it } from "@effect/vitest"
import { ForbiddenException } from "@proxy-session/domain/ServiceError"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as TestClock from "effect/testing/TestClock"
import * as Timeline from "../src/internal/timeline.ts"
import { changed, defectOf, get, put, shelf, voiceConnectorId } from "./support.ts"

const ask = (id: string) => Effect.flip(get(id))

/** Equal calls that end differently. Where a recording has none, nobody has to wait for an order. */
const unlike = Effect.gen(function* () {
  const proxies = yield* VoiceConnectorProxyRepo
  yield* Effect.flip(proxies.get({ voiceConnectorId }))
  yield* put
  yield* proxies.get({ voiceConnectorId })
})

/** What a program does first, so that the order of its calls matters or does not. */
const orders = [
  ["", Effect.void],
  [", in an order that matters", unlike],
] as const

/** Memory whose second answer to each request is another than its first. */
const moody = () => {
  const asked = new Set<string>()
  return changed((repo) => ({
    get: (key) =>
      Effect.suspend(() => {
        if (asked.has(key.proxySessionId)) return Effect.fail(new ForbiddenException({ message: "no" }))
        asked.add(key.proxySessionId)
        return repo.get(key)
      }),
  }))
}

/** The calls by their ids and errors, in the order in which they end. */
const ending = () => {
  const ended: Array<string> = []
  const askAndTell = (id: string) => Effect.map(ask(id), ({ _tag }) => ended.push(`${id} ${_tag}`))
  return { ended, askAndTell }
}

describe("a call that is early", () => {
  it.effect("waits as long as something happens, however much has to", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      const { askAndTell, ended } = ending()
      const ids = ["same", "same", ...Array.from({ length: 200 }, (_, index) => `call-${index}`)]
      yield* record(Effect.forEach(ids, askAndTell), {}, moody())
      const recorded = ended.splice(0)
      const exit = yield* replay(Effect.forEach(ids.toReversed(), askAndTell, { concurrency: "unbounded" }))
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(ended, recorded)
    }),
  )

  it.effect("waits anew where an equal one has taken its place meanwhile", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      const { askAndTell, ended } = ending()
      yield* record(Effect.forEach(["first", "same", "last", "same"], askAndTell), {}, moody())
      const recorded = ended.splice(0)
      const fibers = [askAndTell("same"), askAndTell("same"), Effect.andThen(askAndTell("first"), askAndTell("last"))]
      const exit = yield* replay(Effect.all(fibers, { concurrency: "unbounded" }))
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(ended.toSorted(), recorded.toSorted())
      assert.deepStrictEqual(ended.slice(2), ["last NotFoundException", "same ForbiddenException"])
    }),
  )

  it.effect("does not wait for ever for what is not called", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(Effect.all([ask("never"), ask("one"), ask("one")]), {}, moody())
      const exit = yield* replay(Effect.andThen(ask("one"), ask("one")))
      assert.include(String(defectOf(exit)), "calls that were not made: GetProxySession.")
    }),
  )

  it.effect("has been made where it is given up before its turn", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      yield* record(Effect.all([ask("one"), ask("other"), ask("one")]), {}, moody())
      const program = Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(ask("other"), { startImmediately: true })
        yield* Fiber.interrupt(fiber)
        return yield* Effect.all([ask("one"), ask("one")])
      })
      assert.isTrue(Exit.isSuccess(yield* replay(program)))
    }),
  )
})

for (const [where, first] of orders) {
  it.effect(`what is made as it was recorded is answered at once, also behind a call that was given up${where}`, () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      const program = Effect.gen(function* () {
        yield* first
        const fiber = yield* Effect.forkChild(Effect.timeoutOption(get("slow"), "5 seconds"))
        yield* TestClock.adjust("5 seconds")
        yield* Fiber.join(fiber)
        const next = yield* Effect.forkChild(ask("other"), { startImmediately: true })
        return next.pollUnsafe() !== undefined
      })
      const live = changed((repo) => ({ get: (key) => (key.proxySessionId === "slow" ? Effect.never : repo.get(key)) }))
      for (const exit of [yield* record(program, {}, live), yield* replay(program)]) {
        assert.deepStrictEqual(exit, Exit.succeed(true))
      }
    }),
  )
}

describe("who waits under the test clock", () => {
  const patient = (id: string, within: "5 seconds" | "800 millis") => Effect.timeoutOption(ask(id), within)
  const live = changed((repo) => ({
    get: (key) => {
      const took = key.proxySessionId === "hung" ? "1 hour" : "500 millis"
      return Effect.andThen(Effect.sleep(took), repo.get(key))
    },
  }))
  const inTime = Effect.fnUntraced(function* <A, E>(program: Effect.Effect<A, E, ProxySessionRepo>) {
    const fiber = yield* Effect.forkChild(program)
    yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

  for (const [where, first] of orders) {
    it.effect(`gets its result before the clock moves, though others were given up before${where}`, () =>
      Effect.gen(function* () {
        const { record, replay } = shelf()
        const fibers = [patient("hung", "800 millis"), Effect.all([ask("one"), patient("other", "800 millis")])]
        const program = Effect.andThen(first, inTime(Effect.all(fibers, { concurrency: "unbounded" })))
        const recorded = yield* record(program, {}, live)
        assert.isTrue(Exit.isSuccess(recorded))
        assert.deepStrictEqual(yield* replay(program), recorded)
      }),
    )
  }

  it.effect(
    "is answered before the clock moves though what was recorded before is not called, or needs the clock",
    () =>
      Effect.gen(function* () {
        const { record, replay } = shelf()
        const later = Effect.andThen(Effect.sleep("600 millis"), ask("later"))
        const fibers = [later, Effect.all([ask("one"), patient("other", "800 millis")])]
        const program = inTime(Effect.all(fibers, { concurrency: "unbounded" }))
        const recorded = yield* record(program, {}, live)
        assert.deepStrictEqual(yield* replay(program), recorded)
        const early = inTime(patient("other", "800 millis"))
        const again = yield* replay(Effect.all([early, ask("one"), ask("later")]))
        assert.isTrue(Exit.isSuccess(again) && Option.isSome(again.value[0]))
      }),
  )

  it.effect(
    "gets its result before the clock moves, though what was recorded before needs the clock or is not called",
    () =>
      Effect.gen(function* () {
        const { record, replay } = shelf()
        const later = Effect.andThen(Effect.sleep("600 millis"), ask("later"))
        const fibers = [later, Effect.all([ask("one"), patient("other", "800 millis")])]
        const program = Effect.andThen(unlike, inTime(Effect.all(fibers, { concurrency: "unbounded" })))
        const recorded = yield* record(program, {}, live)
        assert.isTrue(Exit.isSuccess(recorded))
        assert.deepStrictEqual(yield* replay(program), recorded)
        yield* record(Effect.andThen(unlike, Effect.all([ask("one"), ask("other")])))
        const early = Effect.all([inTime(patient("other", "800 millis")), ask("one")])
        const again = yield* replay(Effect.andThen(unlike, early))
        assert.isTrue(Exit.isSuccess(again) && Option.isSome(again.value[0]))
      }),
  )
})

describe("a timeline", () => {
  const turns = (count: number) => Effect.forEach(Array.from({ length: count }), () => Effect.yieldNow)
  const call = (began: number, _tag: "Interrupted" | "Success" = "Success") => ({
    operation: "GetProxySession",
    request: {},
    ticks: [began, began + 1] as const,
    outcome: _tag === "Success" ? { _tag, value: null } : { _tag },
  })
  /** Fibers that reach one tick after the other, and let so many turns go after each: in which order all were reached. */
  const reached = Effect.fnUntraced(function* (
    ...fibers: ReadonlyArray<readonly [turns: number, ...ticks: ReadonlyArray<number>]>
  ) {
    const timeline = Timeline.make(Array.from({ length: 10 }, (_, index) => call(2 * index)))
    const order: Array<string> = []
    yield* Effect.forEach(
      fibers,
      ([count, ...ticks], fiber) =>
        Effect.forEach(ticks, (tick) =>
          timeline.reach(tick).pipe(
            Effect.map(() => {
              order.push(`${fiber}:${tick}`)
              timeline.pass(tick)
            }),
            Effect.andThen(turns(count)),
          ),
        ),
      { concurrency: "unbounded", discard: true },
    )
    return order
  })

  it.effect("is not passed over while another fiber goes on, a tick in each turn", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* reached([0, 4], [1, 0, 1, 2, 3]), ["1:0", "1:1", "1:2", "1:3", "0:4"])
    }),
  )

  it.effect("lets whoever comes last be first, if the tick is earlier", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* reached([0, 9], [0, 4]), ["1:4", "0:9"])
      assert.deepStrictEqual(yield* reached([0, 9], [0, 6], [0, 3]), ["2:3", "1:6", "0:9"])
    }),
  )

  it.effect("lets those who wait for the same tick go on in the order in which they came", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* reached([0, 4], [0, 4], [0, 4]), ["0:4", "1:4", "2:4"])
    }),
  )

  for (const steps of [5, 6, 7, 8, 9]) {
    it.effect(`reaches a tick although its fiber loses its turn after ${steps} steps, while another one gives up`, () =>
      Effect.gen(function* () {
        const timeline = Timeline.make([call(0), call(2)])
        const earlier = yield* Effect.forkChild(timeline.reach(2), { startImmediately: true })
        const later = yield* Effect.forkChild(
          Effect.provideService(timeline.reach(2), References.MaxOpsBeforeYield, steps),
          { startImmediately: true },
        )
        yield* Fiber.interrupt(earlier)
        yield* turns(100)
        assert.isDefined(later.pollUnsafe())
      }),
    )
  }

  it.effect("stays where it is when a tick passes that it has passed over", () =>
    Effect.gen(function* () {
      const timeline = Timeline.make([call(0), call(2)])
      yield* timeline.reach(2)
      timeline.pass(0)
      assert.deepStrictEqual([timeline.isReached(2), timeline.isReached(3)], [true, false])
    }),
  )

  it.effect("does not wait for the end of a call that was interrupted", () =>
    Effect.sync(() => {
      const timeline = Timeline.make([call(0, "Interrupted"), call(2)])
      timeline.pass(0)
      assert.isTrue(timeline.isReached(2))
    }),
  )
})

it.effect("nobody waits for ever, whoever is given up meanwhile", () =>
  Effect.gen(function* () {
    let state = 1
    const random = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31
      return Math.floor(state / 2 ** 16) % below
    }
    const turns = (count: number) =>
      Effect.forEach(Array.from({ length: count }), () => Effect.yieldNow, { discard: true })
    for (let round = 0; round < 300; round++) {
      const calls = Array.from({ length: 2 + random(20) }, (_, index) => ({
        operation: "GetProxySession",
        request: {},
        ticks: [2 * index, 2 * index + 1] as const,
        outcome: { _tag: "Success" as const, value: null },
      }))
      const timeline = Timeline.make(calls)
      const reach = (tick: number) =>
        turns(random(4)).pipe(
          Effect.andThen(timeline.reach(tick)),
          Effect.andThen(Effect.sync(() => timeline.pass(tick))),
        )
      const ticks = calls
        .flatMap((call) => call.ticks)
        .filter(() => random(5) > 0)
        .toSorted(() => random(3) - 1)
      yield* Effect.forEach(
        ticks,
        (tick) => (random(3) === 0 ? Effect.raceFirst(reach(tick), turns(random(6))) : reach(tick)),
        { concurrency: "unbounded", discard: true },
      )
    }
  }),
)
