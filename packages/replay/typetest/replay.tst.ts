/**
 * What the compiler must accept and refuse. Nothing here runs; `tsc` is the test.
 */
import type { ProxySessionError } from "@proxy-session/domain/ProxySessionError"
import type { AccessDeniedException } from "@proxy-session/domain/ServiceError"
import type { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import type { Transport } from "@proxy-session/http/Transport"
import type { CassetteError } from "@proxy-session/replay/CassetteError"
import type { CassetteStore } from "@proxy-session/replay/CassetteStore"
import type { Fault } from "@proxy-session/replay/Fault"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import type { Implementation, ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { expectTypeOf } from "@effect/vitest"
import type * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import { type Descriptor, type Descriptors, sessions } from "../src/internal/descriptors.ts"

interface Laid<Name> {
  readonly operation: Name
  readonly call: number
  readonly fault: AccessDeniedException
}

// A replay asks for a store, and for neither network nor credentials.
export const replaying = ReplayRepo.layer({ cassette: "trip" })
expectTypeOf<typeof replaying>().toEqualTypeOf<
  Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo, CassetteError, CassetteStore>
>()

// A recording asks for what the implementation asks for, and fails as that does.
const live = HttpRepo.layer()
export const recording = ReplayRepo.record({ cassette: "trip" }, live)
expectTypeOf<Layer.Services<typeof recording>>().toEqualTypeOf<CassetteStore | Credentials | Transport>()
expectTypeOf<Layer.Error<typeof recording>>().toEqualTypeOf<CassetteError | Layer.Error<typeof live>>()

// A fault is an error that its operation can have: a get declares no AccessDeniedException.
expectTypeOf<Laid<"PutVoiceConnectorProxy">>().toExtend<Fault>()
expectTypeOf<Laid<"GetProxySession">>().not.toExtend<Fault>()

// Every method has a descriptor, with its own answer and its own errors.
type Sessions = Implementation
const { delete: _, ...incomplete } = sessions
// @ts-expect-error -- `delete` is missing
export const missing: Descriptors<Sessions> = incomplete
// @ts-expect-error -- a page is no session
export const otherAnswer: Descriptors<Sessions> = { ...sessions, get: sessions.list }
declare const narrower: Descriptor<
  Parameters<Sessions["get"]>[0],
  Effect.Success<ReturnType<Sessions["get"]>>,
  Exclude<ProxySessionError, { readonly _tag: "NotFoundException" }>
>
// A get may find nothing, so a descriptor without that error does not do.
expectTypeOf<typeof narrower>().not.toExtend<Descriptors<Sessions>["get"]>()
expectTypeOf<(typeof sessions)["get"]>().toExtend<Descriptors<Sessions>["get"]>()
// A method that needs something at each call cannot be described.
interface Needy {
  readonly get: (id: string) => Effect.Effect<string, never, HttpClient.HttpClient>
}
expectTypeOf<Descriptors<Needy>["get"]>().toEqualTypeOf<never>()
