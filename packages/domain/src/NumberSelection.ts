/**
 * Which proxy number a new session gets: by country, by nearness, by habit, and never one that would be ambiguous.
 */
import type { GeoMatchLevel, GeoMatchParams } from "./GeoMatch.ts"
import type { NumberSelectionBehavior } from "./NumberSelectionBehavior.ts"
import * as PhoneNumber from "./PhoneNumber.ts"

/**
 * A number that sessions may use, and the country it counts for.
 *
 * The country is told rather than derived, since `+1` alone stands for two dozen of them.
 *
 * @category models
 */
export interface PoolNumber {
  readonly phoneNumber: PhoneNumber.PhoneNumber
  readonly country: string
}

/**
 * What the choice depends on.
 *
 * - `pool`: the connector's numbers, in the order of preference
 * - `countries`: those that the proxy configuration allows
 * - `taken`: numbers that stand for another live session of either participant
 * - `last`: the number that this pair had last, if any
 * - `behavior`: `PreferSticky` or `AvoidSticky`
 * - `geoMatchLevel`, `geoMatchParams`: the wish for a number near a place, or near the first participant
 *
 * @category models
 */
export interface Selection {
  readonly pool: Iterable<PoolNumber>
  readonly countries: ReadonlyArray<string>
  readonly participants: readonly [PhoneNumber.PhoneNumber, PhoneNumber.PhoneNumber]
  readonly taken: (number: PhoneNumber.PhoneNumber) => boolean
  readonly last: PhoneNumber.PhoneNumber | undefined
  readonly behavior: NumberSelectionBehavior
  readonly geoMatchLevel?: GeoMatchLevel | undefined
  readonly geoMatchParams?: GeoMatchParams | undefined
}

/**
 * The number for a new session, or `undefined` where the pool has none to give.
 *
 * A number qualifies if its country is allowed, it is no participant's own, and neither participant has it in another
 * live session. Among those, `PreferSticky` takes the pair's last number before any other and `AvoidSticky` only for
 * want of another. Then nearness decides: the same area code before the same country before any. Equals are taken in
 * the pool's order, so the choice is deterministic.
 *
 * AWS documents the preferences but neither their order nor what happens when none can be met; those are ours.
 *
 * @category rules
 */
export const choose = (selection: Selection): PhoneNumber.PhoneNumber | undefined => {
  const { behavior, countries, last, participants, pool, taken } = selection
  const distance = distanceTo(selection)
  const own = participants.map(PhoneNumber.normalize)
  let best: { readonly number: PhoneNumber.PhoneNumber; readonly rank: number } | undefined
  for (const { country, phoneNumber } of pool) {
    if (!countries.includes(country) || own.includes(PhoneNumber.normalize(phoneNumber)) || taken(phoneNumber)) continue
    const habit = phoneNumber === last ? (behavior === "PreferSticky" ? -10 : 10) : 0
    const rank = habit + distance(phoneNumber, country)
    if (best === undefined || rank < best.rank) best = { number: phoneNumber, rank }
    if (best.rank === (behavior === "PreferSticky" && last !== undefined ? -10 : 0)) break
  }
  return best?.number
}

/** 0 for what was wished for, up to 2 for what has nothing to do with it. */
const distanceTo = ({ geoMatchLevel, geoMatchParams, participants }: Selection) => {
  const level = geoMatchLevel ?? (geoMatchParams === undefined ? undefined : "AreaCode")
  if (level === undefined) return () => 0
  const country = geoMatchParams?.country || PhoneNumber.country(participants[0])
  const areaCode =
    geoMatchParams === undefined ? PhoneNumber.areaCode(participants[0]) : geoMatchParams.areaCode || undefined
  return (number: PhoneNumber.PhoneNumber, itsCountry: string): number => {
    if (country !== undefined && itsCountry !== country) return 2
    if (level === "Country" || areaCode === undefined) return country === undefined ? 2 : 0
    return PhoneNumber.areaCode(number) === areaCode ? 0 : 1
  }
}
