import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { Connector } from "./connector.ts"

/**
 * Which connectors have a number, found in one step.
 *
 * The pools are the truth, and each is replaced as a whole. So the index is made anew once another pool is seen than those
 * that it was made of, and nobody has to tell it of a change.
 */
export class NumberIndex {
  #pools: ReadonlyArray<Connector["pool"]> = []
  #owners = new Map<PhoneNumber, ReadonlyArray<Connector>>()

  owners(number: PhoneNumber, connectors: ReadonlyMap<string, Connector>): ReadonlyArray<Connector> {
    if (!this.#isFresh(connectors)) this.#make(connectors)
    return this.#owners.get(number) ?? []
  }

  #isFresh(connectors: ReadonlyMap<string, Connector>): boolean {
    if (connectors.size !== this.#pools.length) return false
    let place = 0
    for (const { pool } of connectors.values()) if (pool !== this.#pools[place++]) return false
    return true
  }

  #make(connectors: ReadonlyMap<string, Connector>): void {
    this.#pools = Array.from(connectors.values(), ({ pool }) => pool)
    this.#owners = new Map()
    for (const connector of connectors.values()) {
      for (const { phoneNumber } of connector.pool ?? []) {
        const others = this.#owners.get(phoneNumber) ?? []
        if (!others.includes(connector)) this.#owners.set(phoneNumber, [...others, connector])
      }
    }
  }
}
