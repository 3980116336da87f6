/**
 * The telephone numbers that a store offers to those who search for some: numbers that nobody has.
 *
 * All of them are reserved for fiction, so a test that dials one by mistake reaches nobody. A number of a carrier is not
 * found by a search; it can be ordered all the same.
 */
import * as Result from "effect/Result"
import { instance } from "./internal/instance.ts"
import { bad } from "./internal/refused.ts"
import { areaCodesOfStates } from "./internal/areaCodes.ts"
import { AvailablePhoneNumbers } from "./InventoryNumber.ts"
import * as Listing from "./Listing.ts"
import { PhoneNumber } from "./PhoneNumber.ts"
import type { SearchAvailablePhoneNumbers } from "./PhoneNumberRequest.ts"
import type { BadRequestException } from "./ServiceError.ts"

/**
 * The beginning of the numbers of a series, and how many digits follow, which count them.
 *
 * - `+1 NPA 555-01xx` in every area code of the United States and Canada, and in the toll-free ones
 * - `+44 7700 900xxx`, British mobile numbers
 *
 * Source: North American Numbering Plan, 555-0100 to 555-0199; Ofcom, telephone numbers for drama use.
 */
interface Series {
  readonly prefix: string
  readonly digits: number
}

const american = (areaCode: string): Series => ({ prefix: `+1${areaCode}55501`, digits: 2 })

const british: Series = { prefix: "+447700900", digits: 3 }

/** More than any series has, so that each number has a place of its own in all of them. */
const largest = 1000

/**
 * The prefixes of numbers that are free of charge for the caller.
 *
 * Source: shape `TollFreePrefix`.
 *
 * @category constants
 */
export const tollFreePrefixes: ReadonlyArray<string> = ["800", "833", "844", "855", "866", "877", "888"]

/** The series that a search goes through, in order. */
const seriesOf = ({
  areaCode,
  country = "US",
  phoneNumberType,
  state,
  tollFreePrefix,
}: SearchAvailablePhoneNumbers): ReadonlyArray<Series> => {
  if (tollFreePrefix !== undefined || phoneNumberType === "TollFree") {
    const isElsewhere = (country !== "US" && country !== "CA") || phoneNumberType === "Local"
    if (isElsewhere || areaCode !== undefined || state !== undefined) return []
    return tollFreePrefixes.filter((each) => tollFreePrefix === undefined || each === tollFreePrefix).map(american)
  }
  if (country === "GB") return areaCode === undefined && state === undefined ? [british] : []
  if (country !== "US" && country !== "CA") return []
  const states = areaCodesOfStates[country]
  const codes = state === undefined ? Array.from(states.values()).flat() : (states.get(state.toUpperCase()) ?? [])
  return [...new Set(codes)]
    .filter((each) => areaCode === undefined || each === areaCode)
    .toSorted()
    .map(american)
}

/**
 * The numbers that a search finds, in the order of their area codes, without those that the tenant has.
 *
 * `held` are the numbers of the tenant's inventory, of which those that are not fictional do not matter. Refused, as
 * `BadRequestException`, are a city, since fictional numbers belong to none, and an area code that is not three digits.
 *
 * @category decisions
 */
export const searchAvailablePhoneNumbers = (
  request: SearchAvailablePhoneNumbers,
  { held, secret }: { readonly held: ReadonlySet<PhoneNumber>; readonly secret: string },
): Result.Result<AvailablePhoneNumbers, BadRequestException> => {
  const { areaCode, city, country, phoneNumberType, state, tollFreePrefix } = request
  if (city !== undefined) return bad("City is not supported: the numbers that are offered belong to no city")
  if (areaCode !== undefined && !/^\d{3}$/u.test(areaCode)) return bad("AreaCode must be three digits")
  const scope = JSON.stringify(["search", areaCode, country, phoneNumberType, state, tollFreePrefix])
  return Result.map(Listing.query({ voiceConnectorId: scope, status: undefined, secret }, request, 500), (query) => {
    const { elements, next } = Listing.page(query, find(seriesOf(request), query, held), ({ place }) => ({
      created: place,
      id: String(place),
    }))
    return instance(AvailablePhoneNumbers, {
      e164PhoneNumbers: elements.map(({ phoneNumber }) => phoneNumber),
      ...next,
    })
  })
}

const find = (series: ReadonlyArray<Series>, { after, limit }: Listing.Query, held: ReadonlySet<PhoneNumber>) => {
  const found: Array<{ readonly phoneNumber: PhoneNumber; readonly place: number }> = []
  const start = after === undefined ? 0 : after.created + 1
  for (const [index, { digits, prefix }] of series.entries()) {
    const first = index * largest
    for (let n = Math.max(0, start - first); n < 10 ** digits && found.length < limit; n++) {
      const phoneNumber = PhoneNumber.make(prefix + String(n).padStart(digits, "0"), { disableChecks: true })
      if (!held.has(phoneNumber)) found.push({ phoneNumber, place: first + n })
    }
  }
  return found
}
