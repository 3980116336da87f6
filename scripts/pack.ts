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
import { command } from "./bundle.ts"
import { cached, digest } from "./cached.ts"

const root = Path.resolve(import.meta.dirname, "..")

/** What the build and the tarballs are made of: files of the repository, and parts of each package. */
const files = [
  "LICENSE",
  "package.json",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "tsconfig.base.json",
  "tsconfig.build.json",
]
const parts = ["README.md", "package.json", "src", "tsconfig.json"]

const packages = FileSystem.readdirSync(Path.join(root, "packages"))

/** The command, which is published as a bundle without declarations: nobody imports it. */
const bundled = "cli"

/** Compiles a copy of every package, packs it, and leaves in `folder` what came of both. */
const build = (folder: string): void => {
  // Outside the repository: within a `node_modules` the compiler would take the sources for those of a dependency.
  const copied = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-build-"))
  const copy = (path: string) =>
    FileSystem.cpSync(Path.join(root, path), Path.join(copied, path), { recursive: true, verbatimSymlinks: true })
  const keep = (from: string, to: string) => FileSystem.cpSync(Path.join(copied, from), to, { recursive: true })
  try {
    for (const file of files) copy(file)
    for (const name of packages) for (const part of [...parts, "node_modules"]) copy(Path.join("packages", name, part))
    FileSystem.symlinkSync(Path.join(root, "node_modules"), Path.join(copied, "node_modules"))
    const run = (command: string, ...argv: ReadonlyArray<string>) =>
      execFileSync(command, argv, { cwd: copied, stdio: ["ignore", "ignore", "inherit"] })
    run(Path.join(root, "node_modules/.bin/tsc"), "-b", "tsconfig.build.json")
    const dist = Path.join(copied, "packages", bundled, "dist")
    FileSystem.rmSync(dist, { recursive: true })
    FileSystem.cpSync(command(), dist, { recursive: true })
    const { packageManager } = JSON.parse(FileSystem.readFileSync(Path.join(root, "package.json"), "utf8"))
    run("npx", "-y", packageManager, "--recursive", "pack", "--pack-destination", Path.join(copied, "tarballs"))
    keep("tarballs", Path.join(folder, "tarballs"))
    for (const name of packages.filter((name) => name !== bundled)) {
      keep(Path.join("packages", name, "dist"), Path.join(folder, "dist", name))
    }
  } finally {
    FileSystem.rmSync(copied, { recursive: true })
  }
}

/** A folder with what every library compiles to, by its name in `dist`, and `tarballs`; made once for the same sources. */
export const built = (): string =>
  cached(
    "build",
    digest([
      ...files,
      "packages/cli/bin",
      "scripts/bundle.ts",
      "scripts/pack.ts",
      ...packages.flatMap((name) => parts.map((part) => Path.join("packages", name, part))),
    ]),
    build,
  )

/** The paths of the tarballs of `built`, by the packages' names. */
export const tarballs = (): Readonly<Record<string, string>> => {
  const folder = Path.join(built(), "tarballs")
  return Object.fromEntries(
    FileSystem.readdirSync(folder).map((file) => [
      file.replace(/^(proxy-session)-(.*)-\d+\.\d+\.\d+.*\.tgz$/u, "@$1/$2"),
      Path.join(folder, file),
    ]),
  )
}

if (import.meta.main) {
  const destination = Path.resolve(process.argv[2] ?? Path.join(root, "dist"))
  FileSystem.mkdirSync(destination, { recursive: true })
  for (const tarball of Object.values(tarballs())) {
    const path = Path.join(destination, Path.basename(tarball))
    FileSystem.copyFileSync(tarball, path)
    process.stdout.write(`${path}\n`)
  }
}
