/**
 * For tests: the contract of the repositories, arbitraries, fixtures and stubs.
 *
 * `Contract` needs `@effect/vitest` and is imported by its own path, so that the rest can be used without it.
 */
export * as Arbitraries from "./Arbitraries.ts"
export type { ContractOptions } from "./ContractCase.ts"
export * as ContractHooks from "./ContractHooks.ts"
export * as ContractReport from "./ContractReport.ts"
export * as Fixtures from "./Fixtures.ts"
export * as Stub from "./Stub.ts"
