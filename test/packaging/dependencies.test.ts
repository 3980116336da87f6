/**
 * What an installation brings along besides this project's own packages: named with its licence, and no script of it runs.
 */
import { assert, describe, it } from "vitest"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { closure } from "./closure.ts"

const root = Path.resolve(import.meta.dirname, "../..")

/** All packages that ours lead to, but for those that only tests need. */
const installed = new Map(
  FileSystem.readdirSync(Path.join(root, "packages"))
    .flatMap((name) => [...closure(Path.join(root, "packages", name))])
    .filter(([, { name }]) => !name.startsWith("@proxy-session/")),
)

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
