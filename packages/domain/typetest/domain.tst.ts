/**
 * What the compiler must accept and refuse. Nothing here runs; `tsc` is the test.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf, RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import type { DeclaredError, ProxySessionError } from "@proxy-session/domain/ProxySessionError"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import {
  CreateProxySession,
  type ListProxySessions,
  type ProxySessionKey,
  type UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { expectTypeOf } from "@effect/vitest"
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import * as Match from "effect/Match"

declare const session: ProxySession
declare const text: string

const voiceConnectorId = VoiceConnectorId.make("v")
const proxySessionId = ProxySessionId.make("p")
const number = PhoneNumber.make("+12065550100")

// Plain objects are keys, lists and updates: those classes add no member of their own.
export const key: ProxySessionKey = { voiceConnectorId, proxySessionId }
export const ownKey: ProxySessionKey = session
export const connectorKey: VoiceConnectorProxyKey = { voiceConnectorId }
export const list: ListProxySessions = { voiceConnectorId, status: "Open" }
export const update: UpdateProxySession = { voiceConnectorId, proxySessionId, capabilities: ["SMS"] }

const create = { voiceConnectorId, participantPhoneNumbers: [number, number], capabilities: ["Voice"] } as const
export const made: CreateProxySession = new CreateProxySession(create)

// A plain object is no create or put: it would print its secrets.
// @ts-expect-error toJSON and the inspection of Node are missing
export const plainCreate: CreateProxySession = create
// @ts-expect-error toJSON and the inspection of Node are missing
export const plainPut: PutVoiceConnectorProxy = {
  voiceConnectorId,
  defaultSessionExpiryMinutes: 60,
  phoneNumberPoolCountries: ["US"],
}

// Brands do not mix, and text has none.
// @ts-expect-error a session's id is no connector's
export const wrongId: VoiceConnectorId = proxySessionId
// @ts-expect-error a connector's id is no session's
export const wrongKey: ProxySessionKey = { voiceConnectorId, proxySessionId: voiceConnectorId }
// @ts-expect-error text is no id
export const textId: VoiceConnectorId = text
// @ts-expect-error text is no number
export const textNumber: PhoneNumber = text
// @ts-expect-error an id is no number
export const idNumber: PhoneNumber = proxySessionId
export const readable: string = number

// @ts-expect-error there are exactly two participants
export const one = new CreateProxySession({ ...create, participantPhoneNumbers: [number] })
// @ts-expect-error there are exactly two participants
export const three = new CreateProxySession({ ...create, participantPhoneNumbers: [number, number, number] })
// @ts-expect-error capabilities are a closed set
export const fax = new CreateProxySession({ ...create, capabilities: ["Fax"] })
// @ts-expect-error an optional member is absent rather than undefined
export const nameless = new CreateProxySession({ ...create, name: undefined })
// @ts-expect-error a request does not change
made.name = "Trip 1"

// Reading asks for plain values and fails with InvalidRequest alone.
export const read: Effect.Effect<CreateProxySession, InvalidRequest> = CreateProxySession.decode({
  voiceConnectorId: "v",
  participantPhoneNumbers: ["+12065550100", "+14015550101"],
  capabilities: ["Voice"],
})
// @ts-expect-error a member that is required
export const incomplete = CreateProxySession.decode({ voiceConnectorId: "v", capabilities: ["Voice"] })

expectTypeOf<ProxySession["createdTimestamp"]>().toEqualTypeOf<DateTime.Utc>()
expectTypeOf<ProxySession["status"]>().toEqualTypeOf<"Open" | "InProgress" | "Closed">()

// A match on the errors is exhaustive.
const declared = (error: DeclaredError) => error.code ?? error.hint

export const advice = (error: ErrorOf["GetProxySession"]): string =>
  Match.valueTags(error, {
    BadRequestException: declared,
    UnauthorizedClientException: declared,
    ForbiddenException: declared,
    NotFoundException: declared,
    ThrottledClientException: declared,
    ServiceFailureException: declared,
    ServiceUnavailableException: declared,
    InvalidRequest: ({ violations }) => violations[0].path,
    UnmodeledServiceError: ({ status }) => `${status}`,
    TransportError: ({ outcome, reason }) => `${reason} ${outcome}`,
    MalformedResponse: ({ path }) => path,
    CredentialsError: ({ sources }) => sources.map(({ source }) => source).join(", "),
  })

// One that forgets the error of Put alone is not.
declare const putError: ErrorOf["PutVoiceConnectorProxy"]
// @ts-expect-error AccessDeniedException is missing
// @effect-diagnostics-next-line missingEffectError:off
advice(putError)

expectTypeOf<
  Exclude<ErrorOf["PutVoiceConnectorProxy"]["_tag"], ErrorOf["CreateProxySession"]["_tag"]>
>().toEqualTypeOf<"AccessDeniedException">()
expectTypeOf<
  Exclude<ErrorOf["CreateProxySession"]["_tag"], ErrorOf["PutVoiceConnectorProxy"]["_tag"]>
>().toEqualTypeOf<never>()

// The table gives each operation's types by its name.
expectTypeOf<RequestOf["DeleteProxySession"]>().toEqualTypeOf<ProxySessionKey>()
expectTypeOf<SuccessOf["GetProxySession"]>().toEqualTypeOf<ProxySession>()
expectTypeOf<SuccessOf["DeleteProxySession"]>().toEqualTypeOf<void>()
expectTypeOf<ErrorOf["GetProxySession"]>().toEqualTypeOf<ProxySessionError>()
expectTypeOf<keyof ErrorOf>().toEqualTypeOf<OperationName>()
