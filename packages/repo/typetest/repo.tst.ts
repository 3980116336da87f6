/**
 * What the compiler must accept and refuse. Nothing here runs; `tsc` is the test.
 */
import type { CredentialsError } from "@proxy-session/domain/CredentialsError"
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import type { MalformedResponse } from "@proxy-session/domain/MalformedResponse"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import type { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import type { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import type {
  AccessDeniedException,
  BadRequestException,
  ForbiddenException,
  NotFoundException,
  ServiceFailureException,
  ServiceUnavailableException,
  ThrottledClientException,
  UnauthorizedClientException,
  UnmodeledServiceError,
} from "@proxy-session/domain/ServiceError"
import type { TransportError } from "@proxy-session/domain/TransportError"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as ProxySessionRepoModule from "@proxy-session/repo/ProxySessionRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { expectTypeOf } from "@effect/vitest"
import * as Effect from "effect/Effect"

type Sessions = ProxySessionRepo["Service"]
type Configurations = VoiceConnectorProxyRepo["Service"]
type Answer<F extends (request: never) => unknown> = ReturnType<F>
type ErrorOf<F extends (request: never) => Effect.Effect<unknown, unknown>> = Effect.Error<Answer<F>>

type Expected =
  | BadRequestException
  | UnauthorizedClientException
  | ForbiddenException
  | NotFoundException
  | ThrottledClientException
  | ServiceFailureException
  | ServiceUnavailableException
  | InvalidRequest
  | UnmodeledServiceError
  | TransportError
  | MalformedResponse
  | CredentialsError

// Every operation fails with its closed union and nothing else; Put has one error more.
expectTypeOf<ErrorOf<Sessions["create"]>>().toEqualTypeOf<Expected>()
expectTypeOf<ErrorOf<Sessions["get"]>>().toEqualTypeOf<Expected>()
expectTypeOf<ErrorOf<Sessions["list"]>>().toEqualTypeOf<Expected>()
expectTypeOf<ErrorOf<Sessions["update"]>>().toEqualTypeOf<Expected>()
expectTypeOf<ErrorOf<Sessions["delete"]>>().toEqualTypeOf<Expected>()
expectTypeOf<ErrorOf<Configurations["put"]>>().toEqualTypeOf<Expected | AccessDeniedException>()
expectTypeOf<ErrorOf<Configurations["get"]>>().toEqualTypeOf<Expected>()
expectTypeOf<ErrorOf<Configurations["delete"]>>().toEqualTypeOf<Expected>()

// An operation needs nothing but the repository itself.
expectTypeOf<Effect.Services<Answer<Sessions["create"]>>>().toEqualTypeOf<never>()
expectTypeOf<Effect.Success<Answer<Sessions["list"]>>>().toEqualTypeOf<ProxySessionPage>()
expectTypeOf<Effect.Success<Answer<Sessions["delete"]>>>().toEqualTypeOf<void>()

declare const session: ProxySession
const voiceConnectorId = VoiceConnectorId.make("v")
const proxySessionId = ProxySessionId.make("p")
const number = PhoneNumber.make("+12065550100")

// A plain object is a key, and so is the session itself.
export const plainKey = ProxySessionRepo.use((repo) => repo.get({ voiceConnectorId, proxySessionId }))
export const ownKey = ProxySessionRepo.use((repo) => repo.delete(session))
// So is plain text, which is checked when the call is made.
export const textKey = ProxySessionRepo.use((repo) => repo.get({ voiceConnectorId: "v", proxySessionId: "p" }))
export const swapped = ProxySessionRepo.use((repo) =>
  // @ts-expect-error the ids are in each other's place
  repo.get({ voiceConnectorId: proxySessionId, proxySessionId: voiceConnectorId }),
)
// A plain object is a request, and an optional member of it may be undefined.
declare const name: string | undefined
export const plainCreate = ProxySessionRepo.use((repo) =>
  repo.create({ voiceConnectorId, participantPhoneNumbers: ["+12065550100", number], capabilities: ["SMS"], name }),
)
export const requiredMember = ProxySessionRepo.use((repo) =>
  // @ts-expect-error a required member may not be undefined
  repo.get({ voiceConnectorId, proxySessionId: undefined }),
)
export const swappedNumber = ProxySessionRepo.use((repo) =>
  // @ts-expect-error an id is no telephone number
  repo.create({ voiceConnectorId, participantPhoneNumbers: ["+12065550100", voiceConnectorId], capabilities: ["SMS"] }),
)
export const participants = ProxySessionRepo.use((repo) =>
  // @ts-expect-error a participant is no telephone number
  repo.create({ voiceConnectorId, participantPhoneNumbers: session.participants, capabilities: ["SMS"] }),
)

// An implementation is given requests, so a repository can stand before another, and plain data cannot reach it.
declare const repository: Sessions
export const before = ProxySessionRepoModule.make(repository)
expectTypeOf<Parameters<ProxySessionRepoModule.Implementation["get"]>[0]>().toEqualTypeOf<ProxySessionKey>()

// A caught error leaves the channel.
export const rest = Effect.catchTag(plainKey, "NotFoundException", () => Effect.void)
expectTypeOf<Effect.Error<typeof rest>>().toEqualTypeOf<Exclude<Expected, NotFoundException>>()
