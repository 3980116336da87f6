import { defaultPool } from "@proxy-session/domain/DefaultPool"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import {
  BadRequest,
  connector,
  driver,
  london,
  newYork,
  number,
  play,
  proxyOf,
  refusal,
  rider,
  seattle,
  seattle2,
  stranger,
  toronto,
} from "./support/scene.ts"

const everywhere = { connectors: [connector({ configuration: { phoneNumberCountries: ["US", "CA", "GB"] } })] }

describe("the number of a session", () => {
  it.effect("comes from the countries of the configuration alone", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          assert.strictEqual(proxyOf(yield* on.create()), toronto)
          assert.strictEqual(yield* refusal(on.create()), BadRequest)
        }),
      { connectors: [connector({ configuration: { phoneNumberCountries: ["CA", "FR"] } })] },
    ),
  )

  it.effect("stands for nobody else to either participant while both sessions live", () =>
    play((on) =>
      Effect.gen(function* () {
        assert.strictEqual(proxyOf(yield* on.create({ participantPhoneNumbers: [rider, driver] })), seattle)
        assert.strictEqual(proxyOf(yield* on.create({ participantPhoneNumbers: [stranger, rider] })), seattle2)
        assert.strictEqual(proxyOf(yield* on.create({ participantPhoneNumbers: [driver, stranger] })), newYork)
      }),
    ),
  )

  it.effect("may stand for other people at the same time", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.create({ participantPhoneNumbers: [rider, driver] })
        const other = yield* on.create({ participantPhoneNumbers: [stranger, "+15125550103"] })
        assert.strictEqual(proxyOf(other), seattle)
      }),
    ),
  )

  it.effect("is never a participant's own, however that is spelled", () =>
    play((on) =>
      Effect.gen(function* () {
        const session = yield* on.create({ participantPhoneNumbers: [seattle, driver] })
        assert.strictEqual(proxyOf(session), seattle2)
        yield* on.remove(session.proxySessionId)
        assert.strictEqual(proxyOf(yield* on.create({ participantPhoneNumbers: [rider, "12065550190"] })), seattle2)
      }),
    ),
  )

  it.effect("runs out: then the request is refused, and nothing is taken", () =>
    play((on) =>
      Effect.gen(function* () {
        const ids: Array<string> = []
        for (let n = 0; n < 3; n++) ids.push((yield* on.create()).proxySessionId)
        const before = yield* on.snapshots.export
        assert.strictEqual(yield* refusal(on.create()), BadRequest)
        assert.strictEqual(yield* refusal(on.create({ participantPhoneNumbers: [stranger, rider] })), BadRequest)
        assert.deepStrictEqual(yield* on.snapshots.export, before)
        yield* on.remove(ids[1] ?? "")
        assert.strictEqual(proxyOf(yield* on.create()), seattle2)
      }),
    ),
  )

  it.effect("of a connector without numbers is none, where there is no default pool", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          assert.strictEqual(yield* refusal(on.create()), BadRequest)
        }),
      { connectors: [connector({ pool: [] })], defaultPool: false },
    ),
  )
})

describe("stickiness", () => {
  /** A first session of the pair on the second number of the pool, ended before the next one begins. */
  const first = Effect.fn(function* (on: Parameters<Parameters<typeof play>[0]>[0]) {
    const other = yield* on.create({ participantPhoneNumbers: [rider, stranger] })
    const session = yield* on.create()
    assert.strictEqual(proxyOf(session), seattle2)
    yield* on.remove(other.proxySessionId)
    return session
  })

  it.effect("a pair gets its last number again, by default and on request", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.remove((yield* first(on)).proxySessionId)
        const again = yield* on.create()
        assert.strictEqual(proxyOf(again), seattle2)
        yield* on.remove(again.proxySessionId)
        assert.strictEqual(proxyOf(yield* on.create({ numberSelectionBehavior: "PreferSticky" })), seattle2)
      }),
    ),
  )

  it.effect("also after the session expired, in either order, and in either spelling", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* first(on)
        yield* TestClock.adjust("60 minutes")
        const again = yield* on.create({ participantPhoneNumbers: [driver, "12065550100"] })
        assert.strictEqual(proxyOf(again), seattle2)
      }),
    ),
  )

  it.effect("a pair gets another number while its last one is held", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* first(on)
        assert.strictEqual(proxyOf(yield* on.create()), seattle)
      }),
    ),
  )

  it.effect("AvoidSticky takes any other number first, and the last one rather than none", () =>
    play((on) =>
      Effect.gen(function* () {
        const numbers: Array<string | undefined> = []
        for (const ended of [true, false, false]) {
          const session = yield* on.create({ numberSelectionBehavior: "AvoidSticky" })
          numbers.push(proxyOf(session))
          if (ended) yield* on.remove(session.proxySessionId)
        }
        assert.deepStrictEqual(numbers, [seattle, seattle2, seattle])
        const third = yield* on.create({ numberSelectionBehavior: "AvoidSticky" })
        assert.strictEqual(proxyOf(third), newYork)
        yield* on.remove(third.proxySessionId)
        assert.strictEqual(proxyOf(yield* on.create({ numberSelectionBehavior: "AvoidSticky" })), newYork)
      }),
    ),
  )

  it.effect("the default can be turned about, and is not echoed", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const session = yield* on.create()
          assert.isFalse("numberSelectionBehavior" in session)
          yield* on.remove(session.proxySessionId)
          assert.strictEqual(proxyOf(yield* on.create()), seattle2)
        }),
      { connectors: [connector()], defaultBehavior: "AvoidSticky" },
    ),
  )
})

describe("nearness", () => {
  const from = (first: string) => ({ participantPhoneNumbers: [first, stranger] }) as const

  it.effect("follows the first participant's area code or country", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const areaCode = yield* on.create({ ...from("+12125550104"), geoMatchLevel: "AreaCode" })
          assert.strictEqual(proxyOf(areaCode), newYork)
          const country = yield* on.create({ ...from("+447700900001"), geoMatchLevel: "Country" })
          assert.strictEqual(proxyOf(country), london)
        }),
      everywhere,
    ),
  )

  it.effect("follows explicit parameters rather than the participant, with and without a level", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const geoMatchParams = { country: "CA", areaCode: "416" }
          const asked = yield* on.create({ geoMatchLevel: "AreaCode", geoMatchParams })
          assert.strictEqual(proxyOf(asked), toronto)
          yield* on.remove(asked.proxySessionId)
          assert.strictEqual(proxyOf(yield* on.create({ ...from("+15125550105"), geoMatchParams })), toronto)
        }),
      everywhere,
    ),
  )

  it.effect("is a preference: without the area code it is the country, without the country any number", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const noArea = { geoMatchLevel: "AreaCode", geoMatchParams: { country: "CA", areaCode: "604" } } as const
          assert.strictEqual(proxyOf(yield* on.create(noArea)), toronto)
          const nowhere = { geoMatchLevel: "Country", geoMatchParams: { country: "FR", areaCode: "" } } as const
          assert.strictEqual(proxyOf(yield* on.create(nowhere)), seattle)
        }),
      everywhere,
    ),
  )

  it.effect("yields to the habit of the pair, and never to a number that is held", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const near = { geoMatchLevel: "AreaCode", geoMatchParams: { country: "US", areaCode: "212" } } as const
          const before = yield* on.create()
          yield* on.remove(before.proxySessionId)
          assert.strictEqual(proxyOf(yield* on.create({ ...near })), seattle)
          assert.strictEqual(proxyOf(yield* on.create({ ...near })), newYork)
          assert.strictEqual(proxyOf(yield* on.create({ ...near })), seattle2)
        }),
      everywhere,
    ),
  )
})

describe("the default pool", () => {
  it("has a thousand different numbers, all reserved for fiction", () => {
    assert.strictEqual(new Set(defaultPool.map(({ phoneNumber }) => phoneNumber)).size, 1000)
    for (const { country, phoneNumber } of defaultPool) {
      assert.match(phoneNumber, country === "GB" ? /^\+4477009000\d\d$/u : /^\+1\d{3}55501\d\d$/u)
    }
  })

  it.effect("serves a connector that was seeded without one", () => {
    const { configuration = assert.fail(), voiceConnectorId } = connector()
    return play(
      (on) =>
        Effect.gen(function* () {
          assert.strictEqual(proxyOf(yield* on.create()), number("+12065550101"), "the first that is not the rider's")
        }),
      { connectors: [{ voiceConnectorId, configuration }] },
    )
  })
})
