/**
 * Files that hold the content of a store: lines as `export` writes them, or one JSON document as somebody writes by hand.
 */
import { describe, violations } from "@proxy-session/domain/InvalidRequest"
import type { Snapshot } from "@proxy-session/repo/Snapshot"
import * as SnapshotLines from "@proxy-session/repo/SnapshotLines"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { type CommandFailure, general, usage } from "./ExitCode.ts"

/** `-` stands for stdin and stdout, and everything else for a file. */
const isStream = (file: string): boolean => file === "-"

/**
 * The bytes of a file, or of stdin for `-`.
 *
 * @category decoding
 */
export const bytes = (file: string): Stream.Stream<Uint8Array, PlatformError, FileSystem.FileSystem | Stdio.Stdio> =>
  isStream(file)
    ? Stream.unwrap(Effect.map(Stdio.Stdio, ({ stdin }) => stdin))
    : Stream.unwrap(Effect.map(FileSystem.FileSystem, (files) => files.stream(file)))

/**
 * The lines of a text file, or of stdin.
 *
 * @category decoding
 */
export const lines = (
  file: string,
  what: string,
): Effect.Effect<Array<string>, CommandFailure, FileSystem.FileSystem | Stdio.Stdio> =>
  bytes(file).pipe(
    Stream.decodeText,
    Stream.splitLines,
    Stream.runCollect,
    Effect.mapError(() => usage(`${what}: unable to read the file`)),
  )

const isLines = (line: string): boolean => line.includes(SnapshotLines.format)

/**
 * The snapshot that a file tells, not yet checked. `what` is what the file was named by.
 *
 * @category decoding
 */
export const content = Effect.fnUntraced(function* (
  file: string,
  what: string,
): Effect.fn.Return<unknown, CommandFailure, FileSystem.FileSystem | Stdio.Stdio> {
  const text = yield* lines(file, what)
  if (isLines(text.find((line) => line.trim() !== "") ?? "")) {
    return yield* Effect.fromResult(
      Result.mapError(SnapshotLines.decode(text), ({ message }) => usage(`${what}: ${message}`)),
    )
  }
  return yield* Effect.try({
    try: (): unknown => JSON.parse(text.join("\n")),
    catch: () => usage(`${what}: is not valid JSON`),
  })
})

/**
 * What is wrong with a snapshot, each part by its path, without a value.
 *
 * @category errors
 */
export const unsound = (what: string, { issue }: Schema.SchemaError): CommandFailure =>
  usage(`${what}: ${describe(violations(issue), "the file")}`)

/**
 * Writes a snapshot to a file that does not exist yet and that nobody else may read, or to stdout for `-`.
 *
 * @category encoding
 */
export const write = Effect.fnUntraced(function* (
  file: string,
  snapshot: typeof Snapshot.Encoded,
): Effect.fn.Return<void, CommandFailure, FileSystem.FileSystem | Stdio.Stdio> {
  const files = yield* FileSystem.FileSystem
  const stdio = yield* Stdio.Stdio
  const text = Stream.fromIterable(SnapshotLines.encode(snapshot)).pipe(
    Stream.grouped(500),
    Stream.map((some) => `${some.join("\n")}\n`),
  )
  const writing = isStream(file)
    ? Stream.run(text, stdio.stdout({ endOnDone: false }))
    : Stream.run(Stream.encodeText(text), files.sink(file, { flag: "wx", mode: 0o600 }))
  yield* Effect.mapError(writing, (error) => unwritable(file, error))
})

/**
 * The end of a command that could not write a file.
 *
 * @category errors
 */
export const unwritable = (file: string, { reason }: PlatformError): CommandFailure =>
  reason._tag === "AlreadyExists"
    ? usage(`${file} exists already, and is not written over`)
    : general(`${file} cannot be written (${reason._tag})`)
