/**
 * Bundles the `proxy-session` command into files that need no other package, into the folder named, or else into a cache.
 */
import { execFileSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { rolldown } from "rolldown"
import { cached, digest } from "./cached.ts"

const root = Path.resolve(import.meta.dirname, "..")
const cli = Path.join(root, "packages/cli")

/** Packages that others try to load and do without. */
const optional = ["bufferutil", "pg-native", "utf-8-validate"]

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
}

/** The folder of the package that a module is of, unless it is one of ours. */
const packageOf = (module: string): string | undefined =>
  /^(?<folder>.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//u.exec(module)?.groups?.["folder"]

/** The licence of each package, word for word, as every one of them asks for. */
const licences = (modules: ReadonlyArray<string>): string => {
  const folders = new Set(modules.flatMap((module) => packageOf(module) ?? []))
  const texts = Array.from(folders, (folder) => {
    const { license, name, version }: Manifest = JSON.parse(
      FileSystem.readFileSync(Path.join(folder, "package.json"), "utf8"),
    )
    const file = FileSystem.readdirSync(folder).find((file) => /^licen[cs]e(?:\.\w+)?$/iu.test(file))
    if (file === undefined) throw new Error(`${name} has no file with its licence`)
    return `${name} ${version} (${license})\n\n${FileSystem.readFileSync(Path.join(folder, file), "utf8").trim()}\n`
  })
  return texts.toSorted().join(`\n${"-".repeat(80)}\n\n`)
}

const bundle = async (folder: string): Promise<void> => {
  const build = await rolldown({
    input: Path.join(cli, "src/bin.ts"),
    cwd: root,
    platform: "node",
    external: optional,
  })
  const { output } = await build.write({
    dir: folder,
    format: "esm",
    minify: true,
    entryFileNames: "bin.mjs",
    chunkFileNames: "[name]-[hash].mjs",
  })
  await build.close()
  const chunks = output.filter((file) => file.type === "chunk")
  const known = new Set([...chunks.map(({ fileName }) => fileName), ...optional])
  for (const name of chunks.flatMap(({ dynamicImports, imports }) => [...imports, ...dynamicImports])) {
    if (!known.has(name) && !name.startsWith("node:")) throw new Error(`the bundle would need the package ${name}`)
  }
  const modules = chunks.flatMap(({ modules }) => Object.keys(modules))
  FileSystem.writeFileSync(Path.join(folder, "licences.txt"), licences(modules))
  FileSystem.copyFileSync(Path.join(cli, "bin/proxy-session.cjs"), Path.join(folder, "proxy-session.cjs"))
}

const sources = FileSystem.readdirSync(Path.join(root, "packages")).flatMap((name) => [
  `packages/${name}/package.json`,
  `packages/${name}/src`,
])

/** The folder of the bundle, whose `proxy-session.cjs` is the command; made once for the same sources. */
export const command = (): string =>
  cached("command", digest(["packages/cli/bin", "pnpm-lock.yaml", "scripts/bundle.ts", ...sources]), (folder) => {
    // In a process of its own: the bundler is asynchronous, and who asks for the bundle is not.
    execFileSync(process.execPath, [import.meta.filename, folder], { stdio: ["ignore", "ignore", "inherit"] })
  })

if (import.meta.main) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) process.stdout.write(`${command()}\n`)
  else await bundle(Path.resolve(folder))
}
