/**
 * What an installation brings along besides this project's own packages: named with its licence, and no script of it runs.
 */
import { assert, describe, it } from "vitest"
import * as FileSystem from "node:fs"
import * as Path from "node:path"

const root = Path.resolve(import.meta.dirname, "../..")

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(FileSystem.readFileSync(Path.join(folder, "package.json"), "utf8"))

/** Where a package that another one asks for is: pnpm links it beside or below. */
const find = (from: string, name: string): string | undefined => {
  for (let folder = from; folder !== Path.dirname(folder); folder = Path.dirname(folder)) {
    const candidate = Path.join(folder, "node_modules", name)
    if (FileSystem.existsSync(candidate)) return FileSystem.realpathSync(candidate)
  }
  return undefined
}

/** All packages that ours lead to, but for those that only tests need. */
const installed = new Map<string, Manifest>()
const visit = (folder: string, names: ReadonlyArray<string>): void => {
  for (const name of names) {
    const found = name.startsWith("@proxy-session/") || name === "@effect/vitest" ? undefined : find(folder, name)
    if (found === undefined || installed.has(found)) continue
    const manifest = manifestOf(found)
    installed.set(found, manifest)
    visit(found, Object.keys(manifest.dependencies ?? {}))
  }
}
for (const name of FileSystem.readdirSync(Path.join(root, "packages"))) {
  const folder = Path.join(root, "packages", name)
  const { dependencies = {}, peerDependencies = {} } = manifestOf(folder)
  visit(folder, [...Object.keys(dependencies), ...Object.keys(peerDependencies)])
}

describe("what is installed with the packages", () => {
  it("is told in docs/dependencies.md, each with its version and licence", () => {
    const rows = FileSystem.readFileSync(Path.join(root, "docs/dependencies.md"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) =>
        line
          .split("|")
          .slice(1, 4)
          .map((cell) => cell.trim()),
      )
    const expected = [...installed.values()].map(({ license, name, version }) => [
      `\`${name}\``,
      version,
      license ?? "",
    ])
    assert.sameDeepMembers(rows, expected)
  })

  it("runs no script when it is installed", () => {
    for (const { name, scripts = {} } of installed.values()) {
      for (const script of ["preinstall", "install", "postinstall"]) assert.notProperty(scripts, script, name)
    }
  })

  it("is under a licence that asks no more than its notice, but for one that asks the same of changes to itself", () => {
    const licences = new Set([...installed.values()].map(({ license }) => license))
    assert.includeMembers(["MIT", "ISC", "Apache-2.0", "0BSD", "BSD-3-Clause", "MPL-2.0"], [...licences])
  })
})
