/**
 * Options that nothing can be made with.
 */
import { describe, Violation } from "@proxy-session/domain/InvalidRequest"
import * as Schema from "effect/Schema"

/**
 * An option is out of its range, so nothing is made; each violation has the option and the rule. `of` is whose options
 * they are: `HttpRepo`, `NodeTransport` or `UndiciTransport`.
 *
 * @category errors
 */
export class OptionsError extends Schema.TaggedError<OptionsError>()("OptionsError", {
  of: Schema.String,
  violations: Schema.NonEmptyArray(Violation),
}) {
  override get message(): string {
    return `${this.of}: ${describe(this.violations, "options")}`
  }
}
