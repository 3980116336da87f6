import { assert, describe, it } from "vitest"
import { spawnSync } from "node:child_process"
import { once } from "node:events"
import * as FileSystem from "node:fs"
import * as Net from "node:net"
import * as Path from "node:path"
import { pathToFileURL } from "node:url"
import { type Example, fromMarkdown, fromModule, toModule } from "./extract.ts"
import * as Program from "./program.ts"

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

/** A test for vitest, which no other test can import. */
const isTest = ({ name }: Example) => name?.endsWith(".test.ts") === true

/** A program that runs until it is stopped. */
const isProgram = ({ code }: Example) => code.includes("runMain")

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

  for (const example of examples.filter(isTest)) {
    it(`${example.source}:${example.line} passes under vitest`, () => {
      const [file, vitest] = [moduleOf(example), Path.join(root, "node_modules/vitest/vitest.mjs")]
      // Its own folder as root, and a configuration that is none, so that the one of this repository does not count.
      const folder = Path.dirname(file)
      FileSystem.writeFileSync(Path.join(folder, "vitest.config.ts"), "export default {}\n")
      const { status, stderr, stdout } = spawnSync(process.execPath, [vitest, "run", Path.basename(file)], {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1", VITEST: undefined },
      })
      assert.strictEqual(`${status} ${stderr}`, "0 ", stdout)
      assert.match(stdout, /Tests +[1-9]\d* passed/u)
    })
  }

  for (const example of examples.filter(isProgram)) {
    it(`${example.source}:${example.line} serves on a port that is free, until it is stopped`, async () => {
      const outcome = await Program.start(moduleOf(example))
      if (!("url" in outcome)) return assert.fail(`it ended with ${outcome.code}: ${outcome.said}`)
      const { status } = await fetch(outcome.url)
      assert.strictEqual(await outcome.stop(), 130)
      assert.strictEqual(status, 404)
    })
  }

  for (const example of examples.filter((example) => !isTest(example) && !isProgram(example))) {
    it(`${example.source}:${example.line} runs, and what it says comes true`, async () => {
      await import(pathToFileURL(moduleOf(example)).href)
    })
  }
})

describe("a program of the documents", () => {
  it("fails where its port is taken", async () => {
    const other = Net.createServer().listen(0, "127.0.0.1")
    await once(other, "listening")
    const address = other.address()
    assert.ok(typeof address === "object" && address !== null)
    const [example] = examples.filter(isProgram)
    assert.ok(example !== undefined)
    const file = moduleOf({ ...example, name: "taken.ts" })
    FileSystem.writeFileSync(file, toModule(example.code.replace(/port: 0\b/u, `port: ${address.port}`)))
    const outcome = await Program.start(file)
    other.close()
    assert.ok("code" in outcome, "it listens on a port that is taken")
    assert.strictEqual(outcome.code, 1)
    assert.include(outcome.said, "EADDRINUSE")
  })
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
