/**
 * The content of one account of a store, out and in, without a trace on the others.
 */
import type { ServiceFailureException, ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Expired } from "./SessionEvents.ts"
import type { Snapshot } from "./Snapshot.ts"

/**
 * What `Snapshots` does, for one account: tests that run in parallel, each as an account of its own, set up and clean up
 * without disturbing each other.
 *
 * A store provides it that can replace the content of one account while others are at work.
 *
 * **Example** (One account starts again, the other goes on)
 *
 * ```ts
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import { AccountSnapshots } from "@proxy-session/repo/AccountSnapshots"
 * import { Tenant } from "@proxy-session/repo/Tenant"
 * import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
 * import * as Fixtures from "@proxy-session/testing/Fixtures"
 * import * as Effect from "effect/Effect"
 *
 * const as = (account: string) => Effect.provideService(Tenant, { ...Tenant.defaultValue(), account })
 *
 * const program = Effect.gen(function*() {
 *   const snapshots = yield* AccountSnapshots
 *   const proxies = yield* VoiceConnectorProxyRepo
 *   for (const account of ["one", "two"]) yield* as(account)(proxies.put(Fixtures.putVoiceConnectorProxy))
 *   yield* snapshots.import("one", { format: "proxy-session-memory/1", stores: [] })
 *   return [
 *     (yield* Effect.flip(as("one")(proxies.get(Fixtures.key))))._tag,
 *     (yield* as("two")(proxies.get(Fixtures.key))).disabled
 *   ]
 * }).pipe(Effect.provide(MemoryRepo.layer()))
 *
 * await Effect.runPromise(program) // => ["NotFoundException", false]
 * ```
 *
 * @category services
 */
export class AccountSnapshots extends Context.Service<
  AccountSnapshots,
  {
    /** The accounts that have content. */
    readonly accounts: Effect.Effect<ReadonlyArray<string>, ServiceFailureException | ServiceUnavailableException>
    /** The content of an account in all its namespaces and regions, with sessions `Closed` that have expired by now. */
    readonly export: (
      account: string,
    ) => Effect.Effect<typeof Snapshot.Encoded, ServiceFailureException | ServiceUnavailableException>
    /**
     * Checks a snapshot and puts it in the place of the account's content. A part of it that names no account is the
     * account's; one that names another is refused. Page tokens of the account are no longer valid.
     */
    readonly import: (
      account: string,
      snapshot: unknown,
    ) => Effect.Effect<void, Schema.SchemaError | ServiceFailureException | ServiceUnavailableException>
    /**
     * Forgets the latest instant that the account has seen, below which time does not go otherwise. Sessions that have
     * been written as ended stay ended.
     */
    readonly rewind: (account: string) => Effect.Effect<void>
    /**
     * The sessions that expired in a span of their account's time: after `since` and up to `now`, in milliseconds since the
     * epoch. An account without a span has none.
     */
    readonly expired: (
      spanOf: (account: string) => { readonly since: number; readonly now: number } | undefined,
    ) => Effect.Effect<ReadonlyArray<Expired>, ServiceFailureException | ServiceUnavailableException>
  }
>()("@proxy-session/repo/AccountSnapshots") {}
