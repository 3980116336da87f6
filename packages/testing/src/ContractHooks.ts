/**
 * How the contract provisions and disturbs an implementation that provides the services of a store.
 */
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { CallRouter } from "@proxy-session/repo/CallRouter"
import { Faulty } from "@proxy-session/repo/Faulty"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import * as Effect from "effect/Effect"
import type { ContractOptions } from "./ContractCase.ts"

/**
 * Adds a connector to what the tenant has. No case has more than three connectors, so older ones are dropped, which keeps
 * the snapshots small.
 */
const connector = Effect.fnUntraced(function* (pool: ReadonlyArray<PoolNumber>) {
  const snapshots = yield* Snapshots
  const { stores, ...rest } = yield* snapshots.export
  const [store = { connectors: [] }, ...others] = stores
  const recent = store.connectors.slice(-2)
  const voiceConnectorId = `connector-${Number(recent.at(-1)?.voiceConnectorId.split("-")[1] ?? 0) + 1}`
  yield* snapshots.import({
    ...rest,
    stores: [{ ...store, connectors: [...recent, { voiceConnectorId, pool }] }, ...others],
  })
  return VoiceConnectorId.make(voiceConnectorId)
})

/**
 * All hooks of the contract, for a Layer that provides `Snapshots` and `CallRouter` with a `Faulty` over it.
 *
 * For a client, the faults lie over the implementation behind the server, so that each error crosses the wire.
 *
 * **Example** (Memory)
 *
 * ```ts
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import { Faulty } from "@proxy-session/repo/Faulty"
 * import * as Contract from "@proxy-session/testing/Contract"
 * import { hooks } from "@proxy-session/testing/ContractHooks"
 *
 * export const register = () =>
 *   Contract.suite("memory", Faulty.layer(MemoryRepo.layer({ unknownConnectors: "refused" })), hooks)
 * ```
 *
 * @category constants
 */
export const hooks: Required<
  Pick<ContractOptions<CallRouter | Faulty | Snapshots>, "connector" | "fail" | "interact" | "router" | "snapshots">
> = {
  connector,
  fail: (operation, error) => Faulty.use((faulty) => faulty.next(operation, { error })),
  router: CallRouter,
  snapshots: Snapshots,
  interact: (key) => CallRouter.use((router) => router.interact(key)),
}
