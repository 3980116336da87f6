/**
 * Expiry: a session ends by the clock alone, at one exact instant.
 */
import { ExpiryMinutes } from "@proxy-session/domain/ExpiryMinutes"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const tenMinutes = { expiryMinutes: ExpiryMinutes.make(10) }

export const time: ContractGroup = {
  subject: "time",
  cases: [
    {
      name: "a session closes when its minutes are over, and not a millisecond before",
      needs: ["clock"],
      run: Effect.gen(function* () {
        const { adjust } = yield* Bench
        const repo = yield* ProxySessionRepo
        const session = yield* Given.session(yield* Given.connector(), tenMinutes)
        yield* adjust(10 * 60_000 - 1)
        yield* Expect.same("the status before", (yield* repo.get(session)).status, "Open")
        yield* adjust(1)
        yield* Expect.same("the status then", (yield* repo.get(session)).status, "Closed")
      }),
    },
    {
      name: "a session that has expired was last updated and ended at that instant, however late one looks",
      needs: ["clock"],
      run: Effect.gen(function* () {
        const { adjust } = yield* Bench
        const repo = yield* ProxySessionRepo
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
      }),
    },
    {
      name: "many short steps of time come to the same as a long one",
      needs: ["clock"],
      run: Effect.gen(function* () {
        const { adjust } = yield* Bench
        const repo = yield* ProxySessionRepo
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
      }),
    },
    {
      name: "a listing knows what has expired",
      needs: ["clock"],
      run: Effect.gen(function* () {
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
      }),
    },
    {
      name: "the older of two sessions is listed first",
      needs: ["clock"],
      run: Effect.gen(function* () {
        const { adjust } = yield* Bench
        const voiceConnectorId = yield* Given.connector()
        const ids: Array<string> = []
        for (const n of [0, 1, 2, 3]) {
          ids.push(
            (yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pairOf(n) })).proxySessionId,
          )
          yield* adjust(1)
        }
        yield* Expect.same("the listing", [...Given.ids(yield* Given.listed(voiceConnectorId))], ids)
      }),
    },
    {
      name: "an expired session's number is free again",
      needs: ["clock"],
      run: Effect.gen(function* () {
        const { adjust } = yield* Bench
        const voiceConnectorId = yield* Given.connector({}, Fixtures.pool.slice(0, 1))
        yield* Given.session(voiceConnectorId, { ...tenMinutes, participantPhoneNumbers: Given.pair(0, 1) })
        const second = Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, 2) })
        yield* Expect.fails("create before", "BadRequestException", second)
        yield* adjust("10 minutes")
        yield* Expect.same("the number", Given.proxyNumber(yield* second), Fixtures.pool[0]?.phoneNumber)
      }),
    },
    {
      name: "a session with a call in it is InProgress, expires all the same, and stays closed",
      needs: ["interact", "clock"],
      run: Effect.gen(function* () {
        const { adjust, interact } = yield* Bench
        const repo = yield* ProxySessionRepo
        const session = yield* Given.session(yield* Given.connector(), tenMinutes)
        yield* interact(session)
        yield* Expect.same("the status", (yield* repo.get(session)).status, "InProgress")
        yield* adjust("10 minutes")
        yield* interact(session)
        yield* Expect.same("the status after", (yield* repo.get(session)).status, "Closed")
      }),
    },
  ],
}
