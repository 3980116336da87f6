import { assert, describe, it } from "@effect/vitest"
import { Participant } from "@proxy-session/domain/Participant"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Aliases from "../src/internal/aliases.ts"
import { cassette, changed, defectOf, shelf } from "./support.ts"

/** Canaries, put together here so that no file holds a number that somebody may have. */
const real = {
  rider: ["+1206", "555", "9901"].join(""),
  driver: ["+1401", "555", "9902"].join(""),
  proxy: ["+1206", "555", "9903"].join(""),
  connector: "canaryconnector",
  session: "canary-session",
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

/** A service of real people, and what it was sent. */
const service = (id = real.session) => {
  const sent: Array<string> = []
  const at = DateTime.makeUnsafe("2026-01-02T03:04:05.000Z")
  const session = new ProxySession({
    voiceConnectorId: VoiceConnectorId.make(real.connector),
    proxySessionId: ProxySessionId.make(id),
    name: real.name,
    status: "Open",
    capabilities: ["Voice"],
    createdTimestamp: at,
    updatedTimestamp: at,
    participants: [real.rider, real.driver].map(
      (phoneNumber) =>
        new Participant({ phoneNumber: PhoneNumber.make(phoneNumber), proxyPhoneNumber: PhoneNumber.make(real.proxy) }),
    ),
  })
  const live = changed(() => ({
    create: (request) =>
      Effect.sync(() => {
        sent.push(...request.participantPhoneNumbers, request.voiceConnectorId)
        return session
      }),
    delete: ({ proxySessionId }) => Effect.sync(() => void sent.push(proxySessionId)),
    list: ({ nextToken }) =>
      Effect.sync(() => {
        if (nextToken !== undefined) sent.push(nextToken)
        return new ProxySessionPage({ proxySessions: [session], nextToken: real.token })
      }),
  }))
  return { live, sent }
}

const creating = (...participantPhoneNumbers: readonly [string, string]) =>
  ProxySessionRepo.use((repo) =>
    repo.create({ voiceConnectorId: connector, participantPhoneNumbers, capabilities: ["Voice"], name: "Trip 1" }),
  )

const story = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  const session = yield* creating(rider, driver)
  const first = yield* repo.list({ voiceConnectorId: session.voiceConnectorId })
  const second = yield* repo.list({ voiceConnectorId: connector, nextToken: first.nextToken })
  yield* repo.delete(session)
  return { session, first, second }
})

describe("aliases", () => {
  it.effect("show the real to the implementation, and the fictional to the program and the cassette", () =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = shelf()
      const { live, sent } = service()
      const recorded = yield* record(story, { aliases }, live)
      assert.deepStrictEqual(sent, [real.rider, real.driver, real.connector, real.token, real.session])
      if (Exit.isFailure(recorded)) return assert.fail("nothing was recorded")
      const { session } = recorded.value
      assert.deepStrictEqual(
        session.participants.flatMap(({ phoneNumber, proxyPhoneNumber }) => [phoneNumber, proxyPhoneNumber]),
        [rider, "+12065550199", driver, "+12065550199"],
      )
      assert.deepStrictEqual(
        [session.voiceConnectorId, session.proxySessionId, session.name, recorded.value.first.nextToken],
        [connector, "a11a5000-0000-4000-8000-000000000001", "Recorded Name 1", "recorded-token-1"],
      )
      assert.notMatch(cassettes.get(cassette) ?? "", canary)
      assert.deepStrictEqual(yield* replay(story), recorded)
    }),
  )

  it.effect("are the same where a cassette is recorded anew, so that nothing is written where only ids changed", () =>
    Effect.gen(function* () {
      const { cassettes, record } = shelf()
      yield* record(story, { aliases }, service().live)
      const before = cassettes.get(cassette)
      yield* record(story, { aliases }, service("canary-later").live)
      assert.strictEqual(cassettes.get(cassette), before)
    }),
  )

  it.effect("whose real value is not configured are named in a typed error, before anything is called", () =>
    Effect.gen(function* () {
      const { record, replay } = shelf()
      const { live, sent } = service()
      const exit = yield* record(story, { aliases: { [rider]: Config.Redacted("NOBODY_SET_THIS") } }, live)
      assert.include(JSON.stringify(exit), '"reason":"BadAlias"')
      assert.include(JSON.stringify(exit), rider)
      assert.deepStrictEqual(sent, [])
      yield* record(story, { aliases }, live)
      assert.isTrue(Exit.isSuccess(yield* replay(story)), "a replay needs no real value")
    }),
  )
})

describe("what a test must not send is a defect then and when the scope closes, and nothing is sent or written:", () => {
  const refused = (
    what: string,
    program: Effect.Effect<unknown, unknown, ProxySessionRepo>,
    reason: string,
    detail: string,
    options = { aliases },
  ) =>
    it.effect(what, () =>
      Effect.gen(function* () {
        const { cassettes, record } = shelf()
        for (const swallowed of [program, Effect.exit(program)]) {
          const { live, sent } = service()
          const defect = defectOf(yield* record(swallowed, options, live))
          assert.include(defect, { _tag: "CassetteError", reason })
          assert.include(String(defect), `CreateProxySession${detail}`)
          assert.notMatch(String(defect), canary)
          assert.deepStrictEqual(sent.slice(0, 2), reason === "AliasCollision" ? [real.rider, real.driver] : [])
          assert.strictEqual(cassettes.size, 0)
        }
      }),
    )

  refused(
    "a number that is not fictional",
    creating(rider, real.proxy),
    "Secret",
    ": participantPhoneNumbers[1] is not a fictional number: use one, or configure an alias",
  )
  refused(
    "the real value of an alias",
    creating(real.rider, driver),
    "Secret",
    ": participantPhoneNumbers[0] is the real value of an alias: use the alias",
  )
  refused(
    "a name that looks like a number",
    ProxySessionRepo.use((repo) =>
      repo.create({
        voiceConnectorId: connector,
        participantPhoneNumbers: [rider, driver],
        capabilities: [],
        name: `call ${real.rider.slice(2)}`,
      }),
    ),
    "Secret",
    ": name looks like a telephone number",
  )
  refused(
    "an id that is a number",
    ProxySessionRepo.use((repo) =>
      repo.create({ voiceConnectorId: real.proxy, participantPhoneNumbers: [rider, driver], capabilities: [] }),
    ),
    "Secret",
    ": voiceConnectorId looks like a telephone number",
  )
  refused(
    "a number that stands for a proxy number, which the error names",
    Effect.andThen(story, creating(rider, "+12065550199")),
    "AliasCollision",
    ": participantPhoneNumbers[1] is +12065550199, which stands for a proxy number: use another number",
  )
  refused(
    "an alias whose real value the operation does not accept",
    creating(rider, driver),
    "BadAlias",
    " does not accept the real value of an alias: participantPhoneNumbers[0] must be an E.164 number",
    { aliases: { ...aliases, [rider]: Config.succeed(Redacted.make("canary")) } },
  )
})

it("a name that the test makes up is its own, though something real was called the same before", () => {
  const aliases = Aliases.make()
  assert.strictEqual(aliases.inbound("name", "Trip 1"), "Recorded Name 1")
  assert.strictEqual(aliases.outbound("name", "Trip 1"), "Trip 1")
  assert.strictEqual(aliases.inbound("name", "Trip 1"), "Trip 1")
  assert.strictEqual(aliases.outbound("name", "Recorded Name 1"), "Trip 1")
})

it("a value is known within its role: somebody may be called like an id", () => {
  const aliases = Aliases.make()
  assert.strictEqual(aliases.outbound("id", "one"), "one")
  assert.strictEqual(aliases.inbound("name", "one"), "Recorded Name 1")
  assert.strictEqual(aliases.inbound("token", "one"), "recorded-token-1")
  assert.strictEqual(aliases.inbound("id", "one"), "one")
})

it("two spellings of a number are one number, and nothing at all stays nothing", () => {
  const aliases = Aliases.make({ [rider]: real.rider })
  assert.strictEqual(aliases.outbound("number", rider.slice(1)), real.rider)
  assert.strictEqual(aliases.inbound("number", real.rider.slice(1)), rider)
  assert.strictEqual(aliases.inbound("number", real.driver), aliases.inbound("number", real.driver.slice(1)))
  assert.deepStrictEqual([aliases.outbound("name", ""), aliases.inbound("token", "")], ["", ""])
})

it("a fictional number stays as it is, whoever returns or sends it first, and is nobody's alias", () => {
  const aliases = Aliases.make({ [rider]: real.rider })
  for (const role of ["number", "proxyNumber"] as const) {
    for (const number of [driver, "+12065550199", "+447700900123"]) {
      assert.strictEqual(aliases.inbound(role, number), number)
      assert.strictEqual(aliases.outbound("number", number), number)
    }
  }
  const others = Aliases.make()
  assert.strictEqual(others.inbound("proxyNumber", "+12065550199"), "+12065550199")
  assert.strictEqual(others.inbound("proxyNumber", real.proxy), "+12065550198")
})

describe("a generated alias", () => {
  it("is a number of the same area for a proxy number, and of no country for a person's", () => {
    const aliases = Aliases.make()
    const british = ["+447911", "123456"].join("")
    const french = ["+33145", "678901"].join("")
    assert.deepStrictEqual(
      [real.proxy, british, french].map((number) => aliases.inbound("proxyNumber", number)),
      ["+12065550199", "+447700900999", "+999000000000001"],
    )
    assert.strictEqual(aliases.inbound("number", real.rider), "+999000000000002")
  })

  it("is not one that the test has made up before, or that is configured", () => {
    const aliases = Aliases.make({ "+12065550199": real.driver, "Recorded Name 1": "Anna Lee" })
    aliases.outbound("name", "Recorded Name 2")
    aliases.outbound("number", "+12065550198")
    assert.strictEqual(aliases.inbound("name", real.name), "Recorded Name 3")
    assert.strictEqual(aliases.inbound("proxyNumber", real.proxy), "+12065550197")
  })

  it("of a proxy number is sent as the real where the program has seen it as somebody's number, too", () => {
    const aliases = Aliases.make()
    const alias = aliases.inbound("proxyNumber", real.proxy)
    assert.throws(() => aliases.outbound("number", alias), "stands for a proxy number")
    assert.strictEqual(aliases.inbound("number", real.proxy), alias)
    assert.strictEqual(aliases.outbound("number", alias), real.proxy)
  })

  it("is there for as many as a run may meet, in numbers without an end, and none is tried twice", () => {
    const aliases = Aliases.make()
    const ids = Array.from({ length: 30_000 }, (_, index) => aliases.inbound("id", `real-${index}`))
    assert.strictEqual(ids.at(-1), "a11a5000-0000-4000-8000-000000030000")
    const area = Array.from({ length: 101 }, (_, index) =>
      aliases.inbound("proxyNumber", `+1206556${String(index).padStart(4, "0")}`),
    )
    assert.deepStrictEqual(area.slice(-2), ["+12065550100", "+999000000000001"])
  })
})

it("a text holds a real value in letters of either case, in words of their own or, of eight letters, in others", () => {
  const aliases = Aliases.make({ "Rider One": "Anna Lee", "Rider Two": "Bob", [rider]: real.rider })
  aliases.inbound("name", "Zoë")
  for (const [text, isKnown] of [
    ["anna lee is busy", true],
    ["ANNA-LEE", true],
    ["Anna is busy", false],
    ["bob!", true],
    ["Bobby is not", false],
    ["Zoë", true],
    ["Zoe\u0308", true],
    [`the number ${real.rider.slice(1)}`, true],
    ["tel (206) 555-9901", false],
    ["nothing", false],
  ] as const) {
    assert.strictEqual(aliases.isKnownIn(text), isKnown, text)
  }
  assert.isFalse(Aliases.make().isKnownIn("anything"))
})
