/**
 * Expiry: a session ends by the clock alone, at one exact instant.
 */
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const tenMinutes = { expiryMinutes: 10 }

const inTime = cases({ needs: ["clock"] })({
  "a session closes when its minutes are over, and not a millisecond before": function* () {
    const { adjust, repo } = yield* Bench
    const session = yield* Given.session(yield* Given.connector(), tenMinutes)
    yield* adjust(10 * 60_000 - 1)
    yield* Expect.same("the status before", (yield* repo.get(session)).status, "Open")
    yield* adjust(1)
    yield* Expect.same("the status then", (yield* repo.get(session)).status, "Closed")
  },
  "a session that has expired was last updated and ended at that instant, however late one looks": function* () {
    const { adjust, repo } = yield* Bench
    const session = yield* Given.session(yield* Given.connector(), tenMinutes)
    yield* adjust("2 days")
    const before = Given.facts(session)
    const end = before.createdTimestamp + 10 * 60_000
    const after = Given.facts(yield* repo.get(session))
    yield* Expect.same("the session", after, {
      ...before,
      status: "Closed",
      updatedTimestamp: end,
      endedTimestamp: end,
    })
  },
  "many short steps of time come to the same as a long one": function* () {
    const { adjust, repo } = yield* Bench
    const session = yield* Given.session(yield* Given.connector(), tenMinutes)
    const statuses: Array<string> = []
    for (let minute = 1; minute <= 12; minute++) {
      yield* adjust("1 minute")
      statuses.push((yield* repo.get(session)).status)
    }
    yield* Expect.same("the statuses", statuses, [
      ...Array.from({ length: 9 }, () => "Open"),
      ...Array.from({ length: 3 }, () => "Closed"),
    ])
  },
  "a listing knows what has expired": function* () {
    const { adjust } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const short = yield* Given.session(voiceConnectorId, {
      ...tenMinutes,
      participantPhoneNumbers: Given.pairOf(0),
    })
    const long = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pairOf(1) })
    yield* adjust("10 minutes")
    const closed = yield* Given.listed(voiceConnectorId, { status: "Closed" })
    const open = yield* Given.listed(voiceConnectorId, { status: "Open" })
    yield* Expect.same("those that are closed", Given.ids(closed), Given.ids([short]))
    yield* Expect.same("those that are open", Given.ids(open), Given.ids([long]))
    yield* Expect.same("all of them", (yield* Given.listed(voiceConnectorId)).length, 2)
  },
  "the older of two sessions is listed first": function* () {
    const { adjust } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const ids: Array<string> = []
    for (const n of [0, 1, 2, 3]) {
      ids.push((yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pairOf(n) })).proxySessionId)
      yield* adjust(1)
    }
    yield* Expect.same("the listing", [...Given.ids(yield* Given.listed(voiceConnectorId))], ids)
  },
  "an expired session's number is free again": function* () {
    const { adjust } = yield* Bench
    const voiceConnectorId = yield* Given.connector({}, Fixtures.pool.slice(0, 1))
    yield* Given.session(voiceConnectorId, { ...tenMinutes, participantPhoneNumbers: Given.pair(0, 1) })
    const second = Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, 2) })
    yield* Expect.fails("create before", "BadRequestException", second)
    yield* adjust("10 minutes")
    yield* Expect.same("the number", Given.proxyNumber(yield* second), Fixtures.pool[0]?.phoneNumber)
  },
})

const inProgressInTime = cases({ needs: ["clock", "interact"] })({
  "a session with a call in it is InProgress, expires all the same, and stays closed": function* () {
    const { adjust, interact, repo } = yield* Bench
    const session = yield* Given.session(yield* Given.connector(), tenMinutes)
    yield* interact(session)
    yield* Expect.same("the status", (yield* repo.get(session)).status, "InProgress")
    yield* adjust("10 minutes")
    yield* interact(session)
    yield* Expect.same("the status after", (yield* repo.get(session)).status, "Closed")
  },
})

export const time: ContractGroup = { subject: "time", cases: [...inTime, ...inProgressInTime] }
