/**
 * Telephone numbers that nobody has, for Voice Connectors without numbers of their own.
 */
import type { PoolNumber } from "./NumberSelection.ts"
import { PhoneNumber } from "./PhoneNumber.ts"

const series = (country: string, prefix: string): ReadonlyArray<PoolNumber> =>
  Array.from({ length: 100 }, (_, last) => ({
    country,
    phoneNumber: PhoneNumber.make(`${prefix}${String(last).padStart(2, "0")}`),
  }))

/**
 * The numbers of a connector that has none of its own: 1,000 of them, all reserved for fiction.
 *
 * A hundred each (`555-01xx`) in the US area codes 206, 212, 312, 415, 512, 808 and 913 and in the Canadian 416 and 604,
 * and a hundred of Ofcom's British mobile numbers (`+44 7700 9000xx`). Equally good numbers are chosen in this order.
 *
 * Source: North American Numbering Plan, 555-0100 to 555-0199; Ofcom, telephone numbers for drama use.
 *
 * @category constants
 */
export const defaultPool: ReadonlyArray<PoolNumber> = [
  ...["206", "212", "312", "415", "512", "808", "913"].flatMap((areaCode) => series("US", `+1${areaCode}55501`)),
  ...["416", "604"].flatMap((areaCode) => series("CA", `+1${areaCode}55501`)),
  ...series("GB", "+4477009000"),
]
