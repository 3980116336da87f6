import { assert, describe, it } from "@effect/vitest"
import { CreateProxySession, ListProxySessions, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"

const Step = Schema.Struct({
  operation: Schema.Literals(["create", "delete", "get", "list", "proxy", "put", "unput", "update"]),
  which: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 })),
})
const Program = Schema.Array(Step)

/** Does one step; ids are those of the sessions that were made, so that answers lead to requests. */
const perform = (ids: Array<string>) =>
  Effect.fnUntraced(function* ({ operation, which }: typeof Step.Type) {
    const repo = yield* ProxySessionRepo
    const proxies = yield* VoiceConnectorProxyRepo
    const key = { voiceConnectorId, proxySessionId: ids[which] ?? "no-such-session" }
    switch (operation) {
      case "create": {
        const request = yield* CreateProxySession.decode({
          voiceConnectorId,
          participantPhoneNumbers: ["+12065550100", `+1401555010${which + 1}`],
          capabilities: ["Voice"],
          ...(which === 0 ? {} : { name: `Trip ${which}` }),
        })
        const session = yield* repo.create(request)
        ids.push(session.proxySessionId)
        return session
      }
      case "get":
        return yield* repo.get(yield* ProxySessionKey.decode(key))
      case "update":
        return yield* repo.update({ ...(yield* ProxySessionKey.decode(key)), capabilities: ["SMS"] })
      case "delete":
        return yield* repo.delete(yield* ProxySessionKey.decode(key))
      case "list": {
        const first = yield* repo.list(yield* ListProxySessions.decode({ voiceConnectorId, maxResults: which + 1 }))
        return first.nextToken === undefined
          ? [first]
          : [first, yield* repo.list(yield* ListProxySessions.decode({ voiceConnectorId, nextToken: first.nextToken }))]
      }
      case "put":
        return yield* proxies.put(
          yield* PutVoiceConnectorProxy.decode({
            voiceConnectorId,
            defaultSessionExpiryMinutes: 60 + which,
            phoneNumberPoolCountries: ["US"],
          }),
        )
      case "proxy":
        return yield* proxies.get(yield* VoiceConnectorProxyKey.decode({ voiceConnectorId }))
      case "unput":
        return yield* proxies.delete(yield* VoiceConnectorProxyKey.decode({ voiceConnectorId }))
    }
  })

const sequential = (steps: typeof Program.Type) =>
  Effect.suspend(() => {
    const step = perform([])
    return Effect.forEach([{ operation: "put", which: 0 } as const, ...steps], (each) => Effect.exit(step(each)))
  })

/** The same after the configuration, by three fibers, of which each does every third step. */
const interleaved = (steps: typeof Program.Type) =>
  Effect.suspend(() => {
    const fibers = [0, 1, 2].map((fiber) => {
      const step = perform([])
      return Effect.forEach(
        steps.filter((_, index) => index % 3 === fiber),
        (each) => Effect.exit(step(each)),
      )
    })
    const configure = Effect.exit(perform([])({ operation: "put", which: 0 }))
    return Effect.andThen(
      configure,
      Effect.map(Effect.all(fibers, { concurrency: "unbounded" }), (exits) => exits.flat()),
    )
  })

/** Memory whose calls take their time, each another: as a service's do, they end in another order than they began in. */
const slowly = <Methods extends object>(methods: Methods, turns: () => number): Methods =>
  new Proxy(methods, {
    get: (target, name, receiver) => {
      const method: unknown = Reflect.get(target, name, receiver)
      if (typeof method !== "function") return method
      return (...asked: ReadonlyArray<unknown>) =>
        Effect.suspend(() => {
          const wait = Effect.forEach(Array.from({ length: turns() }), () => Effect.yieldNow, { discard: true })
          const waitAgain = Effect.forEach(Array.from({ length: turns() }), () => Effect.yieldNow, { discard: true })
          const result: unknown = Reflect.apply(method, target, asked)
          if (!Effect.isEffect(result)) return Effect.die(new Error("no method"))
          return Effect.andThen(
            wait,
            Effect.flatMap(Effect.exit(result), (exit) => Effect.andThen(waitAgain, exit)),
          )
        })
    },
  })

const slowMemory = (seed: number) => {
  let state = seed
  const turns = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor(state / 2 ** 20) % 7
  }
  return Layer.effectContext(
    Effect.gen(function* () {
      const sessions = yield* ProxySessionRepo
      const proxies = yield* VoiceConnectorProxyRepo
      return Context.make(ProxySessionRepo, slowly(sessions, turns)).pipe(
        Context.add(VoiceConnectorProxyRepo, slowly(proxies, turns)),
      )
    }),
  ).pipe(Layer.provide(MemoryRepo.layer()))
}

/** The same after the configuration, four steps at a time. */
const concurrent = (steps: typeof Program.Type) =>
  Effect.suspend(() => {
    const step = perform([])
    return Effect.andThen(
      Effect.exit(step({ operation: "put", which: 0 })),
      Effect.forEach(steps, (each) => Effect.exit(step(each)), { concurrency: 4 }),
    )
  })

type Exits = ReadonlyArray<Exit.Exit<unknown, unknown>>

const bench = (memory: Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo> = MemoryRepo.layer()) => {
  const cassettes = new Map<string, string>()
  const store = CassetteStore.layerMemory(cassettes)
  const over =
    <E>(repos: Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo, E, CassetteStore.CassetteStore>) =>
    (program: Effect.Effect<Exits, never, ProxySessionRepo | VoiceConnectorProxyRepo>) =>
      Effect.provide(program, repos.pipe(Layer.provide(store)), { local: true })
  const replay = ReplayRepo.layer({ cassette: "law" })
  return {
    cassettes,
    record: over(ReplayRepo.record({ cassette: "law", mode: "record" }, memory)),
    replay: over(replay),
    copy: over(ReplayRepo.record({ cassette: "copy", mode: "record" }, replay)),
  }
}

const programs = Arbitrary.schema(Program)

describe("laws", () => {
  it.effect("a replay of any program ends as its recording did, and recording the replay gives the same bytes", () =>
    Effect.gen(function* () {
      const seen = { calls: 0 }
      const result = yield* Arbitrary.checkEffect(
        programs,
        (steps) =>
          Effect.gen(function* () {
            const { cassettes, copy, record, replay } = bench()
            const recorded = yield* record(sequential(steps))
            assert.deepStrictEqual(yield* replay(sequential(steps)), recorded)
            assert.deepStrictEqual(yield* copy(sequential(steps)), recorded)
            assert.strictEqual(cassettes.get("copy"), cassettes.get("law"))
            yield* TestClock.adjust("1 day")
            yield* copy(sequential(steps))
            assert.strictEqual(cassettes.get("copy"), cassettes.get("law"))
            seen.calls += recorded.length
            return true
          }),
        { runs: 60, seed: 6 },
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
      assert.isAbove(seen.calls, 100)
    }),
  )

  it.effect("a later recording of any program ends as its replay will, whatever the clock says by then", () =>
    Effect.gen(function* () {
      const result = yield* Arbitrary.checkEffect(
        programs,
        (steps) =>
          Effect.gen(function* () {
            const { record, replay } = bench()
            yield* record(sequential(steps.slice(1)))
            yield* TestClock.adjust("1 day")
            const recorded = yield* record(sequential(steps))
            assert.deepStrictEqual(yield* replay(sequential(steps)), recorded)
            return true
          }),
        { runs: 60, seed: 8 },
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
    }),
  )

  it.effect("a replay of any concurrent program ends as its recording did", () =>
    Effect.gen(function* () {
      const result = yield* Arbitrary.checkEffect(
        programs,
        (steps) =>
          Effect.gen(function* () {
            const { record, replay } = bench()
            const recorded = yield* record(concurrent(steps))
            assert.deepStrictEqual(yield* replay(concurrent(steps)), recorded)
            return true
          }),
        { runs: 60, seed: 7 },
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
    }),
  )

  it.effect("a replay of fibers over an implementation that takes its time ends as recorded", () =>
    Effect.gen(function* () {
      const result = yield* Arbitrary.checkEffect(
        Arbitrary.schema(Schema.Tuple([Program, Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1e6 }))])),
        ([steps, seed]) =>
          Effect.gen(function* () {
            const { record, replay } = bench(slowMemory(seed))
            const recorded = yield* record(interleaved(steps))
            assert.deepStrictEqual(yield* replay(interleaved(steps)), recorded)
            return true
          }),
        { runs: 200, seed: 9 },
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
    }),
  )
})
