import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import * as Listing from "@proxy-session/domain/Listing"
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySession, ProxySessionStatus } from "@proxy-session/domain/ProxySession"
import type { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as DateTime from "effect/DateTime"

/** A session and its place in the listing. `session` is what was last written; the clock may have closed it since. */
export interface Row extends Listing.Position {
  readonly id: ProxySessionId
  session: ProxySession
  /** Milliseconds since the epoch, `Infinity` for a session that never expires. */
  expires: number
  removed: boolean
}

type Pair = readonly [PhoneNumber, PhoneNumber]

interface LastNumber {
  readonly participants: Pair
  readonly proxyPhoneNumber: PhoneNumber
}

/** The key of a pair of people, whichever of them comes first. */
const pairKey = ([one, other]: Pair): string => (one < other ? `${one} ${other}` : `${other} ${one}`)

/**
 * One Voice Connector: its configuration, its numbers, its sessions.
 *
 * Expiry needs no timers and no sweep: whether a row is live, and whether a number is taken, is asked of the clock.
 */
export class Connector {
  configuration: ProxyConfiguration | undefined
  readonly id: VoiceConnectorId
  readonly pool: ReadonlyArray<PoolNumber>
  readonly #rows = new Map<string, Row>()
  #order: Array<Row> = []
  /** For each person, the numbers that stand for somebody else to them, and the session that made it so. */
  readonly #holds = new Map<PhoneNumber, Map<PhoneNumber, Row>>()
  readonly #lastNumbers = new Map<string, LastNumber>()

  constructor(id: VoiceConnectorId, pool: ReadonlyArray<PoolNumber>, configuration?: ProxyConfiguration) {
    this.id = id
    this.pool = pool
    this.configuration = configuration
  }

  get rows(): ReadonlyArray<Row> {
    return this.#order.filter(({ removed }) => !removed)
  }

  get lastNumbers(): ReadonlyArray<LastNumber> {
    return [...this.#lastNumbers.values()]
  }

  remember(last: LastNumber): void {
    this.#lastNumbers.set(pairKey(last.participants), last)
  }

  has(id: string): boolean {
    return this.#rows.has(id)
  }

  row(id: string): Row | undefined {
    return this.#rows.get(id)
  }

  /** Adds a session, takes its number, and remembers it for the pair. */
  add(session: ProxySession): Row {
    const row: Row = {
      id: session.proxySessionId,
      created: DateTime.toEpochMillis(session.createdTimestamp),
      session,
      expires: expiry(session),
      removed: false,
    }
    this.#rows.set(row.id, row)
    // Nearly always the last place; not so when sessions were seeded with instants that are still to come.
    let place = this.#order.length
    for (let before = this.#order[place - 1]; before !== undefined && Listing.compare(before, row) > 0;) {
      before = this.#order[--place - 1]
    }
    if (place === this.#order.length) this.#order.push(row)
    else this.#order.splice(place, 0, row)
    for (const { phoneNumber, proxyPhoneNumber } of session.participants) {
      const held = this.#holds.get(phoneNumber) ?? new Map<PhoneNumber, Row>()
      this.#holds.set(phoneNumber, held.set(proxyPhoneNumber, row))
    }
    const [first, second] = session.participants
    if (first !== undefined && second !== undefined) {
      this.remember({
        participants: [first.phoneNumber, second.phoneNumber],
        proxyPhoneNumber: first.proxyPhoneNumber,
      })
    }
    return row
  }

  write(row: Row, session: ProxySession): void {
    row.session = session
    row.expires = expiry(session)
  }

  remove(row: Row): void {
    row.removed = true
    this.#rows.delete(row.id)
    for (const { phoneNumber, proxyPhoneNumber } of row.session.participants) {
      const held = this.#holds.get(phoneNumber)
      if (held?.get(proxyPhoneNumber) === row) held.delete(proxyPhoneNumber)
      if (held?.size === 0) this.#holds.delete(phoneNumber)
    }
    // Removed rows keep their place until they outnumber the others, so that removing costs the same at any size.
    if (this.#order.length > 64 && this.#order.length > 2 * this.#rows.size) this.#order = [...this.rows]
  }

  /** Whether a number stands for another live session to either of two people. */
  taken(participants: Pair, now: number): (number: PhoneNumber) => boolean {
    const held = participants.map((participant) => this.#holds.get(participant))
    return (number) => held.some((numbers) => isLive(numbers?.get(number), now))
  }

  lastNumber(participants: Pair): PhoneNumber | undefined {
    return this.#lastNumbers.get(pairKey(participants))?.proxyPhoneNumber
  }

  /** The rows after a position, oldest first, that have a status at an instant. */
  *after(position: Listing.Position | undefined, status: ProxySessionStatus | undefined, now: number): Generator<Row> {
    const order = this.#order
    for (let place = position === undefined ? 0 : firstAfter(order, position); place < order.length; place++) {
      const row = order[place]
      if (row !== undefined && !row.removed && (status === undefined || statusOf(row, now) === status)) yield row
    }
  }
}

const expiry = (session: ProxySession): number => {
  const end = Lifecycle.expiresAt(session)
  return end === undefined ? Infinity : DateTime.toEpochMillis(end)
}

const statusOf = (row: Row, now: number): ProxySessionStatus => (now < row.expires ? row.session.status : "Closed")

const isLive = (row: Row | undefined, now: number): boolean =>
  row !== undefined && !row.removed && statusOf(row, now) !== "Closed"

const firstAfter = (order: ReadonlyArray<Row>, position: Listing.Position): number => {
  let low = 0
  let high = order.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const row = order[middle]
    if (row !== undefined && Listing.compare(row, position) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
