/**
 * `proxy-session cassette`: looks after the recordings that tests replay.
 */
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Cassette from "@proxy-session/replay/Cassette"
import { CassetteError } from "@proxy-session/replay/CassetteError"
import { CassetteStore, layerFile } from "@proxy-session/replay/CassetteStore"
import * as CassetteWriter from "@proxy-session/replay/CassetteWriter"
import * as Scan from "@proxy-session/replay/Scan"
import * as Verify from "@proxy-session/replay/Verify"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import * as Terminal from "effect/Terminal"
import * as Client from "./Client.ts"
import { type CommandFailure, general } from "./ExitCode.ts"
import { table } from "./internal/table.ts"

const files = Argument.String("file").pipe(
  Argument.variadic({ min: 1 }),
  Argument.withDescription("Cassettes, each a .json file"),
)

/**
 * Does something for each file, in the store of its folder, with the name that the store knows it by. What is wrong with a
 * cassette is told of its file, since that is what was asked for.
 */
const each = <R>(
  paths: ReadonlyArray<string>,
  run: (file: string, name: string) => Effect.Effect<void, CassetteError | CommandFailure, R | CassetteStore>,
) =>
  Effect.forEach(
    paths,
    Effect.fnUntraced(function* (file) {
      const path = yield* Path.Path
      const store = file.endsWith(".json") ? layerFile(path.dirname(file)) : layerNone(file)
      yield* run(file, path.basename(file, ".json")).pipe(
        Effect.provide(store),
        Effect.mapError((error) =>
          error._tag === "CassetteError" ? general(`The cassette ${file}: ${error.detail}`) : error,
        ),
      )
    }),
    { discard: true },
  )

/** A store adds the ending to a name: it would look for another file than this one. */
const layerNone = (file: string) => {
  const detail = "the name of its file has to end in .json"
  const refused = Effect.fail(new CassetteError({ cassette: file, reason: "BadName", detail }))
  return Layer.succeed(CassetteStore, { isPersistent: false, lock: () => refused, read: () => refused })
}

const read = (name: string) => CassetteStore.use((store) => store.read(name))

/** Writes what a change makes of a cassette, as a recording is written: not in CI, alone, and through the gate. */
const rewrite = Effect.fnUntraced(function* <E = never, R = never>(
  file: string,
  name: string,
  change: (cassette: Cassette.Cassette) => Effect.Effect<Cassette.Cassette, E, R>,
) {
  const write = yield* CassetteWriter.open(name)
  const before = yield* Cassette.parse(file, yield* read(name))
  const after = yield* change(before)
  yield* write(after)
  return { before, after }
}, Effect.scoped)

const outcome = ({ outcome }: Cassette.Interaction): string => {
  const error = outcome._tag === "Failure" ? outcome.error : undefined
  const tag = typeof error === "object" && error !== null && "_tag" in error ? error["_tag"] : undefined
  return typeof tag === "string" ? tag : outcome._tag
}

const show = Command.make("show", { files }, ({ files }) =>
  each(files, (file, name) =>
    Effect.gen(function* () {
      const { epoch, interactions } = yield* Cassette.parse(file, yield* read(name))
      const { columns } = yield* Terminal.Terminal
      const rows = interactions.map(
        (interaction, index) =>
          new Map([
            ["call", String(index)],
            ["operation", interaction.operation],
            ["outcome", outcome(interaction)],
            ["request", JSON.stringify(interaction.request)],
          ]),
      )
      yield* Console.log(table(`${file}, recorded from ${epoch}`, rows, yield* columns))
    }),
  ),
).pipe(Command.withDescription("List the calls of cassettes and what became of them."))

const scan = Command.make("scan", { files }, ({ files }) =>
  Effect.gen(function* () {
    let findings = 0
    let unread = 0
    yield* each(files, (file, name) =>
      read(name).pipe(
        Effect.map((text) => Scan.secrets(Cassette.withoutCounters(text))),
        Effect.tap((found) => Effect.sync(() => (findings += found.length))),
        Effect.catch(({ detail }) => Effect.sync(() => (unread++, [`not looked through: ${detail}`]))),
        Effect.flatMap((found) => (found.length === 0 ? Effect.void : Console.log(`${file}: ${found.join(", ")}`))),
      ),
    )
    if (findings > 0) return yield* general("a cassette holds what must not be kept: record it again, under aliases")
    if (unread > 0) return yield* general(`${unread} files could not be looked through`)
  }),
).pipe(
  Command.withDescription(
    "Look for telephone numbers, keys and signatures in cassettes; exit with 255 if there are any. Names the kind of what it finds, never the value.",
  ),
)

const Versioned = Schema.fromJsonString(Schema.Struct({ format: Schema.String }))

const migrate = Command.make("migrate", { files }, ({ files }) =>
  each(files, (file, name) =>
    Effect.gen(function* () {
      const text = yield* read(name)
      yield* Cassette.parse(file, text)
      // However it is laid out, what is of today's format stays.
      const { format } = yield* Effect.orDie(Schema.decodeEffect(Versioned)(text))
      if (format === Cassette.format) return
      yield* rewrite(file, name, Effect.succeed)
      yield* Console.log(`${file}: brought to ${Cassette.format}`)
    }),
  ),
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
    each(files, (file, name) =>
      Effect.gen(function* () {
        const unwanted = new Set(calls)
        const { after, before } = yield* rewrite(file, name, (cassette) => {
          const absent = calls.find((call) => cassette.interactions[call] === undefined)
          const interactions = cassette.interactions.filter((_, index) => !unwanted.has(index))
          return absent === undefined
            ? Effect.succeed({ ...cassette, interactions })
            : Effect.fail(general(`${file} has no call ${absent}`))
        })
        yield* Console.log(`${file}: ${after.interactions.length} of ${before.interactions.length} calls are left`)
      }),
    ),
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
      Flag.withDescription(
        "Ask the service that the other flags describe, rather than a repository in memory, which knows no connector until a call sets one up",
      ),
    ),
    connection: Client.flags,
  },
  Effect.fnUntraced(function* ({ connection, files, live }) {
    let differences = 0
    yield* each(
      files,
      Effect.fnUntraced(function* (file, cassette) {
        const found = yield* Verify.verify({ cassette }, live ? Client.layer(connection) : MemoryRepo.layer())
        differences += found.length
        for (const { answered, call, operation, path, recorded } of found) {
          yield* Console.log(`${file}: call ${call}, ${operation}, ${path}: ${shown(recorded)}, now ${shown(answered)}`)
        }
      }),
    )
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
