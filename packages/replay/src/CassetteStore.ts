/**
 * Where cassettes are kept.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import { CassetteError } from "./CassetteError.ts"

/**
 * Reads and writes the text of cassettes by name.
 *
 * @category services
 */
export class CassetteStore extends Context.Service<
  CassetteStore,
  {
    /** Whether what is written outlives the process. If so, nothing is recorded in CI. */
    readonly isPersistent: boolean
    /** The text of a cassette; `Absent` where there is none. */
    readonly read: (name: string) => Effect.Effect<string, CassetteError>
    /** Replaces a cassette as a whole, or leaves it as it was. */
    readonly write: (name: string, text: string) => Effect.Effect<void, CassetteError>
  }
>()("@proxy-session/replay/CassetteStore") {}

const nameRule = /^[\w-][\w.-]{0,120}(?:\/[\w-][\w.-]{0,120}){0,8}$/u

const checked = (name: string): Effect.Effect<string, CassetteError> => {
  const detail =
    "a name is made of letters, digits, dots, hyphens, underscores and single slashes, and no part begins with a dot"
  return nameRule.test(name)
    ? Effect.succeed(name)
    : Effect.fail(new CassetteError({ cassette: "(unnamed)", reason: "BadName", detail }))
}

/**
 * Keeps cassettes in memory, for tests of tests.
 *
 * @category layers
 */
export const layerMemory = (cassettes: Map<string, string> = new Map()): Layer.Layer<CassetteStore> =>
  Layer.succeed(CassetteStore, {
    isPersistent: false,
    read: (name) =>
      Effect.flatMap(checked(name), () => {
        const text = cassettes.get(name)
        return text === undefined
          ? Effect.fail(new CassetteError({ cassette: name, reason: "Absent", detail: "there is none" }))
          : Effect.succeed(text)
      }),
    write: (name, text) => Effect.map(checked(name), () => void cassettes.set(name, text)),
  })

/**
 * Keeps cassettes as files of a directory, `NAME.json` each, that only their owner can read. An error names the file.
 *
 * A file is written beside its place, synced and renamed, so that a crash leaves the old one or the new one whole. A link
 * in the place of a file, or of a folder below the directory, is refused.
 *
 * @category layers
 */
export const layerFile = (directory: string): Layer.Layer<CassetteStore, never, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(
    CassetteStore,
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const paths = yield* Path.Path
      const isLink = (file: string) =>
        files.readLink(file).pipe(
          Effect.as(true),
          Effect.orElseSucceed(() => false),
        )
      /** The file of a name, if the way to it stays below the directory. */
      const fileOf = Effect.fnUntraced(function* (name: string, reason: "Unreadable" | "Unwritable") {
        let file = directory
        for (const step of `${yield* checked(name)}.json`.split("/")) {
          file = paths.join(file, step)
          if (yield* isLink(file))
            return yield* new CassetteError({ cassette: name, reason, detail: `it is a link: ${file}` })
        }
        return file
      })
      const readable = (name: string, file: string) => (error: PlatformError) => {
        const [reason, detail] =
          error.reason._tag === "NotFound"
            ? (["Absent", "there is none"] as const)
            : (["Unreadable", `it cannot be read (${error.reason._tag})`] as const)
        return new CassetteError({ cassette: name, reason, detail: `${detail}: ${file}` })
      }

      const read = Effect.fnUntraced(function* (name: string) {
        const file = yield* fileOf(name, "Unreadable")
        return yield* Effect.mapError(files.readFileString(file), readable(name, file))
      })
      const write = Effect.fnUntraced(function* (name: string, text: string) {
        const file = yield* fileOf(name, "Unwritable")
        const beside = `${file}.new`
        const remove = files.remove(beside, { force: true })
        yield* Effect.gen(function* () {
          yield* files.makeDirectory(paths.dirname(file), { recursive: true })
          // A process that was killed may have left it.
          yield* remove
          // `wx` makes the file anew, and so with these permissions, and follows no link that somebody put there.
          const opened = yield* files.open(beside, { flag: "wx", mode: 0o600 })
          yield* opened.writeAll(new TextEncoder().encode(text))
          yield* opened.sync
        }).pipe(
          Effect.scoped,
          Effect.andThen(files.rename(beside, file)),
          Effect.onError(() => Effect.ignore(remove)),
          Effect.mapError((error) => {
            const detail = `it cannot be written (${error.reason._tag}): ${file}`
            return new CassetteError({ cassette: name, reason: "Unwritable", detail })
          }),
        )
      })
      return { isPersistent: true, read, write }
    }),
  )
