/**
 * When there is no new session to be had, and that nothing has happened then.
 */
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const onePoolNumber: ReadonlyArray<PoolNumber> = Fixtures.pool.slice(0, 1)

const always = cases()({
  "two equal participants, however spelled, are a BadRequestException": function* () {
    const voiceConnectorId = yield* Given.connector()
    for (const number of ["+12065550100", "12065550100"]) {
      const create = Given.session(voiceConnectorId, {
        participantPhoneNumbers: ["+12065550100", number],
      })
      yield* Expect.fails("create", "BadRequestException", create)
    }
  },
  "no capability at all is a BadRequestException": function* () {
    const voiceConnectorId = yield* Given.connector()
    yield* Expect.fails("create", "BadRequestException", Given.session(voiceConnectorId, { capabilities: [] }))
  },
  "minutes within the range are granted, and one beyond it is a BadRequestException": function* () {
    const { expiryRange } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    for (const minutes of [expiryRange.minimum, expiryRange.maximum]) {
      const session = yield* Given.session(voiceConnectorId, { expiryMinutes: minutes })
      yield* Expect.same("the minutes", session.expiryMinutes, minutes)
    }
    const tooLong = expiryRange.maximum + 1
    const create = Given.session(voiceConnectorId, { expiryMinutes: tooLong })
    yield* Expect.fails("create", "BadRequestException", create)
  },
  "a connector without a configuration is a BadRequestException": function* () {
    const { connector } = yield* Bench
    const voiceConnectorId = yield* connector(Fixtures.pool)
    yield* Expect.fails("create", "BadRequestException", Given.session(voiceConnectorId))
  },
  "a connector that is disabled is a ForbiddenException, and its sessions live on": function* () {
    const { repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const session = yield* Given.session(voiceConnectorId)
    yield* Given.configure(voiceConnectorId, { disabled: true })
    yield* Expect.fails("create", "ForbiddenException", Given.session(voiceConnectorId))
    yield* Expect.same("the status", (yield* repo.get(session)).status, "Open")
  },
  "an exhausted pool is a BadRequestException, and changes nothing": function* () {
    const voiceConnectorId = yield* Given.connector({}, onePoolNumber)
    const first = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, 1) })
    const second = Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(2, 0) })
    yield* Expect.fails("create", "BadRequestException", second)
    yield* Expect.same("the listing", Given.ids(yield* Given.listed(voiceConnectorId)), Given.ids([first]))
  },
})

const whereRefused = cases({ only: { unknownConnectors: "refused" } })({
  "a connector that does not exist is a NotFoundException": function* () {
    yield* Expect.fails("create", "NotFoundException", Given.session("no-such-connector"))
  },
})

export const admission: ContractGroup = { subject: "admission", cases: [...always, ...whereRefused] }
