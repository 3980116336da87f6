/**
 * What the compiler must accept and refuse. Nothing here runs; `tsc` is the test.
 */
import type { CredentialsError } from "@proxy-session/domain/CredentialsError"
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import type { MalformedResponse } from "@proxy-session/domain/MalformedResponse"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import type { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
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

// A plain object is a key, and so is the session itself.
export const plainKey = ProxySessionRepo.use((repo) => repo.get({ voiceConnectorId, proxySessionId }))
export const ownKey = ProxySessionRepo.use((repo) => repo.delete(session))
export const unchecked = ProxySessionRepo.use((repo) =>
  // @ts-expect-error text is no id
  repo.get({ voiceConnectorId: "v", proxySessionId: "p" }),
)
export const swapped = ProxySessionRepo.use((repo) =>
  // @ts-expect-error the ids are in each other's place
  repo.get({ voiceConnectorId: proxySessionId, proxySessionId: voiceConnectorId }),
)
export const plainCreate = ProxySessionRepo.use((repo) =>
  // @ts-expect-error a plain object would print its secrets
  repo.create({ voiceConnectorId, participantPhoneNumbers: session.participants, capabilities: ["SMS"] }),
)

// A caught error leaves the channel.
export const rest = Effect.catchTag(plainKey, "NotFoundException", () => Effect.void)
expectTypeOf<Effect.Error<typeof rest>>().toEqualTypeOf<Exclude<Expected, NotFoundException>>()
