/**
 * Nothing to sign a request with.
 */
import * as Schema from "effect/Schema"
import { advised } from "./internal/advised.ts"
import { earlier } from "./internal/earlier.ts"
import { prose } from "./internal/texts.ts"

/**
 * One place that was looked at for credentials, and why it was passed over.
 *
 * @category models
 */
export const CredentialsSource = Schema.Struct({ source: prose, reason: prose })

/**
 * No usable credentials: every source that was tried, and why it was passed over. It never holds a key.
 *
 * `attempts` counts those of the call where there was more than one, `ambiguous` tells whether one before the last may have
 * been carried out.
 *
 * @category errors
 */
export class CredentialsError extends advised(
  Schema.TaggedError<CredentialsError>()("CredentialsError", {
    sources: Schema.Array(CredentialsSource),
    ...earlier,
  }),
  "Provide one of the sources, for example AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
) {
  override get message(): string {
    const tried = this.sources.map(({ source, reason }) => `${source}: ${reason}`).join("; ")
    return `No usable credentials (${tried || "no source was configured"})`
  }
}
