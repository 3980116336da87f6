import { Namespace } from "@proxy-session/domain/Namespace"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Fragment } from "effect/sql/Statement"
import { DatabaseError } from "../DatabaseError.ts"
import * as Group from "./group.ts"

/** What the statements of both databases have in common, and the few words in which they differ. */
export interface Database {
  readonly sql: SqlClient.SqlClient
  /** An expression for the present instant, in milliseconds: the database's clock, or that of Effect. */
  readonly instant: Effect.Effect<Fragment>
  /** The same, where Effect's clock is read with each run: `clock` is the place of what it says. */
  readonly instantAt: (clock: unknown) => Fragment
  /** Asks what depends on the tenant and on what Effect's clock says. */
  readonly asking: <A, E, R>(ask: (tenant: Tenant, clock: number) => Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** The present of this process: an instant that was read, and never before one that was read earlier. */
  readonly forward: (milliseconds: bigint | number) => number
  /** Reads, as they are at one instant, for statements that belong together; nobody who writes has to wait. */
  readonly snapshot: <A, E, R>(reads: Effect.Effect<A, E, R>) => Effect.Effect<A, E | SqlError, R>
  /** Work that happens whole or not at all. On SQLite several share one commit. */
  readonly transaction: <A, E>(work: Effect.Effect<A, E>) => Effect.Effect<A, E | SqlError>
  /** The same for work that reads in one statement and writes in another, which on Postgres checks what could have changed. */
  readonly checked: <A, E>(work: Effect.Effect<A, E>) => Effect.Effect<A, E | SqlError>
  /** Locks the rows that are read until the transaction ends; SQLite has one writer at a time anyway. */
  readonly forUpdate: Fragment
  /** The same, but for rows that another transaction has locked: those are left out. */
  readonly skipLocked: Fragment
}

/**
 * Whose clock decides. `"database"` is right for several replicas, whose own clocks differ.
 */
export type Time = "database" | "effect"

export const make = (
  sql: SqlClient.SqlClient,
  time: Time | undefined,
  services: Context.Context<never> = Context.empty(),
): Database => {
  const ofDialect = <A>(pg: A, sqlite: A): A => sql.onDialectOrElse({ pg: () => pg, orElse: () => sqlite })
  const ownClock = ofDialect(
    sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    sql`CAST(unixepoch('subsec') * 1000 AS INTEGER)`,
  )
  const instantAt: (clock: unknown) => Fragment =
    (time ?? ofDialect("database", "effect")) === "database"
      ? () => ownClock
      : (clock) => ofDialect(sql`${clock}::bigint`, sql`${clock}`)
  const transaction: Database["transaction"] = sql.onDialectOrElse({
    pg: () => (work) => sql.withTransaction(work),
    orElse: () => Group.make(sql, services),
  })
  let latest = Number.NEGATIVE_INFINITY
  return {
    sql,
    instant: Effect.map(Clock.currentTimeMillis, instantAt),
    instantAt,
    asking: (ask) =>
      Effect.withFiber((fiber) => ask(fiber.getRef(Tenant), fiber.getRef(Clock.Clock).currentTimeMillisUnsafe())),
    forward: (milliseconds) => (latest = Math.max(latest, Number(milliseconds))),
    snapshot: (reads) =>
      Effect.provideService(
        sql.withTransaction(reads),
        SqlClient.BeginTransaction,
        ofDialect("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN"),
      ),
    transaction,
    checked: sql.onDialectOrElse({ pg: () => (work) => work, orElse: () => transaction }),
    forUpdate: ofDialect(sql`FOR UPDATE`, sql``),
    skipLocked: ofDialect(sql`FOR UPDATE SKIP LOCKED`, sql``),
  }
}

/** A tenant as a key: none of its parts can hold a line break. */
export const tenantKey = ({ account, namespace, region }: Tenant): string => `${namespace}\n${region}\n${account}`

/** The tenant of a key. */
export const tenantOf = (key: string): Effect.Effect<Tenant, DatabaseError> => {
  const [namespace = "", region = "", account = ""] = key.split("\n")
  return isNamespace(namespace)
    ? Effect.succeed({ namespace, region, account })
    : Effect.fail(new DatabaseError({ reason: "Unreadable", hint: "A tenant is not as written." }))
}

const isNamespace = Schema.is(Namespace)
