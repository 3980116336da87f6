/**
 * Ending a session by hand.
 */
import * as Effect from "effect/Effect"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const whereRemoved = cases({ only: { deleteMode: "remove" } })({
  "a deleted session is gone: not found by get, update or delete, and not listed": function* () {
    const { repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const { proxySessionId } = yield* Given.session(voiceConnectorId)
    const key = { voiceConnectorId, proxySessionId }
    yield* repo.delete(key)
    const update = repo.update({ ...key, capabilities: ["Voice"] })
    yield* Expect.fails("get", "NotFoundException", repo.get(key))
    yield* Expect.fails("update", "NotFoundException", update)
    yield* Expect.fails("delete", "NotFoundException", repo.delete(key))
    yield* Expect.same("the listing", Given.ids(yield* Given.listed(voiceConnectorId)), [])
  },
  "of two deletions at once one succeeds": function* () {
    const { repo } = yield* Bench
    const session = yield* Given.session(yield* Given.connector())
    const deletion = Effect.match(repo.delete(session), {
      onSuccess: () => "deleted",
      onFailure: ({ _tag }): string => _tag,
    })
    const both = yield* Effect.all([deletion, deletion], { concurrency: 2 })
    yield* Expect.sameMembers("the outcomes", both, ["NotFoundException", "deleted"])
  },
})

const whereClosed = cases({ only: { deleteMode: "close" } })({
  "a deleted session is closed: it can be read and listed, and no longer be updated": function* () {
    const { repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const session = yield* Given.session(voiceConnectorId)
    yield* repo.delete(session)
    const closed = yield* repo.get(session)
    yield* Expect.same("the status", closed.status, "Closed")
    yield* Expect.holds("the session should have an end", closed.endedTimestamp !== undefined)
    const listed = yield* Given.listed(voiceConnectorId, { status: "Closed" })
    yield* Expect.same("those that are closed", Given.ids(listed), Given.ids([session]))
    const update = repo.update({ ...session, capabilities: ["Voice"] })
    yield* Expect.fails("update", "BadRequestException", update)
  },
})

const always = cases()({
  "deleting one session leaves the others alone": function* () {
    const { repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const [one, ...others] = yield* Given.sessions(voiceConnectorId, 3)
    if (one !== undefined) yield* repo.delete(one)
    const open = yield* Given.listed(voiceConnectorId, { status: "Open" })
    yield* Expect.sameMembers("the open ones", Given.ids(open), Given.ids(others))
  },
  "a deleted session's number is free again": function* () {
    const { repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector({}, Fixtures.pool.slice(0, 1))
    const first = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, 1) })
    yield* repo.delete(first)
    const second = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, 2) })
    yield* Expect.same("the number", Given.proxyNumber(second), Given.proxyNumber(first))
  },
  "an id is never given twice": function* () {
    const { repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const first = yield* Given.session(voiceConnectorId)
    yield* repo.delete(first)
    const second = yield* Given.session(voiceConnectorId)
    yield* Expect.holds("the second id should be another", first.proxySessionId !== second.proxySessionId)
  },
  "a missing session is a NotFoundException": function* () {
    const { repo } = yield* Bench
    const key = Given.missing(yield* Given.connector())
    yield* Expect.fails("delete", "NotFoundException", repo.delete(key))
  },
})

export const remove: ContractGroup = { subject: "delete", cases: [...whereRemoved, ...whereClosed, ...always] }
