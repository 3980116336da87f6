/**
 * The errors that operations on Voice Connectors and numbers declare besides those that all operations have.
 */
import * as Schema from "effect/Schema"
import { advice, earlier, overall } from "./internal/earlier.ts"
import { explainedClass } from "./internal/explained.ts"
import type { Outcome } from "./TransportError.ts"

const fields = {
  message: Schema.String,
  code: Schema.optionalKey(Schema.String),
  requestId: Schema.optionalKey(Schema.String),
  ...earlier,
}

/**
 * The account has as many connectors or numbers as it may have. HTTP 400.
 *
 * @category errors
 */
export class ResourceLimitExceededException extends explainedClass(
  Schema.TaggedError<ResourceLimitExceededException>()("ResourceLimitExceededException", fields),
) {
  /** What to do about it. */
  get hint(): string {
    return advice(this, "Delete what is no longer needed, or have the quota raised.")
  }
  /** Whether the same request could succeed when repeated. */
  get retryable(): boolean {
    return false
  }
  /** Whether the operation may have happened all the same: the last attempt was refused. */
  get outcome(): Outcome {
    return overall(this, "NotSent")
  }
}

/**
 * The state of the resource does not allow the request: a connector that has numbers cannot be deleted. HTTP 409.
 *
 * @category errors
 */
export class ConflictException extends explainedClass(
  Schema.TaggedError<ConflictException>()("ConflictException", fields),
) {
  /** What to do about it. */
  get hint(): string {
    return advice(this, "Remove what stands in the way: disassociate the connector's numbers before deleting it.")
  }
  /** Whether the same request could succeed when repeated. */
  get retryable(): boolean {
    return false
  }
  /** Whether the operation may have happened all the same: the last attempt was refused. */
  get outcome(): Outcome {
    return overall(this, "NotSent")
  }
}
