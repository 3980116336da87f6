import * as Schema from "effect/Schema"
import { wellFormed } from "./pathSegment.ts"

/** What a page answered, to be sent for the next one. The model limits a session listing's token, and no other. */
export const pageToken = Schema.String.check(
  Schema.isMaxCodePoints(65535, { expected: "at most 65535 characters" }),
  wellFormed,
)
