/**
 * Packs every package as it is to be published, into the folder named, or else into `dist`.
 *
 * It builds a copy, since the compiler leaves what it once emitted in `dist`, and a package might be publishing a module
 * that it no longer has.
 */
import { execFileSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"

const root = Path.resolve(import.meta.dirname, "..")

const files = ["LICENSE", "package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", "tsconfig.base.json"]

/** The parts of a package that its build and its tarball are made of. */
const parts = ["README.md", "node_modules", "package.json", "src", "tsconfig.json"]

/** Compiles a copy of every package, calls `use` with its folder, and removes it. */
export const withBuild = <A>(use: (folder: string) => A): A => {
  const folder = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-build-"))
  try {
    for (const file of [...files, "tsconfig.build.json"]) {
      FileSystem.copyFileSync(Path.join(root, file), Path.join(folder, file))
    }
    FileSystem.symlinkSync(Path.join(root, "node_modules"), Path.join(folder, "node_modules"))
    for (const name of FileSystem.readdirSync(Path.join(root, "packages"))) {
      for (const part of parts) {
        FileSystem.cpSync(Path.join(root, "packages", name, part), Path.join(folder, "packages", name, part), {
          recursive: true,
          verbatimSymlinks: true,
        })
      }
    }
    execFileSync(Path.join(root, "node_modules/.bin/tsc"), ["-b", "tsconfig.build.json"], { cwd: folder })
    return use(folder)
  } finally {
    FileSystem.rmSync(folder, { recursive: true })
  }
}

/** Packs every package into a folder and answers the paths of the tarballs by the packages' names. */
export const pack = (destination: string): Readonly<Record<string, string>> =>
  withBuild((folder) => {
    const { packageManager } = JSON.parse(FileSystem.readFileSync(Path.join(root, "package.json"), "utf8"))
    const answer = execFileSync(
      "npx",
      ["-y", packageManager, "--recursive", "pack", "--json", "--pack-destination", destination],
      { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    )
    const packed: ReadonlyArray<{ readonly name: string; readonly filename: string }> = JSON.parse(answer)
    return Object.fromEntries(packed.map(({ filename, name }) => [name, filename]))
  })

if (import.meta.main) {
  const destination = Path.resolve(process.argv[2] ?? Path.join(root, "dist"))
  for (const tarball of Object.values(pack(destination))) process.stdout.write(`${tarball}\n`)
}
