/**
 * Where cassettes are kept.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import { CassetteError } from "./CassetteError.ts"

/**
 * Replaces a cassette as a whole, or leaves it as it was.
 *
 * @category models
 */
export type Replace = (text: string) => Effect.Effect<void, CassetteError>

/**
 * Reads the text of cassettes by name, and lets one at a time replace it. What is written is for `CassetteWriter` to say.
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
    /**
     * Keeps all others from writing a cassette until the scope closes, and gives what replaces it; `BeingRecorded` where
     * another has it. A place that cannot be written to is told now, not when there is something to write.
     */
    readonly lock: (name: string) => Effect.Effect<Replace, CassetteError, Scope.Scope>
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
            "a name is made of letters, digits, dots, hyphens, underscores and single slashes, and begins with none of the dots",
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
        Effect.flatMap(checked(name), () => {
          if (locked.has(name)) return Effect.fail(beingRecorded(name, "it is being recorded"))
          locked.add(name)
          return Effect.succeed<Replace>((text) => Effect.sync(() => void cassettes.set(name, text)))
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
  })
}

const beingRecorded = (cassette: string, detail: string) =>
  new CassetteError({ cassette, reason: "BeingRecorded", detail })

/**
 * Keeps cassettes as files of a directory, `NAME.json` each, that only their owner can read. What is wrong with one names
 * its file, relative to what the directory is.
 *
 * A file is written beside its place, synced and then renamed into it, so that a crash leaves the old or the new one whole. A
 * link in the place of a file, or of a folder that a name leads through, is refused. While a cassette is recorded there is a
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
      const isLink = (file: string) =>
        files.readLink(file).pipe(
          Effect.as(true),
          Effect.orElseSucceed(() => false),
        )
      /** The file of a name, if the way to it stays below the directory. */
      const fileOf = Effect.fnUntraced(function* (name: string, reason: "Unreadable" | "Unwritable") {
        let way = directory
        for (const step of `${yield* checked(name)}.json`.split("/")) {
          way = paths.join(way, step)
          if (yield* isLink(way))
            return yield* new CassetteError({ cassette: name, reason, detail: `it is a link: ${way}` })
        }
        return way
      })
      const unwritable = (name: string, file: string) => (error: PlatformError) => {
        const detail = `it cannot be written (${error.reason._tag}): ${file}`
        return Effect.fail(new CassetteError({ cassette: name, reason: "Unwritable", detail }))
      }

      const read = Effect.fnUntraced(function* (name: string) {
        const file = yield* fileOf(name, "Unreadable")
        return yield* Effect.mapError(files.readFileString(file), ({ reason }) =>
          reason._tag === "NotFound"
            ? new CassetteError({ cassette: name, reason: "Absent", detail: `there is none: ${file}` })
            : new CassetteError({
                cassette: name,
                reason: "Unreadable",
                detail: `it cannot be read (${reason._tag}): ${file}`,
              }),
        )
      })
      const replace = Effect.fnUntraced(function* (file: string, beside: string, text: string) {
        yield* Effect.scoped(
          Effect.gen(function* () {
            // `wx` makes the file anew, and so with these permissions, and follows no link that somebody put there.
            const opened = yield* files.open(beside, { flag: "wx", mode: 0o600 })
            yield* opened.writeAll(new TextEncoder().encode(text))
            yield* opened.sync
          }),
        )
        yield* files.rename(beside, file)
      })
      const lock = Effect.fnUntraced(function* (name: string) {
        const file = yield* fileOf(name, "Unwritable")
        const [beside, locked] = [`${file}.new`, `${file}.lock`]
        const take = Effect.andThen(
          files.makeDirectory(paths.dirname(file), { recursive: true }),
          Effect.scoped(files.open(locked, { flag: "wx", mode: 0o600 })),
        )
        yield* Effect.acquireRelease(
          Effect.catch(take, (error) =>
            error.reason._tag === "AlreadyExists"
              ? Effect.fail(beingRecorded(name, `it is being recorded; if it is not, remove ${locked}`))
              : unwritable(name, file)(error),
          ),
          () => Effect.ignore(files.remove(locked)),
        )
        // What a process that was killed has left goes, since nobody else can be writing now; so does a failed attempt.
        const clear = files.remove(beside, { force: true })
        yield* Effect.catch(clear, unwritable(name, file))
        return (text: string) =>
          replace(file, beside, text).pipe(
            Effect.onError(() => Effect.ignore(clear)),
            Effect.catch(unwritable(name, file)),
          )
      })
      return { isPersistent: true, lock, read }
    }),
  )
