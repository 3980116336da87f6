/**
 * Every error that an operation declares reaches the caller as itself, and nothing has happened.
 */
import * as ServiceError from "@proxy-session/domain/ServiceError"
import { sessionOperations } from "@proxy-session/domain/SessionOperations"
import { UpdateProxySession, ListProxySessions } from "@proxy-session/domain/ProxySessionRequest"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import { Bench, type ContractCase, type ContractGroup, type InjectedError } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const declared = [
  new ServiceError.BadRequestException({ code: "BadRequest", message: "One" }),
  new ServiceError.UnauthorizedClientException({ code: "Unauthorized", message: "Two" }),
  new ServiceError.ForbiddenException({ code: "Forbidden", message: "Three" }),
  new ServiceError.NotFoundException({ code: "NotFound", message: "Four" }),
  new ServiceError.ThrottledClientException({ code: "Throttled", message: "Five" }),
  new ServiceError.ServiceFailureException({ code: "ServiceFailure", message: "Six" }),
  new ServiceError.ServiceUnavailableException({ code: "ServiceUnavailable", message: "Seven" }),
] as const

const denied = new ServiceError.AccessDeniedException({ code: "AccessDenied", message: "Eight" })

type SessionName = keyof typeof sessionOperations

/** A call of an operation that would change or at least find something. */
const call = Effect.fnUntraced(function* (operation: SessionName, voiceConnectorId: VoiceConnectorId) {
  const repo = yield* ProxySessionRepo
  const proxies = yield* VoiceConnectorProxyRepo
  const [session = Given.missing(voiceConnectorId)] = yield* Given.listed(voiceConnectorId)
  const { proxySessionId } = session
  const calls = {
    CreateProxySession: () => Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pairOf(1) }),
    GetProxySession: () => repo.get(session),
    ListProxySessions: () => repo.list(new ListProxySessions({ voiceConnectorId })),
    UpdateProxySession: () =>
      repo.update(new UpdateProxySession({ voiceConnectorId, proxySessionId, capabilities: ["SMS"] })),
    DeleteProxySession: () => repo.delete(session),
    PutVoiceConnectorProxy: () =>
      proxies.put(new PutVoiceConnectorProxy({ ...Fixtures.putVoiceConnectorProxy, voiceConnectorId, disabled: true })),
    GetVoiceConnectorProxy: () => proxies.get(new VoiceConnectorProxyKey({ voiceConnectorId })),
    DeleteVoiceConnectorProxy: () => proxies.delete(new VoiceConnectorProxyKey({ voiceConnectorId })),
  }
  return calls[operation]
})

/** Everything that the operations could have changed. */
const state = Effect.fnUntraced(function* (voiceConnectorId: VoiceConnectorId) {
  const proxies = yield* VoiceConnectorProxyRepo
  const configuration = yield* proxies.get(new VoiceConnectorProxyKey({ voiceConnectorId }))
  return [{ ...configuration }, (yield* Given.listed(voiceConnectorId)).map(Given.facts)] as const
})

const reaches = <Name extends SessionName>(operation: Name, error: InjectedError[Name]): ContractCase => ({
  name: `${operation} fails with ${error._tag}, and changes nothing`,
  needs: ["fail"],
  run: Effect.gen(function* () {
    const { fail, keepsMessages } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    yield* Given.session(voiceConnectorId)
    const before = yield* state(voiceConnectorId)
    const act = yield* call(operation, voiceConnectorId)
    yield* fail(operation, error)
    const caught = yield* Expect.fails(operation, error._tag, act())
    if (keepsMessages) yield* Expect.same("the message", caught.message, error.message)
    yield* Expect.same("the code", "code" in caught ? caught.code : undefined, error.code)
    yield* Expect.same("the state", yield* state(voiceConnectorId), before)
  }),
})

export const errors: ContractGroup = {
  subject: "declared errors",
  cases: [
    ...Record.keys(sessionOperations).flatMap((operation) => declared.map((error) => reaches(operation, error))),
    reaches("PutVoiceConnectorProxy", denied),
  ],
}
