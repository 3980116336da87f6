import { searchAvailablePhoneNumbers } from "@proxy-session/domain/AvailableNumbers"
import type { ConnectorFacts } from "@proxy-session/domain/Decide"
import * as Inventory from "@proxy-session/domain/Inventory"
import type { RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { PhoneNumberErrors } from "@proxy-session/domain/PhoneNumberError"
import type { PhoneNumberOrderId } from "@proxy-session/domain/PhoneNumberOrderId"
import type { ResourceLimitExceededException } from "@proxy-session/domain/ProvisioningError"
import type { Rules } from "@proxy-session/domain/Rules"
import type { BadRequestException, NotFoundException } from "@proxy-session/domain/ServiceError"
import type { VoiceConnectorKey } from "@proxy-session/domain/VoiceConnectorRequest"
import type { Ending, Expired } from "@proxy-session/repo/SessionEvents"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import type { Connector } from "./connector.ts"
import type { NumberInventory } from "./inventory.ts"
import type { Row } from "./row.ts"

/** What the store of a tenant lends to its numbers. */
export interface TenantStore {
  readonly rules: Rules
  readonly scope: { readonly maxResults: number; readonly secret: string }
  readonly connectors: ReadonlyMap<string, Connector>
  readonly inventory: NumberInventory
  readonly facts: (key: VoiceConnectorKey) => ConnectorFacts
  readonly ensure: (key: VoiceConnectorKey) => Connector
  /** The id for the next order, which is taken once the order is made. */
  readonly nextOrder: () => PhoneNumberOrderId
  readonly ordered: () => void
  /** The connectors that have a number. */
  readonly owners: (number: PhoneNumber) => ReadonlyArray<Connector>
  readonly ended: (row: Row, now: number) => Expired
  readonly now: (clock: number) => number
}

/** The operations on numbers: as in the store, each is done whole or not at all. */
export class PhoneNumbers {
  readonly #store: TenantStore

  constructor(store: TenantStore) {
    this.#store = store
  }

  associate(
    request: RequestOf["AssociatePhoneNumbersWithVoiceConnector"],
    clock: number,
  ): Result.Result<Ending<PhoneNumberErrors>, BadRequestException | NotFoundException> {
    const now = this.#store.now(clock)
    const associations = new Map(
      Inventory.numbersOf(request)
        .filter((number) => this.#store.inventory.entry(number) !== undefined)
        .map((number) => [number, this.#store.owners(number).map(({ voiceConnectorId }) => voiceConnectorId)]),
    )
    const decided = Inventory.associatePhoneNumbers(this.#store.rules, request, {
      ...this.#store.facts(request),
      associations,
    })
    return Result.map(decided, ({ added, lost, phoneNumberErrors }) => {
      const ended = Array.from(Map.groupBy(lost, ({ voiceConnectorId }) => voiceConnectorId)).flatMap(([id, own]) => {
        const connector = this.#store.connectors.get(id)
        const numbers = own.map(({ phoneNumber }) => phoneNumber)
        return connector === undefined ? [] : this.#lose(connector, numbers, now)
      })
      if (added.length > 0) this.#give(this.#store.ensure(request), added, now)
      return { value: new PhoneNumberErrors({ phoneNumberErrors }, { disableChecks: true }), ended }
    })
  }

  disassociate(
    request: RequestOf["DisassociatePhoneNumbersFromVoiceConnector"],
    clock: number,
  ): Result.Result<Ending<PhoneNumberErrors>, BadRequestException | NotFoundException> {
    const now = this.#store.now(clock)
    const connector = this.#store.connectors.get(request.voiceConnectorId)
    const pool = connector && (connector.pool ?? []).map(({ phoneNumber }) => phoneNumber)
    return Result.map(Inventory.disassociatePhoneNumbers(request, pool), ({ phoneNumberErrors, removed }) => {
      const ended = connector === undefined ? [] : this.#lose(connector, removed, now)
      for (const phoneNumber of removed) this.#store.inventory.touch(phoneNumber, now)
      return { value: new PhoneNumberErrors({ phoneNumberErrors }, { disableChecks: true }), ended }
    })
  }

  listNumbers(
    request: RequestOf["ListPhoneNumbers"],
  ): Result.Result<SuccessOf["ListPhoneNumbers"], BadRequestException> {
    return Result.map(Inventory.listPhoneNumbers(request, this.#store.scope), (query) => {
      const found: Array<Inventory.Listed> = []
      for (const listed of this.#store.inventory.listed(this.#store.connectors.values(), query.after?.created)) {
        if (found.length === query.limit) break
        if (Inventory.isListed(request, listed)) found.push(listed)
      }
      return Inventory.inventoryPage(query, found)
    })
  }

  getNumber(request: RequestOf["GetPhoneNumber"]): Result.Result<SuccessOf["GetPhoneNumber"], NotFoundException> {
    const connectors = Array.from(this.#store.connectors.values())
    return Inventory.getPhoneNumber(this.#store.inventory.found(Inventory.numberOf(request), connectors))
  }

  search(
    request: RequestOf["SearchAvailablePhoneNumbers"],
  ): Result.Result<SuccessOf["SearchAvailablePhoneNumbers"], BadRequestException> {
    return searchAvailablePhoneNumbers(request, {
      held: this.#store.inventory.numbers,
      secret: this.#store.scope.secret,
    })
  }

  order(
    request: RequestOf["CreatePhoneNumberOrder"],
    clock: number,
  ): Result.Result<SuccessOf["CreatePhoneNumberOrder"], BadRequestException | ResourceLimitExceededException> {
    const decided = Inventory.createPhoneNumberOrder(this.#store.rules, request, {
      count: this.#store.inventory.size,
      held: this.#store.inventory.numbers,
      now: this.#store.now(clock),
      phoneNumberOrderId: this.#store.nextOrder(),
    })
    return Result.map(decided, ({ acquired, order }) => {
      this.#store.ordered()
      for (const entry of acquired) this.#store.inventory.add(entry)
      this.#store.inventory.keep(order)
      return order
    })
  }

  getOrder({
    phoneNumberOrderId,
  }: RequestOf["GetPhoneNumberOrder"]): Result.Result<SuccessOf["GetPhoneNumberOrder"], NotFoundException> {
    return Inventory.getPhoneNumberOrder(this.#store.inventory.order(phoneNumberOrderId))
  }

  #lose(connector: Connector, numbers: ReadonlyArray<PhoneNumber>, now: number): ReadonlyArray<Expired> {
    return connector.lose(new Set(numbers), now).map((row) => this.#store.ended(row, now))
  }

  #give(connector: Connector, numbers: ReadonlyArray<PhoneNumber>, now: number): void {
    const pool = numbers.flatMap((phoneNumber) => {
      const entry = this.#store.inventory.entry(phoneNumber)
      this.#store.inventory.touch(phoneNumber, now)
      return entry === undefined
        ? []
        : [{ phoneNumber, country: entry.country, associatedTimestamp: DateTime.makeUnsafe(now) }]
    })
    connector.pool = [...(connector.pool ?? []), ...pool]
  }
}
