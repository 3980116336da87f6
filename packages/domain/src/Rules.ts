/**
 * The choices that AWS leaves open, as one value that every implementation of the service shares.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { defaultExpiryRange } from "./Admission.ts"
import { NumberSelectionBehavior } from "./NumberSelectionBehavior.ts"

/**
 * The rules of a stand-in for the service. Decoding fills in the default of each member that is absent.
 *
 * **Details**
 *
 * - `expiryRange`: the minutes that are accepted as a session's life, both ends included; default 1 to 720
 * - `deleteMode`: a deleted session is gone (`"remove"`, the default), or ended and still there to read (`"close"`)
 * - `defaultBehavior`: how a number is chosen for a request that does not say; default `"PreferSticky"`
 * - `unknownConnectors`: a Voice Connector that nobody made comes into being (`"created"`) or is not found
 *   (`"refused"`). By default it is created for a tenant until a seed or an operation has made a connector in that
 *   tenant, and refused from then on
 * - `defaultPool`: a connector without numbers of its own has the default pool of fictional ones; default `true`. Without
 *   it, such a connector has no numbers
 * - `quotas`: the quotas that AWS documents hold, 3 connectors and 5 numbers for each tenant; default `false`
 * - `strictConnectorIds`: a connector comes into being only if its id has the form that AWS issues; default `false`
 * - `retired`: every operation fails as a service that is no more, with HTTP 410 and `GoneException`; default `false`
 *
 * **Example** (All defaults but one)
 *
 * ```ts
 * import { Rules } from "@proxy-session/domain/Rules"
 * import * as Schema from "effect/Schema"
 *
 * const rules = Schema.decodeSync(Rules)({ deleteMode: "close" })
 * rules.expiryRange // => { minimum: 1, maximum: 720 }
 * ```
 *
 * @category models
 */
export const Rules = Schema.Struct({
  expiryRange: Schema.Struct({ minimum: Schema.Int, maximum: Schema.Int })
    .check(
      Schema.makeFilter(({ maximum, minimum }) => minimum <= maximum, {
        expected: "a range whose minimum is at most its maximum",
      }),
    )
    .pipe(Schema.withDecodingDefault(Effect.succeed(defaultExpiryRange))),
  deleteMode: Schema.Literals(["remove", "close"]).pipe(Schema.withDecodingDefault(Effect.succeed("remove" as const))),
  defaultBehavior: NumberSelectionBehavior.pipe(Schema.withDecodingDefault(Effect.succeed("PreferSticky" as const))),
  unknownConnectors: Schema.optional(Schema.Literals(["created", "refused"])),
  defaultPool: Schema.Boolean.pipe(Schema.withDecodingDefault(Effect.succeed(true))),
  quotas: Schema.Boolean.pipe(Schema.withDecodingDefault(Effect.succeed(false))),
  strictConnectorIds: Schema.Boolean.pipe(Schema.withDecodingDefault(Effect.succeed(false))),
  retired: Schema.Boolean.pipe(Schema.withDecodingDefault(Effect.succeed(false))),
})

/**
 * The type of a complete set of rules.
 *
 * @category models
 */
export type Rules = typeof Rules.Type

/**
 * Rules as a caller writes them: every member is optional, and `undefined` means not set.
 *
 * @category models
 */
export type RulesOptions = typeof Rules.Encoded

/**
 * The rules that hold unless a caller says otherwise.
 *
 * @category constants
 */
export const defaultRules: Rules = {
  expiryRange: defaultExpiryRange,
  deleteMode: "remove",
  defaultBehavior: "PreferSticky",
  defaultPool: true,
  quotas: false,
  strictConnectorIds: false,
  retired: false,
}
