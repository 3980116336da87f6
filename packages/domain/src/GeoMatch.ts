/**
 * The wish that a proxy number resemble a place: its country, or its country and area code.
 */
import * as Schema from "effect/Schema"
import * as Role from "./Role.ts"

/**
 * An ISO 3166-1 alpha-2 country code in capitals, or nothing at all.
 *
 * Source: shape `Country` (`^$|^[A-Z]{2,2}$`).
 *
 * @category models
 */
export const Country = Schema.String.check(
  Schema.isPattern(/^(?:[A-Z]{2})?$/u, { expected: "two capital letters, or empty" }),
).annotate(Role.annotation("enumeration"))

/**
 * A three-digit area code, or nothing at all.
 *
 * Source: shape `AreaCode` (`^$|^[0-9]{3,3}$`).
 *
 * @category models
 */
export const AreaCode = Schema.String.check(
  Schema.isPattern(/^(?:[0-9]{3})?$/u, { expected: "three digits, or empty" }),
).annotate(Role.annotation("enumeration"))

/**
 * How closely a proxy number should match: by country, or by area code within it.
 *
 * Source: shape `GeoMatchLevel`.
 *
 * @category models
 */
export const GeoMatchLevel = Schema.Literals(["Country", "AreaCode"])

/**
 * The type of a match level.
 *
 * @category models
 */
export type GeoMatchLevel = typeof GeoMatchLevel.Type

/**
 * The place to match in the stead of the first participant's own.
 *
 * Source: shape `GeoMatchParams`; both members are required, either may be empty.
 *
 * @category models
 */
export const GeoMatchParams = Schema.Struct({ country: Country, areaCode: AreaCode })

/**
 * The type of a place to match.
 *
 * @category models
 */
export type GeoMatchParams = typeof GeoMatchParams.Type
