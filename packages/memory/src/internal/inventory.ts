import type { Entry, Listed } from "@proxy-session/domain/Inventory"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { PhoneNumberOrder } from "@proxy-session/domain/PhoneNumberOrder"
import type { StoreSnapshot } from "@proxy-session/repo/Snapshot"
import * as DateTime from "effect/DateTime"
import type { Connector } from "./connector.ts"
import * as Copy from "./copy.ts"

interface Kept extends Entry {
  readonly place: number
}

/**
 * The numbers of one tenant in the order in which they came, and its orders.
 *
 * What a number is associated with is written in the connectors' pools alone.
 */
export class NumberInventory {
  readonly #numbers = new Map<PhoneNumber, Kept>()
  readonly #orders = new Map<string, PhoneNumberOrder>()

  /** The numbers of the content, then those of its connectors' pools that are not among them. */
  constructor({ connectors = [], numbers = [], orders = [] }: Partial<StoreSnapshot>) {
    for (const number of numbers) this.add(number)
    for (const { pool = [] } of connectors) {
      for (const { country, phoneNumber } of Copy.pool(pool)) {
        if (!this.#numbers.has(phoneNumber)) this.add({ country, phoneNumber })
      }
    }
    for (const order of orders) this.keep(order)
  }

  get size(): number {
    return this.#numbers.size
  }

  get numbers(): ReadonlySet<PhoneNumber> {
    return new Set(this.#numbers.keys())
  }

  get orders(): ReadonlyArray<PhoneNumberOrder> {
    return Array.from(this.#orders.values(), Copy.order)
  }

  entry(number: PhoneNumber): Entry | undefined {
    return this.#numbers.get(number)
  }

  order(id: string): PhoneNumberOrder | undefined {
    const order = this.#orders.get(id)
    return order && Copy.order(order)
  }

  /** Nothing is ever taken out, so the count is a place of its own. */
  add(entry: Entry): void {
    const copy = Copy.entry(entry)
    this.#numbers.set(copy.phoneNumber, { ...copy, place: this.#numbers.size })
  }

  keep(order: PhoneNumberOrder): void {
    this.#orders.set(order.phoneNumberOrderId, Copy.order(order))
  }

  /** A number was associated, or is no longer. */
  touch(number: PhoneNumber, now: number): void {
    const kept = this.#numbers.get(number)
    if (kept !== undefined) this.#numbers.set(number, { ...kept, updatedTimestamp: DateTime.makeUnsafe(now) })
  }

  /** The numbers with what they are associated with, from a place on. */
  *listed(connectors: Iterable<Connector>, after = -1): Generator<Listed> {
    const associations = associationsOf(connectors)
    for (const kept of this.#numbers.values()) {
      if (kept.place > after) {
        yield { ...Copy.entry(kept), place: kept.place, associations: associations.get(kept.phoneNumber) ?? [] }
      }
    }
  }

  /** One number with what it is associated with. */
  found(number: PhoneNumber | undefined, connectors: ReadonlyArray<Connector>): Omit<Listed, "place"> | undefined {
    const kept = number === undefined ? undefined : this.#numbers.get(number)
    if (kept === undefined) return undefined
    const owners = connectors.filter((connector) => connector.has(kept.phoneNumber))
    return { ...Copy.entry(kept), associations: associationsOf(owners).get(kept.phoneNumber) ?? [] }
  }

  get snapshot(): NonNullable<StoreSnapshot["numbers"]> {
    return Array.from(this.#numbers.values(), Copy.entry)
  }
}

const associationsOf = (connectors: Iterable<Connector>): ReadonlyMap<PhoneNumber, Listed["associations"]> => {
  const found = new Map<PhoneNumber, Listed["associations"]>()
  for (const { pool = [], voiceConnectorId } of connectors) {
    for (const { associatedTimestamp, phoneNumber } of Copy.pool(pool)) {
      const association = { voiceConnectorId, ...(associatedTimestamp === undefined ? {} : { associatedTimestamp }) }
      found.set(phoneNumber, [...(found.get(phoneNumber) ?? []), association])
    }
  }
  return found
}
