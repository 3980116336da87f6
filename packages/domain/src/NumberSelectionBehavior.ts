/**
 * Whether two people who talk again should see the same proxy number again.
 */
import * as Schema from "effect/Schema"

/**
 * The preference for a number that the same two participants had in an earlier session, or against it.
 *
 * Source: shape `NumberSelectionBehavior`. AWS documents no default; this project's implementations choose as
 * `PreferSticky` unless told otherwise.
 *
 * @category models
 */
export const NumberSelectionBehavior = Schema.Literals(["PreferSticky", "AvoidSticky"])

/**
 * The type of a preference.
 *
 * @category models
 */
export type NumberSelectionBehavior = typeof NumberSelectionBehavior.Type
