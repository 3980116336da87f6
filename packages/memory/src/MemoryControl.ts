/**
 * What a test can do to a memory repository behind the application's back.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import type { NotFoundException } from "@proxy-session/domain/ServiceError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Snapshot } from "./Snapshot.ts"

/**
 * Steers a memory repository from a test: lets calls happen, lets operations fail or tarry, saves and restores all.
 *
 * Interactions happen to the tenant for which the calling fiber acts; faults and snapshots concern all tenants alike. A
 * request that breaks the model never reaches the repository, so it suffers no fault and uses none up.
 *
 * **Example** (A service that fails once)
 *
 * ```ts
 * import { ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
 * import { VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
 * import { MemoryControl } from "@proxy-session/memory/MemoryControl"
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const control = yield* MemoryControl
 *   yield* control.failNext("DeleteVoiceConnectorProxy", new ServiceUnavailableException({ message: "Try later" }))
 *   const proxies = yield* VoiceConnectorProxyRepo
 *   const key = yield* VoiceConnectorProxyKey.decode({ voiceConnectorId: "abcdef1ghij2klmno3pqr4" })
 *   const first = yield* Effect.flip(proxies.delete(key))
 *   yield* proxies.delete(key)
 *   return first._tag
 * }).pipe(Effect.provide(MemoryRepo.layer()))
 *
 * await Effect.runPromise(program) // => "ServiceUnavailableException"
 * ```
 *
 * @category services
 */
export class MemoryControl extends Context.Service<
  MemoryControl,
  {
    /** A first call or message goes through a session: it is `InProgress` from now on, unless it has ended. */
    readonly recordInteraction: (key: ProxySessionKey) => Effect.Effect<ProxySession, NotFoundException>
    /** The next call of an operation fails with an error and changes nothing; told twice, the next two do. */
    readonly failNext: <Name extends OperationName>(operation: Name, error: ErrorOf[Name]) => Effect.Effect<void>
    /**
     * The next call of an operation takes a while, on Effect's clock, before it does anything; told twice, the next two
     * do. A call that is interrupted meanwhile has done nothing, but its delay is over.
     */
    readonly delayNext: (operation: OperationName, duration: Duration.Input) => Effect.Effect<void>
    /** The whole state as JSON, all tenants of it, with sessions `Closed` that have expired by now. */
    readonly snapshot: Effect.Effect<typeof Snapshot.Encoded>
    /**
     * Checks a state and puts it in the place of the present one; page tokens of before are no longer valid. One that is
     * not sound is a `SchemaError` and changes nothing.
     */
    readonly restore: (snapshot: unknown) => Effect.Effect<void, Schema.SchemaError>
  }
>()("@proxy-session/memory/MemoryControl") {}
