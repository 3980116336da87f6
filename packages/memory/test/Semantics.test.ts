import { assert, describe, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"

const text = readFileSync(new URL("../../../docs/semantics.md", import.meta.url), "utf8")
const rows = text
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (?:what|---)/u.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  )

/** Where a test is: beside this one, unless its name says which package it is in, or that it crosses packages. The contract's are in `src`. */
const pathOf = (file: string) => {
  const folder = file.startsWith("test/") ? "../../../" : file.includes("/") ? "../../" : "./"
  return new URL(`${folder}${file}${file.includes("/src/") ? "" : ".test"}.ts`, import.meta.url)
}

/** Every `File: "title …", "another …"` of a cell. */
const named = (cell: string) =>
  cell.split("; ").flatMap((part) => {
    const [file = "", titles = ""] = part.split(/: (?=")/u)
    return [...titles.matchAll(/"([^"]+)"/gu)].map(([, title = ""]) => ({
      file,
      title: title.replaceAll(/^… | …$/gu, ""),
    }))
  })

describe("docs/semantics.md", () => {
  it("has rows of four cells, each with a decision, a basis and a test", () => {
    assert.isAbove(rows.length, 50)
    for (const [decision = "", basis = "", , test = "", ...more] of rows) {
      assert.isEmpty(more, decision)
      assert.match(basis, /documented|inferred|ours|mixed/u, decision)
      assert.isNotEmpty(test.trim(), decision)
    }
  })

  it.each(rows.flatMap(([, , , test = ""]) => named(test)))(
    "names a test that there is: $file, $title",
    ({ file, title }) => {
      const tests = readFileSync(pathOf(file), "utf8")
      assert.include(tests.replaceAll("%d", "…").replaceAll("%s", "…"), title)
    },
  )

  it("names files that there are", () => {
    const files = rows.flatMap(([, , , test = ""]) =>
      test.split("; ").flatMap((part) => /^`?([\w/-]+)`?(?::|$)/u.exec(part.trim())?.[1] ?? []),
    )
    assert.isAbove(files.length, 40)
    for (const file of files) assert.isTrue(existsSync(pathOf(file)), file)
  })
})
