import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { inspect } from "node:util"

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-sqlite-"))),
  (folder) => Effect.sync(() => FileSystem.rmSync(folder, { recursive: true })),
)
const temporaryFile = Effect.map(temporaryFolder, (folder) => Path.join(folder, "test.db"))

const connectTo = (options: NodeSqlite.NodeSqliteOptions) =>
  Effect.map(Layer.build(NodeSqlite.layer(options)), (context) => Context.get(context, SqlClient.SqlClient))

const withTable = Effect.gen(function* () {
  const filename = yield* temporaryFile
  const [one, other] = [yield* connectTo({ filename }), yield* connectTo({ filename })]
  yield* one`CREATE TABLE hold (person TEXT PRIMARY KEY, held INTEGER) STRICT`
  return { one, other }
})

describe("NodeSqlite", () => {
  it.effect("keeps text, numbers, bytes, booleans and nothing", () =>
    Effect.gen(function* () {
      const sql = yield* connectTo({ filename: ":memory:" })
      const bytes = new Uint8Array([1, 2])
      const rows = yield* sql`SELECT ${"text"} AS a, ${1.5} AS b, ${bytes} AS c, ${true} AS d, ${null} AS e`
      assert.deepStrictEqual({ ...rows[0] }, { a: "text", b: 1.5, c: bytes, d: 1, e: null })
      assert.deepStrictEqual(yield* sql`SELECT ${7} AS a, ${"b"} AS b`.values, [[7, "b"]])
    }),
  )

  it.effect("keeps nothing of a transaction that fails", () =>
    Effect.gen(function* () {
      const { one } = yield* withTable
      const failed = yield* Effect.flip(
        one.withTransaction(Effect.andThen(one`INSERT INTO hold VALUES (${"a"}, 1)`, Effect.fail("no"))),
      )
      assert.strictEqual(failed, "no")
      assert.deepStrictEqual(yield* one`SELECT * FROM hold`, [])
    }),
  )

  it.effect("writes ahead, and waits for the disk at every commit", () =>
    Effect.gen(function* () {
      const filename = yield* temporaryFile
      const [full, normal] = [yield* connectTo({ filename }), yield* connectTo({ filename, synchronous: "NORMAL" })]
      const modes = (sql: SqlClient.SqlClient) =>
        Effect.all([sql`PRAGMA journal_mode`.values, sql`PRAGMA synchronous`.values, sql`PRAGMA busy_timeout`.values])
      assert.deepStrictEqual(yield* modes(full), [[["wal"]], [[2]], [[0]]])
      assert.deepStrictEqual(yield* modes(normal), [[["wal"]], [[1]], [[0]]])
    }),
  )

  it.effect("waits on Effect's clock while another connection writes, and then writes", () =>
    Effect.gen(function* () {
      const { one, other } = yield* withTable
      const [begun, done] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const long = yield* Effect.forkChild(
        one.withTransaction(Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(done))),
      )
      yield* Deferred.await(begun)
      const waiting = yield* Effect.forkChild(other.withTransaction(other`INSERT INTO hold VALUES (${"b"}, 2)`))
      yield* TestClock.adjust("4 seconds")
      assert.isUndefined(waiting.pollUnsafe())
      yield* Deferred.succeed(done, undefined)
      yield* Fiber.join(long)
      yield* TestClock.adjust("100 millis")
      yield* Fiber.join(waiting)
      assert.deepStrictEqual(yield* one`SELECT held FROM hold`.values, [[2]])
    }),
  )

  it.effect("gives up when the time to wait is over, having done nothing", () =>
    Effect.gen(function* () {
      const { one, other } = yield* withTable
      const begun = yield* Deferred.make<void>()
      const long = yield* Effect.forkChild(
        one.withTransaction(Effect.andThen(Deferred.succeed(begun, undefined), Effect.never)),
      )
      yield* Deferred.await(begun)
      const waiting = yield* Effect.forkChild(Effect.flip(other`INSERT INTO hold VALUES (${"b"}, 2)`))
      yield* TestClock.adjust("6 seconds")
      assert.strictEqual((yield* Fiber.join(waiting)).reason._tag, "LockTimeoutError")
      yield* Fiber.interrupt(long)
      assert.deepStrictEqual(yield* other`SELECT * FROM hold`, [])
    }),
  )

  it.effect("an interrupted transaction leaves the connection usable", () =>
    Effect.gen(function* () {
      const { one } = yield* withTable
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(
        one.withTransaction(
          one`INSERT INTO hold VALUES (${"a"}, 1)`.pipe(
            Effect.andThen(Deferred.succeed(begun, undefined)),
            Effect.andThen(Effect.never),
          ),
        ),
      )
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* one`SELECT * FROM hold`, [])
      yield* one.withTransaction(one`INSERT INTO hold VALUES (${"a"}, 3)`)
      assert.deepStrictEqual(yield* one`SELECT held FROM hold`.values, [[3]])
    }),
  )

  it.effect(
    "a statement has no part in the transaction of another fiber, also when both wait for another connection",
    () =>
      Effect.gen(function* () {
        const { one, other } = yield* withTable
        const [begun, done, fail] = [
          yield* Deferred.make<void>(),
          yield* Deferred.make<void>(),
          yield* Deferred.make<void>(),
        ]
        const elsewhere = yield* Effect.forkChild(
          other.withTransaction(Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(done))),
        )
        yield* Deferred.await(begun)
        const failing = yield* Effect.forkChild(
          Effect.exit(
            one
              .withTransaction(Effect.andThen(one`INSERT INTO hold VALUES (${"a"}, 1)`, Effect.never))
              .pipe(Effect.raceFirst(Effect.andThen(Deferred.await(fail), Effect.fail("no")))),
          ),
          { startImmediately: true },
        )
        const alone = yield* Effect.forkChild(one`INSERT INTO hold VALUES (${"b"}, 2)`, { startImmediately: true })
        yield* Deferred.succeed(done, undefined)
        yield* Fiber.join(elsewhere)
        yield* TestClock.adjust("1 second")
        const later = yield* Effect.forkChild(one`INSERT INTO hold VALUES (${"c"}, 3)`, { startImmediately: true })
        assert.isUndefined(alone.pollUnsafe())
        assert.isUndefined(later.pollUnsafe())
        yield* Deferred.succeed(fail, undefined)
        yield* Fiber.joinAll([failing, alone, later])
        assert.deepStrictEqual(yield* one`SELECT person FROM hold ORDER BY person`.values, [["b"], ["c"]])
      }),
  )

  for (const ops of [7, 8, 9, 10, 11]) {
    it.effect(`a statement has no part in a transaction, where its fiber loses its turn after ${ops} steps`, () =>
      Effect.gen(function* () {
        const { one } = yield* withTable
        const fail = yield* Deferred.make<void>()
        const alone = yield* Effect.forkChild(
          Effect.provideService(one`INSERT INTO hold VALUES (${"a"}, 1)`, References.MaxOpsBeforeYield, ops),
          { startImmediately: true },
        )
        const failing = yield* Effect.forkChild(
          Effect.flip(one.withTransaction(Effect.andThen(Deferred.await(fail), Effect.fail("no")))),
          { startImmediately: true },
        )
        for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
        yield* Deferred.succeed(fail, undefined)
        yield* Fiber.joinAll([failing, alone])
        assert.deepStrictEqual(yield* one`SELECT person FROM hold`.values, [["a"]])
      }),
    )
  }

  it.effect("a column that a table gains or loses moves no other", () =>
    Effect.gen(function* () {
      const { one, other } = yield* withTable
      yield* one`INSERT INTO hold VALUES (${"a"}, 1)`
      const all = Effect.map(one`SELECT *, 9 AS now FROM hold`, ([row]) => ({ ...row }))
      assert.deepStrictEqual(yield* all, { person: "a", held: 1, now: 9 })
      yield* other`ALTER TABLE hold ADD COLUMN until INTEGER`
      assert.deepStrictEqual(yield* all, { person: "a", held: 1, until: null, now: 9 })
      yield* other`ALTER TABLE hold DROP COLUMN held`
      assert.deepStrictEqual(yield* all, { person: "a", until: null, now: 9 })
    }),
  )

  it.effect("an error names SQLite's code and no value", () =>
    Effect.gen(function* () {
      const { one } = yield* withTable
      yield* one`INSERT INTO hold VALUES (${"+12065550100"}, 1)`
      const errors = [
        yield* Effect.flip(one`INSERT INTO hold VALUES (${"+12065550100"}, 1)`),
        yield* Effect.flip(one`INSERT INTO hold VALUES (${"b"}, ${"tel:+12065550100"})`),
        yield* Effect.flip(one.unsafe("INSERT INTO hold VALUES (?, 1)", [{ number: "+12065550100" }])),
      ]
      for (const error of errors) {
        assert.notInclude(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error), "2065550100")
      }
      assert.deepStrictEqual(
        errors.map(({ reason }) => reason._tag),
        ["ConstraintError", "ConstraintError", "UnknownError"],
      )
      assert.include(errors[0]?.message, "1555")
    }),
  )

  it.effect("does not open a folder, or a file that is no database", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const text = Path.join(folder, "text")
      FileSystem.writeFileSync(text, "this is no database, however long one looks at it".repeat(100))
      const errors = [
        yield* Effect.flip(connectTo({ filename: folder })),
        yield* Effect.flip(connectTo({ filename: Path.join(folder, "absent", "test.db") })),
        yield* Effect.flip(connectTo({ filename: text })),
      ]
      assert.deepStrictEqual(
        errors.map(({ reason }) => reason._tag),
        ["ConnectionError", "ConnectionError", "UnknownError"],
      )
    }),
  )
})
