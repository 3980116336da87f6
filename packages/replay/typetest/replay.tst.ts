/**
 * What the compiler must accept and refuse. Nothing here runs; `tsc` is the test.
 */
import type { ErrorOf, RequestOf } from "@proxy-session/domain/Operations"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import type { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import type { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import type { Transport } from "@proxy-session/http/Transport"
import type { CassetteError } from "@proxy-session/replay/CassetteError"
import type { CassetteStore } from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { fromOperations, make, type ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { expectTypeOf } from "@effect/vitest"
import type * as Layer from "effect/Layer"
import { type Descriptor, describe } from "../src/internal/descriptor.ts"
import type { Player } from "../src/internal/player.ts"

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

// A descriptor has the result and the errors of its own operation, each of them.
const get = describe("GetProxySession")
expectTypeOf(get).toEqualTypeOf<Descriptor<RequestOf["GetProxySession"], ProxySession, ErrorOf["GetProxySession"]>>()
expectTypeOf<Descriptor<ProxySessionKey, ProxySessionPage, ErrorOf["GetProxySession"]>>().not.toExtend<typeof get>()
expectTypeOf<
  Descriptor<ProxySessionKey, ProxySession, Exclude<ErrorOf["GetProxySession"], { readonly _tag: "NotFoundException" }>>
>().not.toExtend<typeof get>()
// @ts-expect-error -- it is no operation
describe("ExtendProxySession")

// A cassette connects every operation of a service. Without `delete` it does not compile.
declare const play: Player["play"]
fromOperations((operation) => play(describe(operation)))
// @ts-expect-error -- the methods are not all there
make({ create: play(describe("CreateProxySession")), get: play(get), list: play(describe("ListProxySessions")) })
// @ts-expect-error -- a page is no session
make({ ...fromOperations((operation) => play(describe(operation))), get: play(describe("ListProxySessions")) })
