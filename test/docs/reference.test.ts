import { assert, describe, it } from "vitest"
import * as Path from "node:path"
import { packages } from "../../scripts/reference/packages.ts"
import { firstSentence } from "../../scripts/reference/read.ts"
import { pages } from "../../scripts/reference/render.ts"

const all = pages(packages)

describe("the API reference", () => {
  it("has a page for each module and each export that the packages have", () => {
    assert.isAbove(packages.flatMap(({ modules }) => modules.flatMap(({ exports }) => exports)).length, 300)
    assert.include(all.get("repo/ProxySessionRepo.html"), '<section id="ProxySessionRepo">')
    assert.include(all.get("domain/PhoneNumber.html"), "const normalize = (number: PhoneNumber): PhoneNumber</code>")
  })

  it("finds for every public export a docstring with a first sentence and a category", () => {
    const lacking = packages.flatMap(({ modules, name }) =>
      modules.flatMap(({ doc, exports, name: module }) => [
        ...(firstSentence(doc) === undefined ? [`${name}/${module}`] : []),
        ...exports
          .filter(({ category, doc }) => category === undefined || firstSentence(doc) === undefined)
          .map((each) => `${name}/${module}.${each.name}`),
      ]),
    )
    assert.deepStrictEqual(lacking, [])
  })

  it("has no link that leads nowhere", () => {
    const broken: Array<string> = []
    for (const [path, html] of all) {
      for (const { groups } of html.matchAll(/href="(?<file>[^"#]*)(?:#(?<anchor>[^"]*))?"/gu)) {
        const { anchor, file = "" } = groups ?? {}
        const target = file === "" ? path : Path.posix.join(Path.posix.dirname(path), file)
        const found = all.get(target)
        if (found === undefined || (anchor !== undefined && !found.includes(`id="${anchor}"`))) {
          broken.push(`${path}: ${file}#${anchor}`)
        }
      }
      assert.notInclude(html, "{@link", path)
    }
    assert.deepStrictEqual(broken, [])
  })
})
