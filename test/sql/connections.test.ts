/**
 * Postgres behind TLS, and behind PgBouncer.
 */
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Invocation } from "@proxy-session/repo/Invocation"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Database from "@proxy-session/sql/Postgres"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import { assert, describe, it } from "@effect/vitest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import { execFileSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Net from "node:net"
import * as Path from "node:path"
import { lacking } from "../lacking.ts"
import * as Postgres from "./postgres.ts"

const layer = (url: string) =>
  SqlRepo.layer().pipe(
    Layer.provideMerge(Database.layer({ url: Redacted.make(url), maxConnections: 4 })),
    Layer.provide(NodeFileSystem.layer),
  )

/** Certificates of an authority of one's own: for `localhost`, and for another name. */
const certificates = Effect.map(Postgres.temporary, (folder) => {
  const file = (name: string) => Path.join(folder, name)
  const openssl = (...args: ReadonlyArray<string>) => execFileSync("openssl", args, { stdio: "ignore" })
  const key = ["-newkey", "rsa:2048", "-nodes", "-days", "2"]
  for (const authority of ["ca", "other-ca"]) {
    openssl(
      "req",
      "-x509",
      ...key,
      "-subj",
      `/CN=${authority}`,
      "-keyout",
      file(`${authority}.key`),
      "-out",
      file(`${authority}.crt`),
    )
  }
  for (const name of ["localhost", "elsewhere.test"]) {
    openssl("req", ...key, "-subj", `/CN=${name}`, "-keyout", file(`${name}.key`), "-out", file(`${name}.csr`))
    FileSystem.writeFileSync(file("extensions"), `subjectAltName=DNS:${name}`)
    const signing = ["-CA", file("ca.crt"), "-CAkey", file("ca.key"), "-CAcreateserial", "-days", "2"]
    openssl(
      "x509",
      "-req",
      "-in",
      file(`${name}.csr`),
      ...signing,
      "-extfile",
      file("extensions"),
      "-out",
      file(`${name}.crt`),
    )
    FileSystem.chmodSync(file(`${name}.key`), 0o600)
    Postgres.own(file(`${name}.key`), file(`${name}.crt`))
  }
  return file
})

const isEncrypted = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly ssl: boolean }>`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
  return row?.ssl
})

const put = VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy))
const create = ProxySessionRepo.use((repo) => repo.create(Fixtures.createProxySession))

describe("Postgres behind TLS", () => {
  if (Postgres.programs === undefined) return lacking("verifies certificates", "Postgres is not installed")

  it.live(
    "is used when the certificate and the name are right, and refused when one of them is not",
    () =>
      Effect.gen(function* () {
        const file = yield* certificates
        const access = "hostssl all all 127.0.0.1/32 trust\n"
        const start = (name: string) => {
          const ssl = { ssl: "on", ssl_cert_file: file(`${name}.crt`), ssl_key_file: file(`${name}.key`) }
          return Postgres.server({ fsync: "off", ...ssl }, access)
        }
        const [right, wrong] = [yield* start("localhost"), yield* start("elsewhere.test")]
        const open = (port: number, query: string) =>
          Effect.scoped(
            Effect.andThen(put, isEncrypted).pipe(
              Effect.provide(layer(`postgres://test@localhost:${port}/postgres?${query}`)),
            ),
          )
        const trusted = `sslmode=verify-full&sslrootcert=${file("ca.crt")}`
        assert.strictEqual(yield* open(right.port, trusted), true)
        assert.strictEqual(yield* open(right.port, trusted.replace("verify-full", "require")), true)
        for (const [port, query] of [
          [wrong.port, trusted],
          [right.port, `sslmode=verify-full&sslrootcert=${file("other-ca.crt")}`],
          [right.port, "sslmode=verify-full"],
          [right.port, "sslmode=require"],
          [right.port, "sslmode=disable"],
          [right.port, `sslmode=verify-full&sslrootcert=${file("absent.crt")}`],
          [right.port, `sslrootcert=${file("ca.crt")}`],
          [right.port, "sslmode=allow"],
        ] as const) {
          const error = yield* Effect.flip(open(port, query))
          assert.strictEqual(error._tag, "DatabaseError", query)
          assert.match(
            error.message,
            /ConnectionError|AuthenticationError|AuthorizationError|UnknownError|sslrootcert|sslmode/u,
            query,
          )
        }
      }),
    60_000,
  )
})

const pgbouncer = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].find((file) => FileSystem.existsSync(file))

/** PgBouncer in transaction mode, with fewer connections than clients. */
const pooled = (port: number) =>
  Effect.gen(function* () {
    const folder = yield* Postgres.temporary
    const own = yield* Postgres.freePort
    const file = Path.join(folder, "pgbouncer.ini")
    FileSystem.writeFileSync(
      file,
      `[databases]
postgres = host=127.0.0.1 port=${port} dbname=postgres user=test
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
`,
    )
    yield* Postgres.background(pgbouncer ?? "", [file])
    yield* Effect.retry(
      Effect.callback<void, Error>((resume) => {
        const socket = Net.connect(own, "127.0.0.1", () => resume(Effect.void))
        socket.on("error", (error) => resume(Effect.fail(error)))
        return Effect.sync(() => socket.destroy())
      }),
      { schedule: Schedule.spaced("50 millis"), times: 100 },
    )
    return `postgres://test@127.0.0.1:${own}/postgres?sslmode=disable`
  })

describe("Postgres behind PgBouncer", () => {
  if (Postgres.programs === undefined || pgbouncer === undefined) {
    return lacking("shares its connections", "Postgres or PgBouncer is not installed")
  }

  it.live(
    "serves two replicas that share fewer connections than they open",
    () =>
      Effect.gen(function* () {
        const url = yield* pooled((yield* Postgres.server()).port)
        const replica = Layer.build(layer(`${url}&pgbouncer=true`))
        const [even, odd] = [yield* replica, yield* replica]
        const on =
          (place: number) =>
          <A, E>(effect: Effect.Effect<A, E, Layer.Success<ReturnType<typeof layer>>>) =>
            Effect.provideContext(effect, place % 2 === 0 ? even : odd)
        const times = <A, E>(count: number, effect: (place: number) => Effect.Effect<A, E>) =>
          Effect.forEach(
            Array.from({ length: count }, (_, place) => place),
            effect,
            { concurrency: 8 },
          )
        yield* on(0)(put)
        const made = yield* times(40, (place) => on(place)(create))
        assert.strictEqual(new Set(made.map(({ proxySessionId }) => proxySessionId)).size, 40)
        const again = yield* times(40, (place) =>
          on(place + 1)(ProxySessionRepo.use((repo) => repo.get(made[place] ?? Fixtures.key))),
        )
        assert.deepStrictEqual(again, made)
        const invocation = { accessKeyId: "a", id: "b", requestHash: "c" }
        const once = yield* times(8, (place) => Effect.provideService(on(place)(create), Invocation, invocation))
        assert.strictEqual(new Set(once.map(({ proxySessionId }) => proxySessionId)).size, 1)
        const { stores } = yield* on(1)(Snapshots.use((snapshots) => snapshots.export))
        assert.strictEqual(stores[0]?.connectors[0]?.sessions?.length, 41)
        const prepared = Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const [row] = yield* sql<{ readonly count: unknown }>`SELECT count(*) AS count FROM pg_prepared_statements`
          return Number(row?.count)
        })
        assert.strictEqual(yield* on(0)(prepared), 0)
        // The control: without the parameter, statements are prepared on a connection that the next transaction may not get.
        assert.isAbove(yield* Effect.provide(Effect.andThen(create, prepared), layer(url)), 0)
      }),
    60_000,
  )
})
