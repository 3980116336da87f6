/**
 * What the compiler must accept and refuse. Nothing here runs; `tsc` is the test.
 */
import type { AccessDeniedException, NotFoundException } from "@proxy-session/domain/ServiceError"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import type { AccountSnapshots } from "@proxy-session/repo/AccountSnapshots"
import type { CallRouter } from "@proxy-session/repo/CallRouter"
import type { Faulty } from "@proxy-session/repo/Faulty"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import type { Snapshots } from "@proxy-session/repo/Snapshots"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import type { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import { expectTypeOf } from "@effect/vitest"
import type * as Layer from "effect/Layer"

// Memory asks for nothing, and cannot fail.
export const memory = MemoryRepo.layer()
expectTypeOf<typeof memory>().toEqualTypeOf<
  Layer.Layer<AccountSnapshots | CallRouter | ProxySessionRepo | Snapshots | VoiceConnectorProxyRepo | VoiceConnectors>
>()

// An operation can be told to fail with an error of its own alone.
type Told<Name extends "GetProxySession" | "PutVoiceConnectorProxy"> = Parameters<typeof next<Name>>[1]["error"]
declare const next: Faulty["Service"]["next"]
expectTypeOf<NotFoundException>().toExtend<Told<"GetProxySession">>()
expectTypeOf<AccessDeniedException>().not.toExtend<Told<"GetProxySession">>()
expectTypeOf<AccessDeniedException>().toExtend<Told<"PutVoiceConnectorProxy">>()
