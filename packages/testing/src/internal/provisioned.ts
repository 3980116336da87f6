import type { InventoryNumber } from "@proxy-session/domain/InventoryNumber"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { PhoneNumberErrors } from "@proxy-session/domain/PhoneNumberError"
import type { ListPhoneNumbers, SearchAvailablePhoneNumbers } from "@proxy-session/domain/PhoneNumberRequest"
import type { VoiceConnector } from "@proxy-session/domain/VoiceConnector"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import type { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import type { Input } from "@proxy-session/domain/Input"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { Bench } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"

type Connectors = VoiceConnectors["Service"]

/** The service under test. */
export const service: Effect.Effect<Connectors, never, Bench> = Bench.use(({ connectors }) => connectors)

/** A connector that an operation makes, without numbers and without a configuration. */
export const connector = (name = "Rides") =>
  Effect.flatMap(service, (connectors) => connectors.create({ name, requireEncryption: false }))

/** So many numbers that the tenant has not had before, ordered for the inventory. */
export const ordered = Effect.fnUntraced(function* (
  count: number,
  search: Input<typeof SearchAvailablePhoneNumbers> = {},
) {
  const connectors = yield* service
  const { e164PhoneNumbers } = yield* connectors.searchAvailablePhoneNumbers({ ...search, maxResults: count })
  yield* connectors.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers })
  return e164PhoneNumbers
})

/** A connector that has numbers, so many or those given, and a configuration. */
export const withNumbers = Effect.fnUntraced(function* (numbers: number | ReadonlyArray<PhoneNumber>) {
  const connectors = yield* service
  const proxies = yield* VoiceConnectorProxyRepo
  const { voiceConnectorId } = yield* connector()
  const e164PhoneNumbers = typeof numbers === "number" ? yield* ordered(numbers) : numbers
  yield* connectors.associatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers })
  yield* proxies.put({ ...Fixtures.putVoiceConnectorProxy, voiceConnectorId })
  return { voiceConnectorId, numbers: e164PhoneNumbers }
})

/** All numbers that a listing has, page by page. */
export const listed = Effect.fnUntraced(function* (request: Input<typeof ListPhoneNumbers> = {}) {
  const connectors = yield* service
  const found: Array<InventoryNumber> = []
  let nextToken: string | undefined
  do {
    const page = yield* connectors.listPhoneNumbers({ ...request, nextToken })
    found.push(...page.phoneNumbers)
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return found
})

/** All connectors of the tenant, page by page. */
export const connectors = Effect.fnUntraced(function* (maxResults?: number) {
  const service_ = yield* service
  const found: Array<VoiceConnector> = []
  let nextToken: string | undefined
  do {
    const page = yield* service_.list({ maxResults, nextToken })
    found.push(...page.voiceConnectors)
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return found
})

/** The numbers of a connector. */
export const numbersOf = (voiceConnectorId: VoiceConnectorId) =>
  Effect.map(listed({ filterName: "VoiceConnectorId", filterValue: voiceConnectorId }), (found) =>
    found.map(({ e164PhoneNumber }) => e164PhoneNumber),
  )

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
