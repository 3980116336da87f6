/**
 * What the service does with Voice Connectors and their telephone numbers, as decisions that a store calls.
 *
 * The end of proxy sessions did not end these operations, so they ignore the rule `retired`.
 */
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Decide from "./Decide.ts"
import * as Listing from "./Listing.ts"
import type { PoolNumber } from "./NumberSelection.ts"
import * as PhoneNumber from "./PhoneNumber.ts"
import type { Rules } from "./Rules.ts"
import type { BadRequestException, NotFoundException } from "./ServiceError.ts"
import {
  InventoryNumber,
  PhoneNumberError,
  PhoneNumberPage,
  VoiceConnector,
  VoiceConnectorPage,
} from "./VoiceConnector.ts"
import type { VoiceConnectorId } from "./VoiceConnectorId.ts"
import type {
  AssociatePhoneNumbersWithVoiceConnector,
  CreateVoiceConnector,
  ListPhoneNumbers,
  ListVoiceConnectors,
} from "./VoiceConnectorRequest.ts"

/**
 * The connector that a request makes. The store adds it, and the tenant is provisioned from now on.
 *
 * @category decisions
 */
export const createVoiceConnector = (
  { name, requireEncryption }: CreateVoiceConnector,
  { now, voiceConnectorId }: { readonly now: number; readonly voiceConnectorId: VoiceConnectorId },
): VoiceConnector => {
  const at = DateTime.makeUnsafe(now)
  return new VoiceConnector(
    { voiceConnectorId, name, requireEncryption, createdTimestamp: at, updatedTimestamp: at },
    { disableChecks: true },
  )
}

/**
 * What a request finds: the connector of that id, or nothing. To delete one, the store removes it with its configuration,
 * its numbers and its sessions.
 *
 * @category decisions
 */
export const findVoiceConnector = <A>(connector: A | undefined): Result.Result<A, NotFoundException> =>
  connector === undefined ? Decide.notFound() : Result.succeed(connector)

/**
 * Where a connector stands in a listing: those that tell no instant come first.
 *
 * @category getters
 */
export const positionOf = ({ createdTimestamp, voiceConnectorId }: VoiceConnector): Listing.Position => ({
  created: createdTimestamp === undefined ? 0 : DateTime.toEpochMillis(createdTimestamp),
  id: voiceConnectorId,
})

/**
 * What to read for a listing of connectors. The page itself is then decided by {@link voiceConnectorPage}.
 *
 * `maxResults` is the largest page of the namespace, and `secret` what a token of this store is sealed with.
 *
 * @category decisions
 */
export const listVoiceConnectors = (
  request: ListVoiceConnectors,
  { maxResults, secret }: { readonly maxResults: number; readonly secret: string },
): Result.Result<Listing.Query, BadRequestException> =>
  Listing.query({ voiceConnectorId: "", status: undefined, secret }, request, maxResults)

/**
 * The page that a listing returns, of the connectors that its query found.
 *
 * @category decisions
 */
export const voiceConnectorPage = (
  query: Listing.Query,
  connectors: ReadonlyArray<VoiceConnector>,
): VoiceConnectorPage => {
  const { elements, next } = Listing.page(query, connectors, positionOf)
  return new VoiceConnectorPage({ voiceConnectors: elements, ...next }, { disableChecks: true })
}

/**
 * The numbers of a connector after a request, in order, and those that it did not take.
 *
 * A number that the connector has already keeps its place. Its country follows from its calling code; a number for which
 * that is not known is refused. A connector that does not exist is made where the rules let it come into being.
 *
 * @category decisions
 */
export const associatePhoneNumbers = (
  rules: Rules,
  { e164PhoneNumbers, voiceConnectorId }: AssociatePhoneNumbersWithVoiceConnector,
  { pool = [], ...connector }: Decide.ConnectorFacts & { readonly pool: ReadonlyArray<PoolNumber> | undefined },
): Result.Result<
  { readonly pool: ReadonlyArray<PoolNumber>; readonly phoneNumberErrors: ReadonlyArray<PhoneNumberError> },
  NotFoundException
> => {
  if (!Decide.admitsConnector(rules, voiceConnectorId, connector)) return Decide.notFound()
  const numbers = new Map(pool.map((each) => [each.phoneNumber, each]))
  const phoneNumberErrors: Array<PhoneNumberError> = []
  for (const phoneNumber of new Set(e164PhoneNumbers.map(PhoneNumber.normalize))) {
    const country = PhoneNumber.country(phoneNumber)
    if (numbers.has(phoneNumber)) continue
    if (country !== undefined) numbers.set(phoneNumber, { phoneNumber, country })
    else {
      phoneNumberErrors.push(
        new PhoneNumberError({
          phoneNumberId: phoneNumber,
          errorCode: "BadRequest",
          errorMessage: "The country of the number is not known",
        }),
      )
    }
  }
  return Result.succeed({ pool: [...numbers.values()], phoneNumberErrors })
}

/**
 * The numbers that a request lists, connector by connector, each connector's in their order.
 *
 * @category decisions
 */
export const listPhoneNumbers = (
  { filterName, filterValue }: ListPhoneNumbers,
  connectors: Iterable<{
    readonly voiceConnectorId: VoiceConnectorId
    readonly pool: ReadonlyArray<PoolNumber> | undefined
  }>,
): PhoneNumberPage =>
  new PhoneNumberPage(
    {
      phoneNumbers: Array.from(connectors)
        .filter(({ voiceConnectorId }) => filterName === undefined || voiceConnectorId === filterValue)
        .flatMap(({ pool = [], voiceConnectorId }) =>
          pool.map(
            ({ country, phoneNumber }) =>
              new InventoryNumber(
                {
                  e164PhoneNumber: phoneNumber,
                  country,
                  associations: [{ name: "VoiceConnectorId", value: voiceConnectorId }],
                },
                { disableChecks: true },
              ),
          ),
        ),
    },
    { disableChecks: true },
  )
