/**
 * What a get and a create cost a database file, as the command opens it, by the sessions that are in it.
 *
 *     node bench/growth/sqlite.ts [SESSIONS...]
 *
 * The sessions are copies of one that the repository made, each of two people of its own. Prints, for each size, the
 * microseconds of a get and of a create: the least of several rounds, since whatever else runs can only make it worse.
 */
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { DatabaseSync } from "node:sqlite"

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
const [rounds, gets, creates] = [5, 2000, 20]

/** The nth person of many: nobody's number, since no area code begins with 0. */
const person = (n: number) => `+1055${String(n).padStart(7, "0")}`

/** Fills a file that has one session with copies of it, up to a size. */
const fill = (filename: string, size: number) => {
  const db = new DatabaseSync(filename)
  const columns = (table: string) =>
    db
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .map(({ name }) => String(name))
  const copy = (table: string, changes: Readonly<Record<string, string>>) => {
    const names = columns(table)
    const values = names.map((name) => changes[name] ?? name).join(", ")
    db.exec(`WITH RECURSIVE counter (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM counter WHERE n < ${size})
      INSERT INTO ${table} (${names.join(", ")}) SELECT ${values} FROM ${table}, counter WHERE ${table}.rowid = (SELECT min(rowid) FROM ${table})`)
  }
  const number = (n: string) => `'+1055' || printf('%07d', ${n})`
  db.exec("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; BEGIN")
  copy("session", { id: "'copy-' || n", created: "created + n", first: number("2 * n"), second: number("2 * n + 1") })
  for (const each of ["2 * n", "2 * n + 1"]) copy("hold", { session: "'copy-' || n", participant: number(each) })
  db.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
  db.close()
}

const open = (filename: string) => Layer.build(SqlRepo.layer().pipe(Layer.provide(NodeSqlite.layer({ filename }))))

const create = (n: number) =>
  ProxySessionRepo.use((repo) =>
    repo.create({
      voiceConnectorId,
      participantPhoneNumbers: [person(n), person(n + 1)],
      capabilities: ["Voice"],
    }),
  )

/** The microseconds of each of many calls, made one after the other. */
const timed = <A, E, R>(times: number, call: (index: number) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const begun = performance.now()
    for (let index = 0; index < times; index++) yield* call(index)
    return ((performance.now() - begun) / times) * 1000
  })

const measured = (filename: string, size: number) =>
  Effect.gen(function* () {
    const prepare = VoiceConnectorProxyRepo.use((proxies) =>
      proxies.put({ voiceConnectorId, defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] }),
    ).pipe(Effect.andThen(create(0)))
    yield* Effect.scoped(Effect.flatMap(open(filename), (context) => Effect.provide(prepare, context)))
    fill(filename, size)
    const context = yield* open(filename)
    const best = { get: Number.POSITIVE_INFINITY, create: Number.POSITIVE_INFINITY }
    yield* Effect.gen(function* () {
      const { get } = yield* ProxySessionRepo
      for (let round = 0; round < rounds; round++) {
        const key = (index: number) => ({
          voiceConnectorId,
          proxySessionId: `copy-${2 + ((index * 7919) % (size - 1))}`,
        })
        best.get = Math.min(best.get, yield* timed(gets, (index) => get(key(index))))
        const from = 2 * (size + 1 + round * creates)
        best.create = Math.min(best.create, yield* timed(creates, (index) => create(from + 2 * index)))
      }
    }).pipe(Effect.provide(context))
    return { size, ...best }
  }).pipe(Effect.scoped)

const sizes = process.argv.slice(2).map(Number)
const folder = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-growth-"))
try {
  const points = await Effect.runPromise(
    Effect.forEach([1000, ...sizes], (size, index) => measured(Path.join(folder, `${index}.db`), size)),
  )
  // The first one only warms up.
  process.stdout.write(`${JSON.stringify(points.slice(1))}\n`)
} finally {
  FileSystem.rmSync(folder, { recursive: true })
}
