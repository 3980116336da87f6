import { assert, describe, it } from "@effect/vitest"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { Participant } from "@proxy-session/domain/Participant"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { CreateProxySession, ListProxySessions } from "@proxy-session/domain/ProxySessionRequest"
import { BadRequestException } from "@proxy-session/domain/ServiceError"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Aliases from "../src/internal/aliases.ts"

/** Canaries, put together here so that no file holds a number that somebody may have. */
const real = {
  rider: ["+1206", "555", "9901"].join(""),
  driver: ["+1401", "555", "9902"].join(""),
  proxy: ["+1206", "555", "9903"].join(""),
  connector: "canaryconnector",
  session: "canary-session",
  later: "canary-later",
  name: "Canary Name",
  token: "canary-token",
}
const canary = /canary|99(?:01|02|03)/iu

const connector = "abcdef1ghij2klmno3pqr4"
const [rider, driver] = ["+12065550100", "+14015550101"] as const
const aliases = {
  [rider]: Config.succeed(Redacted.make(real.rider)),
  [driver]: Config.succeed(Redacted.make(real.driver)),
  [connector]: Config.succeed(Redacted.make(real.connector)),
}

/** A service of real people: it refuses everybody else. `at` is when the session was made, `id` which it is. */
const live = (at = "2026-01-02T03:04:05.000Z", id = real.session) => {
  const seen: Array<string> = []
  const session = new ProxySession({
    voiceConnectorId: VoiceConnectorId.make(real.connector),
    proxySessionId: ProxySessionId.make(id),
    name: real.name,
    status: "Open",
    capabilities: ["Voice"],
    createdTimestamp: DateTime.makeUnsafe(at),
    updatedTimestamp: DateTime.makeUnsafe(at),
    participants: [real.rider, real.driver].map(
      (phoneNumber) =>
        new Participant({ phoneNumber: PhoneNumber.make(phoneNumber), proxyPhoneNumber: PhoneNumber.make(real.proxy) }),
    ),
  })
  const implementation = Layer.effect(
    ProxySessionRepo,
    Effect.map(ProxySessionRepo, (memory) => ({
      ...memory,
      create: (request: CreateProxySession) =>
        Effect.sync(() => {
          seen.push(...request.participantPhoneNumbers, request.voiceConnectorId)
          return session
        }),
      get: () =>
        Effect.fail(new BadRequestException({ message: `${real.rider} and ${encodeURIComponent(real.driver)}` })),
      list: (request: ListProxySessions) =>
        Effect.sync(() => {
          if (request.nextToken !== undefined) seen.push(request.nextToken)
          return new ProxySessionPage({ proxySessions: [session], nextToken: real.token })
        }),
    })),
  ).pipe(Layer.provideMerge(MemoryRepo.layer()))
  return { implementation, seen }
}

const story = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  const session = yield* repo.create(
    yield* CreateProxySession.decode({
      voiceConnectorId: connector,
      participantPhoneNumbers: [rider, driver],
      capabilities: ["Voice"],
      name: "Trip 1",
    }),
  )
  const error = yield* Effect.flip(repo.get(session))
  const first = yield* repo.list(new ListProxySessions({ voiceConnectorId: session.voiceConnectorId }))
  const second = yield* repo.list(yield* ListProxySessions.decode({ ...first, voiceConnectorId: connector }))
  return { session, error, first, second }
})

const told = ({ session }: Effect.Success<typeof story>) =>
  session.participants.flatMap(({ phoneNumber, proxyPhoneNumber }) => [phoneNumber, proxyPhoneNumber])

const bench = () => {
  const cassettes = new Map<string, string>()
  const store = CassetteStore.layerMemory(cassettes)
  return {
    cassettes,
    record: ({ implementation }: ReturnType<typeof live>) =>
      Effect.provide(
        story,
        ReplayRepo.record({ cassette: "trip", mode: "record", aliases }, implementation).pipe(Layer.provide(store)),
        { local: true },
      ),
    replay: Effect.provide(story, ReplayRepo.layer({ cassette: "trip" }).pipe(Layer.provide(store)), { local: true }),
  }
}

describe("aliases", () => {
  it.effect("show the real to the implementation, and the fictional to the program and the cassette", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = bench()
      const service = live()
      const recorded = yield* record(service)
      assert.deepStrictEqual(service.seen, [real.rider, real.driver, real.connector, real.token])
      assert.deepStrictEqual(told(recorded), [rider, "+12065550199", driver, "+12065550199"])
      assert.strictEqual(recorded.session.voiceConnectorId, connector)
      assert.notMatch(cassettes.get("trip") ?? "", canary)
      assert.notMatch(recorded.error.message, canary)
      assert.deepStrictEqual(yield* replay, recorded)
    }),
  )

  it.effect("stay when a cassette is recorded anew, and nothing is written where only ids and instants changed", () =>
    Effect.gen(function* () {
      const { cassettes, record } = bench()
      yield* record(live())
      const before = cassettes.get("trip")
      yield* record(live("2026-05-06T07:08:09.000Z", real.later))
      assert.strictEqual(cassettes.get("trip"), before)
    }),
  )

  it.effect("whose real value is not configured are named in a typed error, before anything is built", () =>
    Effect.gen(function* () {
      const error = yield* story.pipe(
        Effect.provide(
          ReplayRepo.record(
            { cassette: "trip", mode: "record", aliases: { [rider]: Config.Redacted("NOBODY_SET_THIS") } },
            Layer.unwrap(Effect.sync((): ReturnType<typeof MemoryRepo.layer> => assert.fail("built"))),
          ).pipe(Layer.provide(CassetteStore.layerMemory())),
        ),
        Effect.flip,
      )
      assert.include(error, { _tag: "CassetteError", reason: "BadAlias" })
      assert.include(String(error), rider)
    }),
  )
})

it("a name that is a word of the API's is replaced as a name and in messages, and nowhere else", () => {
  const aliases = Aliases.make()
  assert.deepStrictEqual(aliases.inbound({ name: "Open", status: "Open", message: "Open is taken", list: ["Open"] }), {
    name: "Name 1",
    status: "Open",
    message: "Name 1 is taken",
    list: ["Open"],
  })
  assert.deepStrictEqual(aliases.outbound({ name: "Name 1", status: "Open" }), { name: "Open", status: "Open" })
})
