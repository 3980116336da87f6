/**
 * What the two participants of a proxy session may do through their shared number.
 */
import * as Schema from "effect/Schema"

/**
 * One way to reach the other participant: by call or by text message.
 *
 * Source: shape `Capability`.
 *
 * @category models
 */
export const Capability = Schema.Literals(["Voice", "SMS"])

/**
 * The type of a capability.
 *
 * @category models
 */
export type Capability = typeof Capability.Type

/**
 * Capabilities as the service answers them: each once, in alphabetical order.
 *
 * The service's example turns `Voice, SMS` into `SMS, Voice`; do not rely on the order of an answer.
 *
 * @category combinators
 */
export const canonical = (capabilities: ReadonlyArray<Capability>): ReadonlyArray<Capability> =>
  [...new Set(capabilities)].toSorted()
