/**
 * Writes the whole exchanges that `test/wire/goldens.test.ts` compares with, as they are now.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { document } from "../packages/control/test/openApi.ts"
import { schemaText } from "../packages/control/test/seedSchema.ts"
import { stories, tell } from "../test/wire/exchanges.ts"

const folder = Path.resolve(import.meta.dirname, "../test/wire/golden")

for (const [name, story] of Object.entries(stories)) {
  FileSystem.writeFileSync(Path.join(folder, `${name}.txt`), await Effect.runPromise(tell(story)))
}

FileSystem.writeFileSync(Path.resolve(import.meta.dirname, "../packages/control/test/golden/openapi.json"), document)
FileSystem.writeFileSync(Path.resolve(import.meta.dirname, "../docs/seed.schema.json"), schemaText)
