/**
 * Where cassettes are kept.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type * as Scope from "effect/Scope"
import { CassetteError } from "./CassetteError.ts"

/**
 * Reads and writes the text of cassettes by name.
 *
 * @category services
 */
export class CassetteStore extends Context.Service<
  CassetteStore,
  {
    /** Whether what is written outlives the process; if so, nothing is recorded in CI. */
    readonly isPersistent: boolean
    /** The text of a cassette; `Absent` where there is none. */
    readonly read: (name: string) => Effect.Effect<string, CassetteError>
    /** Keeps all others from recording a cassette until the scope closes; `BeingRecorded` where another does. */
    readonly lock: (name: string) => Effect.Effect<void, CassetteError, Scope.Scope>
    /** Replaces a cassette as a whole, or leaves it as it was. */
    readonly write: (name: string, text: string) => Effect.Effect<void, CassetteError>
  }
>()("@proxy-session/replay/CassetteStore") {}

const nameRule = /^[\w-][\w.-]{0,120}(?:\/[\w-][\w.-]{0,120}){0,8}$/u

const checked = (name: string): Effect.Effect<string, CassetteError> =>
  nameRule.test(name)
    ? Effect.succeed(name)
    : Effect.fail(
        new CassetteError({
          cassette: "(unnamed)",
          reason: "BadName",
          detail:
            "a name is made of letters, digits, dots, hyphens and single slashes, and begins with none of the dots",
        }),
      )

/**
 * Keeps cassettes in memory, for tests of tests.
 *
 * @category layers
 */
export const layerMemory = (cassettes: Map<string, string> = new Map()): Layer.Layer<CassetteStore> => {
  const locked = new Set<string>()
  return Layer.succeed(CassetteStore, {
    isPersistent: false,
    lock: (name) =>
      Effect.acquireRelease(
        Effect.suspend(() => {
          if (locked.has(name)) return Effect.fail(beingRecorded(name, "it is being recorded"))
          locked.add(name)
          return Effect.void
        }),
        () => Effect.sync(() => locked.delete(name)),
      ),
    read: (name) =>
      Effect.flatMap(checked(name), () => {
        const text = cassettes.get(name)
        return text === undefined
          ? Effect.fail(new CassetteError({ cassette: name, reason: "Absent", detail: "there is none" }))
          : Effect.succeed(text)
      }),
    write: (name, text) => Effect.map(checked(name), () => void cassettes.set(name, text)),
  })
}

const beingRecorded = (cassette: string, detail: string) =>
  new CassetteError({ cassette, reason: "BeingRecorded", detail })

/**
 * Keeps cassettes as files of a directory, `NAME.json` each, that only their owner can read.
 *
 * A file is written beside its place, synced and then renamed into it, so that a crash leaves the old or the new one whole. A
 * link in the place of a file is refused. Unchanged content is not written again. While a cassette is recorded there is a
 * `NAME.json.lock`, which keeps other processes from recording it, too.
 *
 * @category layers
 */
export const layerFile = (directory: string): Layer.Layer<CassetteStore, never, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(
    CassetteStore,
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const paths = yield* Path.Path
      const fileOf = (name: string) => Effect.map(checked(name), (good) => paths.join(directory, `${good}.json`))
      const isLink = (file: string) =>
        files.readLink(file).pipe(
          Effect.as(true),
          Effect.orElseSucceed(() => false),
        )
      const fail = (name: string, reason: CassetteError["reason"], detail: string) =>
        Effect.fail(new CassetteError({ cassette: name, reason, detail }))

      const replace = (name: string, file: string, text: string) => {
        const beside = `${file}.new`
        // A leftover, or a link that somebody put there, goes; `wx` makes the file anew and so with these permissions.
        const written = Effect.scoped(
          Effect.gen(function* () {
            const opened = yield* files.open(beside, { flag: "wx", mode: 0o600 })
            yield* opened.writeAll(new TextEncoder().encode(text))
            yield* opened.sync
          }),
        )
        return files.makeDirectory(paths.dirname(file), { recursive: true }).pipe(
          Effect.andThen(files.remove(beside, { force: true })),
          Effect.andThen(
            Effect.andThen(written, files.rename(beside, file)).pipe(
              Effect.onError(() => Effect.ignore(files.remove(beside))),
            ),
          ),
          Effect.catch(({ reason }) => fail(name, "Unwritable", reason._tag)),
        )
      }
      const read = Effect.fnUntraced(function* (name: string) {
        const file = yield* fileOf(name)
        if (yield* isLink(file)) return yield* fail(name, "Unreadable", "it is a link")
        return yield* Effect.catch(files.readFileString(file), ({ reason }) =>
          reason._tag === "NotFound" ? fail(name, "Absent", "there is none") : fail(name, "Unreadable", reason._tag),
        )
      })
      const write = Effect.fnUntraced(function* (name: string, text: string) {
        const file = yield* fileOf(name)
        if (yield* isLink(file)) return yield* fail(name, "Unwritable", "it is a link")
        const present = yield* Effect.option(files.readFileString(file))
        const isUnchanged = Option.contains(present, text)
        if (!isUnchanged) yield* replace(name, file, text)
      })
      const lock = Effect.fnUntraced(function* (name: string) {
        const file = `${yield* fileOf(name)}.lock`
        yield* Effect.acquireRelease(
          Effect.scoped(
            Effect.andThen(
              files.makeDirectory(paths.dirname(file), { recursive: true }),
              files.open(file, { flag: "wx", mode: 0o600 }),
            ),
          ).pipe(
            Effect.catch(({ reason }) =>
              reason._tag === "AlreadyExists"
                ? Effect.fail(beingRecorded(name, `it is being recorded; if it is not, remove ${file}`))
                : fail(name, "Unwritable", reason._tag),
            ),
          ),
          () => Effect.ignore(files.remove(file)),
        )
      })
      return { isPersistent: true, lock, read, write }
    }),
  )
