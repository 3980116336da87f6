/**
 * Listing sessions: which, and in which order.
 */
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ListProxySessions } from "@proxy-session/domain/ProxySessionRequest"
import * as DateTime from "effect/DateTime"
import type { Input } from "@proxy-session/domain/Input"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const byAge = (one: ProxySession, other: ProxySession): number =>
  DateTime.toEpochMillis(one.createdTimestamp) - DateTime.toEpochMillis(other.createdTimestamp)

const first = (request: Input<typeof ListProxySessions>) => Bench.use(({ repo }) => repo.list(request))

const always = cases()({
  "a connector without sessions has one empty page": function* () {
    const page = yield* first({ voiceConnectorId: yield* Given.connector() })
    yield* Expect.same("the page", { ...page }, { proxySessions: [] })
  },
  "a listing has the connector's own sessions, as get reads them, oldest first": function* () {
    const voiceConnectorId = yield* Given.connector()
    yield* Given.session(yield* Given.connector())
    const sessions = yield* Given.sessions(voiceConnectorId, 3)
    const listed = yield* Given.listed(voiceConnectorId)
    yield* Expect.sameMembers("the ids", Given.ids(listed), Given.ids(sessions))
    yield* Expect.same("the order", Given.ids(listed), Given.ids(listed.toSorted(byAge)))
    for (const each of listed) {
      const created = sessions.find(({ proxySessionId }) => proxySessionId === each.proxySessionId)
      yield* Expect.same("the session", Given.facts(each), created && Given.facts(created))
    }
  },
  "a status lists the sessions that have it, and no others": function* () {
    const voiceConnectorId = yield* Given.connector()
    const sessions = yield* Given.sessions(voiceConnectorId, 3)
    yield* Expect.same("the open ones", (yield* Given.listed(voiceConnectorId, { status: "Open" })).length, 3)
    for (const status of ["Closed", "InProgress"] as const) {
      const page = yield* first({ voiceConnectorId, status })
      yield* Expect.same(`the ${status} ones`, { ...page }, { proxySessions: [] })
    }
    yield* Expect.same("all", (yield* Given.listed(voiceConnectorId)).length, sessions.length)
  },
})

const inProgress = cases({ needs: ["interact"] })({
  "a session with a call in it is listed as InProgress": function* () {
    const { interact } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const [one, ...others] = yield* Given.sessions(voiceConnectorId, 3)
    if (one !== undefined) yield* interact(one)
    const inProgress = yield* Given.listed(voiceConnectorId, { status: "InProgress" })
    yield* Expect.same("those in progress", Given.ids(inProgress), one && Given.ids([one]))
    const open = yield* Given.listed(voiceConnectorId, { status: "Open", maxResults: 1 })
    yield* Expect.sameMembers("the open ones", Given.ids(open), Given.ids(others))
  },
})

const whereRefused = cases({ only: { unknownConnectors: "refused" } })({
  "a connector that does not exist is a NotFoundException": function* () {
    yield* Expect.fails("list", "NotFoundException", first({ voiceConnectorId: "no-such-connector" }))
  },
})

export const list: ContractGroup = { subject: "list", cases: [...always, ...inProgress, ...whereRefused] }
