/**
 * An answer that claims success and is not what the model says.
 */
import * as Schema from "effect/Schema"
import { advised } from "./internal/advised.ts"
import { earlier } from "./internal/earlier.ts"
import { prose, requestId } from "./internal/texts.ts"
import { OperationName } from "./OperationName.ts"

/**
 * A 2xx answer that cannot be read: where it goes wrong and how, never the answer itself.
 *
 * The operation was most likely carried out, since the service says so.
 *
 * @category errors
 */
export class MalformedResponse extends advised(
  Schema.TaggedError<MalformedResponse>()("MalformedResponse", {
    operation: OperationName,
    path: prose,
    problem: prose,
    requestId: Schema.optionalKey(requestId),
    ...earlier,
  }),
  "The operation was most likely carried out. Check that the endpoint is the service and not something in front of it.",
  { outcome: "Unknown" },
) {
  override get message(): string {
    return `${this.operation}: the answer's ${this.path} ${this.problem}`
  }
}
