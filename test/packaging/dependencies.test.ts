/**
 * What an installation brings along besides this project's own packages, and what the command has in its bundle: named with
 * its licence, and no script of it runs.
 */
import { assert, describe, it } from "vitest"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { command } from "../../scripts/bundle.ts"
import { closure } from "./closure.ts"

const root = Path.resolve(import.meta.dirname, "../..")

/** All packages that ours lead to, but for those that only tests need. */
const installed = new Map(
  FileSystem.readdirSync(Path.join(root, "packages"))
    .flatMap((name) => [...closure(Path.join(root, "packages", name))])
    .filter(([, { name }]) => !name.startsWith("@proxy-session/")),
)

/** The rows of a table in docs/dependencies.md: package, version and licence. */
const listed = (heading: string): ReadonlyArray<ReadonlyArray<string>> => {
  const text = FileSystem.readFileSync(Path.join(root, "docs/dependencies.md"), "utf8")
  const section = text.split(/^## /mu).find((each) => each.startsWith(`${heading}\n`)) ?? ""
  return Array.from(section.matchAll(/^\| `([^`]+)` \| (\S+) \| (\S+) \|/gmu), ([, ...cells]) => cells)
}

const permissive = ["MIT", "ISC", "Apache-2.0", "0BSD", "BSD-3-Clause"]

describe("what is installed with the packages", () => {
  it("is told in docs/dependencies.md, each with its version and licence", () => {
    const expected = [...installed.values()].map(({ license = "", name, version }) => [name, version, license])
    assert.sameDeepMembers([...listed("Installed")], expected)
  })

  it("runs no script when it is installed", () => {
    for (const { name, scripts = {} } of installed.values()) {
      for (const script of ["preinstall", "install", "postinstall"]) assert.notProperty(scripts, script, name)
    }
  })

  it("is under a licence that asks no more than its notice", () => {
    assert.includeMembers(
      permissive,
      [...installed.values()].map(({ license = "" }) => license),
    )
  })
})

describe("what the command has in its bundle", () => {
  const bundled = () => {
    const licences = FileSystem.readFileSync(Path.join(command(), "licences.txt"), "utf8")
    return Array.from(licences.matchAll(/^(\S+) (\d\S+) \((\S+)\)$/gmu), ([, ...cells]) => cells)
  }

  it("is told in docs/dependencies.md, each with its version and licence", () => {
    assert.sameDeepMembers([...listed("Bundled with the command")], bundled())
  })

  it("is under a licence that asks no more than its notice, which is with it", () => {
    assert.includeMembers(
      permissive,
      bundled().map(([, , licence = ""]) => licence),
    )
  })
})
