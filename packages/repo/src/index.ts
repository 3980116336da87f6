/**
 * What can be asked of proxy sessions, as services that any transport can stand behind, and what follows from them.
 *
 * `RateLimited` stands on a part of Effect that may change, and is imported by its own path.
 */
export * as AccountSnapshots from "./AccountSnapshots.ts"
export * as Cached from "./Cached.ts"
export { CallRouter, type CallRouterError, type NumberOwner, type NumberUse } from "./CallRouter.ts"
export * as Calls from "./Calls.ts"
export { type Fault, Faulty } from "./Faulty.ts"
export * from "./Invocation.ts"
export { ProxySessionRepo } from "./ProxySessionRepo.ts"
export * as ProxySessionStream from "./ProxySessionStream.ts"
export * as Reconcile from "./Reconcile.ts"
export * as Scoped from "./Scoped.ts"
export { SessionEvents } from "./SessionEvents.ts"
export * from "./Snapshot.ts"
export * as SnapshotLines from "./SnapshotLines.ts"
export { Snapshots } from "./Snapshots.ts"
export { Tenant } from "./Tenant.ts"
export { VoiceConnectorProxyRepo } from "./VoiceConnectorProxyRepo.ts"
export { VoiceConnectors } from "./VoiceConnectors.ts"
export * as Waiter from "./Waiter.ts"
