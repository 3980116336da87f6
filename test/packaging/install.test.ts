/**
 * What somebody does who has only the packages and the README: installs them into a blank project, type-checks and runs.
 *
 * The project is outside the repository, so nothing of it is found by accident. Effect, Node and TypeScript come from the
 * registry; where that cannot be reached, this says that it was skipped.
 */
import { afterAll, assert, describe, it } from "vitest"
import { execFileSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { pack } from "../../scripts/pack.ts"
import { runtimes, unfit } from "../runtimes/packages.ts"
import { isOnline } from "./registry.ts"

const root = Path.resolve(import.meta.dirname, "../..")
const folder = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-install-"))
// Hundreds of thousands of files take a while.
afterAll(() => FileSystem.rmSync(folder, { recursive: true }), 120_000)

const online = isOnline()

const readme = FileSystem.readFileSync(Path.join(root, "README.md"), "utf8")

/** The README's application, its live Layer and its test, word for word. */
const [application = "", live = "", test = ""] = Array.from(
  readme.matchAll(/```ts\n([\s\S]*?)```/gu),
  ([, code]) => code,
)
const [, answer] = /await Effect\.runPromise\(test\) \/\/ => (.*)\n/u.exec(test) ?? []

/** The README's command for an application's folder, its path to the tarballs aside. */
const [, command = ""] = /^(npm install .*?) +# there$/mu.exec(readme) ?? []

const packages = FileSystem.readdirSync(Path.join(root, "packages"))

const compilerOptions = {
  target: "ES2022",
  lib: ["ES2022", "DOM", "DOM.Iterable"],
  module: "NodeNext",
  strict: true,
  noEmit: true,
  types: [],
  allowImportingTsExtensions: true,
}

const files = {
  "application.ts": application,
  "live.ts": live,
  "test.ts": test.replace(/await Effect\.runPromise\(test\).*/u, "console.log(await Effect.runPromise(test))"),
  "all.ts": packages.map((name) => `export * as ${name} from "@proxy-session/${name}"\n`).join(""),
  "tsconfig.json": JSON.stringify({ compilerOptions, exclude: ["all.ts"] }),
  // Vitest's own declarations, behind the contract suite, ask for those of Node and of the browser.
  "tsconfig.all.json": JSON.stringify({
    compilerOptions: { ...compilerOptions, skipLibCheck: true },
    files: ["all.ts"],
  }),
}

const { devDependencies, packageManager } = JSON.parse(FileSystem.readFileSync(Path.join(root, "package.json"), "utf8"))

/** What the files of a folder hold, and what they take on a disk with blocks of 4 KiB. */
const sizeOf = (path: string) => {
  const sizes = FileSystem.readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => FileSystem.statSync(Path.join(entry.parentPath, entry.name)).size)
  const sum = (all: ReadonlyArray<number>) => all.reduce((total, size) => total + size, 0)
  return { held: sum(sizes), onDisk: sum(sizes.map((size) => Math.ceil(size / 4096) * 4096)) }
}

describe.skipIf(!online)(`a blank project${online ? "" : " (skipped: no registry can be reached)"}`, () => {
  const tarballs = online ? pack(folder) : {}
  const own = (names: ReadonlyArray<string>) =>
    Object.fromEntries(names.map((name) => [`@proxy-session/${name}`, `file:${tarballs[`@proxy-session/${name}`]}`]))

  const project = (
    name: string,
    dependencies: Readonly<Record<string, string>>,
    effect: Readonly<Record<string, string>> = { effect: "~4.1.0" },
  ) => {
    const path = Path.join(folder, name)
    FileSystem.mkdirSync(path)
    const manifest = { name, private: true, type: "module", dependencies: { ...effect, ...dependencies } }
    FileSystem.writeFileSync(Path.join(path, "package.json"), JSON.stringify(manifest))
    for (const [file, content] of Object.entries(files)) FileSystem.writeFileSync(Path.join(path, file), content)
    return path
  }
  const run = (cwd: string, command: string, ...argv: ReadonlyArray<string>) =>
    execFileSync(command, argv, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  const npmInstall = (path: string) => run(path, "npm", "install", "--no-audit", "--no-fund")

  it("has the README's three files to try, and what they print", () => {
    assert.include(files["application.ts"], "repo.get(key)")
    assert.include(files["live.ts"], "HttpRepo.layerConfig")
    assert.include(files["test.ts"], "console.log")
    assert.strictEqual(answer, '["+12065550101", undefined]')
  })

  it(
    "installed by npm, type-checks under TypeScript 5.9, 6 and 7, and runs on Node 22 and 24",
    { timeout: 300_000 },
    () => {
      const path = project("by-npm", {
        ...own(packages),
        "node-22": "npm:node@22.22.0",
        "typescript-5.9": "npm:typescript@5.9.3",
        "typescript-6": "npm:typescript@6.0.3",
        "typescript-7": `npm:typescript@${devDependencies.typescript}`,
      })
      npmInstall(path)
      for (const version of ["5.9", "6", "7"]) {
        for (const config of ["tsconfig.json", "tsconfig.all.json"]) {
          const compiler = `node_modules/typescript-${version}/bin/tsc`
          assert.strictEqual(run(path, process.execPath, compiler, "-p", config), "", `${version}, ${config}`)
        }
      }
      for (const [major, node, ...flags] of [
        [22, Path.join(path, "node_modules/node-22/bin/node"), "--disable-warning=ExperimentalWarning"],
        [24, process.execPath],
      ] as const) {
        assert.match(run(path, node, "--version"), new RegExp(`^v${major}\\.`, "u"))
        assert.strictEqual(run(path, node, ...flags, "test.ts"), "[ '+12065550101', undefined ]\n")
        assert.strictEqual(run(path, node, ...flags, "all.ts"), "")
        assert.include(run(path, node, "node_modules/@proxy-session/cli/dist/bin.js", "--help"), "get-proxy-session")
      }
    },
  )

  it.skipIf(unfit !== undefined)(
    `installed by npm, runs in Bun and in Deno${unfit === undefined ? "" : ` (skipped: ${unfit})`}`,
    { timeout: 300_000 },
    () => {
      const { bun, deno } = runtimes
      const path = project("elsewhere", { ...own(packages), bun: bun.package, deno: deno.package })
      npmInstall(path)
      const within = (name: "bun" | "deno") => Path.join(path, "node_modules", name, runtimes[name].command)
      assert.strictEqual(
        run(path, within("bun"), "run", "test.ts").replaceAll(/\s/gu, ""),
        `["+12065550101",undefined]`,
      )
      const denoed = run(
        path,
        within("deno"),
        "run",
        "--no-prompt",
        "--allow-read=.",
        "--node-modules-dir=manual",
        "test.ts",
      )
      assert.strictEqual(denoed, '[ "+12065550101", undefined ]\n')
    },
  )

  it("installed by the README's own command, runs", { timeout: 120_000 }, () => {
    const path = project("by-the-readme", {}, {})
    assert.include(command, "../proxy-session/dist/")
    run(path, "bash", "-c", command.replace("../proxy-session/dist/", `${folder}/`))
    assert.strictEqual(run(path, process.execPath, "test.ts"), "[ '+12065550101', undefined ]\n")
  })

  it("installed by pnpm, runs as well", { timeout: 120_000 }, () => {
    const path = project("by-pnpm", own(packages))
    const overrides = Object.entries(own(packages)).map(([name, file]) => `  "${name}": "${file}"`)
    FileSystem.writeFileSync(Path.join(path, "pnpm-workspace.yaml"), ["overrides:", ...overrides, ""].join("\n"))
    run(path, "npx", "-y", packageManager, "install")
    assert.strictEqual(run(path, process.execPath, "test.ts"), "[ '+12065550101', undefined ]\n")
  })

  // Most of it is smithy's: many small files.
  it(
    "is larger with the live Layer than with Effect alone by 4 MB at most, and on a disk by 9",
    { timeout: 120_000 },
    () => {
      const without = project("effect-alone", {})
      const withLive = project("live", own(["domain", "repo", "protocol", "http"]))
      const [before, after] = [without, withLive].map((path) => {
        run(path, "npm", "install", "--no-audit", "--no-fund", "--omit=optional")
        return sizeOf(Path.join(path, "node_modules"))
      })
      assert.isDefined(before)
      assert.isDefined(after)
      assert.isBelow(after.held - before.held, 4e6)
      assert.isBelow(after.onDisk - before.onDisk, 9e6)
    },
  )
})
