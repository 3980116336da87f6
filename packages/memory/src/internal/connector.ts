import { endProxySession, type ListQuery, poolOf } from "@proxy-session/domain/Decide"
import * as Listing from "@proxy-session/domain/Listing"
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { Rules } from "@proxy-session/domain/Rules"
import type { VoiceConnector } from "@proxy-session/domain/VoiceConnector"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type { NumberUse } from "@proxy-session/repo/CallRouter"
import type { ConnectorSnapshot } from "@proxy-session/repo/Snapshot"
import * as Copy from "./copy.ts"
import { Row } from "./row.ts"

type Pool = NonNullable<ConnectorSnapshot["pool"]>

type Pair = readonly [PhoneNumber, PhoneNumber]

/**
 * One Voice Connector: its configuration, its numbers, its sessions.
 *
 * Expiry needs no timers and no sweep: whether a row is live, and whether a number is taken, is asked of the clock.
 */
export class Connector {
  configuration: ProxyConfiguration | undefined
  /** Its own numbers, in their order; without any it has those of the default pool, if the rules have one. */
  pool: Pool | undefined
  details: VoiceConnector
  readonly #rows = new Map<string, Row>()
  /** Every row by its place in a listing, deleted ones among them until they are the majority. */
  #order: Array<Row> = []
  /** Each person's sessions, without those that had ended when the last one was added. */
  readonly #sessionsOf = new Map<PhoneNumber, ReadonlyArray<Row>>()
  /** Of each person's other sessions, the last one on each number: calls to it go to the fallback number. */
  readonly #endedOf = new Map<PhoneNumber, Map<PhoneNumber, Row>>()
  readonly #lastNumbers = new Map<string, PhoneNumber>()

  constructor(details: VoiceConnector) {
    this.details = Copy.connector(details)
  }

  get voiceConnectorId(): VoiceConnectorId {
    return this.details.voiceConnectorId
  }

  get rows(): ReadonlyArray<Row> {
    return this.#order.filter(({ removed }) => !removed)
  }

  row(id: string): Row | undefined {
    return this.#rows.get(id)
  }

  /** Adds a session, takes its number, and remembers it for the pair. */
  add(session: ProxySession, now: number): void {
    const row = new Row(session)
    this.#rows.set(row.id, row)
    // Nearly always the last place; not so while sessions wait that were seeded from a later clock.
    let place = this.#order.length
    for (let before = this.#order[place - 1]; before !== undefined && Listing.compare(before, row) > 0;) {
      before = this.#order[--place - 1]
    }
    if (place === this.#order.length) this.#order.push(row)
    else this.#order.splice(place, 0, row)
    for (const { phoneNumber, proxyPhoneNumber } of row.participants) {
      const { ended, live } = this.#split(phoneNumber, now)
      this.#sessionsOf.set(phoneNumber, live.concat(row))
      if (ended.length > 0) this.#retire(phoneNumber, ended)
      this.#endedOf.get(phoneNumber)?.delete(proxyPhoneNumber)
    }
    const [first, second] = row.participants
    if (first !== undefined && second !== undefined) {
      this.remember([first.phoneNumber, second.phoneNumber], first.proxyPhoneNumber)
    }
  }

  remove(row: Row): void {
    row.removed = true
    this.#rows.delete(row.id)
    for (const { phoneNumber, proxyPhoneNumber } of row.participants) {
      const others = (this.#sessionsOf.get(phoneNumber) ?? []).filter((other) => other !== row)
      if (others.length === 0) this.#sessionsOf.delete(phoneNumber)
      else this.#sessionsOf.set(phoneNumber, others)
      const ended = this.#endedOf.get(phoneNumber)
      if (ended?.get(proxyPhoneNumber) === row) ended.delete(proxyPhoneNumber)
      if (ended?.size === 0) this.#endedOf.delete(phoneNumber)
    }
    // Done once in so many removals, so that removing costs the same at any size.
    if (this.#order.length > 64 && this.#order.length > 2 * this.#rows.size) this.#order = [...this.rows]
  }

  /** The proxy numbers of the live sessions of either of two people. */
  held(participants: Pair, now: number): ReadonlySet<PhoneNumber> {
    const numbers = new Set<PhoneNumber>()
    for (const participant of participants) {
      for (const row of this.#live(participant, now)) {
        for (const { proxyPhoneNumber } of row.participants) numbers.add(proxyPhoneNumber)
      }
    }
    return numbers
  }

  /** The session that connects, or last connected, a person on a number. */
  holder(person: PhoneNumber, number: PhoneNumber): Row | undefined {
    const holds = (row: Row) => row.participants.some(({ proxyPhoneNumber }) => proxyPhoneNumber === number)
    return this.#sessionsOf.get(person)?.findLast(holds) ?? this.#endedOf.get(person)?.get(number)
  }

  /** Whether a number is one that its sessions choose from. */
  isProxyNumber(rules: Rules, number: PhoneNumber): boolean {
    return numbersOf(poolOf(rules, this.pool)).has(number)
  }

  /** Whether a number is one of its own: those of the default pool are nobody's. */
  has(number: PhoneNumber): boolean {
    return this.pool !== undefined && numbersOf(this.pool).has(number)
  }

  /** Takes numbers away, and ends the live sessions on them, which it returns. */
  lose(numbers: ReadonlySet<PhoneNumber>, now: number): ReadonlyArray<Row> {
    if (numbers.size === 0) return []
    this.pool = this.pool?.filter(({ phoneNumber }) => !numbers.has(phoneNumber))
    const isOn = (row: Row) => row.participants.some(({ proxyPhoneNumber }) => numbers.has(proxyPhoneNumber))
    const ended = this.#order.filter((row) => !row.removed && isOn(row) && row.status(now) !== "Closed")
    for (const row of ended) row.write(endProxySession(row.read(now), now))
    return ended
  }

  /** Its numbers, in their order, and how many live sessions each has. */
  numbers(rules: Rules, now: number): ReadonlyArray<NumberUse> {
    const uses = new Map<PhoneNumber, number>()
    for (const row of this.#order) {
      const number = row.participants[0]?.proxyPhoneNumber
      if (number !== undefined && !row.removed && row.status(now) !== "Closed") {
        uses.set(number, (uses.get(number) ?? 0) + 1)
      }
    }
    return poolOf(rules, this.pool).map(({ country, phoneNumber }) => ({
      country,
      phoneNumber,
      liveSessions: uses.get(phoneNumber) ?? 0,
    }))
  }

  /** The number that two people had last, whichever of them comes first. */
  lastNumber(pair: Pair): PhoneNumber | undefined {
    return this.#lastNumbers.get(pairKey(pair))
  }

  remember(pair: Pair, number: PhoneNumber): void {
    this.#lastNumbers.set(pairKey(pair), number)
  }

  /** In an order of their own, so that equal states are written equally. */
  get lastNumbers(): ReadonlyArray<{ readonly participants: Pair; readonly proxyPhoneNumber: PhoneNumber }> {
    return Array.from(this.#lastNumbers)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, proxyPhoneNumber]) => ({ participants: pairOf(key), proxyPhoneNumber }))
  }

  /** The sessions that a listing asks for, oldest first. */
  sessions({ after, limit, status }: ListQuery, now: number): ReadonlyArray<ProxySession> {
    const order = this.#order
    const found: Array<ProxySession> = []
    for (let place = after === undefined ? 0 : firstAfter(order, after); found.length < limit; place++) {
      const row = order[place]
      if (row === undefined) break
      if (!row.removed && (status === undefined || row.status(now) === status)) found.push(row.read(now))
    }
    return found
  }

  #live(person: PhoneNumber, now: number): ReadonlyArray<Row> {
    return (this.#sessionsOf.get(person) ?? []).filter((row) => row.status(now) !== "Closed")
  }

  #split(person: PhoneNumber, now: number): { readonly live: ReadonlyArray<Row>; readonly ended: ReadonlyArray<Row> } {
    const rows = this.#sessionsOf.get(person) ?? []
    const live = rows.filter((row) => row.status(now) !== "Closed")
    return { live, ended: live.length === rows.length ? [] : rows.filter((row) => !live.includes(row)) }
  }

  #retire(person: PhoneNumber, ended: ReadonlyArray<Row>): void {
    const last = this.#endedOf.get(person) ?? new Map<PhoneNumber, Row>()
    this.#endedOf.set(person, last)
    for (const row of ended) {
      for (const { proxyPhoneNumber } of row.participants.slice(0, 1)) {
        const before = last.get(proxyPhoneNumber)
        if (before === undefined || before.ends <= row.ends) last.set(proxyPhoneNumber, row)
      }
    }
  }
}

/** The numbers of a pool, for looking one up. A pool never changes; another one takes its place. */
const numbersOf = (pool: ReadonlyArray<PoolNumber>): ReadonlySet<PhoneNumber> => {
  const known = lookups.get(pool) ?? new Set(pool.map(({ phoneNumber }) => phoneNumber))
  lookups.set(pool, known)
  return known
}

const lookups = new WeakMap<ReadonlyArray<PoolNumber>, ReadonlySet<PhoneNumber>>()

const pairKey = ([one, other]: Pair): string => (one < other ? `${one} ${other}` : `${other} ${one}`)

const pairOf = (key: string): Pair => {
  const between = key.indexOf(" ")
  const number = (text: string) => PhoneNumber.make(text, { disableChecks: true })
  return [number(key.slice(0, between)), number(key.slice(between + 1))]
}

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
