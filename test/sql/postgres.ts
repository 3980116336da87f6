/**
 * A Postgres of one's own for a test: Debian's, in a temporary folder, on a free port of 127.0.0.1.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import * as FileSystem from "node:fs"
import * as Net from "node:net"
import * as Os from "node:os"
import * as Path from "node:path"

const folder = (): string | undefined => {
  const root = "/usr/lib/postgresql"
  const versions = FileSystem.existsSync(root)
    ? FileSystem.readdirSync(root).toSorted((a, b) => Number(b) - Number(a))
    : []
  return versions[0] === undefined ? undefined : Path.join(root, versions[0], "bin")
}

/** Where the programs are, or `undefined` where Postgres is not installed. */
export const programs = folder()

/** Postgres refuses to run as root, so root becomes the user that Debian's package makes. */
const asPostgres = (file: string, args: ReadonlyArray<string>): readonly [string, ReadonlyArray<string>] => [
  "setpriv",
  ["--reuid=postgres", "--regid=postgres", "--init-groups", file, ...args],
]

const command = (program: string, args: ReadonlyArray<string>): readonly [string, ReadonlyArray<string>] => {
  const file = Path.join(programs ?? "", program)
  return process.getuid?.() === 0 ? asPostgres(file, args) : [file, args]
}

const run = (program: string, ...args: ReadonlyArray<string>) => {
  const [file, all] = command(program, args)
  execFileSync(file, all, { stdio: ["ignore", "ignore", "pipe"], cwd: "/" })
}

/** Runs a program that refuses to run as root in the background until the scope closes. */
export const background = (file: string, args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const [program, all] = process.getuid?.() === 0 ? asPostgres(file, args) : ([file, args] as const)
      return spawn(program, all, { stdio: "ignore", cwd: "/" })
    }),
    (child) =>
      Effect.promise(async () => {
        if (child.exitCode !== null) return
        child.kill("SIGINT")
        await once(child, "exit")
      }),
  )

export const freePort = Effect.promise(async () => {
  const server = Net.createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("no port")
  return address.port
})

/** A folder that Postgres may read and write. */
export const temporary = Effect.acquireRelease(
  Effect.sync(() => {
    const path = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-postgres-"))
    if (process.getuid?.() === 0) execFileSync("chown", ["postgres:postgres", path])
    return path
  }),
  (path) => Effect.sync(() => FileSystem.rmSync(path, { recursive: true })),
)

/** Gives files to the user that Postgres runs as. */
export const own = (...files: ReadonlyArray<string>) => {
  if (process.getuid?.() === 0) execFileSync("chown", ["postgres:postgres", ...files])
}

/**
 * A running server. `start` and `stop` can be used again; `stop("immediate")` is a crash. `access` is what its
 * `pg_hba.conf` says; by default everybody of this machine is let in.
 */
export const server = (settings: Readonly<Record<string, string>> = { fsync: "off" }, access?: string) =>
  Effect.gen(function* () {
    const data = Path.join(yield* temporary, "data")
    const port = yield* freePort
    run("initdb", "--pgdata", data, "--username", "test", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
    if (access !== undefined) FileSystem.writeFileSync(Path.join(data, "pg_hba.conf"), access)
    const flags = Object.entries({ ...settings, listen_addresses: "127.0.0.1", unix_socket_directories: "" })
    const options = flags.map(([name, value]) => `-c ${name}='${value}'`).join(" ")
    const start = Effect.sync(() =>
      run(
        "pg_ctl",
        "--pgdata",
        data,
        "--wait",
        "--log",
        Path.join(data, "log"),
        "--options",
        `-p ${port} ${options}`,
        "start",
      ),
    )
    const stop = (mode: "fast" | "immediate" = "fast") =>
      Effect.sync(() => run("pg_ctl", "--pgdata", data, "--wait", "--mode", mode, "stop"))
    yield* Effect.acquireRelease(start, () => Effect.ignoreCause(stop("immediate")))
    return { port, url: `postgres://test@127.0.0.1:${port}/postgres`, start, stop }
  })

/** A `SqlClient` over a server of its own. */
export const layer = (options: { readonly maxConnections?: number } = {}) =>
  Layer.unwrap(
    Effect.map(server(), ({ url }) => PgClient.layer({ url: Redacted.make(url), maxConnections: 4, ...options })),
  )
