import { assert, describe, it } from "@effect/vitest"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as SqlClient from "effect/sql/SqlClient"
import { isSqlError } from "effect/sql/SqlError"
import * as Group from "../src/internal/group.ts"

const Person = Context.Reference<string>("test/Person", { defaultValue: () => "nobody" })

/** Twenty people, who come at once to a database that counts its transactions. */
const crowd = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE person (name TEXT PRIMARY KEY, friend TEXT REFERENCES person (name) DEFERRABLE INITIALLY DEFERRED)`
  const counts = { transactions: 0, runs: 0 }
  const counted: SqlClient.SqlClient = Object.assign((...args: Parameters<SqlClient.SqlClient>) => sql(...args), sql, {
    withTransaction: ((effect) =>
      Effect.withFiber((fiber) => {
        if (Context.getOrUndefined(fiber.context, sql.transactionService) === undefined) counts.transactions++
        return sql.withTransaction(effect)
      })) satisfies SqlClient.SqlClient["withTransaction"],
  })
  const transaction = Group.make(counted, Context.empty())
  const add = (name: string, friend: string | null = null) =>
    transaction(
      Effect.suspend(() => {
        counts.runs++
        return Effect.asVoid(sql`INSERT INTO person VALUES (${name}, ${friend})`)
      }),
    )
  const names = Effect.map(sql`SELECT name FROM person ORDER BY name`.values, (rows) => rows.map(([name]) => name))
  const people = Array.from({ length: 20 }, (_, n) => `p${String(n).padStart(2, "0")}`)
  // Who comes alone does not wait; who comes after so many does, and finds the company that then comes.
  for (let n = 0; n < 15; n++) yield* transaction(Effect.void)
  counts.transactions = 0
  return { add, counts, names, people, sql, transaction }
})

const together = <A, E>(works: ReadonlyArray<Effect.Effect<A, E>>) =>
  Effect.forEach(works, Effect.exit, { concurrency: "unbounded" })

describe("transactions that come at once", () => {
  it.effect("share a commit, and one that fails undoes nothing of the others", () =>
    Effect.gen(function* () {
      const { add, counts, names, people, sql, transaction } = yield* crowd
      const failing = transaction(
        Effect.andThen(sql`INSERT INTO person VALUES (${"failing"}, NULL)`, Effect.fail("no")),
      )
      const exits = yield* together<void, unknown>([...people.map((name) => add(name)), failing])
      assert.deepStrictEqual(exits.slice(0, -1).every(Exit.isSuccess), true)
      assert.deepStrictEqual(exits.at(-1), Exit.fail("no"))
      assert.deepStrictEqual(yield* names, people)
      assert.strictEqual(counts.transactions, 1)
    }).pipe(Effect.provide(NodeSqlite.layer({ filename: ":memory:" }))),
  )

  it.effect("begin again one by one where the database fails within, and only who made it fail is told", () =>
    Effect.gen(function* () {
      const { add, counts, names, people } = yield* crowd
      const exits = yield* together([...people.map((name) => add(name)), add("p07"), add("late")])
      assert.deepStrictEqual(exits.map(Exit.isSuccess), [...people.map(() => true), false, true])
      assert.deepStrictEqual(yield* names, ["late", ...people])
      assert.isAbove(counts.runs, exits.length)
    }).pipe(Effect.provide(NodeSqlite.layer({ filename: ":memory:" }))),
  )

  it.effect("are all told where the commit fails, and nothing is kept", () =>
    Effect.gen(function* () {
      const { add, names, people } = yield* crowd
      const exits = yield* together([...people.map((name) => add(name)), add("lonely", "nobody")])
      const errors = exits.map(
        (exit) =>
          Exit.isFailure(exit) &&
          exit.cause.reasons.some((reason) => reason._tag === "Fail" && isSqlError(reason.error)),
      )
      assert.deepStrictEqual(
        errors,
        exits.map(() => true),
      )
      assert.deepStrictEqual(yield* names, [])
    }).pipe(Effect.provide(NodeSqlite.layer({ filename: ":memory:" }))),
  )

  it.effect("run with the context of who asked, and are left out once nobody waits for them", () =>
    Effect.gen(function* () {
      const { names, people, sql, transaction } = yield* crowd
      const own = transaction(
        Effect.flatMap(Person, (name) => Effect.asVoid(sql`INSERT INTO person VALUES (${name}, NULL)`)),
      )
      const fibers = yield* Effect.forEach([...people, undefined], (name) =>
        Effect.forkChild(name === undefined ? own : Effect.provideService(own, Person, name), {
          startImmediately: true,
        }),
      )
      const [first] = fibers
      if (first !== undefined) yield* Fiber.interrupt(first)
      yield* Fiber.joinAll(fibers.slice(1))
      assert.deepStrictEqual(yield* names, ["nobody", ...people.slice(1)])
    }).pipe(Effect.provide(NodeSqlite.layer({ filename: ":memory:" }))),
  )
})
