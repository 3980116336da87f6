/**
 * Nothing to sign a request with.
 */
import * as Schema from "effect/Schema"
import { advice, earlier, overall } from "./internal/earlier.ts"
import { explainedClass } from "./internal/explained.ts"
import { prose } from "./internal/texts.ts"
import type { Outcome } from "./TransportError.ts"

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
export class CredentialsError extends explainedClass(
  Schema.TaggedError<CredentialsError>()("CredentialsError", {
    sources: Schema.Array(CredentialsSource),
    ...earlier,
  }),
) {
  override get message(): string {
    const tried = this.sources.map(({ source, reason }) => `${source}: ${reason}`).join("; ")
    return `No usable credentials (${tried || "no source was configured"})`
  }
  /** What to do about it. */
  get hint(): string {
    return advice(this, "Provide one of the sources, for example AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
  }
  /** Whether the same request could succeed when repeated. */
  get retryable(): boolean {
    return false
  }
  /** Whether the operation may have happened all the same: an attempt before the one that could not be signed may. */
  get outcome(): Outcome {
    return overall(this, "NotSent")
  }
}
