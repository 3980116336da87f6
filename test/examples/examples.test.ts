import { assert, describe, it } from "vitest"
import { spawnSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Path from "node:path"

const folder = Path.resolve(import.meta.dirname, "../../examples")
const examples = FileSystem.readdirSync(folder).filter((file) => file.endsWith(".ts"))

/** What an example has to say, where saying it is the point. */
const says: Readonly<Record<string, ReadonlyArray<string>>> = {
  "main.ts": ['"ProxySession": {', '"Status": "Open"', "NotFoundException: Unable to find the requested identifier"],
  "record-and-replay.ts": ["the replay gave the same session"],
}

describe("the examples", () => {
  for (const file of examples) {
    it(`${file} runs to its end and says nothing on stderr`, () => {
      const { status, stderr, stdout } = spawnSync(process.execPath, [Path.join(folder, file)], {
        encoding: "utf8",
        timeout: 25_000,
      })
      assert.strictEqual(stderr, "")
      assert.strictEqual(status, 0)
      for (const text of says[file] ?? []) assert.include(stdout, text)
    })
  }
})
