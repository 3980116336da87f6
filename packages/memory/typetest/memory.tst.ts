/**
 * What the compiler must accept and refuse. Nothing here runs; `tsc` is the test.
 */
import type { AccessDeniedException, NotFoundException } from "@proxy-session/domain/ServiceError"
import type { MemoryControl } from "@proxy-session/memory/MemoryControl"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { expectTypeOf } from "@effect/vitest"
import type * as Layer from "effect/Layer"

// Memory asks for nothing, and cannot fail.
export const memory = MemoryRepo.layer()
expectTypeOf<typeof memory>().toEqualTypeOf<Layer.Layer<MemoryControl | ProxySessionRepo | VoiceConnectorProxyRepo>>()

// An operation can be told to fail with an error of its own alone.
type Told<Name extends "GetProxySession" | "PutVoiceConnectorProxy"> = Parameters<typeof failNext<Name>>[1]
declare const failNext: MemoryControl["Service"]["failNext"]
expectTypeOf<NotFoundException>().toExtend<Told<"GetProxySession">>()
expectTypeOf<AccessDeniedException>().not.toExtend<Told<"GetProxySession">>()
expectTypeOf<AccessDeniedException>().toExtend<Told<"PutVoiceConnectorProxy">>()
