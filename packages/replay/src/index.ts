/**
 * Proxy sessions recorded and replayed, without network or credentials.
 *
 * A module whose main export shares its name is exported flat; a module of functions as a namespace.
 */
export * as Cassette from "./Cassette.ts"
export * from "./CassetteError.ts"
export * as CassetteName from "./CassetteName.ts"
export * as CassetteStore from "./CassetteStore.ts"
export * as Mode from "./Mode.ts"
export * as ReplayRepo from "./ReplayRepo.ts"
