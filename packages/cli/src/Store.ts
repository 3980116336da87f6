/**
 * What an operator does with a database besides serving it: `proxy-session export`, `import`, `backup` and `erase`.
 */
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { Snapshot } from "@proxy-session/repo/Snapshot"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Database from "./Database.ts"
import { type CommandFailure, general, usage } from "./ExitCode.ts"
import { on, secret } from "./internal/flag.ts"
import * as SnapshotFile from "./SnapshotFile.ts"

const database = secret(
  "database",
  "sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE",
  "url",
  Database.variables.url,
)

const file = (description: string) => Argument.withDescription(Argument.String("file"), description)

const isFile = (path: string) =>
  FileSystem.FileSystem.use((files) => Effect.orElseSucceed(files.exists(path), () => false))

/** A database that is there. Opening a SQLite file that is not would make one. */
const existing = Effect.fnUntraced(function* (
  url: Redacted.Redacted | undefined,
): Effect.fn.Return<Redacted.Redacted, CommandFailure, FileSystem.FileSystem> {
  const known = yield* named(url)
  const path = Database.pathOf(known)
  if (path !== undefined && !(yield* isFile(path))) return yield* general(`--database: there is no file ${path}`)
  return known
})

const named = (url: Redacted.Redacted | undefined): Effect.Effect<Redacted.Redacted, CommandFailure> =>
  url !== undefined && Redacted.value(url) !== "memory:"
    ? Effect.succeed(url)
    : usage(`name a database with --database or ${Database.variables.url}; memory is a server's own`)

const snapshotsOf = (url: Redacted.Redacted, migrate: "check" | "start") =>
  Effect.map(Database.openExisting(url, migrate), (store) => Context.get(store, Snapshots))

const count = ({ stores }: typeof Snapshot.Encoded): string => {
  const connectors = stores.flatMap((store) => store.connectors)
  const sessions = connectors.reduce((sum, connector) => sum + (connector.sessions?.length ?? 0), 0)
  return `${stores.length} tenants, ${connectors.length} Voice Connectors, ${sessions} sessions`
}

const exportCommand = Command.make(
  "export",
  { database, file: file("The file to write, which must not exist; - for stdout") },
  Effect.fnUntraced(function* ({ database, file }) {
    const snapshots = yield* snapshotsOf(yield* existing(database), "check")
    const snapshot = yield* Effect.mapError(snapshots.export, Database.told)
    yield* SnapshotFile.write(file, snapshot)
    yield* Console.error(`exported ${count(snapshot)}`)
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Write everything that a database holds to a file, one thing a line, as JSON: connectors, numbers, sessions, and what " +
      "page tokens are sealed with. It holds telephone numbers and names, and nobody else may read it.",
  ),
  Command.withExamples([
    {
      description: "From a file to Postgres",
      command: "proxy-session export --database sqlite:./proxy-session.db - | proxy-session import --database $URL -",
    },
  ]),
)

const importCommand = Command.make(
  "import",
  {
    database,
    replace: on(
      "replace",
      "Remove what the database holds, in the same transaction; else one that holds something is refused",
    ),
    file: file("A file that export wrote, or a snapshot as JSON; - for stdin"),
  },
  Effect.fnUntraced(function* ({ database, file, replace }) {
    const what = file === "-" ? "stdin" : file
    const content = yield* SnapshotFile.content(file, what)
    const snapshots = yield* snapshotsOf(yield* named(database), "start")
    const before = yield* Effect.mapError(snapshots.export, Database.told)
    if (!replace && before.stores.some(({ connectors }) => connectors.length > 0)) {
      return yield* general(`the database holds ${count(before)} already; --replace removes them`)
    }
    yield* Effect.mapError(snapshots.import(content), (error) =>
      error._tag === "SchemaError" ? SnapshotFile.unsound(what, error) : Database.told(error),
    )
    yield* Console.log(`imported ${count(yield* Effect.mapError(snapshots.export, Database.told))}`)
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Put the content of a file into a database that is empty, whole or not at all. What is wrong with it is told by path.",
  ),
)

const backupCommand = Command.make(
  "backup",
  { database, file: file("The file to write, which must not exist") },
  Effect.fnUntraced(function* ({ database, file }) {
    const path = Database.pathOf(yield* existing(database))
    if (path === undefined) return yield* usage("backup copies a SQLite file; use pg_dump for Postgres")
    yield* Database.backup(path, file)
    yield* Console.log(`copied to ${file}`)
  }),
).pipe(
  Command.withDescription(
    "Copy a SQLite database as it is at one instant, while servers go on using it. The copy is a database that can be served, and nobody else may read it.",
  ),
)

const numbers = Schema.decodeUnknownEffect(Schema.Array(PhoneNumber))

const eraseCommand = Command.make(
  "erase",
  { database, file: file("A file of telephone numbers, one a line; - for stdin") },
  Effect.fnUntraced(function* ({ database, file }) {
    const lines = yield* SnapshotFile.lines(file, file)
    const asked: Array<PhoneNumber> = []
    for (const [index, line] of lines.entries()) {
      if (line.trim() === "") continue
      const [number] = yield* Effect.mapError(numbers([line.trim()]), () =>
        usage(`${file}: line ${index + 1} is no telephone number in E.164 form`),
      )
      if (number !== undefined) asked.push(number)
    }
    if (asked.length === 0) return yield* usage(`${file}: names no telephone number`)
    const total = yield* Database.erase(yield* existing(database), asked)
    yield* Console.log(
      `removed ${total.sessions} sessions (${total.liveSessions} live) and ${total.pairs} remembered pairs`,
    )
    if (total.connectors > 0) {
      yield* Console.error(
        `${total.connectors} Voice Connectors have such a number as their own or as their fallback; it stays there`,
      )
    }
  }),
).pipe(
  Command.withDescription(
    "Erase people's numbers: remove every session that they take part in, live ones among them, and what is remembered of " +
      "them. Numbers are read from a file or stdin, since others can see a command line.",
  ),
  Command.withExamples([
    { description: "One person", command: "proxy-session erase --database sqlite:./proxy-session.db numbers.txt" },
  ]),
)

/**
 * The commands.
 *
 * @category commands
 */
export const commands = [exportCommand, importCommand, backupCommand, eraseCommand] as const
