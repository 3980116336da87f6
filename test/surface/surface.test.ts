/**
 * What the packages export changes on purpose alone.
 */
import { assert, describe, it } from "vitest"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { basename } from "node:path"
import { fileOf, surfaces } from "../../scripts/surface.ts"

describe("the public surface", () => {
  const now = surfaces()

  for (const [name, surface] of now) {
    it(`of ${name} is the one in test/surface; if it is meant to change, run \`pnpm surface\` and add a changeset`, () => {
      const file = fileOf(name)
      assert.strictEqual(surface, existsSync(file) ? readFileSync(file, "utf8") : "")
    })
  }

  it("has no file of a package that is gone", () => {
    const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".txt"))
    assert.sameMembers(
      files,
      [...now.keys()].map((name) => basename(fileOf(name))),
    )
  })

  it("names no place on the machine that built it", () => {
    for (const [name, surface] of now) assert.notMatch(surface, /\/(?:tmp|home|root|Users|work)\//u, name)
  })
})
