/**
 * The whole content of a store, out and in.
 */
import type { ServiceFailureException, ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Snapshot } from "./Snapshot.ts"

/**
 * Export and import of a store's content: to save and restore it, to move it to another store, to begin a test with it.
 *
 * **Gotchas**
 *
 * An exported snapshot holds telephone numbers and names: keep it where those may be kept.
 *
 * **Example** (Back to where a test began)
 *
 * ```ts
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import { Snapshots } from "@proxy-session/repo/Snapshots"
 * import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
 * import * as Fixtures from "@proxy-session/testing/Fixtures"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const snapshots = yield* Snapshots
 *   const proxies = yield* VoiceConnectorProxyRepo
 *   const clean = yield* snapshots.export
 *   yield* proxies.put(Fixtures.putVoiceConnectorProxy)
 *   yield* snapshots.import(clean)
 *   return (yield* Effect.flip(proxies.get(Fixtures.key)))._tag
 * }).pipe(Effect.provide(MemoryRepo.layer()))
 *
 * await Effect.runPromise(program) // => "NotFoundException"
 * ```
 *
 * @category services
 */
export class Snapshots extends Context.Service<
  Snapshots,
  {
    /** The content of all tenants as JSON, with sessions `Closed` that have expired by now. */
    readonly export: Effect.Effect<typeof Snapshot.Encoded, ServiceFailureException | ServiceUnavailableException>
    /**
     * Checks a snapshot and puts it in the place of the present content. A snapshot that breaks a rule is a `SchemaError`
     * with every violation by path, and changes nothing. Page tokens of before are valid only if the snapshot has the
     * secret that they were sealed with.
     */
    readonly import: (
      snapshot: unknown,
    ) => Effect.Effect<void, Schema.SchemaError | ServiceFailureException | ServiceUnavailableException>
  }
>()("@proxy-session/repo/Snapshots") {}
