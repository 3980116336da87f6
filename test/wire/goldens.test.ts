/**
 * The wire, byte for byte. What has changed on purpose is written by `pnpm goldens` and reviewed as a diff.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readdirSync, readFileSync } from "node:fs"
import * as Path from "node:path"
import { stories, tell } from "./exchanges.ts"

const folder = Path.join(import.meta.dirname, "golden")

for (const [name, story] of Object.entries(stories)) {
  it.effect(`the exchanges of ${name} are the ones on record`, () =>
    Effect.gen(function* () {
      const recorded = readFileSync(Path.join(folder, `${name}.txt`), "utf8")
      assert.strictEqual(yield* tell(story), recorded)
    }),
  )
}

it("there is a record of nothing else", () => {
  assert.deepStrictEqual(
    readdirSync(folder).toSorted(),
    Object.keys(stories)
      .map((name) => `${name}.txt`)
      .toSorted(),
  )
})
