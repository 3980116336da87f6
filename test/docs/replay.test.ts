import { assert, it } from "vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")

it("the complete test in the guide to replay is the one that is run", () => {
  const guide = readFileSync(join(root, "docs/replay.md"), "utf8")
  const run = readFileSync(join(root, "examples/ride-calls/Replay.test.ts"), "utf8")
  assert.include(guide, `\`\`\`typescript\n${run}\`\`\``)
})
