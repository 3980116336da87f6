import * as Seed from "../src/Seed.ts"

/** The JSON Schema of a seed, as `docs/seed.schema.json` has it. */
export const schemaText = `${JSON.stringify(Seed.jsonSchema(), null, 2)}\n`
