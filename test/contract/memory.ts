/**
 * The memory repository on the bench, by itself or behind a transport.
 */
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { MemoryControl } from "@proxy-session/memory/MemoryControl"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import type { ContractOptions } from "@proxy-session/testing/ContractCase"
import * as Effect from "effect/Effect"

/** Memory in which nothing exists but what is provisioned. */
export const memory = (options: MemoryRepo.MemoryRepoOptions = {}) =>
  MemoryRepo.layer({ unknownConnectors: "refused", ...options })

/**
 * Adds a connector to a running memory: what an operator would do in a console. No case has more than three of them, so
 * older ones are let go, which keeps the snapshots small.
 */
const connector = Effect.fnUntraced(function* (pool: ReadonlyArray<PoolNumber>) {
  const control = yield* MemoryControl
  const { stores, ...rest } = yield* control.snapshot
  const [store = { connectors: [] }, ...others] = stores
  const recent = store.connectors.slice(-2)
  const voiceConnectorId = `connector-${Number(recent.at(-1)?.voiceConnectorId.split("-")[1] ?? 0) + 1}`
  yield* control.restore({
    ...rest,
    stores: [{ ...store, connectors: [...recent, { voiceConnectorId, pool }] }, ...others],
  })
  return VoiceConnectorId.make(voiceConnectorId)
})

export const options: ContractOptions<MemoryControl> = {
  connector,
  failNext: (operation, error) => MemoryControl.use((control) => control.failNext(operation, error)),
  recordInteraction: (key) => MemoryControl.use((control) => control.recordInteraction(key)),
}
