/**
 * Reading one session.
 */
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const always = cases()({
  "a session is read as it was created, as often as one likes": function* () {
    const { repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const session = yield* Given.session(voiceConnectorId, { ...Fixtures.createProxySessionInFull })
    for (const read of [yield* repo.get(session), yield* repo.get(session)]) {
      yield* Expect.same("the session", Given.facts(read), Given.facts(session))
    }
  },
  "a missing session is a NotFoundException": function* () {
    const { repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    yield* Given.session(voiceConnectorId)
    yield* Expect.fails("get", "NotFoundException", repo.get(Given.missing(voiceConnectorId)))
  },
  "a session of another connector is a NotFoundException": function* () {
    const { repo } = yield* Bench
    const { proxySessionId } = yield* Given.session(yield* Given.connector())
    const voiceConnectorId = yield* Given.connector()
    yield* Expect.fails("get", "NotFoundException", repo.get({ voiceConnectorId, proxySessionId }))
  },
  "a connector that does not exist is a NotFoundException": function* () {
    const { repo } = yield* Bench
    const key = Given.missing("no-such-connector")
    yield* Expect.fails("get", "NotFoundException", repo.get(key))
  },
  "ids of any characters are names and never paths": function* () {
    const { repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const session = yield* Given.session(voiceConnectorId)
    const hostile = ["../x", "a/b", "%2e%2e", "a%2Fb", "a?b=c", "a#b", "a b", "é✓😀", "__proto__", "x".repeat(128)]
    for (const id of hostile) {
      const key = { voiceConnectorId, proxySessionId: id }
      yield* Expect.fails(`get ${id}`, "NotFoundException", repo.get(key))
      yield* Expect.fails(`delete ${id}`, "NotFoundException", repo.delete(key))
    }
    yield* Expect.same("the listing", Given.ids(yield* Given.listed(voiceConnectorId)), Given.ids([session]))
  },
})

export const get: ContractGroup = { subject: "get", cases: always }
