import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core"
import { publint } from "publint"
import { assert, beforeAll, describe, it } from "vitest"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { tarballs } from "../../scripts/pack.ts"

const root = Path.resolve(import.meta.dirname, "../..")
const packages = FileSystem.readdirSync(Path.join(root, "packages"))

/** What importing from CommonJS or with the resolution of Node 10 comes to is known: the packages are ESM. */
const esmOnly = new Set(["CJSResolvesToESM node16-cjs", "NoResolution node10"])

const sources = (name: string): ReadonlyArray<string> =>
  FileSystem.readdirSync(Path.join(root, "packages", name, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))

describe("the tarballs", () => {
  beforeAll(() => void tarballs(), 120_000)

  it("are those of all packages", () => {
    assert.sameMembers(
      Object.keys(tarballs()),
      packages.map((name) => `@proxy-session/${name}`),
    )
  })

  // What is in that of the command is tried in command.test.ts.
  for (const short of packages.filter((name) => name !== "cli")) {
    const name = `@proxy-session/${short}`
    const prefix = `/node_modules/${name}/`

    describe(name, () => {
      let bytes = new Uint8Array()
      beforeAll(() => {
        bytes = new Uint8Array(FileSystem.readFileSync(tarballs()[name] ?? ""))
      })
      const open = () => {
        const tarball = createPackageFromTarballData(bytes)
        const read = (file: string) => tarball.readFile(prefix + file)
        return { tarball, read, manifest: JSON.parse(read("package.json")) }
      }

      it("holds each module with its types, the source and a map of those one can import, README, licence and manifest", () => {
        const { read, tarball } = open()
        const modules = sources(short).flatMap((module) => [
          `dist/${module}.js`,
          `dist/${module}.d.ts`,
          // What is built is the source without its types, so only a map leads to the source.
          ...(module.startsWith("internal/") ? [] : [`src/${module}.ts`, `dist/${module}.d.ts.map`]),
        ])
        assert.sameMembers(
          tarball.listFiles().map((file) => file.slice(prefix.length)),
          ["LICENSE", "README.md", "package.json", ...modules],
        )
        assert.strictEqual(read("LICENSE"), FileSystem.readFileSync(Path.join(root, "LICENSE"), "utf8"))
      })

      it("has maps that lead to the sources it holds", () => {
        const { tarball } = open()
        for (const map of tarball.listFiles().filter((file) => file.endsWith(".map"))) {
          const { sourceRoot, sources } = JSON.parse(tarball.readFile(map))
          assert.strictEqual(sourceRoot ?? "", "")
          assert.strictEqual(sources.length, 1)
          assert.isTrue(tarball.fileExists(Path.join(Path.dirname(map), sources[0])), `${map}: ${sources[0]}`)
        }
      })

      it("asks for exactly this version of its siblings, and leaves Effect to its user", () => {
        const { manifest } = open()
        const { dependencies = {}, exports, peerDependencies, sideEffects, type } = manifest
        for (const [dependency, range] of Object.entries<string>(dependencies)) {
          if (dependency.startsWith("@proxy-session/")) assert.strictEqual(range, manifest.version)
          assert.match(range, /^\d+\.\d+\.\d+$/u)
        }
        assert.strictEqual(peerDependencies.effect, "~4.1.0")
        assert.notProperty(dependencies, "effect")
        assert.isFalse(sideEffects)
        assert.strictEqual(type, "module")
        assert.isNull(exports["./internal/*"])
      })

      it("is as publint would have it", async () => {
        const { messages } = await publint({ pack: { tarball: bytes.slice().buffer }, strict: true })
        assert.deepStrictEqual(messages, [])
      })

      it("has the right types behind every module that can be imported", async () => {
        const { manifest, tarball } = open()
        const hidden = Object.keys(manifest.exports).filter((key) => manifest.exports[key] === null)
        const modules = sources(short)
          .map((module) => (module === "index" ? "." : `./${module}`))
          .filter((module) => !hidden.some((pattern) => module.startsWith(pattern.slice(0, -1))))
        const result = await checkPackage(tarball, { entrypoints: modules })
        if (result.types === false) return assert.fail("no types at all")
        assert.sameMembers(Object.keys(result.entrypoints), modules)
        const found = result.problems.map((problem) =>
          [
            problem.kind,
            "resolutionKind" in problem ? problem.resolutionKind : "",
            "entrypoint" in problem ? problem.entrypoint : "",
          ].join(" "),
        )
        assert.deepStrictEqual(
          found.filter((each) => !esmOnly.has(each.split(" ", 2).join(" "))),
          [],
        )
      })
    })
  }
})
