/**
 * Listing sessions: which, and in which order.
 */
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ListProxySessions } from "@proxy-session/domain/ProxySessionRequest"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const byAge = (one: ProxySession, other: ProxySession): number =>
  DateTime.toEpochMillis(one.createdTimestamp) - DateTime.toEpochMillis(other.createdTimestamp)

const first = Effect.fnUntraced(function* (
  request: Partial<ListProxySessions> & { voiceConnectorId: VoiceConnectorId },
) {
  const repo = yield* ProxySessionRepo
  return yield* repo.list(new ListProxySessions(request))
})

export const list: ContractGroup = {
  subject: "list",
  cases: [
    {
      name: "a connector without sessions has one empty page",
      run: Effect.gen(function* () {
        const page = yield* first({ voiceConnectorId: yield* Given.connector() })
        yield* Expect.same("the page", { ...page }, { proxySessions: [] })
      }),
    },
    {
      name: "a listing has the connector's own sessions, as get reads them, oldest first",
      run: Effect.gen(function* () {
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
      }),
    },
    {
      name: "a status lists the sessions that have it, and no others",
      run: Effect.gen(function* () {
        const voiceConnectorId = yield* Given.connector()
        const sessions = yield* Given.sessions(voiceConnectorId, 3)
        yield* Expect.same("the open ones", (yield* Given.listed(voiceConnectorId, { status: "Open" })).length, 3)
        for (const status of ["Closed", "InProgress"] as const) {
          const page = yield* first({ voiceConnectorId, status })
          yield* Expect.same(`the ${status} ones`, { ...page }, { proxySessions: [] })
        }
        yield* Expect.same("all", (yield* Given.listed(voiceConnectorId)).length, sessions.length)
      }),
    },
    {
      name: "a session with a call in it is listed as InProgress",
      needs: ["interact"],
      run: Effect.gen(function* () {
        const { interact } = yield* Bench
        const voiceConnectorId = yield* Given.connector()
        const [one, ...others] = yield* Given.sessions(voiceConnectorId, 3)
        if (one !== undefined) yield* interact(one)
        const inProgress = yield* Given.listed(voiceConnectorId, { status: "InProgress" })
        yield* Expect.same("those in progress", Given.ids(inProgress), one && Given.ids([one]))
        const open = yield* Given.listed(voiceConnectorId, { status: "Open", maxResults: 1 })
        yield* Expect.sameMembers("the open ones", Given.ids(open), Given.ids(others))
      }),
    },
    {
      name: "a connector that does not exist is a NotFoundException",
      only: { unknownConnectors: "refused" },
      run: first({ voiceConnectorId: VoiceConnectorId.make("no-such-connector") }).pipe((list) =>
        Effect.asVoid(Expect.fails("list", "NotFoundException", list)),
      ),
    },
  ],
}
