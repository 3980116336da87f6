/**
 * What a new session is.
 */
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const people = ({ participants }: ProxySession) => participants.map(({ phoneNumber }) => phoneNumber)

const always = cases()({
  "a new session is open, dated, and what was asked for": function* () {
    const voiceConnectorId = yield* Given.connector()
    const session = yield* Given.session(voiceConnectorId, {
      ...Fixtures.createProxySessionInFull,
      expiryMinutes: 30,
    })
    yield* Expect.same("the connector", session.voiceConnectorId, voiceConnectorId)
    yield* Expect.same("the status", session.status, "Open")
    yield* Expect.same("the update", Given.facts(session).updatedTimestamp, Given.facts(session).createdTimestamp)
    yield* Expect.same("the end", session.endedTimestamp, undefined)
    yield* Expect.same("the name", session.name, "Trip 1")
    yield* Expect.same("the minutes", session.expiryMinutes, 30)
    yield* Expect.sameMembers("the capabilities", session.capabilities, ["SMS", "Voice"])
    yield* Expect.same("the number selection", session.numberSelectionBehavior, "PreferSticky")
    yield* Expect.same("the geo match level", session.geoMatchLevel, "AreaCode")
    yield* Expect.same("the geo match", session.geoMatchParams, { country: "US", areaCode: "206" })
    const { participantPhoneNumbers } = Fixtures.createProxySession
    yield* Expect.sameMembers("the participants", people(session), participantPhoneNumbers)
  },
  "both participants share one number of the connector's pool, from an allowed country": function* () {
    const voiceConnectorId = yield* Given.connector({ phoneNumberPoolCountries: ["CA"] })
    const { participants } = yield* Given.session(voiceConnectorId)
    const used = Fixtures.pool.find(({ phoneNumber }) => phoneNumber === participants[0]?.proxyPhoneNumber)
    yield* Expect.same("the number of participants", participants.length, 2)
    yield* Expect.same("the other number", participants[1]?.proxyPhoneNumber, participants[0]?.proxyPhoneNumber)
    yield* Expect.same("the country of the proxy number", used?.country, "CA")
  },
  "a session without minutes of its own gets the connector's": function* () {
    const voiceConnectorId = yield* Given.connector({ defaultSessionExpiryMinutes: 45 })
    const session = yield* Given.session(voiceConnectorId)
    yield* Expect.same("the minutes", session.expiryMinutes, 45)
  },
  "a capability that is asked for twice is granted once": function* () {
    const voiceConnectorId = yield* Given.connector()
    const session = yield* Given.session(voiceConnectorId, { capabilities: ["Voice", "Voice"] })
    yield* Expect.same("the capabilities", [...session.capabilities], ["Voice"])
  },
  "numbers without a plus are kept with one": function* () {
    const voiceConnectorId = yield* Given.connector()
    const session = yield* Given.session(voiceConnectorId, {
      participantPhoneNumbers: ["12065550100", "+14015550101"],
    })
    yield* Expect.sameMembers("the participants", people(session), ["+12065550100", "+14015550101"])
  },
  "fifty sessions at once all differ in id": function* () {
    const voiceConnectorId = yield* Given.connector()
    const sessions = yield* Given.sessions(voiceConnectorId, 50, { concurrency: "unbounded" })
    yield* Expect.same("the number of ids", new Set(Given.ids(sessions)).size, 50)
    yield* Expect.sameMembers("the listing", Given.ids(yield* Given.listed(voiceConnectorId)), Given.ids(sessions))
  },
})

export const create: ContractGroup = { subject: "create", cases: always }
