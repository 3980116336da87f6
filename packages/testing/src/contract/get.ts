/**
 * Reading one session.
 */
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import type { ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

export const get: ContractGroup = {
  subject: "get",
  cases: [
    {
      name: "a session is read as it was created, as often as one likes",
      run: Effect.gen(function* () {
        const repo = yield* ProxySessionRepo
        const voiceConnectorId = yield* Given.connector()
        const session = yield* Given.session(voiceConnectorId, { ...Fixtures.createProxySessionInFull })
        for (const read of [yield* repo.get(session), yield* repo.get(session)]) {
          yield* Expect.same("the session", Given.facts(read), Given.facts(session))
        }
      }),
    },
    {
      name: "a missing session is a NotFoundException",
      run: Effect.gen(function* () {
        const repo = yield* ProxySessionRepo
        const voiceConnectorId = yield* Given.connector()
        yield* Given.session(voiceConnectorId)
        yield* Expect.fails("get", "NotFoundException", repo.get(Given.missing(voiceConnectorId)))
      }),
    },
    {
      name: "a session of another connector is a NotFoundException",
      run: Effect.gen(function* () {
        const repo = yield* ProxySessionRepo
        const { proxySessionId } = yield* Given.session(yield* Given.connector())
        const voiceConnectorId = yield* Given.connector()
        yield* Expect.fails(
          "get",
          "NotFoundException",
          repo.get(new ProxySessionKey({ voiceConnectorId, proxySessionId })),
        )
      }),
    },
    {
      name: "a connector that does not exist is a NotFoundException",
      run: Effect.gen(function* () {
        const repo = yield* ProxySessionRepo
        const key = Given.missing(VoiceConnectorId.make("no-such-connector"))
        yield* Expect.fails("get", "NotFoundException", repo.get(key))
      }),
    },
    {
      name: "ids of any characters are names and never paths",
      run: Effect.gen(function* () {
        const repo = yield* ProxySessionRepo
        const voiceConnectorId = yield* Given.connector()
        const session = yield* Given.session(voiceConnectorId)
        const hostile = ["../x", "a/b", "%2e%2e", "a%2Fb", "a?b=c", "a#b", "a b", "é✓😀", "__proto__", "x".repeat(128)]
        for (const id of hostile) {
          const key = new ProxySessionKey({ voiceConnectorId, proxySessionId: ProxySessionId.make(id) })
          yield* Expect.fails(`get ${id}`, "NotFoundException", repo.get(key))
          yield* Expect.fails(`delete ${id}`, "NotFoundException", repo.delete(key))
        }
        yield* Expect.same("the listing", Given.ids(yield* Given.listed(voiceConnectorId)), Given.ids([session]))
      }),
    },
  ],
}
