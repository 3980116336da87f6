import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { PhoneNumberErrors } from "@proxy-session/domain/PhoneNumberError"
import type { ListPhoneNumbers, SearchAvailablePhoneNumbers } from "@proxy-session/domain/PhoneNumberRequest"
import type { VoiceConnector } from "@proxy-session/domain/VoiceConnector"
import type { Input } from "@proxy-session/domain/Input"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { Bench } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"

/** A connector that an operation makes, without numbers and without a configuration. */
export const connector = (name = "Rides") =>
  Bench.use(({ connectors }) => connectors.create({ name, requireEncryption: false }))

/** So many numbers that the tenant has not had before, ordered for the inventory. */
export const ordered = Effect.fnUntraced(function* (
  count: number,
  search: Input<typeof SearchAvailablePhoneNumbers> = {},
) {
  const { connectors } = yield* Bench
  const { e164PhoneNumbers } = yield* connectors.searchAvailablePhoneNumbers({ ...search, maxResults: count })
  yield* connectors.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers })
  return e164PhoneNumbers
})

/** A connector that has numbers, so many or those given, and a configuration. */
export const withNumbers = Effect.fnUntraced(function* (numbers: number | ReadonlyArray<PhoneNumber>) {
  const { connectors, proxies } = yield* Bench
  const { voiceConnectorId } = yield* connector()
  const e164PhoneNumbers = typeof numbers === "number" ? yield* ordered(numbers) : numbers
  yield* connectors.associatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers })
  yield* proxies.put({ ...Fixtures.putVoiceConnectorProxy, voiceConnectorId })
  return { voiceConnectorId, numbers: e164PhoneNumbers }
})

/** All elements of a listing, page by page. */
const everyPage = Effect.fnUntraced(function* <Page extends { readonly nextToken?: string }, A, E>(
  list: (nextToken: string | undefined) => Effect.Effect<Page, E>,
  elementsOf: (page: Page) => ReadonlyArray<A>,
) {
  const found: Array<A> = []
  let nextToken: string | undefined
  do {
    const page: Page = yield* list(nextToken)
    found.push(...elementsOf(page))
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return found
})

/** All numbers that a listing has. */
export const listed = (request: Input<typeof ListPhoneNumbers> = {}) =>
  Bench.use(({ connectors }) =>
    everyPage(
      (nextToken) => connectors.listPhoneNumbers({ ...request, nextToken }),
      ({ phoneNumbers }) => phoneNumbers,
    ),
  )

/** All numbers that a listing has, as texts. */
export const listedNumbers = (request: Input<typeof ListPhoneNumbers> = {}) =>
  Effect.map(listed(request), (found) => found.map(({ e164PhoneNumber }) => e164PhoneNumber))

/** All numbers that a search finds. */
export const found = (request: Input<typeof SearchAvailablePhoneNumbers>) =>
  Bench.use(({ connectors }) =>
    everyPage(
      (nextToken) => connectors.searchAvailablePhoneNumbers({ ...request, nextToken }),
      ({ e164PhoneNumbers }) => e164PhoneNumbers,
    ),
  )

/** All connectors of the tenant. */
export const connectors = (maxResults?: number) =>
  Bench.use(({ connectors }) =>
    everyPage(
      (nextToken) => connectors.list({ maxResults, nextToken }),
      ({ voiceConnectors }) => voiceConnectors,
    ),
  )

/** Gives numbers to a connector, by force if they are another's. */
export const give = (voiceConnectorId: string, e164PhoneNumbers: ReadonlyArray<PhoneNumber>, forceAssociate?: true) =>
  Bench.use(({ connectors }) =>
    connectors.associatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers, forceAssociate }),
  )

/** Takes numbers from a connector. */
export const take = (voiceConnectorId: string, e164PhoneNumbers: ReadonlyArray<PhoneNumber>) =>
  Bench.use(({ connectors }) => connectors.disassociatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers }))

/** The numbers of a connector. */
export const numbersOf = (voiceConnectorId: string) =>
  listedNumbers({ filterName: "VoiceConnectorId", filterValue: voiceConnectorId })

/** The errors of a request with several numbers, as pairs. */
export const errorsOf = ({ phoneNumberErrors }: PhoneNumberErrors): ReadonlyArray<string> =>
  phoneNumberErrors.map(({ errorCode, phoneNumberId }) => `${phoneNumberId} ${errorCode}`)

/** A connector in a form in which two of them can be compared, whatever made them. */
export const facts = ({ createdTimestamp, updatedTimestamp, ...given }: VoiceConnector) => ({
  ...given,
  created: createdTimestamp && DateTime.toEpochMillis(createdTimestamp),
  updated: updatedTimestamp && DateTime.toEpochMillis(updatedTimestamp),
})

/** Everything of a tenant that the operations on connectors and numbers can change. */
export const state = Effect.gen(function* () {
  const numbers = yield* listed()
  return {
    connectors: (yield* connectors()).map(facts),
    numbers: numbers.map(({ associations, e164PhoneNumber, status }) => ({
      e164PhoneNumber,
      status,
      associations: associations.map(({ value }) => value),
    })),
  }
})
