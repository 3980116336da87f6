import { assert, describe, it } from "vitest"
import { spawnSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { printed } from "./printed.ts"

const folder = Path.resolve(import.meta.dirname, "../../examples")
const examples = FileSystem.readdirSync(folder).filter((file) => file.endsWith(".ts"))
const read = (file: string) => FileSystem.readFileSync(Path.join(folder, file), "utf8")

/** What an example prints, with placeholders for what no two runs have in common. */
const settled = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/gu, "<instant>")
    .replaceAll(/^passed: 1\d\d$/gmu, "passed: <all of the others>")
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}\b/gu, "<id>")

describe("the examples", () => {
  it("that their README tells of are all there", () => {
    const told = Array.from(read("README.md").matchAll(/\]\((?<file>[\w-]+\.ts)\)/gu), ({ groups }) => groups?.["file"])
    assert.sameMembers(told, examples)
  })

  for (const file of examples) {
    it(`${file} has fewer than 60 lines`, () => {
      assert.isBelow(read(file).trimEnd().split("\n").length, 60)
    })

    it(`${file} runs to its end and prints what it should, and nothing on stderr`, () => {
      const { status, stderr, stdout } = spawnSync(process.execPath, [Path.join(folder, file)], {
        encoding: "utf8",
        timeout: 25_000,
      })
      assert.strictEqual(stderr, "")
      assert.strictEqual(status, 0)
      assert.strictEqual(settled(stdout).trim(), printed[file]?.trim())
    })
  }
})
