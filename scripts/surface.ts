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

const endpoint = "HttpApiEndpoint.HttpApiEndpoint<"

/** Where the brackets end that open just before a place; the `>` of an arrow is none. */
const endOf = (text: string, from: number): number => {
  for (let place = from, depth = 1; place < text.length; place++) {
    if (text[place] === "<") depth++
    else if (text[place] === ">" && text[place - 1] !== "=" && --depth === 0) return place + 1
  }
  return text.length
}

/** The compiler writes the members of a large union in an order that differs from run to run. */
const withEndpointsInOrder = (text: string): string => {
  let ordered = ""
  let done = 0
  for (let start = text.indexOf(endpoint); start !== -1; start = text.indexOf(endpoint, done)) {
    const members: Array<string> = []
    let place = start
    do {
      if (members.length > 0) place += " | ".length
      const end = endOf(text, place + endpoint.length)
      members.push(text.slice(place, end))
      place = end
    } while (text.startsWith(` | ${endpoint}`, place))
    ordered += text.slice(done, start) + members.toSorted().join(" | ")
    done = place
  }
  return ordered + text.slice(done)
}

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
          return `// ${file.slice(0, -".d.ts".length)}\n\n${withEndpointsInOrder(withoutComments(declarations))}\n`
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
