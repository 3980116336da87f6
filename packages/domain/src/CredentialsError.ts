/**
 * Nothing to sign a request with.
 */
import * as Schema from "effect/Schema"

/**
 * One place that was looked at for credentials, and why it was passed over.
 *
 * @category models
 */
export const CredentialsSource = Schema.Struct({ source: Schema.String, reason: Schema.String })

/**
 * No usable credentials: every source that was tried, and why it was passed over. It never holds a key.
 *
 * @category errors
 */
export class CredentialsError extends Schema.TaggedError<CredentialsError>()("CredentialsError", {
  sources: Schema.Array(CredentialsSource),
}) {
  override get message(): string {
    const tried = this.sources.map(({ source, reason }) => `${source}: ${reason}`).join("; ")
    return `No usable credentials (${tried || "no source was configured"})`
  }
  /** What to do about it. */
  get hint(): string {
    return "Provide one of the sources, for example AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
  }
  /** Whether the same request could succeed when repeated. */
  get retryable(): boolean {
    return false
  }
}
