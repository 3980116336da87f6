import { assert, describe, it } from "@effect/vitest"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { Input } from "@proxy-session/domain/Input"
import { Participant } from "@proxy-session/domain/Participant"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { CreateProxySession, ListProxySessions, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { BadRequestException } from "@proxy-session/domain/ServiceError"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import * as Scan from "@proxy-session/replay/Scan"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Aliases from "../src/internal/aliases.ts"
import { defectOf } from "./support.ts"

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
      create: (request: Input<typeof CreateProxySession>) =>
        Effect.sync(() => {
          seen.push(...request.participantPhoneNumbers, request.voiceConnectorId)
          return session
        }),
      get: () =>
        Effect.fail(new BadRequestException({ message: `${real.rider} and ${encodeURIComponent(real.driver)}` })),
      list: (request: Input<typeof ListProxySessions>) =>
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

const get = (proxySessionId: string) =>
  Effect.flatMap(ProxySessionKey.decode({ voiceConnectorId: connector, proxySessionId }), (key) =>
    ProxySessionRepo.use((repo) => repo.get(key)),
  )

/** Of a number that stands for a proxy number in the recording of the story. */
const creating = Effect.flatMap(
  CreateProxySession.decode({
    voiceConnectorId: connector,
    participantPhoneNumbers: [rider, "+12065550199"],
    capabilities: [],
  }),
  (request) => ProxySessionRepo.use((repo) => repo.create(request)),
)

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

describe("the real value of an alias", () => {
  it.effect("that an operation does not take is told by its rule alone, then and when the scope closes", () =>
    Effect.gen(function* () {
      const cassettes = new Map<string, string>()
      const exit = yield* Effect.exit(creating).pipe(
        Effect.provide(
          ReplayRepo.record(
            { cassette: "trip", mode: "record", aliases: { [rider]: Config.succeed(Redacted.make("canary")) } },
            MemoryRepo.layer(),
          ).pipe(Layer.provide(CassetteStore.layerMemory(cassettes))),
        ),
        Effect.exit,
      )
      assert.include(defectOf(exit), { _tag: "CassetteError", reason: "BadAlias" })
      assert.include(
        String(defectOf(exit)),
        "CreateProxySession does not take the real value of an alias: participantPhoneNumbers[0] ",
      )
      assert.notMatch(String(defectOf(exit)), canary)
      assert.strictEqual(cassettes.size, 0)
    }),
  )
})

it("a name that is a word of the API's is replaced as a name and in messages, and nowhere else", () => {
  const aliases = Aliases.make()
  assert.deepStrictEqual(aliases.inbound({ name: "Open", status: "Open", message: "Open is taken", list: ["Open"] }), {
    name: "Recorded Name 1",
    status: "Open",
    message: "Recorded Name 1 is taken",
    list: ["Open"],
  })
  assert.deepStrictEqual(aliases.outbound({ name: "Recorded Name 1", status: "Open" }), {
    name: "Open",
    status: "Open",
  })
})

it("a reason that is a word of the API's is no prose, and that of missing credentials is", () => {
  const aliases = Aliases.make({ "Recorded Name 7": "Reset" })
  const reset = {
    _tag: "TransportError",
    operation: "GetProxySession",
    reason: "Reset",
    outcome: "Unknown",
    attempts: 1,
  }
  assert.deepStrictEqual(aliases.inbound(reset), reset)
  assert.deepStrictEqual(
    aliases.inbound({ _tag: "CredentialsError", sources: [{ source: "a file", reason: "Reset is missing" }] }),
    { _tag: "CredentialsError", sources: [{ source: "a file", reason: "Recorded Name 7 is missing" }] },
  )
})

it("a name that the test makes up is its own, though something real was called the same before", () => {
  const aliases = Aliases.make()
  assert.deepStrictEqual(aliases.inbound({ name: "Trip 1" }), { name: "Recorded Name 1" })
  assert.deepStrictEqual(aliases.outbound({ name: "Trip 1" }), { name: "Trip 1" })
  assert.deepStrictEqual(aliases.inbound({ name: "Trip 1", message: "Trip 1 is made" }), {
    name: "Trip 1",
    message: "Trip 1 is made",
  })
  assert.deepStrictEqual(aliases.outbound({ name: "Recorded Name 1" }), { name: "Trip 1" })
  assert.deepStrictEqual([...aliases.secrets()], [])
})

it("a real value that the configuration tells stays secret, though a test sends it", () => {
  const aliases = Aliases.make({ "Rider One": "Anna Lee" })
  aliases.outbound({ name: "Anna Lee" })
  assert.deepStrictEqual(aliases.inbound({ name: "Anna Lee", message: "Anna Lee is busy" }), {
    name: "Rider One",
    message: "Rider One is busy",
  })
  assert.deepStrictEqual([...aliases.secrets()], ["Anna Lee"])
})

it("what a test may yet make up is nobody's alias, though it stood in the place of something real before", () => {
  const aliases = Aliases.make()
  const before = { name: "Trip 1", participants: [{ phoneNumber: rider }], proxySessionId: "no-such-session" }
  const answer = { name: real.name, participants: [{ phoneNumber: real.rider }], proxySessionId: real.session }
  const safe = aliases.inbound(answer, before)
  assert.deepStrictEqual(safe, {
    name: "Recorded Name 1",
    participants: [{ phoneNumber: "+999000000000001" }],
    proxySessionId: "a11a5000-0000-4000-8000-000000000001",
  })
  assert.deepStrictEqual(aliases.outbound(before), before)
  assert.deepStrictEqual(Aliases.make().inbound(answer, safe), safe)
})

it("a proxy number takes no alias of another area, though that was in its place", () => {
  const before = { proxyPhoneNumber: "+14155550199" }
  assert.deepStrictEqual(Aliases.make().inbound({ proxyPhoneNumber: real.proxy }, before), {
    proxyPhoneNumber: "+12065550199",
  })
  assert.deepStrictEqual(
    Aliases.make().inbound({ proxyPhoneNumber: real.proxy }, { proxyPhoneNumber: "+12065550142" }),
    { proxyPhoneNumber: "+12065550142" },
  )
})

it("a number that the configuration tells stays secret, though somebody is called by its digits", () => {
  const aliases = Aliases.make({ [rider]: real.rider })
  aliases.outbound({ name: real.rider.slice(1) })
  assert.deepStrictEqual([...aliases.secrets()], [real.rider])
})

it("two places of before do not give one alias to two things", () => {
  const aliases = Aliases.make()
  const before = [{ name: "Recorded Name 7" }, { name: "Recorded Name 7" }]
  assert.deepStrictEqual(aliases.inbound([{ name: "Anna Lee" }, { name: "Bob" }], before), [
    { name: "Recorded Name 7" },
    { name: "Recorded Name 1" },
  ])
})

it("an alias is not one that the cassette of before has, in the place of something else", () => {
  assert.deepStrictEqual(Aliases.make({}, [{ name: "Recorded Name 1" }]).inbound({ name: "Anna Lee" }), {
    name: "Recorded Name 2",
  })
})

it("somebody who is called by the digits of a number has a name for an alias, and the number has a number", () => {
  const digits = real.rider.slice(1)
  const session = { name: digits, nextToken: digits, participants: [{ phoneNumber: real.rider }] }
  assert.deepStrictEqual(Aliases.make().inbound(session), {
    name: "Recorded Name 1",
    nextToken: "recorded-token-1",
    participants: [{ phoneNumber: "+999000000000001" }],
  })
  const told = Aliases.make({ [rider]: real.rider })
  const asked = { name: rider.slice(1), participantPhoneNumbers: [rider.slice(1)] }
  assert.deepStrictEqual(told.outbound(asked), { name: rider.slice(1), participantPhoneNumbers: [real.rider] })
})

it("as many sessions as a run may meet are given aliases, and none is tried twice", () => {
  const aliases = Aliases.make()
  const ids = Array.from({ length: 30_000 }, (_, index) => `real-${index}`)
  assert.deepStrictEqual(ids.map((proxySessionId) => aliases.inbound({ proxySessionId })).at(-1), {
    proxySessionId: "a11a5000-0000-4000-8000-000000030000",
  })
})

describe("in messages the real is replaced", () => {
  const names = {
    "Rider One": "Anna Lee",
    "Rider Two": "Bob",
    "Rider Three": "Anna Lee Smith",
    "Rider Four": "José Müller",
    "Rider Five": "O'Neil",
  }
  const say = (message: string, told: Readonly<Record<string, string>> = names, secrets: ReadonlyArray<string> = []) =>
    Aliases.make(told, [], { secrets }).inbound({ message })

  for (const [echo, safe] of [
    ["anna lee is busy", "Rider One is busy"],
    ["ANNA LEE SMITH is busy", "Rider Three is busy"],
    ["Bob is busy, bob!", "Rider Two is busy, Rider Two!"],
    ["Bobby is not", "Bobby is not"],
    ["?a=%41&Name=Anna+Lee&x=1%3D", "?a=%41&Name=Rider One&x=1%3D"],
    ["Name%3DAnna%2520Lee%26", "Name%3DRider One%26"],
    ["Name%253D%2541nna%252520Le%2565%2526", "Name%253DRider One%2526"],
    ['{\\"name\\":\\"b\\u006fb\\"}', '{\\"name\\":\\"Rider Two\\"}'],
    ["&lt;Anna&#32;Lee&gt;", "&lt;Rider One&gt;"],
    ["Jos&eacute; M&Uuml;ller, O&rsquo;Neil &middot;", "Rider Four, Rider Five &middot;"],
  ] as const) {
    it(`though it is written ${echo}`, () => {
      assert.deepStrictEqual(say(echo), { message: safe })
    })
  }

  it("once, though its alias holds it, too", () => {
    assert.deepStrictEqual(say("Anna is busy", { "Anna Lee": "Anna" }), { message: "Anna Lee is busy" })
  })

  it("also where a number is in groups, and its sign stays as it was", () => {
    const told = { "+12065550100": real.rider }
    const [area, exchange, line] = [real.rider.slice(2, 5), real.rider.slice(5, 8), real.rider.slice(8)]
    for (const [echo, safe] of [
      [`%2B${real.rider.slice(1)}-in-use`, "%2B12065550100-in-use"],
      [`tel${real.rider.slice(1)}`, "tel12065550100"],
      [`+1 (${area}) ${exchange}-${line}.`, "+12065550100."],
      [`+1%20${area}%20${exchange}%20${line}`, "+12065550100"],
      [`${area}${exchange}${line} is busy`, "2065550100 is busy"],
      [`${area}-${exchange}-${line} is busy`, "2065550100 is busy"],
      [`${area}&nbsp;${exchange}&ndash;${line}`, "2065550100"],
      [`${area}\u200b${exchange}, ${line}`, "2065550100"],
      [`${area}_${exchange}_${line}`, "2065550100"],
      [`${area}&middot;${exchange}&hairsp;&verbar;${line}&bull;`, "2065550100&bull;"],
    ] as const) {
      assert.deepStrictEqual(say(echo, told), { message: safe })
    }
  })

  it("also where a number is without its country, as it is dialled there", () => {
    const [british, french, irish] = [
      ["+447911", "123456"].join(""),
      ["+33145", "678901"].join(""),
      ["+35385", "1234567"].join(""),
    ]
    const told = { "+447700900123": british, "+999000000000001": french, "+999000000000002": irish }
    for (const [echo, safe] of [
      ["busy 07911 123456!", "busy 7700900123!"],
      ["busy (07911) 123-456", "busy (7700900123"],
      ["+44 (0)7911 123 456", "+44 (7700900123"],
      ["01 45 67 89 01 is busy", "999000000000001 is busy"],
      ["085 123 4567", "999000000000002"],
      [british, "+447700900123"],
      [`0044 ${british.slice(3)}`, "00447700900123"],
      [`1${british.slice(3)}`, `1${british.slice(3)}`],
    ] as const) {
      assert.deepStrictEqual(say(echo, told), { message: safe })
      assert.deepStrictEqual(Scan.secrets(safe, Object.values(told)), safe === echo ? ["a telephone number"] : [], echo)
      if (safe !== echo) assert.include(Scan.secrets(echo, Object.values(told)), "a known secret", echo)
    }
  })

  it("and what is escaped time and again does not take long", () => {
    const echo = `${"%" + "25".repeat(3000)}41 for Bob`
    assert.deepStrictEqual(say(echo), { message: `${"%" + "25".repeat(3000)}41 for Rider Two` })
  })

  it("and so are secrets of the test, by a word that tells nothing", () => {
    assert.deepStrictEqual(say("key s3cret%2Bkey for Bob", names, ["s3cret+key"]), {
      message: "key <redacted> for Rider Two",
    })
  })
})

describe("a secret of the test", () => {
  const key = Redacted.make("s3cret+key")
  const saying = (error: BadRequestException) =>
    Layer.effect(
      ProxySessionRepo,
      Effect.map(ProxySessionRepo, (memory) => ({ ...memory, get: () => Effect.fail(error) })),
    ).pipe(Layer.provideMerge(MemoryRepo.layer()))
  const recording = (error: BadRequestException) => {
    const cassettes = new Map<string, string>()
    const repos = ReplayRepo.record({ cassette: "trip", mode: "record", secrets: [key] }, saying(error))
    return get("nobody").pipe(
      Effect.flip,
      Effect.provide(repos.pipe(Layer.provide(CassetteStore.layerMemory(cassettes)))),
      Effect.exit,
      Effect.map((exit) => ({ exit, text: cassettes.get("trip") })),
    )
  }

  it.effect("is in no message of a recording", () =>
    Effect.gen(function* () {
      const { exit, text } = yield* recording(new BadRequestException({ message: "no such key: S3CRET%2bkey" }))
      assert.strictEqual(Exit.isSuccess(exit) ? exit.value.message : "", "no such key: <redacted>")
      assert.include(text, "no such key: <redacted>")
    }),
  )

  it.effect("keeps a cassette that holds it elsewhere from being written", () =>
    Effect.gen(function* () {
      const { exit, text } = yield* recording(new BadRequestException({ message: "no", code: "s3cret+key" }))
      assert.include(defectOf(exit), { _tag: "CassetteError", reason: "Secret" })
      assert.isUndefined(text)
    }),
  )
})

describe("a generated alias", () => {
  const create = (aliases: Aliases.Aliases, ...numbers: ReadonlyArray<string>) =>
    aliases.outbound({ participantPhoneNumbers: numbers })

  it("is not one that the test has made up before", () => {
    const aliases = Aliases.make()
    aliases.outbound({ name: "Recorded Name 1", proxySessionId: "a11a5000-0000-4000-8000-000000000001" })
    create(aliases, "+12065550199", "+999000000000001")
    assert.deepStrictEqual(
      aliases.inbound({
        name: real.name,
        proxySessionId: real.session,
        participants: [{ phoneNumber: real.rider, proxyPhoneNumber: real.proxy }],
      }),
      {
        name: "Recorded Name 2",
        proxySessionId: "a11a5000-0000-4000-8000-000000000002",
        participants: [{ phoneNumber: "+999000000000002", proxyPhoneNumber: "+12065550198" }],
      },
    )
  })

  it("of a proxy number that the test makes up later is a defect that names it", () => {
    const aliases = Aliases.make()
    assert.deepStrictEqual(aliases.inbound({ proxyPhoneNumber: real.proxy }), { proxyPhoneNumber: "+12065550199" })
    assert.throws(() => create(aliases, rider, "+12065550199"), /\+12065550199 stands for a proxy number/u)
    assert.deepStrictEqual(create(aliases, rider), { participantPhoneNumbers: [rider] })
  })

  it.effect("is such a defect for the program, and nothing is sent", () =>
    Effect.gen(function* () {
      const service = live()
      const exit = yield* Effect.andThen(story, creating).pipe(
        Effect.provide(
          ReplayRepo.record({ cassette: "trip", mode: "record", aliases }, service.implementation).pipe(
            Layer.provide(CassetteStore.layerMemory()),
          ),
        ),
        Effect.exit,
      )
      assert.include(defectOf(exit), { _tag: "AliasCollision", alias: "+12065550199" })
      assert.deepStrictEqual(service.seen, [real.rider, real.driver, real.connector, real.token])
    }),
  )

  it.effect("is told again when the scope closes, in case it was swallowed, and nothing is written", () =>
    Effect.gen(function* () {
      const cassettes = new Map<string, string>()
      const exit = yield* Effect.andThen(story, Effect.exit(creating)).pipe(
        Effect.provide(
          ReplayRepo.record({ cassette: "trip", mode: "record", aliases }, live().implementation).pipe(
            Layer.provide(CassetteStore.layerMemory(cassettes)),
          ),
        ),
        Effect.exit,
      )
      assert.include(defectOf(exit), { _tag: "AliasCollision" })
      assert.strictEqual(cassettes.size, 0)
    }),
  )

  it("is sent as the real by a program that was told it as somebody's number, or that tells it itself", () => {
    const aliases = Aliases.make()
    aliases.inbound({ proxyPhoneNumber: real.proxy })
    assert.deepStrictEqual(aliases.inbound({ fallBackPhoneNumber: real.proxy }), {
      fallBackPhoneNumber: "+12065550199",
    })
    assert.deepStrictEqual(create(aliases, "+12065550199"), { participantPhoneNumbers: [real.proxy] })
    const told = Aliases.make({ "+12065550199": real.proxy })
    told.inbound({ proxyPhoneNumber: real.proxy })
    assert.deepStrictEqual(create(told, "+12065550199"), { participantPhoneNumbers: [real.proxy] })
  })
})
