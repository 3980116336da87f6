import { assert, describe, it } from "@effect/vitest"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { arrows, dependencies, imports, violations } from "./imports.ts"

const root = Path.resolve(import.meta.dirname, "../..")
const packages = Path.join(root, "packages")

const modules = (name: string): ReadonlyArray<string> =>
  FileSystem.readdirSync(Path.join(packages, name, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  )

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
}

const manifest = (name: string): Manifest =>
  JSON.parse(FileSystem.readFileSync(Path.join(packages, name, "package.json"), "utf8"))

describe("the arrows between packages", () => {
  it("name every package", () => {
    assert.sameMembers(FileSystem.readdirSync(packages), Object.keys(arrows))
  })

  for (const name of Object.keys(arrows)) {
    it(`are kept by every module of ${name}`, () => {
      const files = modules(name)
      assert.isAbove(files.length, 0)
      const found = files.flatMap((file) =>
        violations(
          name,
          FileSystem.readFileSync(Path.join(packages, name, "src", file), "utf8"),
          file.split(Path.sep).length - 1,
        ).map((violation) => `${file}: ${violation}`),
      )
      assert.deepStrictEqual(found, [])
    })

    it(`are kept by what ${name} needs at run time`, () => {
      const allowed = [...(arrows[name] ?? []).map((each) => `@proxy-session/${each}`), ...(dependencies[name] ?? [])]
      const needed = Object.keys(manifest(name).dependencies ?? {})
      assert.deepStrictEqual(
        needed.filter((each) => !allowed.includes(each)),
        [],
      )
      assert.isUndefined(manifest(name).scripts)
    })
  }
})

describe("the check itself", () => {
  const refuses = (name: string, source: string, depth = 0) => assert.isAbove(violations(name, source, depth).length, 0)
  const accepts = (name: string, source: string, depth = 0) =>
    assert.deepStrictEqual(violations(name, source, depth), [])

  it("sees imports of every form, over several lines, and none in comments", () => {
    const source = `
      import * as A from "a"
      import type { B } from 'b'
      export * from "c"
      import {
        D,
      } from "d"
      import "e"
      const f = await import("f")
      // import * as G from "g"
      /* export * from "h" */`
    assert.deepStrictEqual(imports(source), ["a", "b", "c", "d", "e", "f"])
  })

  it("refuses what goes against the arrows", () => {
    refuses("domain", `import { X } from "@proxy-session/repo/X"`)
    refuses("memory", `import type { X } from "@proxy-session/http/X"`)
    refuses("http", `const x = await import("@proxy-session/server/X")`)
    accepts("http", `import { X } from "@proxy-session/protocol/X"`)
  })

  it("refuses barrels, foreign packages and the way out of a package", () => {
    refuses("repo", `import { Effect } from "effect"`)
    refuses("repo", `import { X } from "@proxy-session/domain"`)
    refuses("repo", `import _ from "lodash"`)
    refuses("repo", `import { X } from "../../domain/src/X.ts"`, 1)
    accepts("repo", `import { X } from "../X.ts"`, 1)
  })

  it("refuses Node where a package must run anywhere, and unstable modules in the foundation", () => {
    refuses("memory", `import * as Fs from "node:fs"`)
    accepts("server", `import * as Net from "node:net"`)
    refuses("domain", `import * as HttpClient from "effect/http/HttpClient"`)
  })

  it("refuses time, chance and the outside, but for their mention in a comment", () => {
    refuses("memory", `const now = Date.now()`)
    refuses("memory", `const now = new Date()`)
    refuses("memory", `const chance = Math.random()`)
    refuses("http", `const key = process.env.KEY`)
    accepts("memory", `// Date.now() would not follow the test clock`)
  })
})
