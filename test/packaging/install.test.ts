/**
 * What somebody does who has only the packages and the README: installs them into a blank project, type-checks and runs.
 *
 * The project is outside the repository, so nothing of it is found by accident. Effect comes from the registry.
 */
import { afterAll, assert, describe, it } from "vitest"
import { execFile, execFileSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { promisify } from "node:util"
import { tarballs } from "../../scripts/pack.ts"
import { lacking } from "../lacking.ts"
import { programs } from "../programs.ts"
import { closure } from "./closure.ts"
import { isOnline } from "./registry.ts"

const root = Path.resolve(import.meta.dirname, "../..")
const folder = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-install-"))
afterAll(() => FileSystem.rmSync(folder, { recursive: true }), 60_000)

const readme = FileSystem.readFileSync(Path.join(root, "README.md"), "utf8")

/** The README's application, its live Layer and its test, word for word. */
const [application = "", live = "", test = ""] = Array.from(
  readme.matchAll(/```ts\n([\s\S]*?)```/gu),
  ([, code]) => code,
)

/** The README's commands for an application's folder: the first with its path to the tarballs, and those for its test. */
const [, command = ""] = /^(npm install .*?) +# there$/mu.exec(readme) ?? []
const [, toTest = ""] = /^(npm install --save-dev .*)$/mu.exec(readme) ?? []
const [, runTest = ""] = /^(npx vitest .*)$/mu.exec(readme) ?? []

/** The application over memory, for runtimes where vitest is not. */
const main = `
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Effect from "effect/Effect"
import { maskedNumber } from "./application.ts"

const program = Effect.gen(function* () {
  yield* VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy))
  const session = yield* ProxySessionRepo.use((repo) => repo.create(Fixtures.createProxySession))
  return [
    yield* maskedNumber(session.voiceConnectorId, session.proxySessionId),
    yield* maskedNumber(session.voiceConnectorId, "no-such-session"),
  ]
}).pipe(Effect.provide(MemoryRepo.layer()))

console.log(await Effect.runPromise(program))
`

const libraries = FileSystem.readdirSync(Path.join(root, "packages")).filter((name) => name !== "cli")

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
  "application.test.ts": test,
  "main.ts": main,
  "all.ts": libraries.map((name) => `export * as ${name} from "@proxy-session/${name}"\n`).join(""),
  "tsconfig.json": JSON.stringify({ compilerOptions, exclude: ["all.ts", "application.test.ts"] }),
  // Vitest's own declarations, behind the contract suite, ask for those of Node and of the browser.
  "tsconfig.all.json": JSON.stringify({
    compilerOptions: { ...compilerOptions, skipLibCheck: true },
    files: ["all.ts", "application.test.ts"],
  }),
}

const { packageManager } = JSON.parse(FileSystem.readFileSync(Path.join(root, "package.json"), "utf8"))

const run = (cwd: string, command: string, ...argv: ReadonlyArray<string>) =>
  execFileSync(command, argv, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

const project = (name: string, dependencies: Readonly<Record<string, string>> = {}) => {
  const path = Path.join(folder, name)
  FileSystem.mkdirSync(path)
  const manifest = { name, private: true, type: "module", dependencies }
  FileSystem.writeFileSync(Path.join(path, "package.json"), JSON.stringify(manifest))
  for (const [file, content] of Object.entries(files)) FileSystem.writeFileSync(Path.join(path, file), content)
  return path
}

const once = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

/** The project of the README's reader. */
const byTheReadme = once(() => {
  assert.include(command, "../proxy-session/dist/")
  const path = project("by-the-readme")
  for (const tarball of Object.values(tarballs())) {
    FileSystem.copyFileSync(tarball, Path.join(folder, Path.basename(tarball)))
  }
  run(path, "bash", "-c", command.replace("../proxy-session/dist/", `${folder}/`))
  return path
})

/** The same project with all other packages, too. */
const withAll = once(() => {
  const path = byTheReadme()
  run(path, "npm", "install", "--no-audit", "--no-fund", ...Object.values(tarballs()))
  return path
})

/** What the files of packages hold, and what they take on a disk with blocks of 4 KiB. */
const sizeOf = (folders: ReadonlyArray<string>) => {
  const sizes = folders
    .flatMap((folder) => FileSystem.readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => FileSystem.statSync(Path.join(entry.parentPath, entry.name)).size)
  const sum = (all: ReadonlyArray<number>) => all.reduce((total, size) => total + size, 0)
  return { held: sum(sizes), onDisk: sum(sizes.map((size) => Math.ceil(size / 4096) * 4096)) }
}

describe("a blank project", () => {
  it("has the README's three files to try, and the commands", () => {
    assert.include(files["application.ts"], "repo.get({ voiceConnectorId, proxySessionId })")
    assert.include(files["live.ts"], "HttpRepo.layerConfig")
    assert.include(files["application.test.ts"], "it.effect(")
    assert.strictEqual(toTest, "npm install --save-dev vitest@5 @effect/vitest@4")
    assert.strictEqual(runTest, "npx vitest run application.test.ts")
  })

  if (!isOnline())
    return lacking("installed by the README's own command, by npm or by pnpm", "no registry can be reached")

  it("installed by the README's own command, runs", { timeout: 120_000 }, () => {
    assert.strictEqual(run(byTheReadme(), process.execPath, "main.ts"), "[ '+12065550101', undefined ]\n")
  })

  it("installed by the README's own commands, runs its test under vitest", { timeout: 120_000 }, () => {
    const path = byTheReadme()
    run(path, "bash", "-c", toTest)
    assert.match(run(path, "bash", "-c", `NO_COLOR=1 ${runTest}`), /Tests +1 passed/u)
  })

  const found = programs()
  if ("reason" in found) {
    lacking("installed by npm, type-checks under three compilers, and runs in three runtimes", found.reason)
  } else {
    it(
      "installed by npm, type-checks under TypeScript 5.9, 6 and 7, and runs on Node 22 and 24",
      { timeout: 300_000 },
      async () => {
        const path = withAll()
        const compilers = [
          found["typescript-5.9"],
          found["typescript-6"],
          Path.join(root, "node_modules/typescript/bin/tsc"),
        ]
        const checks = compilers.flatMap((compiler) =>
          ["tsconfig.json", "tsconfig.all.json"].map(async (config) => {
            const { stdout } = await promisify(execFile)(process.execPath, [compiler, "-p", config], { cwd: path })
            assert.strictEqual(stdout, "", `${compiler}, ${config}`)
          }),
        )
        await Promise.all(checks)
        for (const [major, node, ...flags] of [
          [22, found["node-22"], "--disable-warning=ExperimentalWarning"],
          [24, process.execPath],
        ] as const) {
          assert.match(run(path, node, "--version"), new RegExp(`^v${major}\\.`, "u"))
          assert.strictEqual(run(path, node, ...flags, "main.ts"), "[ '+12065550101', undefined ]\n")
          assert.strictEqual(run(path, node, ...flags, "all.ts"), "")
          assert.include(run(path, node, "node_modules/.bin/proxy-session", "--help"), "get-proxy-session")
        }
      },
    )

    it("installed by npm, runs in Bun and in Deno", { timeout: 300_000 }, () => {
      const path = byTheReadme()
      const bun = run(path, found.bun, "run", "main.ts")
      assert.strictEqual(bun.replaceAll(/\s/gu, ""), `["+12065550101",undefined]`)
      const flags = ["--no-prompt", "--allow-read=.", "--node-modules-dir=manual"]
      assert.strictEqual(run(path, found.deno, "run", ...flags, "main.ts"), '[ "+12065550101", undefined ]\n')
    })
  }

  it("installed by pnpm, runs as well", { timeout: 120_000 }, () => {
    const own = Object.entries(tarballs()).map(([name, file]) => [name, `file:${file}`] as const)
    const path = project("by-pnpm", { effect: "~4.1.0", ...Object.fromEntries(own) })
    const overrides = own.map(([name, file]) => `  "${name}": "${file}"`)
    FileSystem.writeFileSync(Path.join(path, "pnpm-workspace.yaml"), ["overrides:", ...overrides, ""].join("\n"))
    run(path, "npx", "-y", packageManager, "install")
    assert.strictEqual(run(path, process.execPath, "main.ts"), "[ '+12065550101', undefined ]\n")
  })

  // Most of it is smithy's: many small files.
  it(
    "is larger with the live Layer than with Effect alone by 4 MB at most, and on a disk by 10",
    { timeout: 120_000 },
    () => {
      const modules = Path.join(byTheReadme(), "node_modules")
      const before = new Set(closure(Path.join(modules, "effect")).keys())
      const after = [...closure(Path.join(modules, "@proxy-session/http")).keys()]
      assert.includeMembers(after, [...before])
      const { held, onDisk } = sizeOf(after.filter((folder) => !before.has(folder)))
      assert.isBelow(held, 4e6)
      assert.isBelow(onDisk, 10e6)
    },
  )
})
