/**
 * Which number stands between two people: never an ambiguous one, and otherwise by habit and by nearness.
 */
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const number = Given.proxyNumber

/** A session that is over at once, and the number it had. */
const formerNumber = Effect.fnUntraced(function* (
  voiceConnectorId: VoiceConnectorId,
  changes: Partial<CreateProxySession> = {},
) {
  const repo = yield* ProxySessionRepo
  const session = yield* Given.session(voiceConnectorId, changes)
  yield* repo.delete(session)
  return number(session)
})

const areaCodeOf = (session: ProxySession) => number(session)?.slice(2, 5)

const pool: ReadonlyArray<PoolNumber> = Fixtures.pool

const always = cases()({
  "nobody has the same number in two live sessions, and a whole pool can be in use": function* () {
    const voiceConnectorId = yield* Given.connector({ phoneNumberPoolCountries: ["CA", "US"] })
    const sessions = yield* Effect.forEach(
      pool.keys(),
      (n) => Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, n + 1) }),
      { concurrency: "unbounded" },
    )
    yield* Expect.sameMembers(
      "the numbers",
      sessions.flatMap((session) => number(session) ?? []),
      pool.map(({ phoneNumber }) => phoneNumber),
    )
  },
  "a participant is never given the own number as a proxy": function* () {
    const two = pool.slice(0, 2)
    const voiceConnectorId = yield* Given.connector({}, two)
    const own = two[0]?.phoneNumber ?? Fixtures.person(0)
    const session = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: [own, Fixtures.person(1)] })
    yield* Expect.same("the number", number(session), two[1]?.phoneNumber)
  },
  "PreferSticky gives the same two people their last number again, whoever is named first": function* () {
    const { repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    // Taken while another session has the first choice, so that the last number is not simply the first choice.
    const other = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, 7) })
    const last = yield* formerNumber(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, 1) })
    yield* repo.delete(other)
    const again = yield* Given.session(voiceConnectorId, {
      participantPhoneNumbers: Given.pair(1, 0),
      numberSelectionBehavior: "PreferSticky",
    })
    yield* Expect.same("the number", number(again), last)
  },
  "AvoidSticky gives them another number while there is one": function* () {
    const voiceConnectorId = yield* Given.connector()
    const last = yield* formerNumber(voiceConnectorId)
    const again = yield* Given.session(voiceConnectorId, { numberSelectionBehavior: "AvoidSticky" })
    yield* Expect.holds("the number should be another than the last", number(again) !== last)
  },
  "AvoidSticky is a preference: the last number is better than none": function* () {
    const voiceConnectorId = yield* Given.connector({}, pool.slice(0, 1))
    const last = yield* formerNumber(voiceConnectorId)
    const again = yield* Given.session(voiceConnectorId, { numberSelectionBehavior: "AvoidSticky" })
    yield* Expect.same("the number", number(again), last)
  },
  "geoMatchParams ask for an area code": function* () {
    const voiceConnectorId = yield* Given.connector()
    const session = yield* Given.session(voiceConnectorId, {
      geoMatchLevel: "AreaCode",
      geoMatchParams: { country: "US", areaCode: "212" },
    })
    yield* Expect.same("the area code", areaCodeOf(session), "212")
  },
  "a geoMatchLevel alone asks for the first participant's place": function* () {
    const near: PoolNumber = { country: "US", phoneNumber: Fixtures.person(90) }
    const voiceConnectorId = yield* Given.connector({}, [...pool, near])
    const session = yield* Given.session(voiceConnectorId, { geoMatchLevel: "AreaCode" })
    yield* Expect.same("the number", number(session), near.phoneNumber)
  },
  "a geoMatchLevel of Country asks for the country": function* () {
    const voiceConnectorId = yield* Given.connector({ phoneNumberPoolCountries: ["CA", "US"] })
    const session = yield* Given.session(voiceConnectorId, {
      geoMatchLevel: "Country",
      geoMatchParams: { country: "CA", areaCode: "" },
    })
    yield* Expect.same("the area code", areaCodeOf(session), "416")
  },
  "a geo match is a preference: a number from elsewhere is better than none": function* () {
    const voiceConnectorId = yield* Given.connector()
    const session = yield* Given.session(voiceConnectorId, {
      geoMatchLevel: "AreaCode",
      geoMatchParams: { country: "US", areaCode: "999" },
    })
    yield* Expect.holds("the session should have a number", number(session) !== undefined)
  },
})

export const numbers: ContractGroup = { subject: "proxy numbers", cases: always }
