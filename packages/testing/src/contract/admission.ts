/**
 * When there is no new session to be had, and that nothing has happened then.
 */
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ExpiryMinutes } from "@proxy-session/domain/ExpiryMinutes"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as Effect from "effect/Effect"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const onePoolNumber: ReadonlyArray<PoolNumber> = Fixtures.pool.slice(0, 1)

export const admission: ContractGroup = {
  subject: "admission",
  cases: [
    {
      name: "two equal participants, however spelled, are a BadRequestException",
      run: Effect.gen(function* () {
        const voiceConnectorId = yield* Given.connector()
        for (const number of ["+12065550100", "12065550100"]) {
          const create = Given.session(voiceConnectorId, {
            participantPhoneNumbers: [PhoneNumber.make("+12065550100"), PhoneNumber.make(number)],
          })
          yield* Expect.fails("create", "BadRequestException", create)
        }
      }),
    },
    {
      name: "no capability at all is a BadRequestException",
      run: Effect.gen(function* () {
        const voiceConnectorId = yield* Given.connector()
        yield* Expect.fails("create", "BadRequestException", Given.session(voiceConnectorId, { capabilities: [] }))
      }),
    },
    {
      name: "minutes within the range are granted, and one beyond it is a BadRequestException",
      run: Effect.gen(function* () {
        const { expiryRange } = yield* Bench
        const voiceConnectorId = yield* Given.connector()
        for (const minutes of [expiryRange.minimum, expiryRange.maximum].map((each) => ExpiryMinutes.make(each))) {
          const session = yield* Given.session(voiceConnectorId, { expiryMinutes: minutes })
          yield* Expect.same("the minutes", session.expiryMinutes, minutes)
        }
        const tooLong = ExpiryMinutes.make(expiryRange.maximum + 1)
        const create = Given.session(voiceConnectorId, { expiryMinutes: tooLong })
        yield* Expect.fails("create", "BadRequestException", create)
      }),
    },
    {
      name: "a connector without a configuration is a BadRequestException",
      run: Effect.gen(function* () {
        const { connector } = yield* Bench
        const voiceConnectorId = yield* connector(Fixtures.pool)
        yield* Expect.fails("create", "BadRequestException", Given.session(voiceConnectorId))
      }),
    },
    {
      name: "a connector that is disabled is a ForbiddenException, and its sessions live on",
      run: Effect.gen(function* () {
        const repo = yield* ProxySessionRepo
        const proxies = yield* VoiceConnectorProxyRepo
        const voiceConnectorId = yield* Given.connector()
        const session = yield* Given.session(voiceConnectorId)
        yield* proxies.put(
          new PutVoiceConnectorProxy({ ...Fixtures.putVoiceConnectorProxy, voiceConnectorId, disabled: true }),
        )
        yield* Expect.fails("create", "ForbiddenException", Given.session(voiceConnectorId))
        yield* Expect.same("the status", (yield* repo.get(session)).status, "Open")
      }),
    },
    {
      name: "a connector that does not exist is a NotFoundException",
      only: { unknownConnectors: "refused" },
      run: Expect.fails("create", "NotFoundException", Given.session(VoiceConnectorId.make("no-such-connector"))).pipe(
        Effect.asVoid,
      ),
    },
    {
      name: "an exhausted pool is a BadRequestException, and changes nothing",
      run: Effect.gen(function* () {
        const voiceConnectorId = yield* Given.connector({}, onePoolNumber)
        const first = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, 1) })
        const second = Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(2, 0) })
        yield* Expect.fails("create", "BadRequestException", second)
        yield* Expect.same("the listing", Given.ids(yield* Given.listed(voiceConnectorId)), Given.ids([first]))
      }),
    },
  ],
}
