/**
 * Proxy sessions in a database. `NodeSqlite` has an import path of its own, since it needs Node.
 */
export { DatabaseError } from "./DatabaseError.ts"
export * as Erasure from "./Erasure.ts"
export * as Migrations from "./Migrations.ts"
export * as Reachability from "./Reachability.ts"
export * as SqlRepo from "./SqlRepo.ts"
