/**
 * What the compiler must accept and refuse. Nothing here runs; `tsc` is the test.
 */
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import type { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import type { CreateProxySession, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { Answer } from "@proxy-session/protocol/ErrorFormat"
import * as Operation from "@proxy-session/protocol/Operation"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import { expectTypeOf } from "@effect/vitest"
import type * as Result from "effect/Result"

declare const answer: Answer
declare const page: ProxySessionPage
declare const voiceConnectorId: VoiceConnectorId
declare const proxySessionId: ProxySessionId

// An answer is read as the operation's own, or fails with the operation's own errors.
export const session = WireResponse.decode(Operation.operations.GetProxySession, answer)
expectTypeOf<typeof session>().toEqualTypeOf<Result.Result<ProxySession, ErrorOf["GetProxySession"]>>()
export const configured = WireResponse.decode(Operation.operations.PutVoiceConnectorProxy, answer)
expectTypeOf<Result.Result.Failure<typeof configured>>().toEqualTypeOf<ErrorOf["PutVoiceConnectorProxy"]>()
export const deleted = WireResponse.decode(Operation.operations.DeleteProxySession, answer)
expectTypeOf<Result.Result.Success<typeof deleted>>().toEqualTypeOf<void>()

// So is a request.
export const create = WireRequest.decode(Operation.operations.CreateProxySession, {}, "", new Uint8Array())
expectTypeOf<typeof create>().toEqualTypeOf<Result.Result<CreateProxySession, InvalidRequest>>()
export const key: ProxySessionKey = { voiceConnectorId, proxySessionId }
export const sent = WireRequest.encode(Operation.operations.GetProxySession, key)
// @ts-expect-error a key is no create
export const wrongRequest = WireRequest.encode(Operation.operations.CreateProxySession, key)
// @ts-expect-error a page is no session
export const wrongAnswer = WireResponse.encode(Operation.operations.GetProxySession, page)

// Only the eight are operations.
expectTypeOf<keyof typeof Operation.operations>().toEqualTypeOf<Operation.AnyOperation["name"]>()
