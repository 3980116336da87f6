import * as Effect from "effect/Effect"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"

/** A folder that is gone with the scope. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-sql-"))),
  (path) => Effect.sync(() => FileSystem.rmSync(path, { recursive: true })),
)
