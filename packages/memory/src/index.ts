/**
 * Proxy sessions in memory, as a faithful state machine on Effect's clock.
 */
export { MemoryControl } from "./MemoryControl.ts"
export * as MemoryRepo from "./MemoryRepo.ts"
export * from "./Snapshot.ts"
