/**
 * Writes the API reference from the docstrings into `docs/reference`, as pages that any browser reads from disk.
 */
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { packages } from "./reference/packages.ts"
import { pages } from "./reference/render.ts"

const folder = Path.resolve(import.meta.dirname, "../docs/reference")

FileSystem.rmSync(folder, { recursive: true, force: true })
for (const [path, text] of pages(packages)) {
  FileSystem.mkdirSync(Path.dirname(Path.join(folder, path)), { recursive: true })
  FileSystem.writeFileSync(Path.join(folder, path), text)
}
process.stdout.write(`${Path.join(folder, "index.html")}\n`)
