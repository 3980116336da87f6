/**
 * The memory repository on the bench, by itself or behind a transport.
 */
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { Faulty } from "@proxy-session/repo/Faulty"
import { hooks as options } from "@proxy-session/testing/ContractHooks"

/** Memory in which nothing exists but what is provisioned, with faults over it. */
export const memory = (options: MemoryRepo.MemoryRepoOptions = {}) =>
  Faulty.layer(MemoryRepo.layer({ unknownConnectors: "refused", ...options }))

export { options }
