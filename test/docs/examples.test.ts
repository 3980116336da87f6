import { assert, describe, it } from "vitest"
import { spawnSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { pathToFileURL } from "node:url"
import { type Example, fromMarkdown, fromModule, toModule } from "./extract.ts"

const root = Path.resolve(import.meta.dirname, "../..")
const generated = Path.join(root, "test/docs/.generated")

const files = (folder: string, extension: string): ReadonlyArray<string> =>
  FileSystem.readdirSync(Path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(extension) && !/(?:^|\/)(?:node_modules|dist|test|typetest)\//u.test(file))
    .map((file) => Path.join(folder, file))

const read = (file: string) => FileSystem.readFileSync(Path.join(root, file), "utf8")

const packages = FileSystem.readdirSync(Path.join(root, "packages"))

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...files("docs", ".md"),
  ...files("examples", ".md"),
  ...packages
    .map((name) => `packages/${name}/README.md`)
    .filter((file) => FileSystem.existsSync(Path.join(root, file))),
]
const modules = packages.flatMap((name) => files(`packages/${name}/src`, ".ts"))

const examples = [
  ...documents.flatMap((file) => fromMarkdown(file, read(file))),
  ...modules.flatMap((file) => fromModule(file, read(file))),
]

const moduleOf = ({ line, name, source }: Example): string =>
  Path.join(generated, source.replace(/[/.]/gu, "-"), name ?? `line-${line}.ts`)

FileSystem.rmSync(generated, { recursive: true, force: true })
for (const example of examples) {
  FileSystem.mkdirSync(Path.dirname(moduleOf(example)), { recursive: true })
  FileSystem.writeFileSync(moduleOf(example), toModule(example.code))
}

describe("the examples of docstrings and documents", () => {
  it("are there", () => {
    assert.isAbove(examples.length, 20)
  })

  it("are type-checked", { timeout: 120_000 }, () => {
    FileSystem.writeFileSync(
      Path.join(generated, "tsconfig.json"),
      JSON.stringify({
        extends: "../../../tsconfig.test.json",
        compilerOptions: { noUnusedLocals: false, incremental: false, composite: false },
        include: ["**/*.ts"],
      }),
    )
    const { stdout } = spawnSync(Path.join(root, "node_modules/.bin/tsc"), ["-p", generated], {
      cwd: root,
      encoding: "utf8",
    })
    assert.strictEqual(stdout, "")
  })

  for (const example of examples) {
    it(`${example.source}:${example.line} runs, and what it says comes true`, async () => {
      await import(pathToFileURL(moduleOf(example)).href)
    })
  }
})

describe("the extraction", () => {
  it("finds fences in documents and docstrings, with their lines", () => {
    const text = "one\n\n```ts\nconst a = 1\n```\n\n```sh\nls\n```\n"
    assert.deepStrictEqual(fromMarkdown("x.md", text), [
      { source: "x.md", line: 3, name: undefined, code: "const a = 1" },
    ])
    const module = "\n/**\n * Says.\n *\n * ```ts\n * // a.ts\n * f(1)\n * ```\n */\nexport const f = 1\n"
    assert.deepStrictEqual(fromModule("x.ts", module), [
      { source: "x.ts", line: 5, name: "a.ts", code: "// a.ts\nf(1)" },
    ])
  })

  it("turns what an expression comes to into an assertion, over several lines too", () => {
    assert.include(toModule("1 + 1 // => 2"), "assert.deepStrictEqual<unknown>(1 + 1, 2)")
    assert.include(toModule("f({\n  a: 1\n}).b // => 3"), "assert.deepStrictEqual<unknown>(f({\n  a: 1\n}).b, 3)")
  })
})
