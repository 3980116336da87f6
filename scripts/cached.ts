/**
 * Folders below `node_modules/.cache` that are filled once, for all test workers and all later runs.
 */
import { createHash } from "node:crypto"
import * as FileSystem from "node:fs"
import * as Path from "node:path"

const root = Path.resolve(import.meta.dirname, "..")
const cache = Path.join(root, "node_modules/.cache")

const longest = 300_000
const day = 86_400_000

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return hasCode(error, "EPERM")
  }
}

/** Runs `fill` in one process at a time; a lock whose process is gone counts for nothing. */
const locked = (lock: string, fill: () => void): void => {
  const limit = Date.now() + longest
  for (;;) {
    try {
      FileSystem.writeFileSync(lock, String(process.pid), { flag: "wx" })
      break
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error
      const owner = FileSystem.existsSync(lock) ? Number(FileSystem.readFileSync(lock, "utf8")) : 0
      if (owner > 0 && !isRunning(owner)) FileSystem.rmSync(lock, { force: true })
      else if (Date.now() > limit) throw new Error(`process ${owner} has held ${lock} for too long`, { cause: error })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
  try {
    fill()
  } finally {
    FileSystem.rmSync(lock, { force: true })
  }
}

/**
 * The folder that `fill` once filled for this key. The key must name everything that the content depends on.
 *
 * It blocks while another process fills the same folder. Folders of the same name that are older than a day are removed.
 */
export const cached = (name: string, key: string, fill: (folder: string) => void): string => {
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 16)
  const folder = Path.join(cache, `${name}-${hash}`)
  if (FileSystem.existsSync(folder)) return folder
  FileSystem.mkdirSync(cache, { recursive: true })
  locked(`${folder}.lock`, () => {
    if (FileSystem.existsSync(folder)) return
    for (const other of FileSystem.readdirSync(cache)) {
      const path = Path.join(cache, other)
      const isOld = Date.now() - FileSystem.statSync(path).mtimeMs > day
      if (other.startsWith(`${name}-`) && isOld) FileSystem.rmSync(path, { recursive: true, force: true })
    }
    const unfinished = `${folder}.unfinished`
    FileSystem.rmSync(unfinished, { recursive: true, force: true })
    FileSystem.mkdirSync(unfinished)
    try {
      fill(unfinished)
      FileSystem.renameSync(unfinished, folder)
    } finally {
      FileSystem.rmSync(unfinished, { recursive: true, force: true })
    }
  })
  return folder
}

/** A digest of files and folders of the repository, as a key. */
export const digest = (paths: ReadonlyArray<string>): string => {
  const hash = createHash("sha256")
  const add = (path: string): void => {
    const absolute = Path.join(root, path)
    if (FileSystem.statSync(absolute).isDirectory()) {
      for (const name of FileSystem.readdirSync(absolute).toSorted()) add(Path.join(path, name))
    } else hash.update(`${path}\0`).update(FileSystem.readFileSync(absolute)).update("\0")
  }
  for (const path of paths) add(path)
  return hash.digest("hex")
}
