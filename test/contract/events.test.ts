/**
 * What a store tells an application, in memory and in a database.
 */
import type { SessionEvent } from "@proxy-session/domain/SessionEvent"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { CallRouter } from "@proxy-session/repo/CallRouter"
import { Invocation } from "@proxy-session/repo/Invocation"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { SessionEvents } from "@proxy-session/repo/SessionEvents"
import { Tenant } from "@proxy-session/repo/Tenant"
import { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Postgres from "../sql/postgres.ts"

const stores = {
  memory: () => MemoryRepo.layer(),
  "memory that closes what is deleted": () => MemoryRepo.layer({ deleteMode: "close" }),
  SQLite: () => SqlRepo.layer().pipe(Layer.provide(NodeSqlite.layer({ filename: ":memory:" }))),
  "SQLite that closes what is deleted": () =>
    SqlRepo.layer({ deleteMode: "close" }).pipe(Layer.provide(NodeSqlite.layer({ filename: ":memory:" }))),
  Postgres: () => SqlRepo.layer({ time: "effect" }).pipe(Layer.provide(Postgres.layer())),
}

const { createProxySession, putVoiceConnectorProxy, voiceConnectorId } = Fixtures
const [rider, driver] = createProxySession.participantPhoneNumbers

/** An event in a few words. */
const brief = (event: SessionEvent) => {
  const at = Math.floor(DateTime.toEpochMillis(event.at) / 60_000)
  const rest = "channel" in event ? [event.channel, event.providerId] : []
  const more = event._tag === "CallConnected" ? [event.via] : []
  const end = event._tag === "CallEnded" ? [event.outcome, String(event.seconds ?? "")] : []
  return [event._tag, ...rest, ...more, ...end, `at ${at}`].filter((word) => word !== "").join(" ")
}

/** Lets a little time go by until a store has told enough: a database takes a time for it that no test clock moves. */
const until = (condition: () => boolean) =>
  Effect.repeat(
    Effect.andThen(
      Effect.suspend(() => (condition() ? Effect.void : TestClock.adjust("10 millis"))),
      Effect.repeat(
        Effect.promise(() => new Promise((resolve) => setImmediate(resolve))),
        { times: 100, until: () => condition() },
      ),
    ),
    { until: () => condition() },
  )

const scene = Effect.gen(function* () {
  const { events } = yield* SessionEvents
  const repo = yield* ProxySessionRepo
  const router = yield* CallRouter
  const told: Array<SessionEvent> = []
  yield* Effect.forkScoped(
    Stream.runForEach(events, (event) => Effect.sync(() => void told.push(event))),
    { startImmediately: true },
  )
  yield* VoiceConnectorProxyRepo.use((proxies) =>
    proxies.put({ ...putVoiceConnectorProxy, fallBackPhoneNumber: "+18005550142" }),
  )
  const call = (caller: string, providerId: string, more: { readonly channel?: "SMS"; readonly dryRun?: true } = {}) =>
    Effect.flatMap(repo.list({ voiceConnectorId, maxResults: 1 }), ({ proxySessions: [session] }) =>
      router.route({
        channel: "Voice",
        caller,
        dialled: session?.participants[0]?.proxyPhoneNumber ?? "",
        voiceConnectorId,
        provider: "test",
        providerId,
        ...more,
      }),
    )
  const report = (providerId: string, outcome: "Answered" | "Failed", seconds?: number) =>
    router.record({ channel: "Voice", provider: "test", providerId, outcome, seconds })
  return { call, repo, report, told }
})

describe("events", () => {
  for (const [name, store] of Object.entries(stores)) {
    const over = Layer.suspend(store).pipe(Layer.provideMerge(SessionEvents.layer()), Layer.orDie)

    it.effect(`${name} tells what becomes of a session and its calls, each once and without a number`, () =>
      Effect.gen(function* () {
        const { call, repo, report, told } = yield* scene
        const create = Effect.provideService(repo.create(createProxySession), Invocation, {
          accessKeyId: "a",
          id: "b",
          requestHash: "c",
        })
        const session = yield* create
        yield* create
        yield* call(rider, "dry", { dryRun: true })
        yield* call("+447700900199", "stranger")
        yield* TestClock.adjust("1 minute")
        yield* call(rider, "one")
        yield* call(rider, "one")
        yield* call(driver, "two", { channel: "SMS" })
        yield* report("one", "Answered")
        yield* TestClock.adjust("1 minute")
        yield* report("one", "Answered", 42)
        yield* report("one", "Answered", 42)
        yield* TestClock.adjust("58 minutes")
        yield* until(() => told.some(({ _tag }) => _tag === "SessionClosed"))
        yield* TestClock.adjust("1 minute")
        yield* call(rider, "three")
        yield* report("three", "Failed")
        yield* until(() => told.length >= 8)
        assert.deepStrictEqual(told.map(brief), [
          "SessionCreated at 0",
          "SessionInProgress at 1",
          "CallConnected Voice one Session at 1",
          "CallConnected SMS two Session at 1",
          "CallEnded Voice one Answered 42 at 2",
          "SessionClosed at 60",
          "CallConnected Voice three Fallback at 61",
          "CallEnded Voice three Failed at 61",
        ])
        for (const event of told) {
          assert.strictEqual(event.proxySessionId, session.proxySessionId)
          assert.deepStrictEqual({ ...event.tenant }, { ...Tenant.defaultValue() })
          const text = JSON.stringify(event)
          for (const number of [rider, driver, "+447700900199", "+18005550142"])
            assert.notInclude(text, number.slice(1))
        }
        assert.strictEqual(new Set(told.map(({ id }) => id)).size, told.length)
      }).pipe(Effect.scoped, Effect.provide(over)),
    )

    it.effect(`${name} tells the end of a session that is deleted or cut short, and of another tenant's`, () =>
      Effect.gen(function* () {
        const { repo, told } = yield* scene
        const deleted = yield* repo.create(createProxySession)
        const short = yield* repo.create({ ...createProxySession, expiryMinutes: 30 })
        yield* TestClock.adjust("10 minutes")
        yield* repo.delete(deleted)
        yield* repo.update({ ...short, expiryMinutes: 5 })
        const elsewhere = { ...Tenant.defaultValue(), region: "eu-west-1" }
        yield* Effect.provideService(
          Effect.andThen(
            VoiceConnectorProxyRepo.use((proxies) => proxies.put(putVoiceConnectorProxy)),
            repo.create({ ...createProxySession, expiryMinutes: 1 }),
          ),
          Tenant,
          elsewhere,
        )
        yield* TestClock.adjust("60 minutes")
        yield* until(() => told.length === 6)
        const ends = told.filter(({ _tag }) => _tag === "SessionClosed")
        assert.sameMembers(ends.map(brief), ["SessionClosed at 10", "SessionClosed at 10", "SessionClosed at 11"])
        assert.deepStrictEqual({ ...ends.at(-1)?.tenant }, elsewhere)
      }).pipe(Effect.scoped, Effect.provide(over)),
    )

    it.effect(`${name} tells the ends of sessions that go with their number or their connector, each once`, () =>
      Effect.gen(function* () {
        const { repo, told } = yield* scene
        const connectors = yield* VoiceConnectors
        const other = yield* connectors.create({ name: "Other", requireEncryption: true })
        yield* TestClock.adjust("500 millis")
        yield* repo.create({ ...createProxySession, expiryMinutes: 1 })
        yield* repo.create(createProxySession)
        yield* TestClock.adjust("1 minute")
        const ended = () => told.filter(({ _tag }) => _tag === "SessionClosed")
        // It is told before the operation returns, and needs no time to be read.
        const has = Effect.fnUntraced(function* (count: number) {
          yield* Effect.repeat(
            Effect.promise(() => new Promise((resolve) => setImmediate(resolve))),
            { times: 20 },
          )
          assert.lengthOf(ended(), count)
        })
        // One of the two expired half a second ago, which nobody has looked for.
        yield* connectors.delete({ voiceConnectorId })
        yield* has(2)
        assert.sameMembers(ended().map(brief), ["SessionClosed at 1", "SessionClosed at 1"])
        assert.sameMembers(
          ended().map(({ at }) => DateTime.toEpochMillis(at)),
          [60_500, 60_500],
        )

        const e164PhoneNumbers = ["+13605550100", "+13605550101"]
        yield* connectors.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers })
        const { voiceConnectorId: first } = yield* connectors.create({ name: "First", requireEncryption: true })
        yield* connectors.associatePhoneNumbers({ voiceConnectorId: first, e164PhoneNumbers })
        yield* VoiceConnectorProxyRepo.use((proxies) =>
          proxies.put({ ...putVoiceConnectorProxy, voiceConnectorId: first }),
        )
        const people = { ...createProxySession, voiceConnectorId: first }
        const [one, two] = [yield* repo.create(people), yield* repo.create(people)]
        yield* TestClock.adjust("1 minute")
        const numbersOf = ({ participants: [participant] }: typeof one) =>
          participant === undefined ? [] : [participant.proxyPhoneNumber]
        yield* connectors.disassociatePhoneNumbers({ voiceConnectorId: first, e164PhoneNumbers: numbersOf(one) })
        yield* has(3)
        assert.strictEqual(ended().at(-1)?.proxySessionId, one.proxySessionId)
        yield* connectors.associatePhoneNumbers({
          voiceConnectorId: other.voiceConnectorId,
          e164PhoneNumbers: numbersOf(two),
          forceAssociate: true,
        })
        yield* has(4)
        const last = ended().at(-1)
        assert.deepStrictEqual([last?.voiceConnectorId, last?.proxySessionId], [first, two.proxySessionId])
        assert.deepStrictEqual({ ...last?.tenant }, { ...Tenant.defaultValue() })

        yield* connectors.delete({ voiceConnectorId: first })
        yield* TestClock.adjust("2 minutes")
        assert.lengthOf(ended(), 4)
      }).pipe(Effect.scoped, Effect.provide(over)),
    )
  }

  it.effect("tell nothing of sessions that expire where somebody else does, and all else", () =>
    Effect.gen(function* () {
      const { repo, told } = yield* scene
      const session = yield* repo.create(createProxySession)
      yield* TestClock.adjust("2 hours")
      yield* repo.delete(session)
      yield* until(() => told.length >= 2)
      assert.deepStrictEqual(told.map(brief), ["SessionCreated at 0", "SessionClosed at 120"])
    }).pipe(
      Effect.scoped,
      Effect.provide(MemoryRepo.layer().pipe(Layer.provideMerge(SessionEvents.layer({ watch: false })))),
    ),
  )

  it.effect("of a store without a reader cost nothing and fail nothing", () =>
    Effect.gen(function* () {
      const repo = yield* ProxySessionRepo
      yield* VoiceConnectorProxyRepo.use((proxies) => proxies.put(putVoiceConnectorProxy))
      const session = yield* repo.create(createProxySession)
      yield* repo.delete(session)
    }).pipe(Effect.provide(MemoryRepo.layer().pipe(Layer.provideMerge(SessionEvents.layer({ capacity: 1 }))))),
  )
})
