/**
 * What callers, logs and spans tell when the database fails for real.
 */
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as Database from "@proxy-session/sql/Postgres"
import * as Reachability from "@proxy-session/sql/Reachability"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import { assert, describe, it } from "@effect/vitest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as Path from "node:path"
import { inspect } from "node:util"
import * as Postgres from "./postgres.ts"
import { temporaryFolder } from "./temporary.ts"

const sqlite = (filename: string) => SqlRepo.layer().pipe(Layer.provideMerge(NodeSqlite.layer({ filename })))
const postgres = (url: Redacted.Redacted) =>
  SqlRepo.layer().pipe(
    Layer.provideMerge(Database.layer({ url, maxConnections: 2 })),
    Layer.provide(NodeFileSystem.layer),
  )
const file = Effect.map(temporaryFolder, (folder) => Path.join(folder, "test.db"))

/** Everything that a program logs, traces and fails with, as text. */
const recording = () => {
  const told: Array<string> = []
  const logger = Logger.make(
    ({ cause, message }) => void told.push(inspect([message, Cause.pretty(cause)], { depth: 9 })),
  )
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      const end = span.end.bind(span)
      span.end = (time, exit) => {
        told.push(inspect([span.name, [...span.attributes], exit], { depth: 9 }))
        end(time, exit)
      }
      return span
    },
  })
  const layer = Layer.merge(Logger.layer([logger]), Layer.succeed(Tracer.Tracer, tracer))
  return { told, layer }
}

const create = ProxySessionRepo.use((repo) => repo.create(Fixtures.createProxySession))
const put = VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy))
const tagOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

const secrets = [...Fixtures.createProxySession.participantPhoneNumbers.map((number) => number.slice(2)), "Canary"]
const tellsNothing = (told: ReadonlyArray<string>) => {
  for (const secret of secrets) assert.notInclude(told.join("\n"), secret)
}

describe("a database that fails", () => {
  it.effect("a disk that is full: the create fails, half of it is nowhere, and later ones succeed", () =>
    Effect.gen(function* () {
      const { layer, told } = recording()
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* put
        yield* create
        const [row] = yield* sql<{ readonly page_count: number }>`PRAGMA page_count`
        yield* sql.unsafe(`PRAGMA max_page_count = ${row?.page_count ?? 1}`)
        const full = Effect.repeat(create, { times: 1000 })
        assert.strictEqual(yield* tagOf(full), "ServiceFailureException")
        const counts = yield* sql`SELECT (SELECT count(*) FROM session) * 2 - (SELECT count(*) FROM hold) AS difference`
        assert.deepStrictEqual({ ...counts[0] }, { difference: 0 })
        yield* sql.unsafe("PRAGMA max_page_count = 100000")
        yield* create
      }).pipe(Effect.provide([sqlite(yield* file), layer]))
      assert.include(told.join("\n"), "13")
      tellsNothing(told)
    }),
  )

  it.effect("a file that may only be read: reads succeed, and writes are a failure of the service", () =>
    Effect.gen(function* () {
      const { layer, told } = recording()
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* put
        const session = yield* create
        yield* sql.unsafe("PRAGMA query_only = 1")
        assert.strictEqual(yield* tagOf(create), "ServiceFailureException")
        assert.strictEqual((yield* ProxySessionRepo.use((repo) => repo.get(session))).status, "Open")
      }).pipe(Effect.provide([sqlite(yield* file), layer]))
      tellsNothing(told)
    }),
  )

  it.effect("a file that another process has locked: unavailable when the time to wait is over", () =>
    Effect.gen(function* () {
      const filename = yield* file
      yield* Effect.gen(function* () {
        yield* put
        const other = yield* Effect.map(Layer.build(NodeSqlite.layer({ filename })), (context) =>
          Context.get(context, SqlClient.SqlClient),
        )
        const begun = yield* Deferred.make<void>()
        yield* Effect.forkScoped(
          other.withTransaction(Effect.andThen(Deferred.succeed(begun, undefined), Effect.never)),
        )
        yield* Deferred.await(begun)
        const waiting = yield* Effect.forkChild(tagOf(create))
        yield* TestClock.adjust("6 seconds")
        assert.strictEqual(yield* Fiber.join(waiting), "ServiceUnavailableException")
      }).pipe(Effect.provide(sqlite(filename)))
    }),
  )

  it.effect("how far the machine's clock is from the database's is a metric", () =>
    Effect.gen(function* () {
      const registry = new Map()
      const clock = Layer.succeed(Metric.MetricRegistry, registry)
      yield* Effect.gen(function* () {
        yield* Reachability.check()
        const { value } = yield* Metric.value(Reachability.clockSkew)
        // The test clock stands at the beginning of 1970.
        assert.isAbove(value, 1.7e9)
      }).pipe(Effect.provide([clock, NodeSqlite.layer({ filename: ":memory:" })]))
    }),
  )

  it.effect("a database that another process has locked does not answer in time", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const begun = yield* Deferred.make<void>()
      yield* Effect.forkScoped(sql.withTransaction(Effect.andThen(Deferred.succeed(begun, undefined), Effect.never)))
      yield* Deferred.await(begun)
      const asked = yield* Effect.forkChild(Effect.flip(Reachability.check("2 seconds")))
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* Fiber.join(asked)).reason, "Timeout")
    }).pipe(Effect.provide(NodeSqlite.layer({ filename: ":memory:" }))),
  )

  it.effect("tables of a newer version are not touched", () =>
    Effect.gen(function* () {
      const filename = yield* file
      yield* Effect.provide(
        SqlClient.SqlClient.pipe(
          Effect.flatMap((sql) => sql`INSERT INTO proxy_session_migration (migration_id, name) VALUES (99, 'later')`),
        ),
        sqlite(filename),
      )
      const error = yield* Effect.flip(Layer.build(sqlite(filename)))
      assert.include(error.message, "newer version (99)")
    }),
  )

  it.effect("migrations that were not run are an error where they are only checked", () =>
    Effect.gen(function* () {
      const layer = SqlRepo.layer({ migrate: "check" }).pipe(Layer.provide(NodeSqlite.layer({ filename: yield* file })))
      const error = yield* Effect.flip(Layer.build(layer))
      assert.include(error.message, "migrate first")
    }),
  )

  it.effect("a row that no schema admits: the service fails, and says in the log which table", () =>
    Effect.gen(function* () {
      const { layer, told } = recording()
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* put
        const session = yield* create
        yield* sql`UPDATE session SET rest = ${JSON.stringify({ capabilities: ["Canary"] })}`
        assert.strictEqual(yield* tagOf(ProxySessionRepo.use((repo) => repo.get(session))), "ServiceFailureException")
        const { voiceConnectorId } = session
        const listed = ProxySessionRepo.use((repo) => repo.list({ voiceConnectorId }))
        assert.strictEqual(yield* tagOf(listed), "ServiceFailureException")
      }).pipe(Effect.provide([sqlite(yield* file), layer]))
      assert.include(told.join("\n"), "table session")
      tellsNothing(told)
    }),
  )

  it.live("Postgres that is not there: the Layer is not built, and says so", () =>
    Effect.gen(function* () {
      const url = Redacted.make("postgres://canary:canary-password@127.0.0.1:1/postgres?sslmode=disable")
      const error = yield* Effect.flip(Layer.build(postgres(url)))
      assert.include(error.message, "ConnectionError")
      assert.notInclude(inspect(error, { depth: 9, showHidden: true }), "canary")
    }),
  )

  it.live(
    "Postgres that crashes and comes back: unavailable meanwhile, and what was acknowledged is there afterwards",
    () =>
      Effect.gen(function* () {
        const { layer, told } = recording()
        const server = yield* Postgres.server({})
        yield* Effect.gen(function* () {
          yield* put
          const session = yield* create
          const read = ProxySessionRepo.use((repo) => repo.get(session))
          yield* Reachability.check()
          yield* server.stop("immediate")
          assert.include((yield* Effect.flip(Reachability.check())).message, "ConnectionError")
          assert.strictEqual(yield* tagOf(read), "ServiceUnavailableException")
          assert.strictEqual(yield* tagOf(create), "ServiceUnavailableException")
          yield* server.start
          assert.deepStrictEqual(yield* Effect.retry(read, { times: 5 }), session)
          yield* create
        }).pipe(Effect.provide([postgres(Redacted.make(server.url)), layer]))
        tellsNothing(told)
      }),
    30_000,
  )

  it.live(
    "what Postgres says of a violated rule holds a number, and reaches neither log nor span nor error",
    () =>
      Effect.gen(function* () {
        const { layer, told } = recording()
        const server = yield* Postgres.server()
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* put
          yield* sql`CREATE UNIQUE INDEX one_session_each ON session (first)`
          const names = { ...Fixtures.createProxySession, name: "Canary" }
          const named = ProxySessionRepo.use((repo) => repo.create(names))
          yield* named
          const exit = yield* Effect.exit(named.pipe(Effect.withSpan("create")))
          assert(Exit.isFailure(exit))
          told.push(inspect(exit, { depth: 19, showHidden: true }), Cause.pretty(exit.cause))
          assert.include(told.join("\n"), "ServiceFailureException")
          assert.include(told.join("\n"), "23505")
          const raw = yield* Effect.flip(
            sql`INSERT INTO session SELECT connector, id || 'x', state, created, updated, ends, first, second, proxy, rest FROM session`.pipe(
              Effect.withTracerEnabled(false),
            ),
          )
          // The control: the database's own error does hold it.
          assert.include(inspect(raw, { depth: 19 }), Fixtures.createProxySession.participantPhoneNumbers[0].slice(2))
        }).pipe(Effect.provide([postgres(Redacted.make(server.url)), layer]))
        tellsNothing(told)
      }),
    30_000,
  )

  it.effect.each(["'; DROP TABLE session; --", "\\", "%_", "a'b\"c", "$1", "?", "\u0000 \n", "../..", "𝕏".repeat(64)])(
    "an id is never read as SQL: %j",
    (text) =>
      Effect.gen(function* () {
        yield* put
        const session = yield* create
        const voiceConnectorId = session.voiceConnectorId
        const asked = Effect.exit(ProxySessionRepo.use((repo) => repo.get({ voiceConnectorId, proxySessionId: text })))
        const exit = yield* asked
        assert(Exit.isFailure(exit))
        const error = Cause.findErrorOption(exit.cause)
        assert.match(JSON.stringify(error), /NotFoundException|InvalidRequest/u)
        assert.strictEqual((yield* ProxySessionRepo.use((repo) => repo.get(session))).status, "Open")
      }).pipe(Effect.provide(sqlite(":memory:"))),
  )
})
