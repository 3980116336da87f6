/**
 * Writes what every package exports, with its types, into `test/surface`: one file a package, to be read in a review.
 *
 * It is what the compiler emits for each public module, without its comments.
 */
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { built } from "./pack.ts"

const folder = Path.resolve(import.meta.dirname, "../test/surface")

const withoutComments = (declarations: string): string =>
  declarations
    .replaceAll(/^[ \t]*\/\*\*[\s\S]*?\*\/\n?/gmu, "")
    .replaceAll(/^\/\/# sourceMappingURL=.*$/gmu, "")
    .trim()

/** The public modules of each package with their declarations, by the package's name. */
export const surfaces = (): ReadonlyMap<string, string> => {
  const folder = Path.join(built(), "dist")
  return new Map(
    FileSystem.readdirSync(folder)
      .toSorted()
      .map((name) => {
        const dist = Path.join(folder, name)
        const modules = FileSystem.readdirSync(dist)
          .filter((file) => file.endsWith(".d.ts"))
          .toSorted()
        const text = modules.map((file) => {
          const declarations = FileSystem.readFileSync(Path.join(dist, file), "utf8")
          return `// ${file.slice(0, -".d.ts".length)}\n\n${withoutComments(declarations)}\n`
        })
        return [name, text.join("\n")]
      }),
  )
}

/** The file that holds a package's surface. */
export const fileOf = (name: string): string => Path.join(folder, `${name}.txt`)

if (import.meta.main) {
  FileSystem.mkdirSync(folder, { recursive: true })
  for (const [name, surface] of surfaces()) FileSystem.writeFileSync(fileOf(name), surface)
}
