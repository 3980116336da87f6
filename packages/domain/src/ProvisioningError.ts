/**
 * The errors that operations on Voice Connectors and numbers declare besides those that all operations have.
 */
import * as Schema from "effect/Schema"
import { advised } from "./internal/advised.ts"
import { earlier } from "./internal/earlier.ts"

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
export class ResourceLimitExceededException extends advised(
  Schema.TaggedError<ResourceLimitExceededException>()("ResourceLimitExceededException", fields),
  "Delete what is no longer needed, or have the quota raised.",
) {}

/**
 * The state of the resource does not allow the request: a connector that has numbers cannot be deleted. HTTP 409.
 *
 * @category errors
 */
export class ConflictException extends advised(
  Schema.TaggedError<ConflictException>()("ConflictException", fields),
  "Remove what stands in the way: disassociate the connector's numbers before deleting it.",
) {}
