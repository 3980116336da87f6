/**
 * Runs every check that needs no running code, and stops at the first that fails.
 */
import { spawnSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Path from "node:path"

const root = Path.resolve(import.meta.dirname, "..")
const projects = [
  ...FileSystem.readdirSync(Path.join(root, "packages")).map((name) => `packages/${name}/tsconfig.json`),
  "tsconfig.test.json",
]

const checks: ReadonlyArray<readonly [name: string, command: string, ...args: Array<string>]> = [
  ["format", "oxfmt", "--check"],
  ["lint", "oxlint", "--type-aware", "--deny-warnings"],
  ["types", "tsc", "-b"],
  ...projects.map(
    (project) =>
      [
        "effect",
        "effect-tsgo",
        "diagnostics",
        "--strict",
        "--severity",
        "error,warning",
        "--project",
        project,
      ] as const,
  ),
  ["unused", "knip", "--treat-config-hints-as-errors"],
]

for (const [name, command, ...args] of checks) {
  const started = performance.now()
  const { status } = spawnSync(Path.join(root, "node_modules/.bin", command), args, { cwd: root, stdio: "inherit" })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${status === 0 ? "ok" : "FAILED"} ${name} (${[command, ...args].join(" ")}), ${seconds} s\n`)
  if (status !== 0) process.exit(1)
}
