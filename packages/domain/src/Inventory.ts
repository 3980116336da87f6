/**
 * What the service does with a tenant's telephone numbers, as decisions that a store calls.
 *
 * A number enters the inventory by an order and stays there. It is associated with a connector, at most one by these
 * operations, and is then one of the numbers that the connector's sessions choose from.
 */
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import { instance } from "./internal/instance.ts"
import { inventoryNumber } from "./internal/inventoryNumber.ts"
import { associatedElsewhere, notAssociated, notInInventory } from "./internal/phoneNumberErrors.ts"
import { bad } from "./internal/refused.ts"
import * as Decide from "./Decide.ts"
import { type InventoryNumber, InventoryPage } from "./InventoryNumber.ts"
import * as Listing from "./Listing.ts"
import * as PhoneNumber from "./PhoneNumber.ts"
import type { PhoneNumberError } from "./PhoneNumberError.ts"
import { OrderedPhoneNumber, PhoneNumberOrder } from "./PhoneNumberOrder.ts"
import type { PhoneNumberOrderId } from "./PhoneNumberOrderId.ts"
import type { CreatePhoneNumberOrder, ListPhoneNumbers, PhoneNumberKey } from "./PhoneNumberRequest.ts"
import { ResourceLimitExceededException } from "./ProvisioningError.ts"
import type { Rules } from "./Rules.ts"
import type { BadRequestException, NotFoundException } from "./ServiceError.ts"
import type { VoiceConnectorId } from "./VoiceConnectorId.ts"
import type {
  AssociatePhoneNumbersWithVoiceConnector,
  DisassociatePhoneNumbersFromVoiceConnector,
} from "./VoiceConnectorRequest.ts"

/**
 * A number as a store keeps it. One that was seeded with its connector has neither an order nor instants.
 *
 * @category models
 */
export interface Entry {
  readonly phoneNumber: PhoneNumber.PhoneNumber
  readonly country: string
  readonly orderId?: PhoneNumberOrderId
  readonly createdTimestamp?: DateTime.Utc
  readonly updatedTimestamp?: DateTime.Utc
}

/**
 * A connector that has a number, and since when, where that is known. A seed may give one number to several.
 *
 * @category models
 */
export interface Association {
  readonly voiceConnectorId: VoiceConnectorId
  readonly associatedTimestamp?: DateTime.Utc
}

/**
 * A number with its associations and its place in listings: numbers are listed in the order in which they came.
 *
 * @category models
 */
export interface Listed extends Entry {
  readonly place: number
  readonly associations: ReadonlyArray<Association>
}

/**
 * The quotas that AWS documents, in force with the rule `quotas`.
 *
 * Source: AWS General Reference, Amazon Chime SDK endpoints and quotas.
 *
 * @category constants
 */
export const quotas = { voiceConnectors: 3, phoneNumbers: 5 } as const

/**
 * The different numbers of a request, each with its `+`, in order.
 *
 * @category getters
 */
export const numbersOf = (
  request: Pick<CreatePhoneNumberOrder, "e164PhoneNumbers">,
): ReadonlyArray<PhoneNumber.PhoneNumber> => [...new Set(request.e164PhoneNumbers.map(PhoneNumber.normalize))]

/**
 * What an association writes: numbers that the connector gets after those that it has, and numbers that connectors lose.
 * The live sessions of a connector on a number that it loses end, see `Decide.endProxySession`.
 *
 * @category models
 */
export interface Associated {
  readonly added: ReadonlyArray<PhoneNumber.PhoneNumber>
  readonly lost: ReadonlyArray<{
    readonly voiceConnectorId: VoiceConnectorId
    readonly phoneNumber: PhoneNumber.PhoneNumber
  }>
  readonly phoneNumberErrors: ReadonlyArray<PhoneNumberError>
}

/**
 * Which numbers a connector gets.
 *
 * `associations` tells, of each number of the request that the inventory has, the connectors that have it. A number that
 * the connector has already keeps its place. One that another connector has is left there unless `forceAssociate` is
 * set. A connector that does not exist is made, where the rules let it come into being and it gets a number.
 *
 * @category decisions
 */
export const associatePhoneNumbers = (
  rules: Rules,
  request: AssociatePhoneNumbersWithVoiceConnector,
  {
    associations,
    ...connector
  }: Decide.ConnectorFacts & {
    readonly associations: ReadonlyMap<PhoneNumber.PhoneNumber, ReadonlyArray<VoiceConnectorId>>
  },
): Result.Result<Associated, BadRequestException | NotFoundException> => {
  const { forceAssociate = false, voiceConnectorId } = request
  if (request.e164PhoneNumbers.length === 0) return empty()
  if (!Decide.admitsConnector(rules, voiceConnectorId, connector)) return Decide.notFound()
  const added: Array<PhoneNumber.PhoneNumber> = []
  const lost: Array<Associated["lost"][number]> = []
  const phoneNumberErrors: Array<PhoneNumberError> = []
  for (const phoneNumber of numbersOf(request)) {
    const owners = associations.get(phoneNumber)
    if (owners === undefined) phoneNumberErrors.push(notInInventory(phoneNumber))
    else if (owners.includes(voiceConnectorId)) continue
    else if (owners.length > 0 && !forceAssociate) phoneNumberErrors.push(associatedElsewhere(phoneNumber))
    else {
      added.push(phoneNumber)
      lost.push(...owners.map((owner) => ({ voiceConnectorId: owner, phoneNumber })))
    }
  }
  return Result.succeed({ added, lost, phoneNumberErrors })
}

/**
 * Which numbers a connector loses. Its live sessions on them end, see `Decide.endProxySession`. A connector that has
 * none left has the default pool again, where the rules allow it.
 *
 * @category decisions
 */
export const disassociatePhoneNumbers = (
  request: DisassociatePhoneNumbersFromVoiceConnector,
  /** The connector's numbers, or `undefined` where there is no such connector. */
  pool: ReadonlyArray<PhoneNumber.PhoneNumber> | undefined,
): Result.Result<
  {
    readonly removed: ReadonlyArray<PhoneNumber.PhoneNumber>
    readonly phoneNumberErrors: ReadonlyArray<PhoneNumberError>
  },
  BadRequestException | NotFoundException
> => {
  if (request.e164PhoneNumbers.length === 0) return empty()
  if (pool === undefined) return Decide.notFound()
  const has = new Set(pool)
  const numbers = numbersOf(request)
  return Result.succeed({
    removed: numbers.filter((number) => has.has(number)),
    phoneNumberErrors: numbers.filter((number) => !has.has(number)).map(notAssociated),
  })
}

/**
 * What to read for a listing: up to `limit` numbers that {@link isListed} is true of, after the place `after.created`.
 *
 * @category models
 */
export interface InventoryQuery extends Listing.Query {
  readonly request: ListPhoneNumbers
}

/**
 * What to read for a listing of numbers. The page itself is then decided by {@link inventoryPage}.
 *
 * @category decisions
 */
export const listPhoneNumbers = (
  request: ListPhoneNumbers,
  { maxResults, secret }: { readonly maxResults: number; readonly secret: string },
): Result.Result<InventoryQuery, BadRequestException> => {
  const { filterName, filterValue, productType, status } = request
  if ((filterName === undefined) !== (filterValue === undefined)) {
    return bad("FilterName and FilterValue must be given together")
  }
  const scope = JSON.stringify(["numbers", status, productType, filterName, filterValue])
  return Result.map(
    Listing.query({ voiceConnectorId: scope, status: undefined, secret }, request, maxResults),
    (query) => ({ ...query, request }),
  )
}

/**
 * Whether a number is one of those that a listing asks for.
 *
 * @category predicates
 */
export const isListed = (
  { filterName, filterValue, productType = "VoiceConnector", status }: ListPhoneNumbers,
  { associations }: Pick<Listed, "associations">,
): boolean =>
  productType === "VoiceConnector" &&
  (status === undefined || status === (associations.length > 0 ? "Assigned" : "Unassigned")) &&
  (filterName === undefined ||
    (filterName === "VoiceConnectorId" &&
      associations.some(({ voiceConnectorId }) => voiceConnectorId === filterValue)))

/**
 * The page that a listing returns, of the numbers that its query found.
 *
 * @category decisions
 */
export const inventoryPage = (query: InventoryQuery, found: ReadonlyArray<Listed>): InventoryPage => {
  const { elements, next } = Listing.page(query, found, ({ place }) => ({ created: place, id: String(place) }))
  return instance(InventoryPage, { phoneNumbers: elements.map(inventoryNumber), ...next })
}

/**
 * The number that a request names by its id, as it is, or without its `+`; `undefined` for what is no number.
 *
 * @category getters
 */
export const numberOf = ({ phoneNumberId }: PhoneNumberKey): PhoneNumber.PhoneNumber | undefined => {
  const text = phoneNumberId.replace(/^%2B/iu, "+")
  return /^\+?[1-9]\d{1,14}$/u.test(text)
    ? PhoneNumber.normalize(PhoneNumber.PhoneNumber.make(text, { disableChecks: true }))
    : undefined
}

/**
 * The number that a request reads.
 *
 * @category decisions
 */
export const getPhoneNumber = (
  found: Omit<Listed, "place"> | undefined,
): Result.Result<InventoryNumber, NotFoundException> =>
  found === undefined ? Decide.notFound() : Result.succeed(inventoryNumber(found))

/**
 * What becomes of an order, at once: the store keeps it, and adds the numbers to the inventory in order.
 *
 * `held` are the numbers of the request that the inventory has already, and `count` how many it has in all. A number that
 * the tenant has, and one whose country is not known by its calling code, fails. With the rule `quotas` an order that
 * would exceed the quota is refused whole.
 *
 * @category decisions
 */
export const createPhoneNumberOrder = (
  rules: Rules,
  request: CreatePhoneNumberOrder,
  facts: {
    readonly count: number
    readonly held: ReadonlySet<PhoneNumber.PhoneNumber>
    readonly now: number
    readonly phoneNumberOrderId: PhoneNumberOrderId
  },
): Result.Result<
  { readonly order: PhoneNumberOrder; readonly acquired: ReadonlyArray<Entry> },
  BadRequestException | ResourceLimitExceededException
> => {
  const { count, held, now, phoneNumberOrderId } = facts
  const { name, productType } = request
  if (productType !== "VoiceConnector") return bad(`ProductType ${productType} is not supported`)
  if (name !== undefined) return bad("Name is not supported: numbers have no names here")
  const numbers = numbersOf(request)
  if (numbers.length === 0) return empty()
  const at = DateTime.makeUnsafe(now)
  const instants = { createdTimestamp: at, updatedTimestamp: at }
  const acquired = numbers.flatMap((phoneNumber): ReadonlyArray<Entry> => {
    const country = held.has(phoneNumber) ? undefined : PhoneNumber.country(phoneNumber)
    return country === undefined ? [] : [{ phoneNumber, country, orderId: phoneNumberOrderId, ...instants }]
  })
  if (rules.quotas && count + acquired.length > quotas.phoneNumbers) {
    return exceeded(`An account may have ${quotas.phoneNumbers} phone numbers`)
  }
  const got = new Set(acquired.map(({ phoneNumber }) => phoneNumber))
  const order = instance(PhoneNumberOrder, {
    phoneNumberOrderId,
    productType,
    status: got.size === numbers.length ? "Successful" : got.size === 0 ? "Failed" : "Partial",
    orderType: "New",
    orderedPhoneNumbers: numbers.map((e164PhoneNumber) =>
      instance(OrderedPhoneNumber, { e164PhoneNumber, status: got.has(e164PhoneNumber) ? "Acquired" : "Failed" }),
    ),
    ...instants,
  })
  return Result.succeed({ order, acquired })
}

/**
 * The order that a request reads.
 *
 * @category decisions
 */
export const getPhoneNumberOrder = (
  order: PhoneNumberOrder | undefined,
): Result.Result<PhoneNumberOrder, NotFoundException> =>
  order === undefined ? Decide.notFound() : Result.succeed(order)

/**
 * The refusal of what a quota does not allow.
 *
 * @category decisions
 */
export const exceeded = (message: string): Result.Result<never, ResourceLimitExceededException> =>
  Result.fail(new ResourceLimitExceededException({ message, code: "ResourceLimitExceeded" }))

const empty = () => bad("E164PhoneNumbers must not be empty")
