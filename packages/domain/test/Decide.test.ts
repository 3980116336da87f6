import * as Decide from "@proxy-session/domain/Decide"
import { ExpiryMinutes } from "@proxy-session/domain/ExpiryMinutes"
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { CreateProxySession, ListProxySessions, UpdateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import { defaultRules, type Rules } from "@proxy-session/domain/Rules"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { property } from "./support/check.ts"
import { configuration, created, createRequest, driver, putRequest, rider, session } from "./support/samples.ts"

const start = DateTime.toEpochMillis(created)
const minute = 60_000
const number = (text: string) => PhoneNumber.make(text)
const pool: ReadonlyArray<PoolNumber> = [
  { phoneNumber: number("+19135550190"), country: "US" },
  { phoneNumber: number("+12125550190"), country: "US" },
  { phoneNumber: number("+14165550190"), country: "CA" },
]
const facts: Decide.CreateProxySessionFacts = {
  connector: { configuration, pool },
  provisioned: true,
  held: new Set(),
  last: undefined,
  proxySessionId: session.proxySessionId,
  now: start,
}
const present = { exists: true, provisioned: true }
const absent = { exists: false, provisioned: true }

const refusal = <A>(result: Result.Result<A, Decide.Refusal>) =>
  Result.isFailure(result) ? `${result.failure._tag}: ${result.failure.message}` : "allowed"
const tag = <A>(result: Result.Result<A, Decide.Refusal>) =>
  Result.isFailure(result) ? result.failure._tag : "allowed"
const create = (parts: Partial<Decide.CreateProxySessionFacts> = {}, request = createRequest, rules = defaultRules) =>
  Decide.createProxySession(rules, request, { ...facts, ...parts })
const update = (capabilities: ReadonlyArray<"SMS" | "Voice">, expiryMinutes?: number) =>
  new UpdateProxySession({
    voiceConnectorId: session.voiceConnectorId,
    proxySessionId: session.proxySessionId,
    capabilities,
    ...(expiryMinutes === undefined ? {} : { expiryMinutes: ExpiryMinutes.make(expiryMinutes) }),
  })
const scope = { maxResults: 100, secret: "store" }
const list = (parts: Partial<ListProxySessions> = {}) =>
  new ListProxySessions({ voiceConnectorId: session.voiceConnectorId, ...parts })

/** Every decision, on a connector and a session that there are or are not. */
const all = (rules: Rules, there: boolean): ReadonlyArray<Result.Result<unknown, Decide.Refusal>> => {
  const connector = there ? present : absent
  const found = there ? session : undefined
  return [
    create(there ? {} : { connector: undefined }, createRequest, rules),
    Decide.getProxySession(rules, found, start),
    Result.flatMap(Decide.listProxySessions(rules, list(), scope), (query) =>
      Decide.proxySessionPage(rules, query, { ...connector, sessions: [] }),
    ),
    Decide.updateProxySession(rules, update(["SMS"]), found, start),
    Decide.deleteProxySession(rules, found, start),
    Decide.putVoiceConnectorProxy(rules, putRequest, connector),
    Decide.getVoiceConnectorProxy(rules, there ? configuration : undefined),
    Decide.deleteVoiceConnectorProxy(rules, putRequest, connector),
  ]
}

describe("Decide", () => {
  it("allows all eight operations where connector and session are there, and finds nothing where they are not", () => {
    assert.deepStrictEqual(all(defaultRules, true).map(tag), Array.from({ length: 8 }).fill("allowed"))
    assert.deepStrictEqual(all(defaultRules, false).map(tag), Array.from({ length: 8 }).fill("NotFoundException"))
  })

  it("refuses all eight operations of a retired service, before anything else", () => {
    for (const there of [true, false]) {
      for (const result of all({ ...defaultRules, retired: true }, there)) {
        assert.deepInclude(Result.isFailure(result) && { ...result.failure }, { status: 410, type: "GoneException" })
      }
    }
  })

  describe("the order of checks", () => {
    const empty = new CreateProxySession({ ...createRequest, capabilities: [] })
    const disabled = new ProxyConfiguration({ ...configuration, disabled: true })

    it("of a creation is: the request, the connector, its configuration, the pool", () => {
      assert.strictEqual(
        refusal(create({ connector: undefined }, empty)),
        "BadRequestException: Capabilities must not be empty",
      )
      assert.strictEqual(tag(create({ connector: undefined })), "NotFoundException")
      const none = { configuration: undefined, pool: [] }
      const bare = (connector: Decide.CreateProxySessionFacts["connector"]) =>
        create({ connector }, createRequest, { ...defaultRules, defaultPool: false })
      assert.match(refusal(bare(none)), /no proxy configuration/u)
      assert.strictEqual(tag(bare({ configuration: disabled, pool: [] })), "ForbiddenException")
      assert.match(refusal(bare({ configuration, pool: [] })), /No proxy number/u)
    })

    it("of an update is: the request, the session, its end", () => {
      const over = start + 60 * minute
      assert.match(refusal(Decide.updateProxySession(defaultRules, update([]), undefined, over)), /Capabilities/u)
      assert.match(refusal(Decide.updateProxySession(defaultRules, update(["SMS"], 721), undefined, over)), /720/u)
      assert.strictEqual(
        tag(Decide.updateProxySession(defaultRules, update(["SMS"]), undefined, over)),
        "NotFoundException",
      )
      assert.match(refusal(Decide.updateProxySession(defaultRules, update(["SMS"]), session, over)), /closed/u)
    })

    it("of a listing is: the page size, the token, the connector", () => {
      const decide = (parts: Partial<ListProxySessions>) =>
        Decide.listProxySessions(defaultRules, list(parts), { ...scope, maxResults: 99 })
      assert.match(refusal(decide({ maxResults: 100, nextToken: "forged" })), /MaxResults must be from 1 to 99/u)
      assert.match(refusal(decide({ nextToken: "forged" })), /NextToken/u)
      const query = Result.getOrThrow(decide({}))
      assert.strictEqual(
        tag(Decide.proxySessionPage(defaultRules, query, { ...absent, sessions: [] })),
        "NotFoundException",
      )
    })

    it("of a new configuration is: the request, the connector", () => {
      const put = Object.assign({}, putRequest, { defaultSessionExpiryMinutes: 0 })
      assert.match(refusal(Decide.putVoiceConnectorProxy(defaultRules, put, absent)), /must be from 1 to 720/u)
      assert.strictEqual(tag(Decide.putVoiceConnectorProxy(defaultRules, putRequest, absent)), "NotFoundException")
    })
  })

  describe("an unknown connector", () => {
    const put = (rules: Partial<Rules>, provisioned: boolean, voiceConnectorId: string = putRequest.voiceConnectorId) =>
      tag(
        Decide.putVoiceConnectorProxy(
          { ...defaultRules, ...rules },
          Object.assign({}, putRequest, { voiceConnectorId: VoiceConnectorId.make(voiceConnectorId) }),
          { exists: false, provisioned },
        ),
      )

    it("is created until the tenant is provisioned, and then refused", () => {
      assert.strictEqual(put({}, false), "allowed")
      assert.strictEqual(put({}, true), "NotFoundException")
    })

    it("is what an explicit rule says, provisioned or not", () => {
      for (const provisioned of [true, false]) {
        assert.strictEqual(put({ unknownConnectors: "created" }, provisioned), "allowed")
        assert.strictEqual(put({ unknownConnectors: "refused" }, provisioned), "NotFoundException")
      }
    })

    it("needs an id as AWS issues them if the rules are strict, and one that exists does not", () => {
      assert.strictEqual(put({}, false, "My connector"), "allowed")
      assert.strictEqual(put({ strictConnectorIds: true }, false), "allowed")
      assert.strictEqual(put({ strictConnectorIds: true }, false, "My connector"), "NotFoundException")
      const strict = { ...defaultRules, strictConnectorIds: true }
      const mine = { voiceConnectorId: "My connector" }
      assert.strictEqual(tag(Decide.deleteVoiceConnectorProxy(strict, mine, present)), "allowed")
    })
  })

  describe("without a number to give", () => {
    const allow = (...phoneNumberCountries: ReadonlyArray<string>) =>
      new ProxyConfiguration({ ...configuration, phoneNumberCountries })

    it("says which countries the pool has and which are allowed", () => {
      assert.strictEqual(
        refusal(create({ connector: { configuration: allow("DE", "FR"), pool } })),
        "BadRequestException: No proxy number is available: the Voice Connector has numbers of US, CA, " +
          "and its configuration allows DE, FR",
      )
      assert.match(
        refusal(create({ connector: { configuration: allow("DE"), pool: undefined } })),
        /has numbers of US, CA, GB, and its configuration allows DE/u,
      )
    })

    it("says that there are no numbers at all, where the rules have no default pool", () => {
      for (const pool of [undefined, []]) {
        const parts = { connector: { configuration, pool } }
        assert.strictEqual(tag(create(parts)), "allowed")
        assert.strictEqual(
          refusal(create(parts, createRequest, { ...defaultRules, defaultPool: false })),
          "BadRequestException: No proxy number is available: the Voice Connector has no numbers",
        )
      }
    })

    it("says of which countries every number is in use, and no number", () => {
      const held = new Set(pool.map(({ phoneNumber }) => phoneNumber))
      assert.strictEqual(
        refusal(create({ held })),
        "BadRequestException: No proxy number is available: every number of US is in use by one of the participants",
      )
    })
  })

  it("a new session is open, dated, named and numbered as the facts say", () => {
    const made = Result.getOrThrow(create())
    assert.deepStrictEqual(
      { ...made },
      {
        ...session,
        participants: made.participants,
        createdTimestamp: made.createdTimestamp,
        updatedTimestamp: made.createdTimestamp,
      },
    )
    assert.strictEqual(DateTime.toEpochMillis(made.createdTimestamp), start)
    assert.deepStrictEqual(
      made.participants.map(({ phoneNumber, proxyPhoneNumber }) => [phoneNumber, proxyPhoneNumber]),
      [
        [rider, number("+19135550190")],
        [driver, number("+19135550190")],
      ],
    )
  })

  it("a request that does not say is treated by the rule, a request that does by itself", () => {
    const last = number("+12125550190")
    const numberOf = (request: CreateProxySession, defaultBehavior: Rules["defaultBehavior"]) =>
      Result.getOrThrow(create({ last }, request, { ...defaultRules, defaultBehavior })).participants[0]
        ?.proxyPhoneNumber
    const avoiding = new CreateProxySession({ ...createRequest, numberSelectionBehavior: "AvoidSticky" })
    assert.strictEqual(numberOf(createRequest, "PreferSticky"), last)
    assert.notStrictEqual(numberOf(createRequest, "AvoidSticky"), last)
    assert.notStrictEqual(numberOf(avoiding, "PreferSticky"), last)
  })

  describe("what becomes of a session", () => {
    it("that has expired is Closed to a read, and stays what it was to the store", () => {
      const read = Result.getOrThrow(Decide.getProxySession(defaultRules, session, start + 60 * minute))
      assert.strictEqual(read.status, "Closed")
      assert.strictEqual(session.status, "Open")
      assert.strictEqual(Result.getOrThrow(Decide.getProxySession(defaultRules, session, start)), session)
    })

    it("that is deleted: nothing, or an ended one, or the one that had ended already", () => {
      const close = { ...defaultRules, deleteMode: "close" } as const
      assert.isUndefined(Result.getOrThrow(Decide.deleteProxySession(defaultRules, session, start)))
      const ended = Result.getOrThrow(Decide.deleteProxySession(close, session, start + 1))
      assert.deepInclude(ended, { status: "Closed", endedTimestamp: DateTime.makeUnsafe(start + 1) })
      assert.strictEqual(Result.getOrThrow(Decide.deleteProxySession(close, ended, start + 9)), ended)
      const expired = Result.getOrThrow(Decide.deleteProxySession(close, session, start + 90 * minute))
      assert.deepInclude(expired, { endedTimestamp: DateTime.makeUnsafe(start + 60 * minute) })
    })

    it("that was dated by a later clock: it is not changed before its time", () => {
      const early = start - 5 * minute
      const close = { ...defaultRules, deleteMode: "close" } as const
      for (const changed of [
        Decide.updateProxySession(defaultRules, update(["SMS"]), session, early),
        Decide.deleteProxySession(close, session, early),
        Decide.interact(session, early),
      ]) {
        assert.deepInclude(Result.getOrThrow<ProxySession | undefined, unknown>(changed), { updatedTimestamp: created })
      }
    })

    it("that a first call goes through is InProgress, and a missing one is not found", () => {
      assert.strictEqual(Result.getOrThrow(Decide.interact(session, start)).status, "InProgress")
      assert.strictEqual(tag(Decide.interact(undefined, start)), "NotFoundException")
    })
  })

  describe("a store of nothing but decisions", () => {
    const people = ["+12065550100", "+14015550101", "+13125550102", "+19135550190"].map(number)
    const Person = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 }))
    const Event = Schema.Struct({
      does: Schema.Literals(["create", "create", "create", "update", "delete", "interact"]),
      people: Schema.Tuple([Person, Person]),
      which: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 })),
      minutes: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 })),
      later: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 * minute })),
      close: Schema.Boolean,
    })
    const live = (all: ReadonlyArray<ProxySession>, now: number) =>
      all.filter((each) => Result.getOrThrow(Decide.getProxySession(defaultRules, each, now)).status !== "Closed")

    it.prop(
      "gives nobody one number in two live sessions, and keeps every session sound",
      { events: Schema.Array(Event).check(Schema.isMaxLength(40)) },
      ({ events }) => {
        let now = start
        let kept: ReadonlyArray<ProxySession> = []
        let ids = 0
        for (const event of events) {
          now += event.later
          const target = kept[event.which % Math.max(1, kept.length)]
          const put = (changed: ProxySession | undefined) => {
            kept = kept.flatMap((each) => (each === target ? (changed ?? []) : each))
          }
          const rules: Rules = { ...defaultRules, deleteMode: event.close ? "close" : "remove" }
          const minutes = ExpiryMinutes.make(event.minutes)
          if (event.does === "create") {
            const pair = event.people.map((n) => people[n] ?? rider)
            const request = Object.assign({}, createRequest, { participantPhoneNumbers: pair, expiryMinutes: minutes })
            const held = live(kept, now).filter((each) =>
              each.participants.some((one) => pair.includes(one.phoneNumber)),
            )
            const made = Decide.createProxySession(rules, request, {
              ...facts,
              held: new Set(held.flatMap((each) => each.participants.map((one) => one.proxyPhoneNumber))),
              proxySessionId: ProxySessionId.make(`session-${++ids}`),
              now,
            })
            if (Result.isSuccess(made)) kept = [...kept, made.success]
          } else if (event.does === "update") {
            const changed = Decide.updateProxySession(rules, update(["SMS"], minutes), target, now)
            if (Result.isSuccess(changed)) put(changed.success)
          } else if (event.does === "delete") {
            const left = Decide.deleteProxySession(rules, target, now)
            if (Result.isSuccess(left)) put(left.success)
          } else {
            const changed = Decide.interact(target, now)
            if (Result.isSuccess(changed)) put(changed.success)
          }
          const holds = live(kept, now).flatMap((each) =>
            each.participants.map((one) => `${one.phoneNumber} ${one.proxyPhoneNumber}`),
          )
          assert.strictEqual(new Set(holds).size, holds.length)
          for (const each of kept) {
            const updated = DateTime.toEpochMillis(each.updatedTimestamp)
            assert.isAtMost(DateTime.toEpochMillis(each.createdTimestamp), updated)
            assert.strictEqual(each.status === "Closed", each.endedTimestamp !== undefined)
            assert.isFalse(each.participants.some((one) => one.phoneNumber === one.proxyPhoneNumber))
          }
        }
      },
      property,
    )

    it.prop(
      "lists each session once, in pages of any size",
      {
        count: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 12 })),
        size: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 13 })),
      },
      ({ count, size }) => {
        const ids = Array.from({ length: count }, (_, n) => ProxySessionId.make(`s${String(n).padStart(2, "0")}`))
        const kept = ids.map((proxySessionId) => Object.assign(Object.create(null), session, { proxySessionId }))
        const found: Array<string> = []
        let nextToken: string | undefined
        do {
          const request = list({ maxResults: size, ...(nextToken === undefined ? {} : { nextToken }) })
          const query = Result.getOrThrow(Decide.listProxySessions(defaultRules, request, scope))
          const rest = kept.filter((each) => query.after === undefined || each.proxySessionId > query.after.id)
          const read = { ...present, sessions: rest.slice(0, query.limit) }
          const page = Result.getOrThrow(Decide.proxySessionPage(defaultRules, query, read))
          assert.isAtMost(page.proxySessions.length, size)
          found.push(...page.proxySessions.map(({ proxySessionId }) => proxySessionId))
          nextToken = page.nextToken
        } while (nextToken !== undefined)
        assert.deepStrictEqual<ReadonlyArray<string>>(found, ids)
      },
      property,
    )
  })
})
