/**
 * The reader of shared files beside botocore's, on files that are made up.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Profile from "@proxy-session/cli/Profile"
import * as SharedFile from "@proxy-session/cli/SharedFile"
import * as Effect from "effect/Effect"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { lacking } from "../../../test/lacking.ts"
import { file } from "./sharedFileText.ts"

const script = join(import.meta.dirname, "read_shared_files.py")

/** What a Python makes of files; `undefined` where it has no botocore. */
const readBy = (python: string, paths: ReadonlyArray<string>): ReadonlyArray<Read | null> | undefined => {
  const env = { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" }
  const { status, stdout } = spawnSync(python, [script], { env, input: paths.join("\n"), maxBuffer: 2 ** 28 })
  return status === 0 ? JSON.parse(stdout.toString()) : undefined
}

/** The system's own Python and that of the path, as far as they have botocore. */
const pythons = ["/usr/bin/python3", "python3"].filter((python) => readBy(python, []) !== undefined)

type Plain = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const plain = (sections: SharedFile.Sections): Plain =>
  Object.fromEntries(
    [...sections].map(([name, section]) => [
      name,
      Object.fromEntries(
        [...section].map(([key, value]) => [key, typeof value === "string" ? value : Object.fromEntries(value)]),
      ),
    ]),
  )

interface Read {
  readonly sections: Plain
  readonly profile: Plain
  readonly "sso-session": Plain
  readonly services: Plain | null
}

const read = (path: string) =>
  Profile.read(path).pipe(
    Effect.map(({ sections }) => ({
      sections: plain(sections),
      profile: plain(SharedFile.named(sections, "profile")),
      "sso-session": plain(SharedFile.named(sections, "sso-session")),
      services: plain(SharedFile.named(sections, "services")),
    })),
    Effect.orElseSucceed(() => null),
  )

const count = Number(process.env["SHARED_FILES"] ?? 1000)

/** Files in a folder of their own, which is gone when the scope closes. */
const written = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "shared-files-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true })),
  ),
  (folder) =>
    Array.from({ length: count }, (_, seed) => {
      const path = join(folder, String(seed))
      writeFileSync(path, file(seed))
      return path
    }),
)

describe("a shared file that nobody wrote", () => {
  const title = `is read as botocore reads it, ${count} of them`
  if (pythons.length === 0) lacking(title, "no Python 3 here has botocore")
  for (const python of pythons) {
    it.effect(`${title}, by ${python}`, () =>
      Effect.gen(function* () {
        const paths = yield* written
        const expected = readBy(python, paths) ?? []
        const ours = yield* Effect.forEach(paths, read)
        for (const [seed, theirs] of expected.entries()) {
          const services = theirs?.services ?? ours[seed]?.services ?? null
          assert.deepStrictEqual(ours[seed], theirs && { ...theirs, services }, `the file of the seed ${seed}`)
        }
        // Enough are whole that this says something, and enough are broken.
        const whole = ours.filter((read) => read !== null).length
        assert.strictEqual(expected.length, count)
        assert.isAbove(Math.min(whole, count - whole), count / 4)
      }).pipe(Effect.provide(NodeFileSystem.layer)),
    )
  }
})
