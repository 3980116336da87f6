/**
 * What an installed package brings along, as far as it is needed at run time.
 */
import * as FileSystem from "node:fs"
import * as Path from "node:path"

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(FileSystem.readFileSync(Path.join(folder, "package.json"), "utf8"))

/** Where a package that another one asks for is: npm puts it above, and pnpm links it beside or below. */
const find = (from: string, name: string): string | undefined => {
  for (let folder = from; folder !== Path.dirname(folder); folder = Path.dirname(folder)) {
    const candidate = Path.join(folder, "node_modules", name)
    if (FileSystem.existsSync(candidate)) return FileSystem.realpathSync(candidate)
  }
  return undefined
}

/**
 * A package's folder, and those of its peers, as far as they are not optional, and of all dependencies, with their
 * manifests.
 */
export const closure = (folder: string): ReadonlyMap<string, Manifest> => {
  const found = new Map<string, Manifest>()
  const visit = (folder: string, names: (manifest: Manifest) => ReadonlyArray<string>): void => {
    if (found.has(folder)) return
    const manifest = manifestOf(folder)
    found.set(folder, manifest)
    for (const name of names(manifest)) {
      const next = find(folder, name)
      if (next !== undefined) visit(next, dependenciesOf)
    }
  }
  visit(folder, (manifest) => [...peersOf(manifest), ...dependenciesOf(manifest)])
  return found
}

const dependenciesOf = ({ dependencies = {} }: Manifest): ReadonlyArray<string> => Object.keys(dependencies)

const peersOf = ({ peerDependencies = {}, peerDependenciesMeta = {} }: Manifest): ReadonlyArray<string> =>
  Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true)
