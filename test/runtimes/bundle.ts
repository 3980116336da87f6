/**
 * The program of `program.ts` as one script that asks for nothing of Node.
 */
import * as Effect from "effect/Effect"
import { rolldown } from "rolldown"
import { join } from "node:path"

/** `code` is the entry, from which `./program.ts` can be imported. */
export const bundle = (code: string): Effect.Effect<string> =>
  Effect.promise(async () => {
    const entry = join(import.meta.dirname, "entry.js")
    const build = await rolldown({
      input: entry,
      platform: "browser",
      plugins: [
        { name: "entry", resolveId: (id) => (id === entry ? entry : null), load: (id) => (id === entry ? code : null) },
      ],
    })
    const { output } = await build.generate({ format: "esm", codeSplitting: false })
    await build.close()
    return output[0].code
  })
