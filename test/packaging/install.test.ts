/**
 * What somebody does who has only the packages: installs them into a blank project, type-checks and runs.
 *
 * The project is outside the repository, so nothing of it is found by accident. Effect, Node and TypeScript come from the
 * registry; where that cannot be reached, this says that it was skipped.
 */
import { afterAll, assert, describe, it } from "vitest"
import { execFileSync, spawnSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { pack } from "../../scripts/pack.ts"

const root = Path.resolve(import.meta.dirname, "../..")
const folder = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-install-"))
afterAll(() => FileSystem.rmSync(folder, { recursive: true }))

const isOnline = spawnSync("npm", ["view", "effect", "version"], { timeout: 20_000 }).status === 0

/** Ten lines of an application, and five of its test. */
const files = {
  "application.ts": `import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"

export const status = (voiceConnectorId: string, proxySessionId: string) =>
  Effect.gen(function* () {
    const repo = yield* ProxySessionRepo
    const session = yield* repo.get(yield* ProxySessionKey.decode({ voiceConnectorId, proxySessionId }))
    return session.status
  })
`,
  "test.ts": `import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Effect from "effect/Effect"
import { status } from "./application.ts"

const error = await Effect.runPromise(
  status("abcdef1ghij2klmno3pqr4", "nobody").pipe(Effect.flip, Effect.provide(MemoryRepo.layer())),
)
console.log(error._tag)
`,
  "live.ts": `import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"

export const Live = HttpRepo.layerConfig.pipe(Layer.provide([Credentials.layerConfig, FetchHttpClient.layer]))
`,
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "ES2022",
      lib: ["ES2022", "DOM"],
      module: "NodeNext",
      strict: true,
      noEmit: true,
      types: [],
      allowImportingTsExtensions: true,
    },
    include: ["*.ts"],
  }),
}

const needed = ["domain", "http", "memory", "protocol", "repo"]

const { devDependencies, packageManager } = JSON.parse(FileSystem.readFileSync(Path.join(root, "package.json"), "utf8"))

describe.skipIf(!isOnline)(`a blank project${isOnline ? "" : " (skipped: no registry can be reached)"}`, () => {
  const tarballs = isOnline ? pack(folder) : {}
  const own = Object.fromEntries(
    needed.map((name) => [`@proxy-session/${name}`, `file:${tarballs[`@proxy-session/${name}`]}`]),
  )

  const project = (name: string, dependencies: Readonly<Record<string, string>>) => {
    const path = Path.join(folder, name)
    FileSystem.mkdirSync(path)
    const manifest = {
      name,
      private: true,
      type: "module",
      dependencies: { effect: "~4.1.0", ...own, ...dependencies },
    }
    FileSystem.writeFileSync(Path.join(path, "package.json"), JSON.stringify(manifest))
    for (const [file, content] of Object.entries(files)) FileSystem.writeFileSync(Path.join(path, file), content)
    return path
  }
  const run = (cwd: string, command: string, ...argv: ReadonlyArray<string>) =>
    execFileSync(command, argv, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

  it(
    "installed by npm, type-checks under TypeScript 5.9, 6 and 7, and runs on Node 22 and 24",
    { timeout: 180_000 },
    () => {
      const path = project("by-npm", {
        "node-22": "npm:node@22.22.0",
        "typescript-5.9": "npm:typescript@5.9.3",
        "typescript-6": "npm:typescript@6.0.3",
        "typescript-7": `npm:typescript@${devDependencies.typescript}`,
      })
      run(path, "npm", "install", "--no-audit", "--no-fund")
      for (const version of ["5.9", "6", "7"]) {
        assert.strictEqual(run(path, process.execPath, `node_modules/typescript-${version}/bin/tsc`), "", version)
      }
      const node22 = Path.join(path, "node_modules/node-22/bin/node")
      assert.match(run(path, node22, "--version"), /^v22\./u)
      assert.strictEqual(run(path, node22, "--disable-warning=ExperimentalWarning", "test.ts"), "NotFoundException\n")
      assert.strictEqual(run(path, process.execPath, "test.ts"), "NotFoundException\n")
    },
  )

  it("installed by pnpm, runs as well", { timeout: 120_000 }, () => {
    const path = project("by-pnpm", {})
    const overrides = Object.entries(own).map(([name, file]) => `  "${name}": "${file}"`)
    FileSystem.writeFileSync(Path.join(path, "pnpm-workspace.yaml"), ["overrides:", ...overrides, ""].join("\n"))
    run(path, "npx", "-y", packageManager, "install")
    assert.strictEqual(run(path, process.execPath, "test.ts"), "NotFoundException\n")
  })
})
