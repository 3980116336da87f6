/**
 * An answer that claims success and is not what the model says.
 */
import * as Schema from "effect/Schema"
import { earlier } from "./internal/earlier.ts"
import { explainedClass } from "./internal/explained.ts"
import { prose, requestId } from "./internal/texts.ts"
import { OperationName } from "./OperationName.ts"
import type { Outcome } from "./TransportError.ts"

/**
 * A 2xx answer that cannot be read: where it goes wrong and how, never the answer itself.
 *
 * The operation was most likely carried out, since the service says so.
 *
 * @category errors
 */
export class MalformedResponse extends explainedClass(
  Schema.TaggedError<MalformedResponse>()("MalformedResponse", {
    operation: OperationName,
    path: prose,
    problem: prose,
    requestId: Schema.optionalKey(requestId),
    ...earlier,
  }),
) {
  override get message(): string {
    return `${this.operation}: the answer's ${this.path} ${this.problem}`
  }
  /** What to do about it. */
  get hint(): string {
    return "The operation was most likely carried out. Check that the endpoint is the service and not something in front of it."
  }
  /** Whether the same request could succeed when repeated. */
  get retryable(): boolean {
    return false
  }
  /** Whether the operation may have happened: most likely, but nothing proves it. */
  get outcome(): Outcome {
    return "Unknown"
  }
}
