/**
 * `proxy-session cassette`: looks after the recordings that tests replay.
 */
import * as Cassette from "@proxy-session/replay/Cassette"
import { CassetteError } from "@proxy-session/replay/CassetteError"
import { CassetteStore, layerFile } from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Terminal from "effect/Terminal"
import { general } from "./ExitCode.ts"
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
  run: (file: string, name: string) => Effect.Effect<void, CassetteError, R | CassetteStore>,
) =>
  Effect.forEach(
    paths,
    Effect.fnUntraced(function* (file) {
      const path = yield* Path.Path
      const store = file.endsWith(".json") ? layerFile(path.dirname(file)) : layerNone(file)
      yield* run(file, path.basename(file, ".json")).pipe(
        Effect.provide(store),
        Effect.mapError(({ detail }) => general(`The cassette ${file}: ${detail}`)),
      )
    }),
    { discard: true },
  )

/** A store adds the ending to a name: it would look for another file than this one. */
const layerNone = (file: string) => {
  const detail = "the name of its file has to end in .json"
  const refused = Effect.fail(new CassetteError({ cassette: file, reason: "BadName", detail }))
  return Layer.succeed(CassetteStore, { isPersistent: false, read: () => refused, write: () => refused })
}

const read = (name: string) => CassetteStore.use((store) => store.read(name))

const outcome = ({ outcome }: Cassette.Interaction): string => {
  const error = outcome._tag === "Failure" ? outcome.error : undefined
  const tag = typeof error === "object" && error !== null && "_tag" in error ? error["_tag"] : undefined
  return typeof tag === "string" ? tag : outcome._tag
}

const show = Command.make("show", { files }, ({ files }) =>
  each(files, (file, name) =>
    Effect.gen(function* () {
      const interactions = yield* Cassette.parse(file, yield* read(name))
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
      yield* Console.log(table(file, rows, yield* columns))
    }),
  ),
).pipe(Command.withDescription("List the calls of cassettes and what became of them."))

const check = Command.make("check", { files }, ({ files }) =>
  Effect.gen(function* () {
    let unsound = 0
    yield* each(files, (file, name) =>
      Effect.catch(Effect.asVoid(ReplayRepo.check(name)), ({ detail }) =>
        Effect.suspend(() => {
          unsound++
          return Console.log(`${file}: ${detail}`)
        }),
      ),
    )
    if (unsound > 0) return yield* general(`${unsound} of ${files.length} files are not sound cassettes`)
  }),
).pipe(
  Command.withDescription(
    "Read cassettes as a replay does, and look for numbers that are not fictional, unknown codes of errors and texts with numbers; exit with 255 if there are any. Names the member, never the value.",
  ),
)

/**
 * The command.
 *
 * @category commands
 */
export const command = Command.make("cassette").pipe(
  Command.withDescription("Look after the cassettes that tests replay"),
  Command.withSubcommands([show, check]),
  Command.withExamples([
    { description: "Before a commit", command: "proxy-session cassette check test/__cassettes__/*.json" },
  ]),
)
