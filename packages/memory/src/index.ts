/**
 * Proxy sessions in memory, as a faithful state machine on Effect's clock.
 */
export * as MemoryRepo from "./MemoryRepo.ts"
