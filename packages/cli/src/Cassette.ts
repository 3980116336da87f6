/**
 * `proxy-session cassette`: looks after the recordings that tests replay.
 */
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Cassette from "@proxy-session/replay/Cassette"
import type { CassetteError } from "@proxy-session/replay/CassetteError"
import { CassetteStore, layerFile } from "@proxy-session/replay/CassetteStore"
import * as Scan from "@proxy-session/replay/Scan"
import * as Verify from "@proxy-session/replay/Verify"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import * as Terminal from "effect/Terminal"
import * as Connection from "./Connection.ts"
import { type CommandFailure, general } from "./ExitCode.ts"
import { table } from "./internal/table.ts"

const files = Argument.String("file").pipe(
  Argument.variadic({ min: 1 }),
  Argument.withDescription("Cassettes, each a .json file"),
)

/** What is done with one file: its store, the name that the store knows it by, and its text. */
const each = <E, R>(
  paths: ReadonlyArray<string>,
  run: (
    file: string,
    text: string,
    write: (text: string) => Effect.Effect<void, CassetteError>,
  ) => Effect.Effect<void, E, R>,
) =>
  Effect.forEach(
    paths,
    Effect.fnUntraced(function* (file) {
      const path = yield* Path.Path
      const name = path.basename(file, ".json")
      yield* CassetteStore.use((store) =>
        Effect.flatMap(store.read(name), (text) => run(file, text, (changed) => store.write(name, changed))),
      ).pipe(Effect.provide(layerFile(path.dirname(file))))
    }),
    { discard: true },
  )

const told = Effect.mapError((error: CassetteError | CommandFailure) =>
  error._tag === "CassetteError" ? general(error.message) : error,
)

const outcome = ({ outcome }: Cassette.Interaction): string => {
  const error = outcome._tag === "Failure" ? outcome.error : undefined
  const tag = typeof error === "object" && error !== null && "_tag" in error ? error["_tag"] : undefined
  return typeof tag === "string" ? tag : outcome._tag
}

const show = Command.make("show", { files }, ({ files }) =>
  each(files, (file, text) =>
    Effect.gen(function* () {
      const { epoch, interactions } = yield* Cassette.parse(file, text)
      const { columns } = yield* Terminal.Terminal
      const rows = interactions.map((interaction, index) => ({
        call: index,
        operation: interaction.operation,
        outcome: outcome(interaction),
        request: JSON.stringify(interaction.request),
      }))
      yield* Console.log(table(`${file}, recorded from ${epoch}`, rows, yield* columns))
    }),
  ).pipe(told),
).pipe(Command.withDescription("List the calls of cassettes and what became of them."))

const scan = Command.make("scan", { files }, ({ files }) =>
  Effect.gen(function* () {
    let findings = 0
    yield* each(files, (file, text) => {
      const found = Scan.secrets(text)
      findings += found.length
      return found.length === 0 ? Effect.void : Console.log(`${file}: ${found.join(", ")}`)
    })
    if (findings > 0) return yield* general("a cassette holds what must not be kept: record it again, under aliases")
  }).pipe(told),
).pipe(
  Command.withDescription(
    "Look for telephone numbers, keys and signatures in cassettes; exit with 255 if there are any. Names the kind of what it finds, never the value.",
  ),
)

const migrate = Command.make("migrate", { files }, ({ files }) =>
  each(files, (file, text, write) =>
    Effect.gen(function* () {
      const current = Cassette.print(yield* Cassette.parse(file, text))
      if (current === text) return
      yield* write(current)
      yield* Console.log(`${file}: brought to ${Cassette.format}`)
    }),
  ).pipe(told),
).pipe(
  Command.withDescription(
    "Write cassettes of an older format in today's. Those that are in it already stay untouched.",
  ),
)

const prune = Command.make(
  "prune",
  {
    files,
    calls: Flag.Int("call").pipe(
      Flag.atLeast(1),
      Flag.withDescription("The number of a call to take out, as `show` tells it; may be given several times"),
    ),
  },
  ({ calls, files }) =>
    each(files, (file, text, write) =>
      Effect.gen(function* () {
        const cassette = yield* Cassette.parse(file, text)
        const unwanted = new Set(calls)
        const absent = calls.find((call) => cassette.interactions[call] === undefined)
        if (absent !== undefined) return yield* general(`${file} has no call ${absent}`)
        const interactions = cassette.interactions.filter((_, index) => !unwanted.has(index))
        yield* write(Cassette.print({ ...cassette, interactions }))
        yield* Console.log(`${file}: ${interactions.length} of ${cassette.interactions.length} calls are left`)
      }),
    ).pipe(told),
).pipe(
  Command.withDescription(
    "Take calls out of cassettes. A test whose mode is `prune` takes out those that it does not make.",
  ),
)

const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value))

const verify = Command.make(
  "verify",
  {
    files,
    live: Flag.Boolean("live").pipe(
      Flag.withoutNegation,
      Flag.withDefault(false),
      Flag.withDescription("Ask the service that the other flags describe, rather than a repository in memory"),
    ),
    connection: Connection.flags,
  },
  Effect.fnUntraced(function* ({ connection, files, live }) {
    let differences = 0
    for (const file of files) {
      const path = yield* Path.Path
      const cassette = path.basename(file, ".json")
      const repos = live ? Connection.layer(connection) : MemoryRepo.layer()
      const found = yield* Verify.verify({ cassette }, repos).pipe(Effect.provide(layerFile(path.dirname(file))), told)
      differences += found.length
      for (const { answered, call, operation, path, recorded } of found) {
        yield* Console.log(`${file}: call ${call}, ${operation}, ${path}: ${shown(recorded)}, now ${shown(answered)}`)
      }
    }
    if (differences > 0) return yield* general(`${differences} members are no longer as they were recorded`)
  }),
).pipe(
  Command.withDescription(
    "Make the calls of cassettes once more, one after the other, and list where the answers differ; exit with 255 if any does.",
  ),
)

/**
 * The command.
 *
 * @category commands
 */
export const command = Command.make("cassette").pipe(
  Command.withDescription("Look after the cassettes that tests replay"),
  Command.withSubcommands([show, scan, verify, prune, migrate]),
  Command.withExamples([
    { description: "Before a commit", command: "proxy-session cassette scan test/__cassettes__/*.json" },
  ]),
)
