import { assert, describe, it } from "@effect/vitest"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { aliases, arrows, dependencies, imports, peers, violations } from "./imports.ts"

const packages = Path.resolve(import.meta.dirname, "../../packages")

/** Each module's path below `src`. */
const modules = (name: string): ReadonlyArray<string> =>
  FileSystem.readdirSync(Path.join(packages, name, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.split(Path.sep).join("/"))

interface Manifest {
  readonly imports?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
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
        violations(name, FileSystem.readFileSync(Path.join(packages, name, "src", file), "utf8"), file).map(
          (violation) => `${file}: ${violation}`,
        ),
      )
      assert.deepStrictEqual(found, [])
    })

    it(`are kept by what ${name} needs at run time`, () => {
      const { imports = {}, optionalDependencies, peerDependencies, scripts, ...manifestOf } = manifest(name)
      // The command has everything in its bundle, Effect too, and installs nothing.
      const { effect: _, ...bundled } = manifestOf.devDependencies ?? {}
      if (name === "cli") assert.isUndefined(manifestOf.dependencies)
      const needed = name === "cli" ? bundled : manifestOf.dependencies
      const siblings = (arrows[name] ?? []).map((each) => `@proxy-session/${each}`)
      const strangers = (entries: object | undefined, allowed: ReadonlyArray<string>) =>
        Object.keys(entries ?? {}).filter((each) => !allowed.includes(each))
      assert.deepStrictEqual(strangers(needed, [...siblings, ...(dependencies[name] ?? [])]), [])
      assert.deepStrictEqual(strangers(peerDependencies, ["effect", ...(peers[name] ?? [])]), [])
      assert.deepStrictEqual(strangers(optionalDependencies, []), [])
      assert.isUndefined(scripts)
      const known = aliases[name] ?? {}
      assert.sameMembers(Object.keys(imports), Object.keys(known))
      for (const [alias, targets] of Object.entries(imports)) {
        for (const target of Object.values(targets)) {
          assert.isTrue(target === known[alias] || target.startsWith(`${known[alias]}/`), target)
        }
      }
    })
  }
})

describe("the check itself", () => {
  const refuses = (name: string, source: string, file?: string) =>
    assert.isAbove(violations(name, source, file).length, 0, source)
  const accepts = (name: string, source: string, file?: string) =>
    assert.deepStrictEqual(violations(name, source, file), [], source)

  it("sees imports of every form, over several lines, and none in comments or strings", () => {
    const source = `
      import * as A from "a"
      import type { B } from 'b'
      export * from "c"
      import {
        D, // the fourth
      } /* and */ from "d"
      import "e"
      const f = await import(\`f\`)
      type G = import("g").G
      const url = "https://example.org"; import "h"
      // import * as I from "i"
      /* export * from "j" */
      const k = 'import * as K from "k"'`
    assert.deepStrictEqual(imports(source), ["a", "b", "c", "d", "e", "f", "g", "h"])
  })

  it("is not led astray by what looks like a comment or a string", () => {
    const broken = `\nimport { X } from "@proxy-session/http/X"\n`
    for (const disguise of [
      `const accept = "*/*"`,
      `const both = ["/*", '*/']`,
      "const path = `/${[`/*`, `}`].join(`//`)}/*`",
      `const quote = /["'\`]/u`,
      `const half = (1 + 2) / 3 // it's a third`,
      `const escaped = "\\"//"`,
    ]) {
      refuses("memory", disguise + broken + disguise)
      refuses("memory", `${disguise}\nconst now = Date.now()\n${disguise}`)
      accepts("memory", disguise)
    }
  })

  it("refuses what goes against the arrows", () => {
    refuses("domain", `import { X } from "@proxy-session/repo/X"`)
    refuses("memory", `import type { X } from "@proxy-session/http/X"`)
    refuses("http", `const x = await import("@proxy-session/server/X")`)
    accepts("http", `import { X } from "@proxy-session/protocol/X"`)
  })

  it("refuses barrels, foreign packages and the way out of a package", () => {
    refuses("repo", `import { Effect } from "effect"`)
    refuses("http", `import { HttpClient } from "effect/http"`)
    refuses("cli", `import { NodeRuntime } from "@effect/platform-node"`)
    accepts("cli", `import * as NodeRuntime from "@effect/platform-node/NodeRuntime"`)
    refuses("repo", `import { X } from "@proxy-session/domain"`)
    refuses("repo", `import _ from "lodash"`)
    refuses("repo", `import { SignatureV4 } from "#signature-v4"`)
    accepts("http", `import { SignatureV4 } from "#signature-v4"`)
    refuses("repo", `import { X } from "../../domain/src/X.ts"`, "internal/Y.ts")
    refuses("repo", `import { X } from "../test/X.ts"`)
    accepts("repo", `import { X } from "../X.ts"`, "internal/Y.ts")
  })

  it("refuses Node where a package must run anywhere, and unstable modules in the foundation", () => {
    refuses("memory", `import * as Fs from "node:fs"`)
    refuses("protocol", `import { hash } from "node:crypto"`)
    refuses("protocol", `import * as Fs from "node:fs"`, "internal/nodeSha256.ts")
    accepts("protocol", `import { hash } from "node:crypto"`, "internal/nodeSha256.ts")
    refuses("server", `import * as Fs from "fs"`)
    accepts("server", `import * as Net from "node:net"`)
    refuses("domain", `import * as HttpClient from "effect/http/HttpClient"`)
    refuses("repo", `import * as RateLimiter from "effect/persistence/RateLimiter"`, "ProxySessionRepo.ts")
    accepts("repo", `import * as RateLimiter from "effect/persistence/RateLimiter"`, "RateLimited.ts")
  })

  it("refuses time, chance and the outside, but for their mention in a comment or a string", () => {
    refuses("memory", `const now = Date.now()`)
    refuses("memory", `const now = new Date()`)
    refuses("memory", `const then = new Date(0)`)
    refuses("memory", `const now = Date()`)
    refuses("memory", "const label = `at ${Date.now()}`")
    refuses("memory", `const chance = Math.random()`)
    refuses("http", `const key = process.env.KEY`)
    refuses("http", `const answer = globalThis.fetch(url)`)
    refuses("cli", `console.log("done")`)
    accepts("memory", `// Date.now() would not follow the test clock`)
    accepts("memory", `const hint = "not Date.now(), the Clock"`)
    accepts("domain", `const schema = Schema.Date(options)`)
  })
})
