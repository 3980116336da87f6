/**
 * The libraries of this repository and their public modules.
 */
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { readModule } from "./read.ts"
import type { Package } from "./render.ts"

const root = Path.resolve(import.meta.dirname, "../../packages")

const description = (manifest: unknown): string =>
  typeof manifest === "object" && manifest !== null && "description" in manifest ? String(manifest.description) : ""

/** The command is a program: nobody imports it. */
const libraries = FileSystem.readdirSync(root).filter((name) => name !== "cli")

export const packages: ReadonlyArray<Package> = libraries.map((name) => {
  const source = Path.join(root, name, "src")
  return {
    name,
    description: description(JSON.parse(FileSystem.readFileSync(Path.join(root, name, "package.json"), "utf8"))),
    modules: FileSystem.readdirSync(source)
      .filter((file) => file.endsWith(".ts") && file !== "index.ts")
      .map((file) => readModule(Path.basename(file, ".ts"), FileSystem.readFileSync(Path.join(source, file), "utf8"))),
  }
})
